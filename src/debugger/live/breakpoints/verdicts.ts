// Whether a stop at a breakpoint is one for the user: conditions, hit counts and log points are decided here, on the halted core.
import type { Engine } from '../../engine';
import { EngineError, wordsOf } from '../../errors';
import { hex, readUnsigned } from '../../numbers';
import { describe, displayFor } from '../../values/describe';
import { Value } from '../../values/value';
import type { Breakpoints } from './breakpoints';
import type { DataBreakpoint, UserBreakpoint } from './userBreakpoint';
import { watchRanges } from './watchRanges';

/** Bytes of what is shown as one number. */
const LONGEST_NUMBER = 8;
/** Bytes of a longer range that are shown. */
const MOST_SHOWN = 4;

export interface Verdict {
  /** False: nobody wants to know; run on. */
  readonly stops: boolean;
  /** Ids of the breakpoints that made it stop. */
  readonly hit: readonly number[];
  /** For people: what a data breakpoint saw. */
  readonly text: string | undefined;
}

/** Text of log points and of conditions that cannot be evaluated. */
export type Say = (text: string) => void;

/** Decides for a stop at `pc`. A condition that cannot be evaluated stops, and says why. */
export async function judgeBreakpoints(
  engine: Engine,
  breakpoints: Breakpoints,
  thread: number,
  pc: number,
  say: Say,
): Promise<Verdict> {
  const here = breakpoints.at(pc);
  const hit: number[] = [];
  for (const breakpoint of here) if (await stopsAt(engine, breakpoint, thread, say)) hit.push(breakpoint.id);
  return { stops: hit.length > 0, hit, text: undefined };
}

async function stopsAt(engine: Engine, breakpoint: UserBreakpoint, thread: number, say: Say): Promise<boolean> {
  const { condition } = breakpoint.request;
  const verdict = await conditionOf(engine, condition, thread, say);
  if (verdict !== 'true') return verdict === 'unknown';
  breakpoint.hits++;
  if (breakpoint.hitCount !== undefined && !breakpoint.hitCount(breakpoint.hits)) return false;
  if (breakpoint.log === undefined) return true;
  let text = '';
  for (const part of breakpoint.log) text += part.kind === 'text' ? part.text : await show(engine, part.text, thread);
  say(`${text}\n`);
  return false;
}

/** What is known of a stop that data breakpoints may have made. */
export interface DataStop {
  readonly thread: number;
  /** OpenOCD says that a watchpoint made it. */
  readonly isWatchpoint: boolean;
  /** Addresses of the watchpoints that were met; undefined where the core cannot tell. */
  readonly matched: readonly number[] | undefined;
}

/** Decides for a stop on which data breakpoints may bear: tells old and new value of what changed, or what was accessed. */
export async function judgeData(
  engine: Engine,
  data: readonly DataBreakpoint[],
  stop: DataStop,
  say: Say,
): Promise<Verdict> {
  const hit: number[] = [];
  const texts: string[] = [];
  const placed = data.filter(({ problem }) => problem === undefined);
  for (const breakpoint of placed) {
    const { address, lengthBytes, access, label } = breakpoint.request;
    const { bytes } = await engine.target.readMemory(address, lengthBytes);
    const old = breakpoint.last;
    // Beside another core that runs, memory cannot be read everywhere.
    const isRead = bytes.length === lengthBytes;
    if (isRead) breakpoint.last = bytes;
    const hasChanged = isRead && old !== undefined && !equal(old, bytes);
    if (!isMeant(breakpoint, stop, hasChanged, placed.length)) continue;
    if (!(await holds(engine, breakpoint.request.condition, stop.thread, say))) continue;
    breakpoint.hits++;
    if (breakpoint.hitCount !== undefined && !breakpoint.hitCount(breakpoint.hits)) continue;
    hit.push(breakpoint.id);
    const now = isRead ? await describeContent(engine, breakpoint, bytes) : undefined;
    if (hasChanged) {
      const before = await describeContent(engine, breakpoint, old);
      // Of what is long the part that is shown may be the same.
      texts.push(`${label}: ${before === now ? describeChange(old, bytes) : `${before} → ${now}`}`);
    } else {
      const how = access === 'write' ? 'written' : 'accessed';
      texts.push(`${label} was ${how}${now === undefined ? '' : `: ${now}`}`);
    }
  }
  const text = texts.join(', ');
  if (hit.length > 0) say(`${text}\n`);
  return { stops: hit.length > 0, hit, text: text === '' ? undefined : text };
}

/** Whether a stop is one of this breakpoint, by the core's own word, else by what changed. */
function isMeant(
  { request: { address, lengthBytes, access } }: DataBreakpoint,
  { isWatchpoint, matched }: DataStop,
  hasChanged: boolean,
  count: number,
): boolean {
  const isKnown = matched !== undefined && (matched.length > 0 || !isWatchpoint);
  if (isKnown) return watchRanges(address, lengthBytes).some((range) => matched.includes(range.address));
  if (!isWatchpoint) return hasChanged && access !== 'read';
  return hasChanged || access !== 'write' || count === 1;
}

/** True when a breakpoint counts by its condition; one that cannot be evaluated counts, and says why. */
const holds = async (engine: Engine, condition: string | undefined, thread: number, say: Say) =>
  (await conditionOf(engine, condition, thread, say)) !== 'false';

async function conditionOf(
  engine: Engine,
  condition: string | undefined,
  thread: number,
  say: Say,
): Promise<'true' | 'false' | 'unknown'> {
  if (condition === undefined || condition.trim() === '') return 'true';
  try {
    return (await isTrue(engine, condition, thread)) ? 'true' : 'false';
  } catch (error) {
    say(`The condition “${condition}” cannot be evaluated: ${wordsOf(error)}\n`);
    return 'unknown';
  }
}

async function isTrue(engine: Engine, condition: string, thread: number): Promise<boolean> {
  const scope = await innermostScope(engine, thread);
  // The language's own idea of truth: pointers, floating-point numbers and enumerators have one as well.
  const { value } = await engine.evaluate(`!!(${condition})`, scope);
  const bits = await engine.run(() => value.readUnsigned());
  if ('problem' in bits) throw new EngineError(bits.problem);
  return bits.value !== 0n;
}

async function show(engine: Engine, expression: string, thread: number): Promise<string> {
  try {
    const scope = await innermostScope(engine, thread);
    const evaluated = await engine.evaluate(expression, scope);
    return await engine.run(() => describe(evaluated.value, displayFor(evaluated, engine.numberFormat)));
  } catch (error) {
    return `<${wordsOf(error)}>`;
  }
}

async function innermostScope(engine: Engine, thread: number) {
  const { frames } = await engine.frames(thread, 0, 1);
  const frame = frames[0];
  return engine.scope(frame?.kind === 'call' ? frame : undefined, thread);
}

/** As the Variables view shows it, where the type is known. */
function describeContent(engine: Engine, { request: { type } }: DataBreakpoint, bytes: Uint8Array): Promise<string> {
  const text = () =>
    type === undefined
      ? describeBytes(bytes, engine.target.isBigEndian)
      : describe(Value.of(engine.space, type, bytes), { format: engine.numberFormat });
  return engine.run(text);
}

/** Up to eight bytes as a number, decimal and hexadecimal. */
function describeBytes(bytes: Uint8Array, isBigEndian: boolean): string {
  if (bytes.length > LONGEST_NUMBER) return `${bytes.length} bytes`;
  const value = readUnsigned(bytes, isBigEndian);
  return `${value} (${hex(value)})`;
}

/** The bytes that differ, one by one. */
function describeChange(old: Uint8Array, bytes: Uint8Array): string {
  const changed = [...bytes.keys()].filter((index) => bytes[index] !== old[index]);
  const shown = changed
    .slice(0, MOST_SHOWN)
    .map((index) => `byte ${index}: ${hex(old[index] ?? 0, 2)} → ${hex(bytes[index] ?? 0, 2)}`);
  return `${shown.join(', ')}${changed.length > MOST_SHOWN ? ` and ${changed.length - MOST_SHOWN} more` : ''}`;
}

const equal = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index]);
