// Whether a stop at a breakpoint is one for the user: conditions, hit counts and log points are decided here, on the halted core.
import type { Engine } from '../../engine';
import { EngineError, wordsOf } from '../../errors';
import { describe, natural } from '../../values/describe';
import type { Breakpoints } from './breakpoints';
import type { DataBreakpoint, UserBreakpoint } from './userBreakpoint';

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
  if (condition !== undefined && condition.trim() !== '') {
    try {
      if (!(await isTrue(engine, condition, thread))) return false;
    } catch (error) {
      say(`The condition “${condition}” cannot be evaluated: ${wordsOf(error)}\n`);
      return true;
    }
  }
  breakpoint.hits++;
  if (breakpoint.hitCount !== undefined && !breakpoint.hitCount(breakpoint.hits)) return false;
  if (breakpoint.log === undefined) return true;
  let text = '';
  for (const part of breakpoint.log) text += part.kind === 'text' ? part.text : await show(engine, part.text, thread);
  say(`${text}\n`);
  return false;
}

/** Decides for a stop by a watchpoint: tells old and new value of what changed, or what was accessed. */
export async function judgeData(
  engine: Engine,
  data: readonly DataBreakpoint[],
  thread: number,
  address: number | undefined,
  say: Say,
): Promise<Verdict> {
  const hit: number[] = [];
  const texts: string[] = [];
  for (const breakpoint of data.filter(({ problem }) => problem === undefined)) {
    const { address: start, lengthBytes, access, label, condition } = breakpoint.request;
    const { bytes } = await engine.target.readMemory(start, lengthBytes);
    const old = breakpoint.last;
    breakpoint.last = bytes;
    const changed = old !== undefined && !equal(old, bytes);
    const named = address !== undefined && address >= start && address < start + lengthBytes;
    const possible = address === undefined ? changed || access !== 'write' || data.length === 1 : named;
    if (!possible) continue;
    if (
      condition !== undefined &&
      condition.trim() !== '' &&
      !(await isTrue(engine, condition, thread).catch(() => true))
    )
      continue;
    breakpoint.hits++;
    if (breakpoint.hitCount !== undefined && !breakpoint.hitCount(breakpoint.hits)) continue;
    hit.push(breakpoint.id);
    texts.push(
      changed
        ? `${label}: ${number(old)} → ${number(bytes)}`
        : `${label} was ${access === 'write' ? 'written' : 'accessed'}: ${number(bytes)}`,
    );
  }
  const text = texts.join(', ');
  if (hit.length > 0) say(`${text}\n`);
  return { stops: hit.length > 0, hit, text: text === '' ? undefined : text };
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
    const { value, suffix } = await engine.evaluate(expression, scope);
    return await engine.run(() => describe(value, { ...natural, format: suffix.format }));
  } catch (error) {
    return `<${wordsOf(error)}>`;
  }
}

async function innermostScope(engine: Engine, thread: number) {
  const { frames } = await engine.frames(thread, 0, 1);
  const frame = frames[0];
  return engine.scope(frame?.kind === 'call' ? frame : undefined, thread);
}

/** Little endian bytes as a number, decimal and hexadecimal. */
function number(bytes: Uint8Array): string {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return `${value} (0x${value.toString(16)})`;
}

const equal = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index]);
