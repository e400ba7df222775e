// One step of the user's as an operation: with interrupts held back where he wants it, ending early at a breakpoint of his, and with what
// the function returned after stepping out of it. How code is stepped is in stepper.ts.
import type { FunctionInfo } from '../../debuginfo/api';
import type { RunControl } from '../arch/runControl';
import { liveErrors } from './messages';
import type { Operation, OperationHost, Operations } from './operations';
import { readReturned } from './returnedValue';
import { type Granularity, type StepEnd, Stepper } from './stepper';
import type { Stop } from './stopReasons';

export type StepMotion = 'over' | 'into' | 'out';

export class StepOperation {
  readonly #stepper: Stepper;
  #isMasked: boolean;

  constructor(
    private readonly host: OperationHost,
    private readonly operations: Operations,
    private readonly runControl: RunControl,
    isMasked: boolean,
  ) {
    this.#stepper = new Stepper(host.engine, host.target, runControl);
    this.#isMasked = isMasked;
  }

  get isMasked(): boolean {
    return this.#isMasked;
  }

  /** Whether interrupts are held back while stepping. @throws EngineError where the core cannot */
  setMasked(masked: boolean): void {
    if (masked && this.runControl.maskInterrupts === undefined) throw liveErrors.cannotMask();
    this.#isMasked = masked;
  }

  /** @param into the only function to stop in when stepping into */
  begin(thread: number, motion: StepMotion, granularity: Granularity, into?: number): void {
    this.operations.begin([thread], async (operation) => {
      const left = motion === 'out' ? await this.#functionOf(thread) : undefined;
      const end = await this.#masked(() => this.#step(operation, thread, motion, granularity, into));
      if (end.kind === 'done' && left !== undefined) {
        const returned = await readReturned(this.host.engine, thread, left);
        if (returned !== undefined) this.host.engine.keepReturned(thread, returned);
      }
      if (operation.stop !== undefined) return;
      operation.stop =
        end.kind === 'done'
          ? { thread, kind: 'step', description: undefined, text: undefined, hit: [] }
          : await this.operations.stopFor(thread, end.state, true);
    });
  }

  /** The function that a core stands in; undefined inside an inlined one, which returns nothing. */
  async #functionOf(thread: number): Promise<FunctionInfo | undefined> {
    const { frames } = await this.host.engine.frames(thread, 0, 1);
    const [frame] = frames;
    return frame?.kind === 'call' && !frame.isInlined ? frame.function : undefined;
  }

  async #step(
    operation: Operation,
    thread: number,
    motion: StepMotion,
    granularity: Granularity,
    into: number | undefined,
  ): Promise<StepEnd> {
    let judged: number | undefined;
    const options = {
      granularity,
      signal: operation.abort.signal,
      ...(into === undefined ? {} : { into }),
      breakpoints: this.host.breakpoints.addresses(),
      stopsAt: async (pc: number) => {
        judged = pc;
        const stop = await this.#stopAtBreakpoint(thread, pc);
        operation.stop ??= stop;
        return stop !== undefined;
      },
    };
    const end = await this.#stepper[motion](thread, options);
    if (end.kind === 'done') operation.depth = end.depth;
    const pc = this.host.target.programCounter(thread);
    // Stepping onto a breakpoint is reaching it: continuing from here would run over it.
    if (end.kind === 'done' && pc !== undefined && pc !== judged)
      operation.stop ??= await this.#stopAtBreakpoint(thread, pc);
    return end;
  }

  /** Holds interrupts back for the time of a step, where the user wants it. */
  async #masked<T>(work: () => Promise<T>): Promise<T> {
    const commands = this.runControl.maskInterrupts;
    if (!this.#isMasked || commands === undefined) return work();
    await this.host.target.command(commands.on);
    try {
      return await work();
    } finally {
      if (!this.host.isLost) await this.host.target.command(commands.off);
    }
  }

  #stopAtBreakpoint(thread: number, pc: number): Promise<Stop | undefined> {
    if (this.host.breakpoints.at(pc).length === 0) return Promise.resolve(undefined);
    return this.operations.stopFor(thread, { kind: 'halted', reason: { kind: 'breakpoint' } }, true);
  }
}
