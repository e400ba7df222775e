// When a step by lines is over: decides for a place in the code whether the step ends there, goes on, or has come into the middle of
// another line, whose end is then waited for. The rules are those that users of GDB know. Reads the program only; nothing runs here.
import type { InlineFrame, LineRow, Program, SourcePosition } from '../../debuginfo/api';
import type { StepKind } from './stepRange';

/** What is being stepped: a line, in a function or in one of the functions that were inlined into it. */
export interface Standing {
  /** Undefined while a function is left: then the beginning of any line ends the step. */
  readonly line: SourcePosition | undefined;
  /** The inlined calls that the user stands in, outermost first, each by its lowest address. */
  readonly frame: readonly number[];
}

export type Verdict =
  /** `depth`: how many inlined calls deep the user is to be shown. */
  | { readonly kind: 'end'; readonly depth: number }
  | { readonly kind: 'on' }
  | { readonly kind: 'change'; readonly standing: Standing };

const on: Verdict = { kind: 'on' };

/** What a place in the code belongs to. */
interface Surroundings {
  readonly chain: readonly InlineFrame[];
  /** The inlined calls around the place, outermost first. */
  readonly frames: readonly number[];
  /** The innermost of them begin right here. */
  readonly entries: number;
}

/** A program stays as it is, and steps come to the same places again and again. */
const known = new WeakMap<Program, Map<number, Surroundings>>();
const KNOWN_LIMIT = 20_000;

function surroundings(program: Program, address: number): Surroundings {
  const places = known.get(program) ?? new Map<number, Surroundings>();
  known.set(program, places);
  const place = places.get(address);
  if (place !== undefined) return place;
  if (places.size >= KNOWN_LIMIT) places.clear();
  const chain = program.inlineChainAt(address);
  const inlined = chain.slice(0, -1).map(({ ranges }) => ranges.map(({ low }) => low));
  const first = inlined.findIndex((lows) => !lows.includes(address));
  const found = {
    chain,
    frames: inlined.map((lows) => Math.min(...lows)).reverse(),
    entries: first < 0 ? inlined.length : first,
  };
  places.set(address, found);
  return found;
}

const isPrefix = (frame: readonly number[], of: readonly number[]) =>
  frame.length <= of.length && frame.every((block, index) => block === of[index]);

const isSameFrame = (a: readonly number[], b: readonly number[]) => a.length === b.length && isPrefix(a, b);

const isSameLine = (a: SourcePosition | undefined, b: SourcePosition | undefined) =>
  a !== undefined && b !== undefined && a.line === b.line && a.file.path === b.file.path;

export const isSameStanding = (a: Standing, b: Standing): boolean =>
  isSameFrame(a.frame, b.frame) && (isSameLine(a.line, b.line) || (a.line === undefined && b.line === undefined));

/** Where a frame stands that has `depth` inlined calls around it; the call itself when there is code of deeper ones. */
function positionAt(program: Program, address: number, depth: number): SourcePosition | undefined {
  const { chain } = surroundings(program, address);
  const level = chain.length - 1 - depth;
  return level > 0 ? chain[level]?.position : program.statementRowAt(address);
}

/** What a step begins with. @param hidden innermost inlined calls that begin at the address and are not shown yet */
export function standingAt(program: Program, address: number, hidden: number): Standing {
  const { frames } = surroundings(program, address);
  const frame = frames.slice(0, Math.max(0, frames.length - hidden));
  return { line: positionAt(program, address, frame.length), frame };
}

/** What leaving an inlined function begins with. */
export const leaving = ({ frame }: Standing): Standing => ({ line: undefined, frame: frame.slice(0, -1) });

/**
 * Judges a place that a step has come to.
 * @param previous where the core was before, in the same call; undefined in another call, such as the caller after a return
 */
export function judge(
  program: Program,
  address: number,
  standing: Standing,
  kind: StepKind,
  granularity: 'line' | 'statement',
  previous: number | undefined,
): Verdict {
  const isSameCall = previous !== undefined;
  const before = isSameCall ? program.rowAt(previous) : undefined;
  // What a row of the line table covers is not divided.
  if (before !== undefined && address >= before.low && address < before.high) return on;
  const { frames, entries } = surroundings(program, address);
  const visible = frames.slice(0, frames.length - entries);
  const isSame = isSameCall && isSameFrame(visible, standing.frame);
  if (isSame && entries > 0) {
    // A function is inlined here, and its first instruction comes next.
    const isOurs = isSameLine(positionAt(program, address, visible.length), standing.line);
    if (isOurs && kind === 'over') return on;
    return { kind: 'end', depth: visible.length + (isOurs ? 1 : 0) };
  }
  // In the middle of a function inlined into the one that is stepped.
  if (isSameCall && !isSame && isPrefix(standing.frame, visible))
    return kind === 'over' ? on : { kind: 'end', depth: visible.length };
  const row = program.statementRowAt(address);
  if (row === undefined) return { kind: 'end', depth: visible.length };
  // Code that the compiler assigns to no line belongs to what is before it.
  if (row.line === 0) return on;
  const isOther = granularity === 'statement' || !isSameLine(row, standing.line);
  if (isOther && beginsAt(program, row, address, granularity)) {
    if (row.isStatement) return { kind: 'end', depth: visible.length };
    if (isSame) return on;
    // In another function any line that begins is one to stop at.
    return { kind: 'change', standing: { line: undefined, frame: visible } };
  }
  const next = { line: row, frame: visible };
  return isSameCall && isSameStanding(next, standing) ? on : { kind: 'change', standing: next };
}

/** Whether a line begins at an address. Blocks that the compiler tells apart inside one line (discriminators) are one. */
function beginsAt(program: Program, row: LineRow, address: number, granularity: 'line' | 'statement'): boolean {
  if (row.low !== address) return false;
  if (granularity === 'statement') return true;
  let hasBlocks = row.discriminator !== 0;
  for (let before = program.rowAt(row.low - 1); before !== undefined && isSameLine(before, row); ) {
    hasBlocks ||= before.discriminator !== 0;
    if (hasBlocks) return false;
    const earlier = program.rowAt(before.low - 1);
    if (earlier === undefined || earlier.low >= before.low) break;
    before = earlier;
  }
  return true;
}
