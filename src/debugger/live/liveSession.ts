// A live session: runs, pauses and steps the cores, decides which stops are for the user, and tells everything that happens.
// Speaks of threads and stops, knows no protocol; how code is stepped is in stepper.ts, what a stop means in stopReasons.ts.
import type { FunctionInfo } from '../../debuginfo/api';
import type { RunControl } from '../arch/runControl';
import type { Engine } from '../engine';
import type { ComparatorBudget, Disposable, RunState } from '../target';
import { Breakpoints } from './breakpoints/breakpoints';
import type { UserBreakpoint } from './breakpoints/userBreakpoint';
import { liveErrors, liveTexts } from './messages';
import type { OpenOcdTarget } from './openocdTarget';
import { readReturned } from './returnedValue';
import { type Granularity, type StepEnd, Stepper } from './stepper';
import { inlinedEntries } from './stepRange';
import { faultStop, readStop, type Stop } from './stopReasons';

export type { Stop, StopKind } from './stopReasons';

export interface LiveEvents {
  stopped(stop: Stop & { readonly allStopped: boolean }): void;
  continued(thread: number, all: boolean): void;
  /** Text for the user: log points, conditions that fail, the target's own words. */
  output(text: string, category: 'console' | 'important'): void;
  breakpointChanged(breakpoint: UserBreakpoint): void;
  budget(budget: ComparatorBudget): void;
  state(thread: number, state: RunState): void;
  /** The target was reset by somebody else. */
  reset(): void;
  lost(reason: string): void;
}

export interface LiveSessionOptions {
  /** Never use software breakpoints. */
  readonly hardwareOnly: boolean;
  /** Most hardware breakpoints to use; undefined = what the core has. */
  readonly hardwareLimit: number | undefined;
  readonly maskInterrupts: boolean;
}

export type StepMotion = 'over' | 'into' | 'out';

/** Something that runs cores until there is a stop for the user. */
interface Operation {
  readonly threads: readonly number[];
  readonly abort: AbortController;
  /** Set once it is decided why the operation ends. */
  stop: Stop | undefined;
  /** How many inlined calls deep a step ended, where that is less than the code there is. */
  depth: number | undefined;
  done: Promise<void>;
}

/** A false condition or a log point lets the core run on: the next stop is likely to be near. */
const AGAIN_EAGER_MS = 25;

export class LiveSession implements Disposable {
  readonly breakpoints: Breakpoints;
  readonly #stepper: Stepper;
  readonly #listeners = new Map<keyof LiveEvents, Set<(...args: never[]) => void>>();
  readonly #subscriptions: Disposable[];
  #operation: Operation | undefined;
  #isMasked: boolean;
  #isLost = false;
  /** Work that runs and resets cores by itself, such as programming. */
  #exclusive = 0;

  constructor(
    readonly engine: Engine,
    readonly target: OpenOcdTarget,
    readonly runControl: RunControl,
    options: LiveSessionOptions,
  ) {
    this.breakpoints = new Breakpoints(engine, target, options.hardwareOnly, options.hardwareLimit);
    this.#stepper = new Stepper(engine, target, runControl);
    this.#isMasked = options.maskInterrupts;
    this.#subscriptions = [
      target.on('state', (thread, state) => this.#stateChanged(thread, state)),
      target.onDisturbance((what) => {
        if (what === 'reset') this.#emit('reset');
        // A connection that is gone is told by whoever watches the core.
        else this.notice().catch(() => undefined);
      }),
    ];
  }

  on<E extends keyof LiveEvents>(event: E, listener: LiveEvents[E]): Disposable {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  }

  /** True while any core runs. */
  get isRunning(): boolean {
    return this.target.threads.some(({ id }) => this.target.state(id).kind !== 'halted');
  }

  /** Lets a core run, and with `all` every core that stands. Resolves when they run. @throws EngineError */
  async continue(thread: number, all: boolean): Promise<void> {
    const threads = all ? this.target.threads.map(({ id }) => id) : [thread];
    const halted = threads.filter((id) => this.target.state(id).kind === 'halted');
    if (halted.length === 0) throw liveErrors.alreadyRunning();
    this.#begin(halted, (operation) => this.#runAll(operation, []));
  }

  /** Waits for stops of cores that run already: after attaching, or when another client let them run. */
  follow(): void {
    const running = this.target.threads.map(({ id }) => id).filter((id) => this.target.state(id).kind !== 'halted');
    if (running.length > 0) this.#begin(running, (operation) => this.#runAll(operation, []));
  }

  /** Runs one core to the first of the addresses, or to whatever stops it before. */
  runTo(thread: number, addresses: readonly number[], arrived: Pick<Stop, 'kind' | 'description'>): void {
    this.#begin([thread], (operation) => this.#runAll(operation, addresses, arrived));
  }

  /** @throws EngineError when the core runs */
  checkHalted(thread: number): void {
    if (this.target.state(thread).kind !== 'halted') throw liveErrors.running(this.target.targetName(thread));
    if (this.#operation !== undefined) throw liveErrors.alreadyRunning();
  }

  /** Begins a step of one core; the `stopped` event tells its end. @throws EngineError */
  step(thread: number, motion: StepMotion, granularity: Granularity, into?: number): void {
    this.checkHalted(thread);
    this.#begin([thread], async (operation) => {
      const left = motion === 'out' ? await this.#functionOf(thread) : undefined;
      const end = await this.#masked(() => this.#stepOnce(operation, thread, motion, granularity, into));
      if (end.kind === 'done' && left !== undefined) {
        const returned = await readReturned(this.engine, thread, left);
        if (returned !== undefined) this.engine.keepReturned(thread, returned);
      }
      if (operation.stop !== undefined) return;
      operation.stop =
        end.kind === 'done'
          ? { thread, kind: 'step', description: undefined, text: undefined, hit: [] }
          : await this.#stopFor(thread, end.state, true);
    });
  }

  /** The function that a core stands in; undefined inside an inlined one, which returns nothing. */
  async #functionOf(thread: number): Promise<FunctionInfo | undefined> {
    const { frames } = await this.engine.frames(thread, 0, 1);
    const [frame] = frames;
    return frame?.kind === 'call' && !frame.isInlined ? frame.function : undefined;
  }

  /** Halts a core, or all. Answers at once whatever is going on; the `stopped` event follows. */
  async pause(thread: number): Promise<void> {
    const operation = this.#operation;
    const stop: Stop = { thread, kind: 'pause', description: undefined, text: undefined, hit: [] };
    if (operation !== undefined) {
      operation.stop ??= stop;
      operation.abort.abort();
      await this.target.halt();
      await operation.done;
      return;
    }
    if (!this.isRunning) return;
    await this.target.halt();
    this.#emit('stopped', { ...(await this.#explainPause(stop)), allStopped: true });
  }

  /** What the core was found doing when the user paused it: in the handler of a fault, or asleep. */
  async #explainPause(stop: Stop): Promise<Stop> {
    const fault = await faultStop(this.engine, stop.thread);
    if (fault !== undefined) return fault;
    const pc = this.target.programCounter(stop.thread);
    const before = pc === undefined ? undefined : this.engine.program.bytesAt(pc - 2, 2);
    const isAsleep = before !== undefined && this.runControl.isSleep(before);
    return isAsleep ? { ...stop, description: liveTexts.sleeping } : stop;
  }

  /** Moves a halted core to another place of the program. @throws EngineError */
  async goto(thread: number, address: number): Promise<void> {
    this.checkHalted(thread);
    const { program, architecture } = this.engine;
    const pc = this.target.programCounter(thread) ?? 0;
    const [from, to] = [program.functionAt(pc), program.functionAt(address)];
    await this.target.writeRegister(thread, 'pc', BigInt(address));
    this.engine.invalidate();
    if (from?.entry !== to?.entry) {
      const name = (at: number, info: typeof from) =>
        info?.qualifiedName ?? `0x${at.toString(16).padStart(architecture.addressSize * 2, '0')}`;
      this.#say(liveTexts.otherFrame(name(pc, from), name(address, to)), 'important');
    }
    this.announce({ thread, kind: 'goto', description: undefined, text: undefined, hit: [] });
  }

  /** Tells a stop that was not preceded by a run of ours: after attaching, or a reset. */
  announce(stop: Stop): void {
    this.#emit('stopped', { ...stop, allStopped: !this.isRunning });
  }

  /** Ends what is running without telling a stop, so that something else can be done with the cores. */
  async quiesce(): Promise<void> {
    const operation = this.#operation;
    if (operation === undefined) return;
    this.#operation = undefined;
    operation.stop ??= { thread: 1, kind: 'pause', description: undefined, text: undefined, hit: [] };
    operation.abort.abort();
    await this.target.halt();
    await operation.done;
  }

  /** Does something that moves cores in its own way, such as programming flash: nobody is told of that. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.quiesce();
    this.#exclusive++;
    try {
      return await work();
    } finally {
      this.#exclusive--;
    }
  }

  /** Resets all cores and leaves them halted at the reset vector. */
  async resetHalt(mode: 'halt' | 'init' = 'halt'): Promise<void> {
    await this.quiesce();
    await this.target.reset(mode);
  }

  /** Takes the breakpoints away and leaves the cores running, halted or after a reset. `mayResume`: they were running before. */
  async leave(how: 'resume' | 'halt' | 'reset', mayResume: boolean): Promise<void> {
    const running = this.isRunning;
    if (running && (how === 'halt' || this.breakpoints.needHalt)) await this.quiesce();
    await this.breakpoints.removeAll();
    if (how === 'halt') return;
    if (how === 'reset') {
      await this.quiesce();
      await this.target.reset('run');
    } else if (mayResume) await this.target.resume();
  }

  /** True after the connection to the target was lost. */
  get isLost(): boolean {
    return this.#isLost;
  }

  get isMasked(): boolean {
    return this.#isMasked;
  }

  /** Whether interrupts are held back while stepping. @throws EngineError where the core cannot */
  setMasked(masked: boolean): void {
    if (masked && this.runControl.maskInterrupts === undefined) throw liveErrors.cannotMask();
    this.#isMasked = masked;
  }

  /** Looks whether another client of OpenOCD has moved cores that nobody here runs, and tells it. */
  async notice(): Promise<void> {
    if (this.#operation !== undefined || this.#isLost || this.#exclusive > 0) return;
    const moved = await this.target.lookForChanges();
    if (this.#operation !== undefined || this.#exclusive > 0 || moved === undefined) return;
    if (this.isRunning) this.follow();
    else {
      this.announce({ thread: moved, kind: 'pause', description: liveTexts.foreignHalt, text: undefined, hit: [] });
    }
  }

  /** Tells how many comparators are in use, to whoever listens. */
  async tellBudget(): Promise<void> {
    this.#emit('budget', await this.target.budget());
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#isLost = true;
    this.#operation?.abort.abort();
    this.target.stopWatching();
  }

  // ---- operations

  #begin(threads: readonly number[], work: (operation: Operation) => Promise<void>): void {
    if (this.#operation !== undefined) throw liveErrors.alreadyRunning();
    const operation: Operation = {
      threads,
      abort: new AbortController(),
      stop: undefined,
      depth: undefined,
      done: Promise.resolve(),
    };
    this.#operation = operation;
    operation.done = this.#carryOut(operation, work).catch((error: unknown) =>
      this.#say(`${words(error)}\n`, 'important'),
    );
  }

  async #carryOut(operation: Operation, work: (operation: Operation) => Promise<void>): Promise<void> {
    try {
      await work(operation);
    } catch (error) {
      if (operation.stop === undefined && !this.#isLost) this.#say(liveTexts.stepFailed(words(error)), 'important');
      // What failed may have failed because the target is gone.
      await this.target.refresh().catch(() => undefined);
    }
    if (this.#operation !== operation) return;
    this.#operation = undefined;
    if (this.#isLost) return;
    const [thread = 1] = operation.threads;
    // What failed in between may have left a core running: the user is told of a stop only when there is one.
    if (operation.threads.some((id) => this.target.state(id).kind !== 'halted')) await this.#haltQuietly(operation);
    if (this.#isLost) return;
    if (operation.threads.some((id) => this.target.state(id).kind !== 'halted')) {
      // A core that cannot be halted, such as one held in reset, goes on as far as anybody can tell.
      this.follow();
      return;
    }
    const stop = operation.stop ?? { thread, kind: 'pause', description: undefined, text: undefined, hit: [] };
    const told = stop.kind === 'pause' && stop.description === undefined ? await this.#explainPause(stop) : stop;
    this.#showInlined(told, operation.depth);
    this.#emit('stopped', { ...told, allStopped: !this.isRunning });
  }

  /** Hides inlined functions that begin where the core stands, unless the user stepped into them or has a breakpoint in them. */
  #showInlined(stop: Stop, depth: number | undefined): void {
    const { program } = this.engine;
    const pc = this.target.programCounter(stop.thread);
    if (pc === undefined) return;
    const chain = program.inlineChainAt(pc);
    let hidden = inlinedEntries(program, pc);
    if (depth !== undefined) hidden = Math.min(hidden, Math.max(0, chain.length - 1 - depth));
    for (const { position } of this.breakpoints.at(pc).filter(({ id }) => stop.hit.includes(id))) {
      const level = chain.findIndex(
        (frame) => frame.position?.line === position?.line && frame.position?.file.path === position?.file.path,
      );
      if (level >= 0) hidden = Math.min(hidden, level);
    }
    this.engine.hideInlined(stop.thread, hidden);
  }

  async #haltQuietly(operation: Operation): Promise<void> {
    for (const id of operation.threads) {
      await this.target.halt(id).catch((error: unknown) => this.#say(`${words(error)}\n`, 'important'));
    }
  }

  /** Runs the operation's cores until one of them has a stop for the user; then halts the others. */
  async #runAll(
    operation: Operation,
    addresses: readonly number[],
    arrived?: Pick<Stop, 'kind' | 'description'>,
  ): Promise<void> {
    await Promise.all(
      operation.threads.map(async (thread) => {
        const stop = await this.#runOne(operation, thread, addresses, arrived);
        if (stop === undefined || operation.stop !== undefined) return;
        operation.stop = stop;
        for (const other of operation.threads) if (other !== thread) await this.target.halt(other);
      }),
    );
  }

  async #runOne(
    operation: Operation,
    thread: number,
    addresses: readonly number[],
    arrived: Pick<Stop, 'kind' | 'description'> | undefined,
  ): Promise<Stop | undefined> {
    for (let round = 0; operation.stop === undefined; round++) {
      const { done } =
        this.target.state(thread).kind === 'halted'
          ? await this.target.run(thread, addresses, round === 0 ? 0 : AGAIN_EAGER_MS)
          : { done: this.target.follow(thread) };
      // The pause may have come while the core was being started.
      if (operation.stop !== undefined) await this.target.halt(thread);
      const state = await done;
      if (operation.stop !== undefined || state.kind !== 'halted') return undefined;
      const pc = this.target.programCounter(thread);
      const isArrived = arrived !== undefined && pc !== undefined && addresses.includes(pc);
      const stop = await this.#stopFor(thread, state, false);
      if (stop !== undefined && !(isArrived && stop.hit.length === 0)) return stop;
      if (isArrived) return { thread, text: undefined, hit: [], ...arrived };
    }
    return undefined;
  }

  async #stepOnce(
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
      breakpoints: this.breakpoints.addresses(),
      stopsAt: async (pc: number) => {
        judged = pc;
        const stop = await this.#stopAtBreakpoint(thread, pc);
        operation.stop ??= stop;
        return stop !== undefined;
      },
    };
    const end = await this.#stepper[motion](thread, options);
    if (end.kind === 'done') operation.depth = end.depth;
    const pc = this.target.programCounter(thread);
    // Stepping onto a breakpoint is reaching it: continuing from here would run over it.
    if (end.kind === 'done' && pc !== undefined && pc !== judged)
      operation.stop ??= await this.#stopAtBreakpoint(thread, pc);
    return end;
  }

  /** Holds interrupts back for the time of a step, where the user wants it. */
  async #masked<T>(work: () => Promise<T>): Promise<T> {
    const commands = this.runControl.maskInterrupts;
    if (!this.#isMasked || commands === undefined) return work();
    await this.target.command(commands.on);
    try {
      return await work();
    } finally {
      if (!this.#isLost) await this.target.command(commands.off);
    }
  }

  // ---- verdicts

  /** The stop a user is told of; undefined when the core is to run on. */
  #stopFor(thread: number, state: RunState, isStep: boolean): Promise<Stop | undefined> {
    return readStop(this.engine, this.target, this.breakpoints, thread, state, isStep, (text) =>
      this.#say(text, 'console'),
    );
  }

  #stopAtBreakpoint(thread: number, pc: number): Promise<Stop | undefined> {
    if (this.breakpoints.at(pc).length === 0) return Promise.resolve(undefined);
    return this.#stopFor(thread, { kind: 'halted', reason: { kind: 'breakpoint' } }, true);
  }

  // ---- events

  #stateChanged(thread: number, state: RunState): void {
    if (state.kind === 'lost') {
      if (this.#isLost) return;
      this.#isLost = true;
      this.#operation?.abort.abort();
      this.#emit('lost', state.reason);
      return;
    }
    this.#emit('state', thread, state);
    if (this.#operation?.threads.includes(thread) === true) {
      const isAll = this.#operation.threads.length === this.target.threads.length;
      if (state.kind === 'running') this.#emit('continued', thread, isAll);
    }
  }

  #say(text: string, category: 'console' | 'important'): void {
    this.#emit('output', text, category);
  }

  #emit<E extends keyof LiveEvents>(event: E, ...args: Parameters<LiveEvents[E]>): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (...values: unknown[]) => void)(...args);
  }
}

const words = (error: unknown) => (error instanceof Error ? error.message : String(error));
