// The code that belongs to one step, and the places where execution can leave it. Reads the program only; nothing runs here.
import type { AddressRange, FunctionInfo, Program, SourcePosition } from '../../debuginfo/api';
import type { RunControl } from '../arch/runControl';

/** How a step treats the functions that are called on the way. */
export type StepKind = 'over' | 'into';

export interface StepRange {
  /** Sorted, not overlapping. */
  readonly ranges: readonly AddressRange[];
  readonly function: FunctionInfo | undefined;
}

export interface Exits {
  /** First instructions outside the range that can be reached from inside. */
  readonly addresses: readonly number[];
  /** Instructions inside that go where only the running core knows: returns, computed jumps; when stepping into, such calls too. */
  readonly decisions: readonly number[];
  /** When stepping into: behind the prologues of the functions that are called directly. */
  readonly entries: readonly number[];
}

/** Code beyond this many bytes is not read for one step; the step then goes branch by branch. */
const LIMIT_BYTES = 8192;

const isIn = (ranges: readonly AddressRange[], address: number) =>
  ranges.some(({ low, high }) => address >= low && address < high);

export const contains = (range: StepRange, address: number): boolean => isIn(range.ranges, address);

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

/** True when two addresses belong to the same source line of the function `depth` inlined calls deep. */
export function areOnOneLine(program: Program, address: number, other: number, depth: number): boolean {
  const a = positionAt(program, address, depth, false);
  const b = positionAt(program, other, depth, false);
  return a !== undefined && b !== undefined && a.line === b.line && a.file.path === b.file.path;
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

/** The code of the statement at `pc` alone: its row of the line table and those behind it that do not begin another one. */
export function statementRange(program: Program, pc: number): StepRange | undefined {
  const row = program.rowAt(pc);
  if (row === undefined) return undefined;
  let { high } = row;
  for (let next = program.rowAt(high); next?.low === high && !next.isStatement; next = program.rowAt(high)) {
    if (next.high <= high) break;
    high = next.high;
  }
  return { ranges: [{ low: row.low, high }], function: program.functionAt(pc) };
}

/** All of the innermost inlined function at `pc`, or the whole function. */
export function functionRange(program: Program, pc: number): StepRange | undefined {
  const [innermost] = program.inlineChainAt(pc);
  return innermost === undefined ? undefined : { ranges: merge(innermost.ranges), function: innermost.function };
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

export type ReadCode = (address: number, length: number) => Uint8Array | undefined;

/**
 * Reads the code of a range and finds all ways out of it.
 * Undefined when it is too long or cannot be read: then the step goes from branch to branch.
 */
export function exitsOf(
  program: Program,
  runControl: RunControl,
  range: StepRange,
  kind: StepKind,
  read: ReadCode,
  /** Stepping into: the function that begins here alone. */
  into?: number,
): Exits | undefined {
  if (range.ranges.reduce((sum, { low, high }) => sum + high - low, 0) > LIMIT_BYTES) return undefined;
  const addresses = new Set<number>();
  const decisions = new Set<number>();
  const entries = new Set<number>();
  const enter = (call: number, target: number | undefined) => {
    const callee = target === undefined ? undefined : program.functionAt(target);
    // Without lines it is a library's function, or a veneer that leads to one with lines.
    if (callee?.entry !== target || callee?.afterPrologue === undefined) decisions.add(call);
    else if (into === undefined || into === target) entries.add(callee.afterPrologue);
  };
  const leave = (target: number) => {
    if (!isIn(range.ranges, target)) addresses.add(target);
  };
  for (const { low, high } of range.ranges) {
    const decode = runControl.decoder(isThumbAt(program, low));
    let conditional = 0;
    for (let address = low; address < high; ) {
      if (program.codeKindAt(address) === 'data') {
        address += 2;
        continue;
      }
      const code = read(address, 4) ?? read(address, 2);
      const decoded = code === undefined ? undefined : decode(code, address, conditional > 0);
      if (decoded === undefined) return undefined;
      conditional = decoded.conditionalNext ?? Math.max(0, conditional - 1);
      const next = address + decoded.length;
      const { flow } = decoded;
      if (flow.kind === 'jump' || flow.kind === 'branch') leave(flow.target);
      if (flow.kind === 'indirect') decisions.add(address);
      if (flow.kind === 'call' && kind === 'into') enter(address, flow.target);
      const goesOn = flow.kind !== 'jump' && !(flow.kind === 'indirect' && !flow.isConditional);
      if (goesOn) leave(next);
      address = next;
    }
  }
  return { addresses: [...addresses], decisions: [...decisions], entries: [...entries] };
}

/** The next instruction from `pc` on that may not fall through to its successor, inside the range; else the range's end. */
export function nextBranch(
  program: Program,
  runControl: RunControl,
  range: AddressRange,
  pc: number,
  kind: StepKind,
  read: ReadCode,
): number | undefined {
  const decode = runControl.decoder(isThumbAt(program, pc));
  let conditional = 0;
  for (let address = pc; address < range.high; ) {
    const code = read(address, 4) ?? read(address, 2);
    const decoded = code === undefined ? undefined : decode(code, address, conditional > 0);
    if (decoded === undefined) return undefined;
    conditional = decoded.conditionalNext ?? Math.max(0, conditional - 1);
    const { flow } = decoded;
    const falls = flow.kind === 'sequential' || flow.kind === 'trap' || (flow.kind === 'call' && kind === 'over');
    if (!falls) return address;
    address += decoded.length;
  }
  return range.high;
}
