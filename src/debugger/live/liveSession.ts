// A live session: runs, pauses and steps the cores, decides which stops are for the user, and tells everything that happens.
// Speaks of threads and stops, knows no protocol. What runs cores until a stop is in operations.ts and stepOperation.ts, what a stop means
// in stopReasons.ts.

import type { RunControl } from '../arch/runControl';
import type { Engine } from '../engine';
import type { ComparatorBudget, Disposable, RunState } from '../target';
import { Breakpoints } from './breakpoints/breakpoints';
import type { UserBreakpoint } from './breakpoints/userBreakpoint';
import { Emitter } from './emitter';
import { liveErrors, liveTexts } from './messages';
import type { OpenOcdTarget } from './openocdTarget';
import { type OperationHost, Operations, pauseOf } from './operations';
import { type StepMotion, StepOperation } from './stepOperation';
import type { Granularity } from './stepper';
import { explainPause, type Stop, whoHalted } from './stopReasons';
import { Turns } from './turns';

export type { StepMotion } from './stepOperation';
export type { Stop, StopKind } from './stopReasons';

export interface LiveEvents {
  stopped(stop: Stop & { readonly allStopped: boolean }): void;
  continued(thread: number, all: boolean): void;
  /** Text for the user: log points, conditions that fail, the target's own words. */
  output(text: string, category: 'console' | 'important'): void;
  breakpointChanged(breakpoint: UserBreakpoint): void;
  budget(budget: ComparatorBudget): void;
  state(thread: number, state: RunState): void;
  /** The target was reset by somebody else, or by a command of the user. */
  reset(isCommanded: boolean): void;
  lost(reason: string): void;
}

export interface LiveSessionOptions {
  /** Never use software breakpoints. */
  readonly hardwareOnly: boolean;
  /** Most hardware breakpoints to use; undefined = what the core has. */
  readonly hardwareLimit: number | undefined;
  readonly maskInterrupts: boolean;
  /** OpenOCD's names of targets that run and stop together, each in one group at most; all of them when absent. */
  readonly haltGroups?: readonly (readonly string[])[] | undefined;
}

export class LiveSession implements Disposable {
  readonly breakpoints: Breakpoints;
  readonly #operations: Operations;
  /** Every core is in one of them. */
  readonly #groups: readonly (readonly number[])[];
  readonly #steps: StepOperation;
  readonly #events = new Emitter<LiveEvents>();
  readonly #subscriptions: Disposable[];
  #isLost = false;
  /** Work that runs and resets cores by itself, such as programming. */
  #exclusive = 0;
  /** Ends when the last of it has ended. */
  readonly #turns = new Turns();
  /** Cores that ran when this session came, or that it has let run or reset since: where they stand, it is because of this session. */
  readonly #moved = new Set<number>();

  constructor(
    readonly engine: Engine,
    readonly target: OpenOcdTarget,
    readonly runControl: RunControl,
    options: LiveSessionOptions,
  ) {
    this.#groups = groupsOf(target, options.haltGroups);
    this.breakpoints = new Breakpoints(engine, target, options.hardwareOnly, options.hardwareLimit, (breakpoint) =>
      this.#events.emit('breakpointChanged', breakpoint),
    );
    for (const { id } of target.threads) if (target.state(id).kind !== 'halted') this.#moved.add(id);
    const host = this.#host();
    this.#operations = new Operations(host);
    this.#steps = new StepOperation(host, this.#operations, runControl, options.maskInterrupts);
    this.#subscriptions = [
      target.on('state', (thread, state) => this.#stateChanged(thread, state)),
      target.onDisturbance((what, isCommanded) => {
        if (what === 'reset') this.#events.emit('reset', isCommanded);
        // A connection that is gone is told by whoever watches the core.
        else this.notice().catch(() => undefined);
      }),
    ];
  }

  #host(): OperationHost {
    const isLost = () => this.#isLost;
    return {
      engine: this.engine,
      target: this.target,
      breakpoints: this.breakpoints,
      get isLost() {
        return isLost();
      },
      say: (text, category) => this.#say(text, category),
      explain: (stop) => explainPause(this.engine, this.target, this.runControl, stop),
      announce: (stop) => this.announce(stop),
      follow: () => this.follow(),
    };
  }

  on<E extends keyof LiveEvents>(event: E, listener: LiveEvents[E]): Disposable {
    return this.#events.on(event, listener);
  }

  /** True while any core runs. */
  get isRunning(): boolean {
    return this.target.threads.some(({ id }) => this.target.state(id).kind !== 'halted');
  }

  /** True while every core runs or is about to. */
  get areAllMoving(): boolean {
    return this.target.threads.every(({ id }) => this.#moves(id));
  }

  #moves(thread: number): boolean {
    return this.#operations.of(thread) !== undefined || this.target.state(thread).kind !== 'halted';
  }

  /** The cores that run and stop together with one, itself included. */
  groupOf(thread: number): readonly number[] {
    return this.#groups.find((group) => group.includes(thread)) ?? [thread];
  }

  /** Lets a core run, and with `all` every core of its group that stands. Resolves when they run. @throws EngineError */
  async continue(thread: number, all: boolean): Promise<void> {
    if (this.isExclusive) throw liveErrors.busy();
    const threads = all ? this.groupOf(thread) : [thread];
    const halted = threads.filter((id) => !this.#moves(id));
    if (halted.length === 0) throw liveErrors.alreadyRunning();
    this.#run(halted);
  }

  #run(threads: readonly number[]): void {
    for (const id of threads) this.#moved.add(id);
    this.#operations.begin(threads, (operation) => this.#operations.runAll(operation, []), true);
  }

  /** Waits for stops of cores that run already: after attaching, or when another client let them run. */
  follow(): void {
    const isFree = (id: number) => this.target.state(id).kind !== 'halted' && this.#operations.of(id) === undefined;
    for (const group of this.#groups) {
      const running = group.filter(isFree);
      if (running.length > 0) this.#run(running);
    }
  }

  /** Runs one core to the first of the addresses, or to whatever stops it before. */
  runTo(thread: number, addresses: readonly number[], arrived: Pick<Stop, 'kind' | 'description'>): void {
    this.#moved.add(thread);
    this.#operations.begin([thread], (operation) => this.#operations.runAll(operation, addresses, arrived));
  }

  /** @throws EngineError when the core runs, or is being moved otherwise */
  checkHalted(thread: number): void {
    if (this.isExclusive) throw liveErrors.busy();
    if (this.target.state(thread).kind !== 'halted') throw liveErrors.running(this.target.targetName(thread));
    if (this.#operations.of(thread) !== undefined) throw liveErrors.alreadyRunning();
  }

  /** Begins a step of one core; the `stopped` event tells its end. @throws EngineError */
  step(thread: number, motion: StepMotion, granularity: Granularity, into?: number): void {
    this.checkHalted(thread);
    this.#steps.begin(thread, motion, granularity, into);
  }

  /** Halts a core and those of its group. Answers at once whatever is going on; the `stopped` event follows. */
  async pause(thread: number): Promise<void> {
    const stop = pauseOf(thread);
    const group = this.groupOf(thread);
    if (await this.#operations.interrupt(stop, group)) return;
    const running = group.filter((id) => this.target.state(id).kind !== 'halted');
    for (const id of running) await this.target.halt(id);
    if (running.length > 0) this.announce(await explainPause(this.engine, this.target, this.runControl, stop));
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
    // Who halted a core from outside wants it so.
    if (stop.isForeign === true) for (const id of this.groupOf(stop.thread)) this.#moved.delete(id);
    this.#events.emit('stopped', { ...stop, allStopped: !this.isRunning });
  }

  /** Ends what is running without telling a stop, so that something else can be done with the cores. */
  quiesce(): Promise<void> {
    return this.#operations.quiesce();
  }

  /**
   * Does something that moves cores in its own way, such as programming flash: nobody is told of that, and nobody else may move them
   * meanwhile. One after the other.
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.#exclusive++;
    try {
      return await this.#turns.take(async () => {
        await this.quiesce();
        return work();
      });
    } finally {
      this.#exclusive--;
    }
  }

  /** True while something is done exclusively, or waits for its turn. */
  get isExclusive(): boolean {
    return this.#exclusive > 0;
  }

  /** Resets all cores and leaves them halted at the reset vector. */
  async resetHalt(mode: 'halt' | 'init' = 'halt'): Promise<void> {
    await this.quiesce();
    await this.target.reset(mode);
    for (const { id } of this.target.threads) this.#moved.add(id);
  }

  /**
   * Takes the breakpoints away and leaves the cores running, halted or after a reset.
   * @param resumed which cores are to run on: all of them, or those that stand because of this session
   */
  async leave(how: 'resume' | 'halt' | 'reset', resumed: 'all' | 'own'): Promise<void> {
    if (how === 'halt' || this.breakpoints.needHalt || this.#operations.mustEnd) await this.quiesce();
    await this.breakpoints.removeAll();
    // A breakpoint may have stopped a core before it was taken away.
    if (this.#operations.mustEnd) await this.quiesce();
    if (how === 'halt') await this.target.halt();
    else if (how === 'reset') {
      await this.quiesce();
      await this.target.reset('run');
    } else {
      for (const { id } of this.target.threads)
        if (resumed === 'all' || this.#moved.has(id)) await this.target.resume(id);
    }
  }

  /** True after the connection to the target was lost. */
  get isLost(): boolean {
    return this.#isLost;
  }

  get isMasked(): boolean {
    return this.#steps.isMasked;
  }

  /** Whether interrupts are held back while stepping. @throws EngineError where the core cannot */
  setMasked(masked: boolean): void {
    this.#steps.setMasked(masked);
  }

  /** Looks whether another client of OpenOCD has moved cores that nobody here runs, and tells it. */
  async notice(): Promise<void> {
    if (this.#operations.isBusy || this.#isLost || this.isExclusive) return;
    const moved = await this.target.lookForChanges();
    if (this.#operations.isBusy || this.isExclusive || moved === undefined) return;
    if (this.isRunning) this.follow();
    else {
      this.announce({ thread: moved, kind: 'pause', text: undefined, hit: [], ...whoHalted(this.target) });
    }
  }

  /** Does what the user commands by himself: what it does to the cores is told as his. */
  async commanded<T>(work: () => Promise<T>): Promise<T> {
    const over = this.target.expectCommand();
    try {
      return await work();
    } finally {
      // A connection that is gone is told by whoever watches the core.
      await this.target
        .lookNow()
        .then(() => this.#operations.judged())
        .then(() => this.notice())
        .catch(() => undefined);
      over();
    }
  }

  /** Tells how many comparators are in use, to whoever listens. */
  async tellBudget(): Promise<void> {
    this.#events.emit('budget', await this.target.budget());
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#isLost = true;
    this.#operations.abort();
    this.target.stopWatching();
  }

  // ---- events

  #stateChanged(thread: number, state: RunState): void {
    if (state.kind === 'lost') {
      if (this.#isLost) return;
      this.#isLost = true;
      this.#operations.abort();
      this.#events.emit('lost', state.reason);
      return;
    }
    this.#events.emit('state', thread, state);
    if (this.#operations.of(thread) === undefined || state.kind !== 'running') return;
    this.#events.emit('continued', thread, this.areAllMoving);
  }

  #say(text: string, category: 'console' | 'important'): void {
    this.#events.emit('output', text, category);
  }
}

/** Threads by group; a core that no group names is one by itself. @throws EngineError for a target that is not debugged */
function groupsOf(target: OpenOcdTarget, named: LiveSessionOptions['haltGroups']): readonly (readonly number[])[] {
  const all = target.threads.map(({ id }) => id);
  if (named === undefined) return [all];
  const names = new Map(all.map((id) => [target.targetName(id), id]));
  const groups = named.map((group) =>
    group.map((name) => {
      const id = names.get(name);
      if (id === undefined) throw liveErrors.noSuchCore(name, [...names.keys()]);
      return id;
    }),
  );
  return [...groups, ...all.filter((id) => !groups.flat().includes(id)).map((id) => [id])];
}
