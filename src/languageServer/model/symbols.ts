// Procedures, variables and created objects (targets, TAPs, …) as things with one definition and many uses: which one is at a place,
// and where it occurs.
import type { Span, Word } from '../tcl/nodes';
import { literalOf } from '../tcl/values';
import { innerSpan, type VariableUse } from './facts';
import type { Item, Source } from './source';

export type NamedSymbol =
  | { readonly kind: 'procedure'; readonly name: string }
  | { readonly kind: 'global'; readonly name: string }
  /** A target, TAP, DAP, … whose name is written out; for one that is in a variable, the variable is the symbol. */
  | { readonly kind: 'object'; readonly name: string }
  | {
      readonly kind: 'local';
      readonly name: string;
      readonly item: Item;
      readonly source: Source;
      readonly scope: number;
    };

/** Offsets count from the start of the file. */
export interface Occurrence {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly role: 'definition' | 'write' | 'read';
  /** The two words of `jtag newtap chip cpu`, which together are the name `chip.cpu`. */
  readonly isTap?: true;
}

/**
 * What has its name at `offset`, with the place of the name.
 * @param objects the names of the objects that are created in the files in view
 */
export function symbolAt(
  source: Source,
  offset: number,
  objects: ReadonlySet<string>,
): { symbol: NamedSymbol; occurrence: Occurrence } | undefined {
  const item = source.itemAt(offset);
  if (item === undefined) return undefined;
  const relative = offset - item.start;
  const touches = (span: { start: number; end: number }): boolean => span.start <= relative && relative <= span.end;
  const at = (span: { start: number; end: number }, role: Occurrence['role']): Occurrence => ({
    source,
    start: item.start + span.start,
    end: item.start + span.end,
    role,
  });
  const variable = item.facts.variables.find(touches);
  if (variable !== undefined) return { symbol: symbolOf(variable, item, source), occurrence: at(variable, 'read') };
  const procedure = item.facts.procedures.find((definition) => touches(definition.nameSpan));
  if (procedure !== undefined) {
    return { symbol: { kind: 'procedure', name: procedure.name }, occurrence: at(procedure.nameSpan, 'definition') };
  }
  for (const name of objects) {
    const occurrence = objectOccurrences(source, item, name).find(({ start, end }) => start <= offset && offset <= end);
    if (occurrence !== undefined) return { symbol: { kind: 'object', name }, occurrence };
  }
  for (const call of item.facts.calls) {
    const word = call.command.words[0];
    const name = call.values[0];
    if (word === undefined || name === undefined || !touches(word) || word.form !== 'bare') continue;
    const prefix = name.startsWith('::') ? 2 : 0;
    const span = { start: word.start + prefix, end: word.end };
    return { symbol: { kind: 'procedure', name: name.slice(prefix) }, occurrence: at(span, 'read') };
  }
  return undefined;
}

function symbolOf(variable: VariableUse, item: Item, source: Source): NamedSymbol {
  const { name, scope } = variable;
  return scope < 0 ? { kind: 'global', name } : { kind: 'local', name, item, source, scope };
}

/** Every place in these files that names the symbol, in order. */
export function occurrences(symbol: NamedSymbol, sources: readonly Source[]): Occurrence[] {
  if (symbol.kind === 'local') {
    const { item, source, scope, name } = symbol;
    return variableOccurrences(source, item, (use) => use.scope === scope && use.name === name);
  }
  return sources.flatMap((source) => {
    // A file that does not hold the name, or the first half of a TAP's, need not be looked through.
    if (!source.text.includes(symbol.kind === 'object' ? tapHalves(symbol.name)[0] : symbol.name)) return [];
    return source.items.flatMap((item) => {
      if (symbol.kind === 'procedure') return procedureOccurrences(source, item, symbol.name);
      if (symbol.kind === 'object') return objectOccurrences(source, item, symbol.name);
      return variableOccurrences(source, item, (use) => use.scope < 0 && use.name === symbol.name);
    });
  });
}

/** `chip.cpu` → `chip` and `cpu`. */
export function tapHalves(name: string): [string, string] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** Where an object is created, and every other word that is its name. */
function objectOccurrences(source: Source, item: Item, name: string): Occurrence[] {
  const found = new Map<number, Occurrence>();
  const add = ({ start, end }: Span, role: Occurrence['role'], isTap: boolean): void => {
    const place = { source, start: item.start + start, end: item.start + end, role, ...(isTap ? { isTap } : {}) };
    if (!found.has(place.start)) found.set(place.start, place as Occurrence);
  };
  for (const object of item.facts.objects) {
    if (object.name === name) add(object, 'definition', object.kind === 'tap');
  }
  const visit = (word: Word): void => {
    if (word.body?.kind === 'list') word.body.elements.forEach(visit);
    else if (word.body === undefined && literalOf(word) === name) add(innerSpan(word), 'read', false);
    else if (word.form === 'braced' && word.body === undefined)
      namesInList(word, name, (span) => add(span, 'read', false));
  };
  for (const call of item.facts.calls) call.command.words.forEach(visit);
  return [...found.values()];
}

/** Where a name is an element of a plain list of words, as in `foreach t {core0 core1} …`. */
function namesInList(word: Word, name: string, add: (span: Span) => void): void {
  const list = literalOf(word);
  if (list === undefined || !list.includes(name) || /[{}[\]"$\\]/.test(list)) return;
  const { start } = innerSpan(word);
  for (const { 0: element, index } of list.matchAll(/\S+/g)) {
    if (element === name) add({ start: start + index, end: start + index + name.length });
  }
}

function variableOccurrences(source: Source, item: Item, matches: (use: VariableUse) => boolean): Occurrence[] {
  return item.facts.variables.filter(matches).map((use) => ({
    source,
    start: item.start + use.start,
    end: item.start + use.end,
    role: use.access === 'declare' ? (use.scope < 0 ? 'read' : 'definition') : use.access,
  }));
}

function procedureOccurrences(source: Source, item: Item, name: string): Occurrence[] {
  const found: Occurrence[] = item.facts.procedures
    .filter((definition) => definition.name === name)
    .map(({ nameSpan }) => ({
      source,
      start: item.start + nameSpan.start,
      end: item.start + nameSpan.end,
      role: 'definition',
    }));
  for (const call of item.facts.calls) {
    const word = call.command.words[0];
    const called = call.values[0];
    if (word === undefined || (called !== name && called !== `::${name}`)) continue;
    const start = item.start + word.end - name.length;
    found.push({ source, start, end: item.start + word.end, role: 'read' });
  }
  return found;
}

/** Where the symbol gets its meaning: its `proc`, or the first places that set the variable. */
export function definitions(symbol: NamedSymbol, sources: readonly Source[]): Occurrence[] {
  const all = occurrences(symbol, sources);
  const defined = all.filter((occurrence) => occurrence.role === 'definition');
  return defined.length > 0 ? defined : all.filter((occurrence) => occurrence.role === 'write');
}
