// Colours that need understanding: which words are commands of OpenOCD, procedures of the user, options, events, parameters.
import { type SemanticTokens, SemanticTokensBuilder, type SemanticTokensLegend } from 'vscode-languageserver';
import { createdObjects, procedures } from '../model/project';
import type { Item } from '../model/source';
import type { Expression, Part, Script, Word } from '../tcl/nodes';
import { literalOf } from '../tcl/values';
import { documentOf, type View } from './view';

const types = ['keyword', 'function', 'variable', 'parameter', 'enumMember', 'number', 'operator'] as const;
const modifiers = ['declaration', 'defaultLibrary', 'deprecated'] as const;

export const semanticTokensLegend: SemanticTokensLegend = { tokenTypes: [...types], tokenModifiers: [...modifiers] };

type Type = (typeof types)[number];
type Modifier = (typeof modifiers)[number];

interface Token {
  readonly start: number;
  readonly end: number;
  readonly type: Type;
  readonly modifier: Modifier | undefined;
}

/** @param from @param to offsets: only commands that overlap them are looked at */
export function semanticTokens(view: View, from = 0, to = Number.POSITIVE_INFINITY): SemanticTokens {
  const document = documentOf(view.source);
  const builder = new SemanticTokensBuilder();
  const sources = view.project.reachable(view.source);
  const own = new Set(procedures(sources).map(({ value }) => value.name));
  const objects = new Set(createdObjects(sources).map(({ value }) => value.name));
  for (const item of view.source.items) {
    if (item.end < from || item.start > to) continue;
    const tokens = new TokenCollector(view, item, own, objects).collect();
    for (const { start, end, type, modifier } of tokens) {
      const position = document.positionAt(item.start + start);
      const bit = modifier === undefined ? 0 : 1 << modifiers.indexOf(modifier);
      builder.push(position.line, position.character, end - start, types.indexOf(type), bit);
    }
  }
  return builder.build();
}

class TokenCollector {
  readonly #view: View;
  readonly #item: Item;
  /** Names of procedures and of targets, TAPs and the like in the files in view. */
  readonly #own: ReadonlySet<string>;
  readonly #objects: ReadonlySet<string>;
  readonly #tokens: Token[] = [];

  constructor(view: View, item: Item, own: ReadonlySet<string>, objects: ReadonlySet<string>) {
    this.#view = view;
    this.#item = item;
    this.#own = own;
    this.#objects = objects;
  }

  /** The tokens of the item in order; a token never spans lines or overlaps another. */
  collect(): Token[] {
    const { facts, script } = this.#item;
    for (const use of facts.variables) {
      const isParameter = use.access === 'declare' && use.scope >= 0;
      this.#add(
        use.start,
        use.end,
        isParameter ? 'parameter' : 'variable',
        use.access === 'read' ? undefined : 'declaration',
      );
    }
    for (const { nameSpan } of facts.procedures) this.#add(nameSpan.start, nameSpan.end, 'function', 'declaration');
    this.#script(script);
    this.#tokens.sort((a, b) => a.start - b.start);
    let end = -1;
    return this.#tokens.filter((token) => {
      const isFree = token.start >= end;
      if (isFree) end = token.end;
      return isFree;
    });
  }

  #add(start: number, end: number, type: Type, modifier?: Modifier): void {
    if (end > start) this.#tokens.push({ start, end, type, modifier });
  }

  #script(script: Script): void {
    for (const command of script.commands) {
      const values = command.words.map(literalOf);
      this.#name(command.words, values);
      command.words.forEach((word, index) => {
        this.#argument(word, values[index], values[index - 1]);
        this.#word(word);
      });
    }
  }

  #name(words: readonly Word[], values: readonly (string | undefined)[]): void {
    const [first, second] = words;
    const name = values[0];
    if (first === undefined || first.form !== 'bare') return;
    const isObject = name === undefined || this.#objects.has(name);
    if (isObject && second?.form === 'bare' && this.#view.catalog.isObjectCommand(values[1] ?? '')) {
      this.#add(second.start, second.end, 'function', 'defaultLibrary');
    }
    if (name === undefined || isObject) return;
    if (this.#own.has(name)) {
      this.#add(first.start, first.end, 'function');
      return;
    }
    const match = this.#view.catalog.match(values);
    if (match === undefined) return;
    const { info, length } = match;
    for (const word of words.slice(0, length)) {
      if (info.tcl) this.#add(word.start, word.end, 'keyword');
      else this.#add(word.start, word.end, 'function', info.deprecated ? 'deprecated' : 'defaultLibrary');
    }
    if (name === 'if') {
      words.forEach((word, index) => {
        if (/^(?:then|else|elseif)$/.test(values[index] ?? '')) this.#add(word.start, word.end, 'keyword');
      });
    }
  }

  #argument(word: Word, value: string | undefined, previous: string | undefined): void {
    if (word.form !== 'bare' || value === undefined) return;
    if (previous === '-event') this.#add(word.start, word.end, 'enumMember');
    // Themes colour parameters, but hardly any colours properties or events.
    else if (/^-[a-z]/i.test(value)) this.#add(word.start, word.end, 'parameter');
    else if (/^-?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?)$/.test(value)) this.#add(word.start, word.end, 'number');
  }

  #word(word: Word): void {
    this.#parts(word.parts);
    if (word.body?.kind === 'script') this.#script(word.body.script);
    else if (word.body?.kind === 'expression') this.#expression(word.body.expression);
    else if (word.body?.kind === 'list') for (const element of word.body.elements) this.#word(element);
  }

  #expression(expression: Expression): void {
    for (const { kind, start, end } of expression.operands) {
      if (kind === 'number' || kind === 'operator' || kind === 'function') this.#add(start, end, kind);
    }
    this.#parts(expression.parts);
  }

  #parts(parts: readonly Part[]): void {
    for (const part of parts) {
      if (part.kind === 'script') this.#script(part.script);
      else if (part.kind === 'expression') this.#expression(part.expression);
      else if (part.kind === 'variable') this.#parts(part.index);
    }
  }
}
