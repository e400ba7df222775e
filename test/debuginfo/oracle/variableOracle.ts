// Variables and the code that they are in, from what llvm-dwarfdump prints of .debug_info.
import { output } from './programs';

export interface OracleLocation {
  /** An address where the location holds; undefined for variables outside functions. */
  readonly pc: number | undefined;
  /** The expression in llvm-dwarfdump's words. */
  readonly expression: string;
}

export interface OracleVariable {
  readonly name: string;
  /** Of the entry, for messages. */
  readonly offset: string;
  /** Where the function around it begins. */
  readonly functionLow: number | undefined;
  readonly locations: readonly OracleLocation[];
}

export interface OracleFunction {
  readonly name: string;
  readonly offset: string;
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

interface Entry {
  readonly tag: string;
  readonly offset: string;
  readonly depth: number;
  readonly attributes: Map<string, string[]>;
}

const address = (text: string) => Number(BigInt.asIntN(64, BigInt(text)));

/** All entries, parents before children. An attribute is its first line and those that continue it. */
function* entries(file: string): Generator<Entry, void, void> {
  let entry: Entry | undefined;
  let lines: string[] = [];
  for (const line of output('llvm-dwarfdump', ['--debug-info', file]).split('\n')) {
    const head = /^(0x[0-9a-f]+): ( *)(DW_TAG_\w+|NULL)/.exec(line);
    const attribute = /^ +(DW_AT_\w+)\t\((.*)$/.exec(line);
    if (head) {
      if (entry) yield entry;
      entry = {
        offset: head[1] as string,
        depth: (head[2] as string).length,
        tag: head[3] as string,
        attributes: new Map(),
      };
    } else if (attribute && entry) {
      lines = [attribute[2] as string];
      entry.attributes.set(attribute[1] as string, lines);
    } else if (line.trim() !== '') lines.push(line.trim());
  }
  if (entry) yield entry;
}

/** The name of an entry or of the one that it completes, as printed beside the reference. */
function nameOf({ attributes }: Entry): string | undefined {
  const own = /^"(.*)"\)$/.exec(attributes.get('DW_AT_name')?.[0] ?? '')?.[1];
  const reference = attributes.get('DW_AT_abstract_origin') ?? attributes.get('DW_AT_specification');
  return own ?? /"(.*)"\)$/.exec(reference?.[0] ?? '')?.[1];
}

function rangesOf(entry: Entry): [number, number][] {
  return allRangesOf(entry).filter(([low, high]) => high > low);
}

function allRangesOf({ attributes }: Entry): [number, number][] {
  const low = /^(0x[0-9a-f]+)\)/.exec(attributes.get('DW_AT_low_pc')?.[0] ?? '')?.[1];
  const high = /^(0x[0-9a-f]+)\)/.exec(attributes.get('DW_AT_high_pc')?.[0] ?? '')?.[1];
  if (low !== undefined && high !== undefined) return [[address(low), address(high)]];
  const list = attributes.get('DW_AT_ranges') ?? [];
  return list.flatMap((line) => {
    const range = /\[(0x[0-9a-f]+), (0x[0-9a-f]+)\)/.exec(line);
    return range ? [[address(range[1] as string), address(range[2] as string)] as [number, number]] : [];
  });
}

function locationsOf({ attributes }: Entry, scope: readonly [number, number][] | undefined): OracleLocation[] {
  const lines = attributes.get('DW_AT_location');
  if (!lines) return [];
  const [first = '', ...rest] = lines;
  if (rest.length === 0 && first.startsWith('DW_OP')) {
    return [{ pc: scope?.[0]?.[0], expression: first.replace(/\)$/, '') }];
  }
  return [first, ...rest].flatMap((line) => {
    const entry = /\[(0x[0-9a-f]+), (0x[0-9a-f]+)\): (.*)$/.exec(line);
    if (!entry) return [];
    // A location may hold in a wider range than the scope in which the variable can be seen.
    const [low, high] = [address(entry[1] as string), address(entry[2] as string)];
    const visible = (scope ?? [[low, high]]).map(([from, to]) => [Math.max(low, from), Math.min(high, to)] as const);
    const pc = visible.find(([from, to]) => from < to)?.[0];
    if (pc === undefined) return [];
    const expression = line === lines.at(-1) ? (entry[3] as string).replace(/\)$/, '') : (entry[3] as string);
    return [{ pc, expression }];
  });
}

export function llvmVariables(file: string): {
  readonly variables: OracleVariable[];
  readonly functions: OracleFunction[];
} {
  const variables: OracleVariable[] = [];
  const functions: OracleFunction[] = [];
  /** Ranges of the enclosing entries; undefined outside functions, empty in abstract ones. */
  const scopes: { readonly depth: number; readonly ranges: [number, number][] | undefined }[] = [];
  let functionLow: number | undefined;
  for (const entry of entries(file)) {
    while (scopes.length > 0 && (scopes.at(-1)?.depth ?? 0) >= entry.depth) scopes.pop();
    const around = scopes.at(-1)?.ranges;
    const name = nameOf(entry) ?? '';
    if (/DW_TAG_(subprogram|inlined_subroutine|lexical_block)$/.test(entry.tag)) {
      const own = rangesOf(entry);
      if (entry.tag === 'DW_TAG_subprogram' && own.length > 0)
        functions.push({ name, offset: entry.offset, ranges: own });
      if (entry.tag === 'DW_TAG_subprogram') functionLow = own[0]?.[0];
      // A block without addresses is all of what is around it; one whose ranges are all empty is nowhere.
      const hasAddresses = entry.attributes.has('DW_AT_low_pc') || entry.attributes.has('DW_AT_ranges');
      const inherited = entry.tag === 'DW_TAG_lexical_block' && !hasAddresses ? around : own;
      scopes.push({ depth: entry.depth, ranges: inherited });
    } else if (/DW_TAG_(variable|formal_parameter)$/.test(entry.tag)) {
      const isAbstract = around !== undefined && around.length === 0;
      const locations = isAbstract ? [] : locationsOf(entry, around);
      // What the source gave no name cannot be asked for.
      if (locations.length > 0 && name !== '')
        variables.push({ name, offset: entry.offset, functionLow: around && functionLow, locations });
    }
  }
  return { variables, functions };
}
