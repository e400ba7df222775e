// What the code around an address is to a step: its line's code, its inlined calls. Reads the program only; nothing runs here.
import type { AddressRange, FunctionInfo, Program, SourcePosition } from '../../debuginfo/api';

/** How a step treats the functions that are called on the way. */
export type StepKind = 'over' | 'into';

export interface StepRange {
  /** Sorted, not overlapping. */
  readonly ranges: readonly AddressRange[];
  readonly function: FunctionInfo | undefined;
}

/** The instruction set at an address. */
export const isThumbAt = (program: Program, address: number): boolean =>
  program.machine === 'arm' && program.codeKindAt(address) !== 'arm';

/** Where an address stands in the inlined function that is `depth` levels inside the real one. */
function positionAt(program: Program, address: number, depth: number, exact: boolean): SourcePosition | undefined {
  const chain = program.inlineChainAt(address);
  const level = chain.length - 1 - depth;
  if (level < 0 || (exact && level > 0)) return undefined;
  return chain[level]?.position;
}

/** How many inlined calls deep an address is in its function. */
export const inlineDepth = (program: Program, address: number): number =>
  Math.max(0, program.inlineChainAt(address).length - 1);

/** How many of the innermost inlined functions at an address begin right there: none of their code has run yet. */
export function inlinedEntries(program: Program, address: number): number {
  const chain = program.inlineChainAt(address);
  const first = chain.findIndex(({ isInlined, ranges }) => !isInlined || !ranges.some(({ low }) => low === address));
  return Math.max(0, first);
}

/**
 * The code of the line at `pc`: its neighbours in the line table, and its other pieces in the same function (a loop's condition).
 * Stepping over, code inlined from calls on the line belongs to it; stepping into, it does not.
 * Undefined where the line is not known.
 */
export function lineRange(program: Program, pc: number, depth: number, kind: StepKind): StepRange | undefined {
  const row = program.rowAt(pc);
  const here = positionAt(program, pc, depth, false);
  if (row === undefined || here === undefined || here.line === 0) return undefined;
  const info = program.functionAt(pc);
  const body = info?.ranges.find(({ low, high }) => pc >= low && pc < high) ?? { low: row.low, high: row.high };
  const rows = program.rowsIn(body).filter((each) => each.high > each.low);
  const belongs = (address: number) => {
    const position = positionAt(program, address, depth, kind === 'into');
    return position !== undefined && position.line === here.line && position.file.path === here.file.path;
  };
  // Only rows of this line, and rows of other files or lines that may be inlined into it, need the inline chain.
  const at = rows.findIndex((each) => pc >= each.low && pc < each.high);
  if (at < 0) return { ranges: [{ low: row.low, high: row.high }], function: info };
  const chosen = new Set([at]);
  for (let i = at + 1; i < rows.length && belongs(rows[i]?.low ?? 0); i++) chosen.add(i);
  for (let i = at - 1; i >= 0 && belongs(rows[i]?.low ?? 0); i--) chosen.add(i);
  for (const [index, each] of rows.entries()) {
    if (each.line === here.line && each.file.path === here.file.path && belongs(each.low)) chosen.add(index);
  }
  const ranges = [...chosen].sort((a, b) => a - b).flatMap((index) => rows[index] ?? []);
  return { ranges: merge(ranges), function: info };
}

function merge(ranges: readonly AddressRange[]): AddressRange[] {
  const merged: { low: number; high: number }[] = [];
  for (const { low, high } of [...ranges].sort((a, b) => a.low - b.low)) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last.high) last.high = Math.max(last.high, high);
    else merged.push({ low, high });
  }
  return merged;
}
