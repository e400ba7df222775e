// What one top-level command says about names: the procedures, variables, objects and files it defines or uses, and every call
// in it. Read once from the tree and kept while the text of the command stays; what it means together with the rest of the
// file and with other files is decided elsewhere (symbols.ts, diagnostics/).
import type { Command, Expression, Part, Script, Span, Word } from '../tcl/nodes';
import { literalOf } from '../tcl/values';
import { type Access, variableArguments } from './variableArguments';

/** When the code at some place runs: as the file is read, perhaps, when a procedure is called, or when an event happens. */
export type Occasion = 'always' | 'sometimes' | 'procedure' | 'event';

export interface Call {
  readonly command: Command;
  /** The literal value of each word; undefined where it holds a substitution. */
  readonly values: readonly (string | undefined)[];
  readonly occasion: Occasion;
  /** Inside `catch` or `try`: the author expects that it may fail. */
  readonly guarded: boolean;
  /** Index into `Facts.procedures` of the procedure it is in; -1 outside any. */
  readonly procedure: number;
}

export interface VariableUse extends Span {
  readonly name: string;
  readonly access: Access;
  /** -1 for a global variable, otherwise the index into `Facts.procedures` of the procedure it is local to. */
  scope: number;
}

export interface ProcedureDefinition extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  /** Each parameter as written: `name`, `{name default}` or `args`. */
  readonly parameters: readonly string[];
}

/** `source [find target/x.cfg]` or `source x.cfg`; `path` is undefined when it holds a substitution. */
export interface SourcedFile extends Span {
  readonly path: string | undefined;
  readonly guarded: boolean;
}

/** A TAP, target, DAP, … that becomes known by `name`, which is as written: often `$_TARGETNAME`. */
export interface CreatedObject extends Span {
  readonly kind: 'tap' | 'target' | 'dap' | 'cti' | 'tpiu' | 'flash bank';
  readonly name: string;
  readonly type: string | undefined;
  readonly occasion: Occasion;
}

export interface Facts {
  readonly calls: readonly Call[];
  readonly procedures: readonly ProcedureDefinition[];
  readonly variables: readonly VariableUse[];
  readonly sources: readonly SourcedFile[];
  readonly objects: readonly CreatedObject[];
}

interface Surroundings {
  readonly occasion: Occasion;
  readonly guarded: boolean;
  readonly procedure: number;
}

const conditionalCommands = new Set(['if', 'while', 'for', 'foreach', 'switch', 'lmap', 'loop', 'after']);

export function collectFacts(text: string, script: Script): Facts {
  const collector = new FactCollector(text);
  collector.script(script, { occasion: 'always', guarded: false, procedure: -1 });
  return collector.finish();
}

class FactCollector {
  readonly #text: string;
  readonly #calls: Call[] = [];
  readonly #procedures: ProcedureDefinition[] = [];
  readonly #variables: VariableUse[] = [];
  readonly #sources: SourcedFile[] = [];
  readonly #objects: CreatedObject[] = [];
  /** Per procedure the names that `global` makes global in it. */
  readonly #globals = new Map<number, Set<string>>();

  constructor(text: string) {
    this.#text = text;
  }

  finish(): Facts {
    for (const variable of this.#variables) {
      if (this.#globals.get(variable.scope)?.has(variable.name)) variable.scope = -1;
    }
    return {
      calls: this.#calls,
      procedures: this.#procedures,
      variables: this.#variables,
      sources: this.#sources,
      objects: this.#objects,
    };
  }

  script(script: Script, around: Surroundings): void {
    for (const command of script.commands) this.#command(command, around);
  }

  #command(command: Command, around: Surroundings): void {
    const values = command.words.map(literalOf);
    this.#calls.push({ command, values, ...around });
    const name = values[0]?.replace(/^::/, '');
    const inner = this.#define(name, command, values, around);
    this.#recordVariables(command, values, around.procedure);
    for (const word of command.words) this.#word(word, values, inner, around);
  }

  /** Records what the command defines; returns the surroundings of the scripts among its words. */
  #define(
    name: string | undefined,
    command: Command,
    values: readonly (string | undefined)[],
    around: Surroundings,
  ): Surroundings {
    const { words } = command;
    const shift = name === 'local' ? 1 : 0;
    if ((shift === 1 ? values[1] : name) === 'proc' && words.length > 3 + shift) {
      return this.#procedure(words.slice(shift), values.slice(shift), command, around);
    }
    if (name === 'source' || name === 'script') this.#sourced(words[1], around);
    this.#created(words, values, around.occasion);
    if (name === 'catch' || name === 'try') return { ...around, guarded: true };
    const isHandler = name === 'set_default_target_event' || values.includes('-event');
    if (isHandler) return { ...around, occasion: 'event', procedure: -1 };
    if (name !== undefined && conditionalCommands.has(name) && around.occasion === 'always') {
      return { ...around, occasion: 'sometimes' };
    }
    return around;
  }

  #procedure(
    words: readonly Word[],
    values: readonly (string | undefined)[],
    command: Command,
    around: Surroundings,
  ): Surroundings {
    const [, nameWord, parameterWord] = words;
    const scope = this.#procedures.length;
    const parameters = parameterWord?.body?.kind === 'list' ? parameterWord.body.elements : [];
    const single = parameterWord?.form === 'bare' && values[2] ? [values[2]] : [];
    this.#procedures.push({
      name: values[1] ?? '',
      nameSpan: nameWord ? innerSpan(nameWord) : command,
      parameters: [...parameters.map((word) => this.#text.slice(word.start, word.end)), ...single],
      start: command.start,
      end: command.end,
    });
    for (const element of parameters.length > 0
      ? parameters
      : single.length > 0 && parameterWord
        ? [parameterWord]
        : []) {
      const span = innerSpan(element);
      const parameter = /^[^\s{}]+/.exec(this.#text.slice(span.start, span.end))?.[0] ?? '';
      this.#use(parameter.replace(/^&/, ''), span.start, 'declare', scope);
    }
    return { ...around, occasion: 'procedure', guarded: false, procedure: scope };
  }

  #sourced(word: Word | undefined, around: Surroundings): void {
    if (word === undefined) return;
    const [only] = word.parts;
    const find = only?.kind === 'script' && word.parts.length === 1 ? only.script.commands[0] : undefined;
    const isFind = find !== undefined && /^(?:find|ocd_find)$/.test(literalOf(find.words[0]) ?? '');
    const file = isFind ? find.words[1] : word;
    if (file === undefined) return;
    const path = literalOf(file);
    this.#sources.push({ ...innerSpan(file), path, guarded: around.guarded });
  }

  #created(words: readonly Word[], values: readonly (string | undefined)[], occasion: Occasion): void {
    const family = `${values[0] ?? ''} ${values[1] ?? ''}`;
    const push = (kind: CreatedObject['kind'], from: number, to: number, type?: string): void => {
      const first = words[from];
      const last = words[to];
      if (first === undefined || last === undefined) return;
      const name = words
        .slice(from, to + 1)
        .map((word) => this.#text.slice(word.start, word.end))
        .join('.');
      this.#objects.push({ kind, name, type, occasion, start: first.start, end: last.end });
    };
    if (/^(?:jtag|swd|hla|swim) newtap$/.test(family)) push('tap', 2, 3);
    else if (values[0] === 'swj_newdap') push('tap', 1, 2);
    else if (family === 'target create') push('target', 2, 2, values[3]);
    else if (family === 'flash bank') push('flash bank', 2, 2, values[3]);
    else if (family === 'dap create' || family === 'cti create' || family === 'tpiu create') {
      push(values[0] as 'dap' | 'cti' | 'tpiu', 2, 2);
    } else if (family === 'swo create') push('tpiu', 2, 2);
  }

  #recordVariables(command: Command, values: readonly (string | undefined)[], scope: number): void {
    for (const { index, access, whole } of variableArguments(values)) {
      const word = command.words[index];
      if (word === undefined) continue;
      const targets = word.body?.kind === 'list' && !whole ? word.body.elements : [word];
      for (const target of targets) this.#namedVariable(target, access, scope, values[0] === 'global');
    }
  }

  /** A variable given by name, as `set` takes it: `x`, `::x` or `x(index)`. */
  #namedVariable(word: Word, access: Access, scope: number, makesGlobal: boolean): void {
    const span = innerSpan(word);
    const first = word.parts[0];
    if (first?.kind !== 'text') return;
    const name = /^[^()\s]+/.exec(first.value)?.[0];
    if (name === undefined || (word.parts.length > 1 && !first.value.includes('('))) return;
    if (makesGlobal && scope >= 0) {
      const names = this.#globals.get(scope) ?? new Set();
      this.#globals.set(scope, names.add(name));
    }
    this.#use(name, span.start, access, scope);
  }

  #use(name: string, start: number, access: Access, scope: number): void {
    const plain = name.replace(/^::/, '');
    if (plain === '') return;
    const offset = start + name.length - plain.length;
    const isGlobal = plain !== name;
    this.#variables.push({
      name: plain,
      access,
      start: offset,
      end: offset + plain.length,
      scope: isGlobal ? -1 : scope,
    });
  }

  #word(word: Word, values: readonly (string | undefined)[], inner: Surroundings, around: Surroundings): void {
    this.#parts(word.parts, around);
    const { body } = word;
    if (body === undefined) return;
    // A condition runs where the command runs; what it guards may not.
    if (body.kind === 'script') this.script(body.script, inner);
    else if (body.kind === 'expression') this.#expression(body.expression, around);
    else if (values[0] === 'switch') for (const element of body.elements) this.#word(element, [], inner, inner);
  }

  #expression(expression: Expression, around: Surroundings): void {
    this.#parts(expression.parts, around);
  }

  #parts(parts: readonly Part[], around: Surroundings): void {
    for (const part of parts) {
      if (part.kind === 'variable') {
        this.#use(part.name.replace(/\(.*$/s, ''), part.nameSpan.start, 'read', around.procedure);
        this.#parts(part.index, around);
      } else if (part.kind === 'script') this.script(part.script, around);
      else if (part.kind === 'expression') this.#expression(part.expression, around);
    }
  }
}

/** A word without its braces or quotes. */
export function innerSpan(word: Word): Span {
  const first = word.parts[0];
  const last = word.parts.at(-1);
  if (word.form === 'bare' || first === undefined || last === undefined) return word;
  return { start: first.start, end: last.end };
}
