// Why a core stands, as a user understands it: which of his breakpoints, which changed value, which fault. Decides as well whether
// the stop is for him at all.
import type { RunControl } from '../arch/runControl';
import type { Engine } from '../engine';
import { EngineError } from '../errors';
import type { RunState } from '../target';
import type { Breakpoints } from './breakpoints/breakpoints';
import { judgeBreakpoints, judgeData, type Say } from './breakpoints/verdicts';
import { liveTexts } from './messages';
import type { OpenOcdTarget } from './openocdTarget';

export type StopKind =
  | 'breakpoint'
  | 'function breakpoint'
  | 'instruction breakpoint'
  | 'data breakpoint'
  | 'step'
  | 'pause'
  | 'exception'
  | 'entry'
  | 'goto'
  | 'reset';

/** A stop that the user is told of. */
export interface Stop {
  readonly thread: number;
  readonly kind: StopKind;
  /** A few words for the call stack. */
  readonly description: string | undefined;
  /** A sentence with the details. */
  readonly text: string | undefined;
  /** Ids of the user's breakpoints that made it. */
  readonly hit: readonly number[];
  /** Another client of OpenOCD made it. */
  readonly isForeign?: boolean;
}

/** Where the pc of a locked-up Cortex-M stands (DDI0403 B1.5.15). */
const LOCKUP_PC = 0xfffffffe;

/**
 * The stop for a state, or undefined when the core is to run on: a condition was false, a message was logged, or nothing known
 * made it stop although it ran through one of the user's addresses.
 */
export async function readStop(
  engine: Engine,
  target: OpenOcdTarget,
  breakpoints: Breakpoints,
  thread: number,
  state: RunState,
  isStep: boolean,
  say: Say,
): Promise<Stop | undefined> {
  const common = { thread, description: undefined, text: undefined, hit: [] } as const;
  if (state.kind !== 'halted') return { ...common, kind: 'pause' };
  const pc = target.programCounter(thread);
  if (pc === LOCKUP_PC) return lockup(thread);
  const here = pc === undefined ? [] : breakpoints.at(pc);
  const { reason } = state;
  const isWatchpoint = reason.kind === 'watchpoint';
  if (isWatchpoint || breakpoints.data.length > 0) {
    const matched = await target.matchedWatchpoints(thread);
    const verdict = await judgeData(engine, breakpoints.data, { thread, isWatchpoint, matched }, say);
    if (verdict.stops) {
      return { ...common, kind: 'data breakpoint', text: verdict.text, hit: verdict.hit };
    }
    if (isWatchpoint && breakpoints.hasWatchpoint(matched)) return undefined;
    if (isWatchpoint) return { ...common, kind: 'data breakpoint', description: liveTexts.foreignWatchpoint };
  }
  if (reason.kind === 'breakpoint' && here.length > 0 && pc !== undefined) {
    const verdict = await judgeBreakpoints(engine, breakpoints, thread, pc, say);
    if (!verdict.stops) return undefined;
    const first = here.find(({ id }) => verdict.hit.includes(id));
    const kind = (
      { line: 'breakpoint', function: 'function breakpoint', instruction: 'instruction breakpoint' } as const
    )[first?.request.where.kind ?? 'line'];
    return { ...common, kind, hit: verdict.hit };
  }
  switch (reason.kind) {
    case 'breakpoint':
      // OpenOCD tells a vector catch in the same word; else it is a breakpoint instruction of the program itself.
      return (
        (await faultStop(engine, thread)) ?? { ...common, kind: 'exception', description: liveTexts.breakInstruction }
      );
    case 'exception':
      return (
        (await faultStop(engine, thread)) ?? {
          ...common,
          kind: 'exception',
          description: liveTexts.exception,
          text: reason.description,
        }
      );
    case 'reset':
      return { ...common, kind: 'reset', description: liveTexts.reset };
    case 'step':
      return { ...common, kind: 'step' };
    case 'entry':
      return { ...common, kind: 'entry' };
    default:
      // Nothing here asked for this halt: the user did with a command, or another client of OpenOCD.
      return (
        (await faultStop(engine, thread)) ?? {
          ...common,
          kind: 'pause',
          ...(isStep ? {} : whoHalted(target)),
        }
      );
  }
}

/** Of a halt that this session did not ask for. */
export const whoHalted = ({ isCommanded }: OpenOcdTarget) => ({
  description: isCommanded ? liveTexts.commandedHalt : liveTexts.foreignHalt,
  isForeign: !isCommanded,
});

/** A stop in a handler of a fault, told as that fault. A stack that cannot be followed hides it. */
export async function faultStop(engine: Engine, thread: number): Promise<Stop | undefined> {
  const registers = await engine.target.readRegisters(thread, ['pc']).catch(() => undefined);
  const pc = registers?.get('pc');
  if (pc !== undefined && engine.architecture.codeAddress(pc) === LOCKUP_PC) return lockup(thread);
  const fault = await tryFault(engine, thread);
  if (fault === undefined) return undefined;
  const { report, interrupted } = fault;
  const { position } = interrupted ?? {};
  const where =
    interrupted === undefined
      ? ''
      : position === undefined
        ? interrupted.name
        : `${interrupted.name}, ${position.file.name}:${position.line}`;
  const text = where === '' ? report.summary : `${report.summary} (in ${where})`;
  return { thread, kind: 'exception', description: report.name, text, hit: [] };
}

/** What a core was found doing when the user paused it: in the handler of a fault, or asleep. */
export async function explainPause(
  engine: Engine,
  target: OpenOcdTarget,
  runControl: RunControl,
  stop: Stop,
): Promise<Stop> {
  const fault = await faultStop(engine, stop.thread);
  if (fault !== undefined) return fault;
  const pc = target.programCounter(stop.thread);
  const before = pc === undefined ? undefined : engine.program.bytesAt(pc - 2, 2);
  const isAsleep = before !== undefined && runControl.isSleep(before);
  return isAsleep ? { ...stop, description: liveTexts.sleeping } : stop;
}

const lockup = (thread: number): Stop => ({
  thread,
  kind: 'exception',
  description: liveTexts.lockup,
  text: liveTexts.lockupDetails,
  hit: [],
});

async function tryFault(engine: Engine, thread: number): ReturnType<Engine['fault']> {
  try {
    return await engine.fault(thread);
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
