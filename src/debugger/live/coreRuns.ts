// Cores between two stops: starts them, polls actively until they stand, and makes what a stop tells their state. Every change of state
// is told once. Knows neither steps nor whose breakpoint stopped a core.

import { setImmediate } from 'node:timers/promises';
import { type Request, request } from '../../openocd';
import type { Architecture } from '../arch/architecture';
import type { RunControl } from '../arch/runControl';
import type { HaltReason, RunState, TargetEvents } from '../target';
import type { Comparators } from './comparators';
import type { Core } from './core';
import type { CoreLink } from './coreLink';
import type { Emitter } from './emitter';
import { liveErrors, liveTexts } from './messages';
import {
  type Floor,
  type HopReply,
  hopScript,
  lookScript,
  nowhere,
  type Route,
  readReply,
  type Snapshot,
  settleScript,
} from './snapshot';
import { Turns } from './turns';

/** Pauses between looks at a running core, in milliseconds; the last one is kept. Notifications wake earlier. */
const PAUSES = [1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 50];
const HALT_LIMIT_MS = 1000;

/** A run that has begun; `done` resolves at the next stop. */
export interface Begun {
  readonly done: Promise<RunState>;
}

/** What others than the listeners of a target's events need to know. */
export interface RunNews {
  /** A core is held in reset, which nobody here did. */
  foundReset(): void;
  /** A core was let run by this session: OpenOCD tells of it as it does of others' commands. */
  began(core: Core): void;
}

export class CoreRuns {
  /** End the pauses of watch loops early. */
  readonly #wakes = new Set<() => void>();
  /** Commands of ours that run or change cores: what OpenOCD tells meanwhile is no news. */
  #commands = 0;
  #closed = false;

  /** While a core is being started it is neither halted nor known to run. */
  readonly #turns = new Turns();

  constructor(
    private readonly link: CoreLink,
    private readonly comparators: Comparators,
    private readonly architecture: Architecture,
    private readonly runControl: RunControl,
    private readonly events: Emitter<TargetEvents>,
    private readonly news: RunNews,
  ) {}

  /** True while cores are being started or changed. */
  get isBusy(): boolean {
    return this.#commands > 0;
  }

  /** True when nothing is looked at or told any more. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Looks at running cores now. */
  wake(): void {
    for (const wake of [...this.#wakes]) wake();
  }

  /** Looks at running cores now. Resolves when they have been looked at. */
  async lookNow(): Promise<void> {
    if (this.#closed || !this.link.cores.some(({ run }) => run !== undefined)) return;
    this.wake();
    // OpenOCD answers in order: those who watch have asked before.
    await setImmediate();
    await this.link.script('list');
  }

  /** From now on nothing of the cores is looked at or told. */
  close(): void {
    this.#closed = true;
    this.wake();
  }

  lose(reason: string): void {
    if (this.#closed) return;
    this.close();
    for (const core of this.link.cores) this.#enter(core, { kind: 'lost', reason });
  }

  /** Asks for the core's state once, with everything a stop needs. */
  async look(core: Core, reason?: HaltReason): Promise<void> {
    this.answer(core, await this.link.scriptOn(core, lookScript(core.question)), reason);
  }

  /** The question of `look`, to be sent with others; `answer` takes what it brings. */
  question(core: Core): Request<string> {
    return this.link.for(core, request.tcl(lookScript(core.question)));
  }

  answer(core: Core, text: string, reason?: HaltReason): void {
    const reply = this.#read(text);
    if (reply.kind === 'snapshot') this.#take(core, reply.snapshot, reason);
  }

  #read(text: string): HopReply {
    return readReply(text, this.link.session.dialect.isBigEndian);
  }

  /** Does something that changes a halted core, and looks at it again. */
  async change(core: Core, work: () => Promise<void>): Promise<void> {
    await this.#ours(async () => {
      await work();
      await this.look(core);
    });
  }

  async #ours<T>(work: () => Promise<T>): Promise<T> {
    this.#commands++;
    try {
      return await work();
    } finally {
      this.#commands--;
    }
  }

  /** Looks at the halted cores; answers the thread of one that runs now or stands elsewhere. */
  async lookForChanges(): Promise<number | undefined> {
    let moved: number | undefined;
    for (const core of this.link.cores) {
      if (core.run !== undefined || core.state.kind !== 'halted') continue;
      const reply = this.#read(await this.link.scriptOn(core, lookScript(core.question)));
      // A core that stands as before keeps all that is known of its stop.
      if (reply.kind !== 'snapshot' || standsAs(core, reply.snapshot)) continue;
      const before = core.registers.get('pc');
      this.#take(core, reply.snapshot, core.state.reason);
      if (core.state.kind !== 'halted' || core.registers.get('pc') !== before) moved ??= core.thread.id;
    }
    return moved;
  }

  /** Lets the core run or step. Resolves when it has begun; `done` resolves at the next stop. */
  start(core: Core, what: 'resume' | 'step', route: Route, limitMs: number): Promise<Begun> {
    return this.#turns.take(() => this.#start(core, what, route, limitMs));
  }

  /** Halts a core, once it is neither being started nor held for a moment. Resolves when it stands. */
  async halt(core: Core): Promise<void> {
    const run = await this.#turns.take(async () => {
      if (core.run === undefined && core.state.kind === 'halted') return undefined;
      // Whoever watches the core may have seen the stop before the answer comes.
      const watched = core.run;
      await this.link.scriptOn(core, `halt ${HALT_LIMIT_MS}`, HALT_LIMIT_MS);
      return { watched };
    });
    if (run === undefined) return;
    this.wake();
    if (run.watched !== undefined) await run.watched;
    else await this.look(core, { kind: 'pause' });
  }

  async #start(core: Core, what: 'resume' | 'step', route: Route, limitMs: number): Promise<Begun> {
    const where = { ...route, floors: route.floors.map((floor) => this.#inItsWords(core, floor)) };
    const script = hopScript(core.question, where, what, limitMs);
    const reply = this.#read(await this.#ours(() => this.link.scriptOn(core, script, limitMs)));
    if (reply.kind === 'refused') throw this.comparators.refused(reply.address, reply.message);
    if (reply.kind === 'failed') throw liveErrors.cannotRun(what, reply.message);
    this.news.began(core);
    if (reply.snapshot.state !== 'running' && reply.snapshot.state !== 'reset') {
      this.#take(core, reply.snapshot, what === 'step' ? { kind: 'step' } : this.#reason(reply.snapshot, route));
      return { done: Promise.resolve(core.state) };
    }
    return { done: this.watch(core, where) };
  }

  /** A floor with OpenOCD's name of the register: the frame pointer of RISC-V is `fp` to it, not `s0`. */
  #inItsWords(core: Core, floor: Floor): Floor {
    const named = core.descriptions.find(
      ({ name, dwarf }) =>
        name === floor.register || (dwarf !== undefined && this.architecture.registerName(dwarf) === floor.register),
    );
    return named === undefined ? floor : { ...floor, register: named.name };
  }

  /** Waits for the next stop of a core that runs. */
  watch(core: Core, route: Route = nowhere): Promise<RunState> {
    const done = this.#untilStop(core, route).catch((error: unknown) => {
      this.lose(error instanceof Error ? error.message : String(error));
      return core.state;
    });
    core.run = done;
    this.#enter(core, { kind: 'running' });
    return done;
  }

  async #untilStop(core: Core, route: Route): Promise<RunState> {
    for (let round = 0; !this.#closed; round++) {
      await this.#pause(PAUSES[Math.min(round, PAUSES.length - 1)] ?? 50);
      if (this.#closed) break;
      if (core.isHeld) continue;
      const reply = this.#read(await this.link.scriptOn(core, settleScript(core.question, route)));
      if (reply.kind !== 'snapshot' || core.isHeld || this.#goesOn(core, reply.snapshot.state)) continue;
      core.run = undefined;
      this.#take(core, reply.snapshot, this.#reason(reply.snapshot, route));
      return core.state;
    }
    return core.state;
  }

  /** True while the core runs, or is held in reset and will run when it is let go. */
  #goesOn(core: Core, state: string): boolean {
    const isReset = state === 'reset';
    if (isReset && core.state.kind !== 'reset') {
      this.#enter(core, { kind: 'reset' });
      this.news.foundReset();
    } else if (state === 'running' && core.state.kind === 'reset') this.#enter(core, { kind: 'running' });
    return isReset || state === 'running';
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wakes.add(wake);
    });
  }

  /**
   * Does something that needs halted cores, while they run: they are halted for a moment that nobody sees. A stop of their own in that
   * moment is seen as usual.
   */
  whileHalted<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => this.#whileHalted(work));
  }

  async #whileHalted<T>(work: () => Promise<T>): Promise<T> {
    const running = this.link.cores.filter((core) => core.run !== undefined && !core.isHeld);
    for (const core of running) core.isHeld = true;
    try {
      const mine: Core[] = [];
      for (const core of running) if (await this.#holdOne(core)) mine.push(core);
      try {
        return await work();
      } finally {
        for (const core of mine) {
          await this.link.scriptOn(core, 'resume');
          this.news.began(core);
        }
      }
    } finally {
      for (const core of running) core.isHeld = false;
      this.wake();
    }
  }

  /** Halts a running core; false when it stands for a reason of its own. */
  async #holdOne(core: Core): Promise<boolean> {
    const reply = await this.link.scriptOn(
      core,
      `${core.target} arp_poll; if {[${core.target} curstate] eq "halted"} {return own}; halt ${HALT_LIMIT_MS}; capture {poll}`,
    );
    return reply !== 'own' && !/halted due to (?!debug-request)/.test(reply);
  }

  /** Makes a snapshot the core's state. */
  #take(core: Core, snapshot: Snapshot, reason?: HaltReason): void {
    core.registers = new Map(snapshot.registers);
    core.stack = snapshot.stack;
    core.along = snapshot.along;
    if (snapshot.state === 'halted')
      this.#enter(core, { kind: 'halted', reason: reason ?? this.#reason(snapshot, nowhere) });
    else if (snapshot.state === 'running' || snapshot.state === 'debug-running') this.#enter(core, { kind: 'running' });
    else if (snapshot.state === 'reset') this.#enter(core, { kind: 'reset' });
    else this.lose(liveTexts.noAnswer(snapshot.state));
  }

  /** OpenOCD's reason, corrected by what is known here: it says `debug-request` for a breakpoint after some resets. */
  #reason(snapshot: Snapshot, { temps }: Route): HaltReason {
    const pc = snapshot.registers.get('pc');
    const address = pc === undefined ? undefined : this.architecture.codeAddress(pc);
    if (address !== undefined && this.comparators.has(address)) return { kind: 'breakpoint' };
    switch (snapshot.reason ?? this.#cause(snapshot)) {
      case 'breakpoint':
      case 'watchpoint-and-breakpoint':
        return { kind: 'breakpoint' };
      case 'trigger':
        return temps.some((temp) => temp.address === address)
          ? { kind: 'breakpoint' }
          : { kind: 'watchpoint', address: undefined };
      case 'watchpoint':
        return { kind: 'watchpoint', address: undefined };
      case 'single-step':
        return { kind: 'step' };
      case 'debug-request':
        return { kind: 'pause' };
      case 'exception-catch':
        return { kind: 'exception', description: 'vector catch' };
      default:
        return { kind: 'unknown' };
    }
  }

  /** The reason by the core's own word. */
  #cause({ registers }: Snapshot): string | undefined {
    const { haltCause } = this.runControl;
    const value = haltCause === undefined ? undefined : registers.get(haltCause.register);
    return value === undefined ? undefined : haltCause?.wordOf(value);
  }

  #enter(core: Core, state: RunState): void {
    core.state = state;
    if (state.kind !== 'halted') {
      core.registers.clear();
      core.stack = undefined;
      core.along = [];
    }
    this.events.emit('state', core.thread.id, state);
  }
}

/** Whether a core is halted with the registers that are known of it. */
const standsAs = (core: Core, { state, registers }: Snapshot) =>
  state === 'halted' && [...registers].every(([name, value]) => core.registers.get(name) === value);
