// The running of a step: to temporary breakpoints in the right call, past breakpoints of the user's that do not count, and what is known
// of the place where the core then stands. Where to run to is decided in stepper.ts.
import type { Engine } from '../engine';
import type { CallFrame } from '../stack';
import type { RunState } from '../target';
import { liveErrors } from './messages';
import type { OpenOcdTarget } from './openocdTarget';
import type { Floor } from './snapshot';

export type Granularity = 'line' | 'statement' | 'instruction';

export interface StepOptions {
  readonly granularity: Granularity;
  readonly signal: AbortSignal;
  /** Stepping into: stop only in the function that begins here. */
  readonly into?: number;
  /** The user's own breakpoints: a step that reaches one may end there. */
  readonly breakpoints: ReadonlySet<number>;
  /** Whether a stop at one of them counts: conditions, hit counts and log points. */
  stopsAt(pc: number): Promise<boolean>;
}

/** Why a step ended. `depth`: how many inlined calls deep the user is to be shown; undefined = as deep as code has run. */
export type StepEnd =
  | { readonly kind: 'done'; readonly depth?: number }
  | { readonly kind: 'interrupted'; readonly state: RunState };

/** Where a core stands. */
export interface Here {
  readonly pc: number;
  readonly frame: CallFrame | undefined;
  readonly cfa: number | undefined;
  readonly caller: CallFrame | undefined;
  /** Exceptions between the innermost frame and the outermost one that was looked at. */
  readonly exceptions: number;
  /** What the innermost exception has interrupted. */
  readonly interrupted: CallFrame | undefined;
}

/** Frames that are looked at to know where a step has come to. */
const FRAMES = 12;
/** How far behind a return a core may stop for a read of the return address. */
const LATE_BYTES = 4;

export class StepRuns {
  constructor(
    private readonly engine: Engine,
    private readonly target: OpenOcdTarget,
  ) {}

  /** Runs to one of the addresses. `interrupted` when something else stopped the core. */
  async runTo(
    thread: number,
    addresses: readonly number[],
    floors: readonly Floor[],
    options: StepOptions,
  ): Promise<StepEnd> {
    if (!(await this.fits(addresses))) throw liveErrors.noStepComparator();
    // Where the user has a breakpoint, a deeper call stops as well: that one is his.
    const own = floors.filter(({ address }) => !options.breakpoints.has(address));
    for (;;) {
      await this.target.runTo(thread, addresses, options.signal, own);
      options.signal.throwIfAborted();
      const end = this.stopOf(thread, addresses, own);
      const pc = this.target.programCounter(thread);
      const state = this.target.state(thread);
      const isBreakpoint = state.kind === 'halted' && state.reason.kind === 'breakpoint';
      if (!isBreakpoint || pc === undefined || !options.breakpoints.has(pc)) return end ?? { kind: 'done' };
      if (await options.stopsAt(pc)) return { kind: 'interrupted', state };
      if (addresses.includes(pc) && !(await this.#isDeeper(thread, pc, floors))) return { kind: 'done' };
    }
  }

  /** Whether the core stands in a deeper call than the one that is waited for. */
  async #isDeeper(thread: number, pc: number, floors: readonly Floor[]): Promise<boolean> {
    const floor = floors.find(({ address }) => address === pc);
    if (floor === undefined) return false;
    const value = (await this.target.readRegisters(thread, [floor.register])).get(floor.register);
    return value !== undefined && Number(value) < floor.least;
  }

  /** The end of the step when the core stopped for another reason than the step itself. */
  stopOf(thread: number, expected: readonly number[] | undefined, floors: readonly Floor[] = []): StepEnd | undefined {
    const state = this.target.state(thread);
    if (state.kind !== 'halted') return { kind: 'interrupted', state };
    const { kind } = state.reason;
    if (kind === 'step') return undefined;
    const pc = this.target.programCounter(thread);
    if (kind !== 'breakpoint' || pc === undefined) return { kind: 'interrupted', state };
    // A read of the stack that was watched is told an instruction or two late.
    const isBehind = floors.some(
      ({ address, slot }) => slot !== undefined && pc >= address && pc <= address + LATE_BYTES,
    );
    return expected === undefined || expected.includes(pc) || isBehind ? undefined : { kind: 'interrupted', state };
  }

  /** True when there are comparators enough for temporary breakpoints at all addresses. */
  fits(addresses: readonly number[]): Promise<boolean> {
    return this.target.hasRoomFor(addresses);
  }

  /** What the frame of `cfa` has in its CFA register at each address; deeper calls have less there. */
  floorsFor(addresses: readonly number[], cfa: number | undefined): Floor[] {
    if (cfa === undefined) return [];
    const { architecture, program } = this.engine;
    return addresses.flatMap((address) => {
      const rule = program.unwindRowAt(address)?.cfa;
      if (rule?.kind !== 'registerOffset') return [];
      return [{ address, register: architecture.registerName(rule.register), least: cfa - rule.offset }];
    });
  }

  async here(thread: number): Promise<Here> {
    const { frames } = await this.engine.frames(thread, 0, FRAMES);
    const exception = frames.findIndex(({ kind }) => kind === 'exception');
    const calls = frames.filter((frame) => frame.kind === 'call');
    const frame = calls[0];
    const caller = calls.find((each) => each.physicalIndex !== frame?.physicalIndex);
    return {
      pc: frame?.pc ?? this.target.programCounter(thread) ?? 0,
      frame,
      cfa: frame?.cfa,
      caller,
      exceptions: frames.filter(({ kind }) => kind === 'exception').length,
      interrupted: frames.slice(exception + 1).find((each) => each.kind === 'call'),
    };
  }
}

/** Where on the stack a function keeps the address that it returns to; undefined when it is in a register. */
export function returnSlot({ frame, cfa }: Here): number | undefined {
  const row = frame?.physical.row;
  const rule = row?.rules.get(row.returnAddressRegister);
  return cfa !== undefined && rule?.kind === 'offset' ? cfa + rule.offset : undefined;
}

type Activation = Pick<Here, 'cfa'>;

export const isSameCall = (a: Activation, b: Activation) =>
  a.cfa === b.cfa || a.cfa === undefined || b.cfa === undefined;

/** Whether `here` is a caller of `inner`, however far. */
export const isOuter = (here: Activation, inner: Activation) =>
  here.cfa !== undefined && inner.cfa !== undefined && here.cfa > inner.cfa;
