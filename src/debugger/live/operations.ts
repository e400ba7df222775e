// Operations: what runs cores until there is a stop for the user. One at a time; each ends with one stop, whatever happens in between.
// What a stop means is in stopReasons.ts, how code is stepped in stepper.ts.
import { setTimeout } from 'node:timers/promises';
import type { Engine } from '../engine';
import { wordsOf } from '../errors';
import type { RunState } from '../target';
import type { Breakpoints } from './breakpoints/breakpoints';
import { liveErrors, liveTexts } from './messages';
import type { OpenOcdTarget } from './openocdTarget';
import { inlinedEntries } from './stepRange';
import { readStop, type Stop } from './stopReasons';

export interface Operation {
  readonly threads: readonly number[];
  readonly abort: AbortController;
  /** The cores run with the user's breakpoints alone: nothing has to be taken back when nobody waits for them any more. */
  readonly isPlain: boolean;
  /** Set once it is decided why the operation ends. */
  stop: Stop | undefined;
  /** How many inlined calls deep a step ended, where that is less than the code there is. */
  depth: number | undefined;
  done: Promise<void>;
}

/** What the operations need of the session. */
export interface OperationHost {
  readonly engine: Engine;
  readonly target: OpenOcdTarget;
  readonly breakpoints: Breakpoints;
  /** True after the connection to the target was lost: nothing is told any more. */
  readonly isLost: boolean;
  say(text: string, category: 'console' | 'important'): void;
  /** What a core that was paused was found doing. */
  explain(stop: Stop): Promise<Stop>;
  /** Tells the end of an operation. */
  announce(stop: Stop): void;
  /** Cores run that nobody waits for. */
  follow(): void;
}

/** A place to run to is likely to be near, and so is the next stop after a false condition or a log point. */
const EAGER_MS = 25;

/** How long the reason of another core may take to be known, and how often it is looked for. */
const GROUP_MS = 100;
const GROUP_STEP_MS = 5;

/** How long a stop is waited for to be judged. */
const JUDGE_MS = 500;

const hasOwnReason = (state: RunState) =>
  state.kind === 'halted' && state.reason.kind !== 'pause' && state.reason.kind !== 'unknown';

export const pauseOf = (thread: number): Stop => ({
  thread,
  kind: 'pause',
  description: undefined,
  text: undefined,
  hit: [],
});

export class Operations {
  readonly #current = new Set<Operation>();

  constructor(private readonly host: OperationHost) {}

  get isBusy(): boolean {
    return this.#current.size > 0;
  }

  /** True while cores must be halted before they are left: for temporary breakpoints, interrupts held back, a stop that is being judged. */
  get mustEnd(): boolean {
    const stands = (thread: number) => this.host.target.state(thread).kind === 'halted';
    return [...this.#current].some(({ isPlain, threads }) => !isPlain || threads.some(stands));
  }

  /** Resolves when no stop is being judged any more, and in any case soon. */
  async judged(): Promise<void> {
    const stands = (thread: number) => this.host.target.state(thread).kind === 'halted';
    for (let waited = 0; waited < JUDGE_MS; waited += GROUP_STEP_MS) {
      if (![...this.#current].some(({ threads }) => threads.some(stands))) return;
      await setTimeout(GROUP_STEP_MS);
    }
  }

  /** What moves a core at present. */
  of(thread: number): Operation | undefined {
    return [...this.#current].find(({ threads }) => threads.includes(thread));
  }

  /** @throws EngineError when one of the cores is moved already */
  begin(threads: readonly number[], work: (operation: Operation) => Promise<void>, isPlain = false): void {
    if (threads.some((thread) => this.of(thread) !== undefined)) throw liveErrors.alreadyRunning();
    const operation: Operation = {
      threads,
      abort: new AbortController(),
      isPlain,
      stop: undefined,
      depth: undefined,
      done: Promise.resolve(),
    };
    this.#current.add(operation);
    operation.done = this.#carryOut(operation, work).catch((error: unknown) =>
      this.host.say(`${wordsOf(error)}\n`, 'important'),
    );
  }

  /** Ends what moves any of the cores with a stop. Answers false when nothing did. */
  async interrupt(stop: Stop, threads: readonly number[]): Promise<boolean> {
    const operations = [...this.#current].filter((each) => each.threads.some((thread) => threads.includes(thread)));
    await Promise.all(
      operations.map((operation) => {
        const [first = stop.thread] = operation.threads;
        return this.#end(operation, operation.threads.includes(stop.thread) ? stop : pauseOf(first));
      }),
    );
    return operations.length > 0;
  }

  /** Nothing goes on: the connection to the target was lost, or is given up. */
  abort(): void {
    for (const { abort } of this.#current) abort.abort();
  }

  /** Ends what is running without telling a stop, so that something else can be done with the cores. */
  async quiesce(): Promise<void> {
    const operations = [...this.#current];
    this.#current.clear();
    await Promise.all(operations.map((operation) => this.#end(operation, pauseOf(1))));
  }

  async #end(operation: Operation, stop: Stop): Promise<void> {
    operation.stop ??= stop;
    operation.abort.abort();
    for (const thread of operation.threads) await this.host.target.halt(thread);
    await operation.done;
  }

  async #carryOut(operation: Operation, work: (operation: Operation) => Promise<void>): Promise<void> {
    const { host } = this;
    const { target } = host;
    try {
      await work(operation);
    } catch (error) {
      if (operation.stop === undefined && !host.isLost) host.say(liveTexts.stepFailed(wordsOf(error)), 'important');
      // What failed may have failed because the target is gone.
      await target.refresh().catch(() => undefined);
    }
    if (!this.#current.delete(operation)) return;
    if (host.isLost) return;
    const stands = () => operation.threads.every((id) => target.state(id).kind === 'halted');
    // What failed in between may have left a core running: the user is told of a stop only when there is one.
    if (!stands()) await this.#haltQuietly(operation);
    if (host.isLost) return;
    if (!stands()) {
      // A core that cannot be halted, such as one held in reset, goes on as far as anybody can tell. Where the connection has just broken,
      // its end is yet to be told: that needs a turn of the event loop, which operations that fail at once would never give.
      await setTimeout(GROUP_MS);
      if (!host.isLost) host.follow();
      return;
    }
    const [thread = 1] = operation.threads;
    const stop = operation.stop ?? pauseOf(thread);
    const told = stop.kind === 'pause' && stop.description === undefined ? await host.explain(stop) : stop;
    this.#showInlined(told, operation.depth);
    host.announce(told);
  }

  /** Hides inlined functions that begin where the core stands, unless the user stepped into them or has a breakpoint in them. */
  #showInlined(stop: Stop, depth: number | undefined): void {
    const { engine, target, breakpoints } = this.host;
    const { program } = engine;
    const pc = target.programCounter(stop.thread);
    if (pc === undefined) return;
    const chain = program.inlineChainAt(pc);
    let hidden = inlinedEntries(program, pc);
    if (depth !== undefined) hidden = Math.min(hidden, Math.max(0, chain.length - 1 - depth));
    for (const { position } of breakpoints.at(pc).filter(({ id }) => stop.hit.includes(id))) {
      const level = chain.findIndex(
        (frame) => frame.position?.line === position?.line && frame.position?.file.path === position?.file.path,
      );
      if (level >= 0) hidden = Math.min(hidden, level);
    }
    engine.hideInlined(stop.thread, hidden);
  }

  async #haltQuietly(operation: Operation): Promise<void> {
    for (const id of operation.threads) {
      await this.host.target.halt(id).catch((error: unknown) => this.host.say(`${wordsOf(error)}\n`, 'important'));
    }
  }

  /** Runs the operation's cores until one of them has a stop for the user; then halts the others. */
  async runAll(
    operation: Operation,
    addresses: readonly number[],
    arrived?: Pick<Stop, 'kind' | 'description'>,
  ): Promise<void> {
    await Promise.all(
      operation.threads.map(async (thread) => {
        const stop = await this.#runOne(operation, thread, addresses, arrived);
        if (stop === undefined || operation.stop !== undefined) return;
        operation.stop = stop;
        for (const other of operation.threads) if (other !== thread) await this.host.target.halt(other);
      }),
    );
  }

  async #runOne(
    operation: Operation,
    thread: number,
    addresses: readonly number[],
    arrived: Pick<Stop, 'kind' | 'description'> | undefined,
  ): Promise<Stop | undefined> {
    const { target } = this.host;
    for (let round = 0; operation.stop === undefined; round++) {
      const { done } =
        target.state(thread).kind === 'halted'
          ? await target.run(thread, addresses, round === 0 && addresses.length === 0 ? 0 : EAGER_MS)
          : { done: target.follow(thread) };
      // The pause may have come while the core was being started.
      if (operation.stop !== undefined) await target.halt(thread);
      const state = await done;
      if (operation.stop !== undefined || state.kind !== 'halted') return undefined;
      if (await this.#hasFollowed(operation, thread, state)) continue;
      const pc = target.programCounter(thread);
      const isArrived = arrived !== undefined && pc !== undefined && addresses.includes(pc);
      const stop = await this.stopFor(thread, state, false);
      if (stop !== undefined && !(isArrived && stop.hit.length === 0)) return stop;
      if (isArrived) return { thread, text: undefined, hit: [], ...arrived };
    }
    return undefined;
  }

  /**
   * Whether a core stopped only because another one of its group did, which hardware and OpenOCD's `target smp` do by themselves. The
   * other one's stop counts then, once it is decided.
   */
  async #hasFollowed(operation: Operation, thread: number, state: RunState): Promise<boolean> {
    const others = operation.threads.filter((id) => id !== thread);
    if (others.length === 0 || hasOwnReason(state)) return false;
    for (let waited = 0; waited < GROUP_MS; waited += GROUP_STEP_MS) {
      await setTimeout(GROUP_STEP_MS);
      if (operation.stop !== undefined) return true;
      if (!others.some((id) => hasOwnReason(this.host.target.state(id)))) continue;
      // The other one is being judged. What it decides ends the operation or lets both run on.
      while (operation.stop === undefined && others.some((id) => hasOwnReason(this.host.target.state(id))))
        await setTimeout(GROUP_STEP_MS);
      return true;
    }
    return false;
  }

  /** The stop a user is told of; undefined when the core is to run on. */
  stopFor(thread: number, state: RunState, isStep: boolean): Promise<Stop | undefined> {
    const { engine, target, breakpoints } = this.host;
    return readStop(engine, target, breakpoints, thread, state, isStep, (text) => this.host.say(text, 'console'));
  }
}
