// The live target: cores behind OpenOCD. Keeps what a stop told until a core runs again, runs cores with active polling, and tells
// every change of state once. Knows no source line, no breakpoint of the user's as such, and no architecture beyond its registers.

import type { Program } from '../../debuginfo/api';
import { type Request, request, type Session } from '../../openocd';
import type { Architecture } from '../arch/architecture';
import type { RunControl } from '../arch/runControl';
import { readOnlyBytes } from '../memory/memoryView';
import type {
  BreakpointKind,
  ComparatorBudget,
  Disposable,
  HaltReason,
  LiveTarget,
  MemoryRead,
  RegisterDescription,
  RunState,
  TargetEvents,
  TargetThread,
} from '../target';
import { Comparators } from './comparators';
import { type Core, makeCore } from './core';
import { asEngineError, liveErrors, liveTexts } from './messages';
import { PROCEDURES, procedure } from './procedures';
import {
  type Floor,
  hopScript,
  lookScript,
  nowhere,
  type Route,
  readReply,
  type Snapshot,
  settleScript,
} from './snapshot';
import { TargetMemory } from './targetMemory';

export interface LiveOptions {
  /** OpenOCD's names of the targets to debug; the current one alone when absent. */
  readonly targets?: readonly string[];
  /** Where the stack ends, for reading it ahead; 0 = not known. */
  readonly stackTop?: number;
  readonly runControl: RunControl;
  /** More exact than OpenOCD's driver: `armv7m`. */
  readonly coreType?: string | undefined;
  /** Length of a breakpoint at an address, by the program's code there. */
  readonly breakpointLength: (address: number) => number;
  /** Chosen by the program's machine and the core's type. */
  readonly architecture: (coreType: string, registers: { has(name: string): boolean }) => Architecture;
}

/** How long OpenOCD polls inside one answer: others wait meanwhile. */
const EAGER_MS = 25;
/** Pauses between looks at a running core, in milliseconds; the last one is kept. Notifications wake earlier. */
const PAUSES = [1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 50];
const HALT_LIMIT_MS = 1000;
/** Notifications of one's own commands come at most this much later than their answers. */
const SETTLED_MS = 50;

export class OpenOcdTarget implements LiveTarget {
  readonly kind = 'live';
  readonly addressSize: number;
  readonly isBigEndian: boolean;
  readonly memory: TargetMemory;
  readonly #cores: readonly Core[];
  readonly #comparators: Comparators;
  readonly #coreType: string | undefined;
  readonly #listeners = new Map<keyof TargetEvents, Set<(...args: never[]) => void>>();
  /** Ends the pause of a watch loop early. */
  #wake: () => void = () => undefined;
  /** Commands of ours that run or reset cores: what OpenOCD tells meanwhile is no news. */
  #busy = 0;
  readonly #disturbances = new Set<(what: 'reset' | 'moved') => void>();
  #ownResets = 0;
  #closed = false;

  /** Looks at the targets without disturbing them: a running core keeps running. @throws EngineError */
  static async attach(session: Session, options: LiveOptions): Promise<OpenOcdTarget> {
    try {
      const all = await session.target.list();
      const wanted = options.targets ?? all.filter((target) => target.current).map((target) => target.name);
      await session.batch([request.tcl(PROCEDURES)]);
      const cores: Core[] = [];
      let architecture: Architecture | undefined;
      let isBigEndian = false;
      for (const [index, name] of wanted.entries()) {
        const info = all.find((target) => target.name === name);
        if (info === undefined)
          throw liveErrors.noSuchTarget(
            name,
            all.map((target) => target.name),
          );
        if (!info.examined) throw liveErrors.notExamined(name);
        await session.target.select(name);
        const listed = await session.registers.list();
        const names = new Map(listed.map((register) => [register.name.toLowerCase(), register]));
        architecture = options.architecture(info.type, names);
        isBigEndian = info.endian === 'big';
        const known = architecture;
        const described = known.sortRegisters(
          listed.map((register) => ({
            ...known.describeRegister(register.name),
            name: register.name,
            bits: register.size,
          })),
        );
        cores.push(makeCore(session, index, info, described, options.stackTop ?? 0));
      }
      if (architecture === undefined) throw liveErrors.noTarget();
      const target = new OpenOcdTarget(session, cores, architecture, isBigEndian, options);
      const [first] = cores;
      if (first !== undefined) await session.target.select(first.target);
      for (const core of cores) await target.#look(core);
      return target;
    } catch (error) {
      throw asEngineError(error);
    }
  }

  private constructor(
    readonly session: Session,
    cores: readonly Core[],
    readonly architecture: Architecture,
    isBigEndian: boolean,
    { runControl, breakpointLength, coreType }: LiveOptions,
  ) {
    this.#cores = cores;
    this.#coreType = coreType;
    this.addressSize = architecture.addressSize;
    this.isBigEndian = isBigEndian;
    this.memory = new TargetMemory(session, {
      whileRunning: runControl.memoryWhileRunning,
      isRunning: () => cores.some(({ state }) => state.kind !== 'halted'),
    });
    this.#comparators = new Comparators(session, runControl, breakpointLength, (ask) => this.#askEach(ask));
    session.events.on('halted', () => this.#wake());
    session.onClose((reason) => this.#lose(reason?.message ?? 'OpenOCD closed the connection.'));
  }

  get threads(): readonly TargetThread[] {
    return this.#cores.map((core) => core.thread);
  }

  /** What kind of core it is, for core files: `armv7m`, or OpenOCD's driver such as `riscv`. */
  get coreType(): string | undefined {
    return this.#coreType ?? this.#cores[0]?.type;
  }

  /** OpenOCD's name of the target behind a thread. */
  targetName(thread: number): string {
    return this.#core(thread).target;
  }

  state(thread: number): RunState {
    return this.#core(thread).state;
  }

  registers(thread: number): readonly RegisterDescription[] {
    return this.#core(thread).descriptions;
  }

  /** Memory that came with the last stop, for a cache to start with. */
  stackWindow(thread: number): Snapshot['stack'] {
    return this.#core(thread).stack;
  }

  /** Where a halted core stands. */
  programCounter(thread: number): number | undefined {
    const pc = this.#core(thread).registers.get('pc');
    return pc === undefined ? undefined : this.architecture.codeAddress(pc);
  }

  /** True when there are comparators enough for temporary breakpoints at all the addresses. */
  async hasRoomFor(addresses: readonly number[]): Promise<boolean> {
    const temps = await this.#comparators.temporaries(addresses);
    const hardware = temps.filter(({ kind }) => kind === 'hardware').length;
    const free = await this.#comparators.free();
    return hardware === 0 || free === undefined || hardware <= free;
  }

  async readRegisters(thread: number, names: readonly string[]): Promise<ReadonlyMap<string, bigint | undefined>> {
    const core = this.#halted(thread);
    const missing = names.filter((name) => !core.registers.has(name));
    if (missing.length > 0) {
      const requests = missing.map((name) => this.#for(core, request.registers([name])));
      const results = await this.#ask(() => this.session.batch(requests));
      for (const [index, name] of missing.entries()) {
        const result = results[index];
        if (result?.ok && result.value[0] !== undefined) core.registers.set(name, result.value[0]);
      }
    }
    return new Map(names.map((name) => [name, core.registers.get(name)]));
  }

  async writeRegister(thread: number, name: string, value: bigint): Promise<void> {
    const core = this.#halted(thread);
    await this.#ask(() => this.#beside(core, () => this.session.registers.write(name, value)));
    // One register may be seen through others (banked stack pointers, status views), so all are read again.
    await this.#look(core);
  }

  readMemory(address: number, length: number): Promise<MemoryRead> {
    return this.memory.read(address, length);
  }

  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    await this.memory.write(address, bytes);
    for (const core of this.#cores) core.stack = undefined;
  }

  /** Whether all of a range lies in flash. @throws EngineError */
  isInFlash(address: number, length: number): Promise<boolean> {
    return this.#ask(() => this.#comparators.isInFlash(address, address + length));
  }

  /**
   * The program's constant sections in flash were compared with the target: they are read from the program from now on.
   * Sections that startup code copies to RAM are not among them.
   */
  async trustFlash(program: Program): Promise<void> {
    const read = readOnlyBytes(program);
    const inFlash: { readonly low: number; readonly high: number }[] = [];
    for (const { address, size } of program.sections) {
      if (size > 0 && (await this.#ask(() => this.#comparators.isInFlash(address, address + size)))) {
        inFlash.push({ low: address, high: address + size });
      }
    }
    this.memory.trust((address, length) =>
      inFlash.some(({ low, high }) => address >= low && address + length <= high) ? read(address, length) : undefined,
    );
  }

  /** Calls back when another client of OpenOCD has reset the target, or may have moved a halted core. */
  onDisturbance(listener: (what: 'reset' | 'moved') => void): Disposable {
    let timer: NodeJS.Timeout | undefined;
    this.#disturbances.add(listener);
    const subscriptions = [
      this.session.events.on('reset', () => {
        if (this.#ownResets > 0) {
          this.#ownResets--;
          return;
        }
        this.#tellReset();
      }),
      this.session.events.on('resumed', () => {
        clearTimeout(timer);
        // Own steps are told here as well, and later than their answer.
        timer = setTimeout(() => {
          if (this.#busy === 0 && !this.#closed) listener('moved');
        }, SETTLED_MS);
        timer.unref();
      }),
    ];
    return {
      dispose: () => {
        clearTimeout(timer);
        this.#disturbances.delete(listener);
        for (const subscription of subscriptions) subscription.dispose();
      },
    };
  }

  /** Looks at the halted cores; answers the thread of one that runs now or stands elsewhere. */
  async lookForChanges(): Promise<number | undefined> {
    let moved: number | undefined;
    for (const core of this.#cores) {
      if (core.run !== undefined || core.state.kind !== 'halted') continue;
      const reply = readReply(await this.#script(on(core, lookScript(core.question))));
      // A core that stands as before keeps all that is known of its stop.
      if (reply.kind !== 'snapshot' || standsAs(core, reply.snapshot)) continue;
      const before = core.registers.get('pc');
      this.#take(core, reply.snapshot, core.state.reason);
      if (core.state.kind !== 'halted' || core.registers.get('pc') !== before) moved ??= core.thread.id;
    }
    return moved;
  }

  /**
   * Does something that needs halted cores, while they run: they are halted for a moment that nobody sees. A stop of their own in that
   * moment is seen as usual.
   */
  async whileHalted<T>(work: () => Promise<T>): Promise<T> {
    const running = this.#cores.filter((core) => core.run !== undefined && !core.isHeld);
    for (const core of running) core.isHeld = true;
    try {
      const mine: Core[] = [];
      for (const core of running) if (await this.#holdOne(core)) mine.push(core);
      try {
        return await work();
      } finally {
        for (const core of mine) await this.#script(on(core, 'resume'));
      }
    } finally {
      for (const core of running) core.isHeld = false;
      this.#wake();
    }
  }

  /** Halts a running core; false when it stands for a reason of its own. */
  async #holdOne(core: Core): Promise<boolean> {
    const reply = await this.#script(
      on(
        core,
        `${core.target} arp_poll; if {[${core.target} curstate] eq "halted"} {return own}; halt ${HALT_LIMIT_MS}; capture {poll}`,
      ),
    );
    return reply !== 'own' && !/halted due to (?!debug-request)/.test(reply);
  }

  async halt(thread?: number): Promise<void> {
    const cores = thread === undefined ? this.#cores : [this.#core(thread)];
    for (const core of cores) {
      if (core.run === undefined && core.state.kind === 'halted') continue;
      await this.#ask(() => this.#beside(core, () => this.session.target.halt({ timeout: HALT_LIMIT_MS })));
      this.#wake();
      if (core.run !== undefined) await core.run;
      else await this.#look(core, { kind: 'pause' });
    }
  }

  async resume(thread?: number): Promise<void> {
    const cores = thread === undefined ? this.#cores : [this.#core(thread)];
    for (const core of cores) if (core.state.kind === 'halted') await this.#start(core, 'resume', nowhere, 0);
  }

  /**
   * Lets one core run, with temporary breakpoints at the addresses. Resolves when it has begun; `done` resolves at its next stop.
   * @param eagerMs how long OpenOCD waits inside its first answer: for runs that are likely to end at once
   */
  async run(
    thread: number,
    addresses: readonly number[] = [],
    eagerMs = 0,
  ): Promise<{ readonly done: Promise<RunState> }> {
    const core = this.#halted(thread);
    const temps = await this.#comparators.temporaries(addresses);
    return this.#start(core, 'resume', { temps, floors: [] }, eagerMs);
  }

  /** Waits for the next stop of a core that runs already. */
  follow(thread: number): Promise<RunState> {
    const core = this.#core(thread);
    if (core.state.kind === 'halted') return Promise.resolve(core.state);
    return core.run ?? this.#watch(core, nowhere);
  }

  /** Looks at all cores again, after commands whose effect is not known. */
  async refresh(): Promise<void> {
    this.#emit('invalidated');
    for (const core of this.#cores) if (core.run === undefined) await this.#look(core);
  }

  /** Runs a command once for each core. @throws EngineError */
  async onEach(tcl: string): Promise<void> {
    for (const core of this.#cores) await this.#script(on(core, tcl));
  }

  /** Runs OpenOCD commands. @throws EngineError */
  command(tcl: string): Promise<string> {
    return this.#script(tcl);
  }

  async stepInstruction(thread: number): Promise<void> {
    const core = this.#halted(thread);
    const { done } = await this.#start(core, 'step', nowhere, EAGER_MS);
    await done;
  }

  async runTo(
    thread: number,
    addresses: readonly number[],
    signal?: AbortSignal,
    floors: readonly Floor[] = [],
  ): Promise<RunState> {
    const core = this.#halted(thread);
    const temps = await this.#comparators.temporaries(addresses);
    const { done } = await this.#start(core, 'resume', { temps, floors }, EAGER_MS);
    // A halt that fails shows in the state: the watch loop goes on or the target is lost.
    const abort = () => void this.halt(thread).catch(() => undefined);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await done;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async reset(mode: 'halt' | 'run' | 'init'): Promise<void> {
    this.#ownResets++;
    await this.#ask(() => this.session.target.reset(mode));
    this.#emit('invalidated');
    for (const core of this.#cores) await this.#look(core, { kind: 'reset' });
    for (const core of this.#cores)
      if (core.state.kind === 'running' && core.run === undefined) this.#watch(core, nowhere);
  }

  addBreakpoint(address: number, length: number, kind: BreakpointKind): Promise<void> {
    return this.#ask(() => this.#comparators.add(address, length, kind));
  }

  hasBreakpoint(address: number): boolean {
    return this.#comparators.has(address);
  }

  get hasSoftwareBreakpoints(): boolean {
    return this.#comparators.hasSoftware;
  }

  /**
   * Sets a breakpoint for the user. A software one needs the core halted for a moment when it runs.
   * @param limit most hardware breakpoints to use
   */
  async placeBreakpoint(address: number, mode: 'auto' | BreakpointKind, limit?: number): Promise<void> {
    await this.#ask(async () => {
      const kind = mode === 'auto' ? await this.#comparators.kindFor(address) : mode;
      const place = () => this.#comparators.place(address, kind, limit);
      await (kind === 'software' ? this.whileHalted(place) : place());
    });
  }

  removeBreakpoint(address: number): Promise<void> {
    const remove = () => this.#comparators.remove(address);
    return this.#ask(() => (this.#comparators.isSoftware(address) ? this.whileHalted(remove) : remove()));
  }

  addWatchpoint(address: number, length: number, access: 'read' | 'write' | 'access'): Promise<void> {
    return this.#ask(() => this.whileHalted(() => this.#comparators.addWatchpoint(address, length, access)));
  }

  removeWatchpoint(address: number): Promise<void> {
    return this.#ask(() => this.whileHalted(() => this.#comparators.removeWatchpoint(address)));
  }

  budget(): Promise<ComparatorBudget> {
    return this.#ask(() => this.#comparators.budget());
  }

  on<E extends keyof TargetEvents>(event: E, listener: TargetEvents[E]): Disposable {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  }

  async close(): Promise<void> {
    this.stopWatching();
    await this.session.close();
  }

  /** From now on nothing of the target is looked at or told. */
  stopWatching(): void {
    this.#closed = true;
    this.#wake();
  }

  // ---- one core

  #core(thread: number): Core {
    const core = this.#cores[thread - 1];
    if (core === undefined) throw liveErrors.noSuchThread(thread);
    return core;
  }

  #halted(thread: number): Core {
    const core = this.#core(thread);
    if (core.state.kind !== 'halted') throw liveErrors.running(core.thread.name);
    return core;
  }

  /** A request that is meant for one core: most of OpenOCD's commands go to the connection's current target. */
  #for<T>(core: Core, asked: Request<T>): Request<T> {
    if (core === this.#cores[0]) return asked;
    return { ...asked, script: (dialect) => on(core, asked.script(dialect)) };
  }

  /** Does something for one core, and returns to the first one, whose memory everybody reads. */
  async #beside<T>(core: Core, work: () => Promise<T>): Promise<T> {
    const [first] = this.#cores;
    if (first === undefined || core === first) return work();
    await this.session.target.select(core.target);
    try {
      return await work();
    } finally {
      await this.session.target.select(first.target);
    }
  }

  /** Asks every core the same. What fails on one of them fails as a whole. */
  async #askEach(asked: Request<void>): Promise<void> {
    for (const core of this.#cores) await this.session.execute(this.#for(core, asked));
  }

  /** Asks for the core's state once, with everything a stop needs. */
  async #look(core: Core, reason?: HaltReason): Promise<void> {
    const text = await this.#script(on(core, lookScript(core.question)));
    const reply = readReply(text);
    if (reply.kind === 'snapshot') this.#take(core, reply.snapshot, reason);
  }

  /** Lets the core run or step. Resolves when it has begun; `done` resolves at the next stop. */
  async #start(
    core: Core,
    what: 'resume' | 'step',
    route: Route,
    limitMs: number,
  ): Promise<{ readonly done: Promise<RunState> }> {
    this.#busy++;
    const reply = await this.#script(on(core, hopScript(core.question, route, what, limitMs)), limitMs)
      .then(readReply)
      .finally(() => this.#busy--);
    if (reply.kind === 'refused') throw this.#comparators.refused(reply.address, reply.message);
    if (reply.kind === 'failed') throw liveErrors.cannotRun(what, reply.message);
    if (reply.snapshot.state !== 'running' && reply.snapshot.state !== 'reset') {
      this.#take(core, reply.snapshot, what === 'step' ? { kind: 'step' } : undefined);
      return { done: Promise.resolve(core.state) };
    }
    return { done: this.#watch(core, route) };
  }

  #watch(core: Core, route: Route): Promise<RunState> {
    const done = this.#untilStop(core, route).catch((error: unknown) => {
      this.#lose(error instanceof Error ? error.message : String(error));
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
      const reply = readReply(await this.#script(on(core, settleScript(core.question, route))));
      if (reply.kind !== 'snapshot' || core.isHeld || this.#goesOn(core, reply.snapshot.state)) continue;
      core.run = undefined;
      this.#take(core, reply.snapshot);
      return core.state;
    }
    return core.state;
  }

  /** True while the core runs, or is held in reset and will run when it is let go. */
  #goesOn(core: Core, state: string): boolean {
    const isReset = state === 'reset';
    if (isReset && core.state.kind !== 'reset') {
      this.#enter(core, { kind: 'reset' });
      this.#tellReset();
    } else if (state === 'running' && core.state.kind === 'reset') this.#enter(core, { kind: 'running' });
    return isReset || state === 'running';
  }

  /** Somebody else has reset the target, and may have programmed it as well. */
  #tellReset(): void {
    this.memory.trust(undefined);
    this.#emit('invalidated');
    for (const listener of this.#disturbances) listener('reset');
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Makes a snapshot the core's state. */
  #take(core: Core, snapshot: Snapshot, reason?: HaltReason): void {
    core.registers = new Map(snapshot.registers);
    core.stack = snapshot.stack;
    if (snapshot.state === 'halted') this.#enter(core, { kind: 'halted', reason: reason ?? this.#reason(snapshot) });
    else if (snapshot.state === 'running' || snapshot.state === 'debug-running') this.#enter(core, { kind: 'running' });
    else if (snapshot.state === 'reset') this.#enter(core, { kind: 'reset' });
    else this.#lose(liveTexts.noAnswer(snapshot.state));
  }

  /** OpenOCD's reason, corrected by what is known here: it says `debug-request` for a breakpoint after some resets. */
  #reason(snapshot: Snapshot): HaltReason {
    const pc = snapshot.registers.get('pc');
    if (pc !== undefined && this.#comparators.has(this.architecture.codeAddress(pc))) return { kind: 'breakpoint' };
    switch (snapshot.reason) {
      case 'breakpoint':
      case 'watchpoint-and-breakpoint':
        return { kind: 'breakpoint' };
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

  #enter(core: Core, state: RunState): void {
    core.state = state;
    if (state.kind !== 'halted') {
      core.registers.clear();
      core.stack = undefined;
    }
    this.#emit('state', core.thread.id, state);
  }

  #lose(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake();
    for (const core of this.#cores) this.#enter(core, { kind: 'lost', reason });
  }

  #emit<E extends keyof TargetEvents>(event: E, ...args: Parameters<TargetEvents[E]>): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (...values: unknown[]) => void)(...args);
  }

  /** Runs Tcl through the envelope; a Tcl error is an error. */
  async #script(text: string, extraMs = 0): Promise<string> {
    const [result] = await this.#ask(() => this.session.batch([request.tcl(text, 10_000 + extraMs)]));
    if (result.ok) return result.value;
    throw asEngineError(result.error);
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asEngineError(error);
    }
  }
}

/** Commands with one core as OpenOCD's current target. The first one is that by itself. */
const on = (core: Core, script: string) =>
  core.thread.id === 1 ? script : `${procedure.as} ${core.target} {${script}}`;

/** Whether a core is halted with the registers that are known of it. */
const standsAs = (core: Core, { state, registers }: Snapshot) =>
  state === 'halted' && [...registers].every(([name, value]) => core.registers.get(name) === value);
