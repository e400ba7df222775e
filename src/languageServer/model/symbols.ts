// Procedures and variables as things with one definition and many uses: which one is at a place, and where it occurs.
import type { VariableUse } from './facts';
import type { Item, Source } from './source';

export type NamedSymbol =
  | { readonly kind: 'procedure'; readonly name: string }
  | { readonly kind: 'global'; readonly name: string }
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
}

/** The procedure or variable whose name is at `offset`, with the place of the name. */
export function symbolAt(source: Source, offset: number): { symbol: NamedSymbol; occurrence: Occurrence } | undefined {
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
  return sources.flatMap((source) =>
    // A file that does not hold the name need not be looked through.
    source.text.includes(symbol.name)
      ? source.items.flatMap((item) =>
          symbol.kind === 'procedure'
            ? procedureOccurrences(source, item, symbol.name)
            : variableOccurrences(source, item, (use) => use.scope < 0 && use.name === symbol.name),
        )
      : [],
  );
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
