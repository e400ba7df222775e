// The live target: cores behind OpenOCD, as the engine sees them. Joins the parts that run cores (coreRuns), set breakpoints (comparators),
// read memory (targetMemory) and hear of others (disturbances). Knows no source line, no breakpoint of the user's as such, and no
// architecture beyond its registers.
import type { Program } from '../../debuginfo/api';
import { CommandError, request, type Session } from '../../openocd';
import type { Architecture } from '../arch/architecture';
import { readOnlyBytes } from '../memory/memoryView';
import type { AddressRange } from '../memory/ranges';
import type {
  BreakpointKind,
  ComparatorBudget,
  Disposable,
  LiveTarget,
  MemoryRead,
  RegisterDescription,
  RunState,
  TargetEvents,
  TargetThread,
} from '../target';
import { type AttachedCores, type AttachOptions, attachCores, type Identified } from './attach';
import { Comparators } from './comparators';
import { CoreLink } from './coreLink';
import { type Begun, CoreRuns } from './coreRuns';
import { type DisturbanceListener, Disturbances } from './disturbances';
import { DoubtfulMemory } from './doubtfulMemory';
import { Emitter } from './emitter';
import { asEngineError, liveErrors } from './messages';
import { type Floor, nowhere, type Snapshot } from './snapshot';
import { TargetMemory } from './targetMemory';
import { WatchpointHits } from './watchpointHits';

export interface LiveOptions extends AttachOptions {
  /** More exact than OpenOCD's driver: `armv7m`. */
  readonly coreType?: string | undefined;
  /** Length of a breakpoint at an address, by the program's code there. */
  readonly breakpointLength: (address: number) => number;
}

/** How long OpenOCD polls inside one answer: others wait meanwhile. */
const EAGER_MS = 25;

export class OpenOcdTarget implements LiveTarget {
  readonly kind = 'live';
  readonly architecture: Architecture;
  readonly addressSize: number;
  readonly isBigEndian: boolean;
  readonly memory: TargetMemory;
  readonly #link: CoreLink;
  readonly #runs: CoreRuns;
  readonly #comparators: Comparators;
  readonly #disturbances: Disturbances;
  readonly #watchpointHits: WatchpointHits;
  readonly #coreType: string | undefined;
  readonly #events = new Emitter<TargetEvents>();

  /** Looks at the targets without disturbing them: a running core keeps running. @throws EngineError */
  static async attach(session: Session, identified: Identified, options: LiveOptions): Promise<OpenOcdTarget> {
    try {
      const target = new OpenOcdTarget(session, await attachCores(session, identified, options), options);
      for (const core of target.#link.cores) await target.#runs.look(core);
      return target;
    } catch (error) {
      throw asEngineError(error);
    }
  }

  private constructor(
    readonly session: Session,
    { cores, architecture, isBigEndian }: AttachedCores,
    { runControl, breakpointLength, coreType }: LiveOptions,
  ) {
    this.architecture = architecture;
    this.#coreType = coreType;
    this.addressSize = architecture.addressSize;
    this.isBigEndian = isBigEndian;
    const isRunning = () => cores.some(({ state }) => state.kind !== 'halted');
    const { memoryWhileRunning: whileRunning, spoiltByFailedAccess: spoilt } = runControl;
    const isDoubtful = spoilt !== undefined && !session.dialect.debugReason;
    const blocks = isDoubtful ? new DoubtfulMemory(session, spoilt, () => !isRunning()) : undefined;
    this.memory = new TargetMemory(session, { whileRunning, isRunning, blocks });
    const link = new CoreLink(session, cores);
    this.#link = link;
    this.#comparators = new Comparators(session, runControl, breakpointLength, (asked, others) =>
      link.askEach(asked, others),
    );
    this.#runs = new CoreRuns(link, this.#comparators, architecture, runControl, this.#events, {
      foundReset: () => this.#disturbances.tellReset(),
      began: (core) => this.#disturbances.expectRun(core.target),
    });
    this.#disturbances = new Disturbances(session, {
      isBusy: () => this.#runs.isBusy,
      isClosed: () => this.#runs.isClosed,
      isHalted: (name) => cores.some(({ target, state }) => target === name && state.kind === 'halted'),
      forget: () => {
        this.memory.trust(undefined);
        this.#events.emit('invalidated');
      },
    });
    this.#watchpointHits = new WatchpointHits(link, this.#comparators, this.memory, architecture, runControl, (core) =>
      this.stepInstruction(core.thread.id),
    );
    session.events.on('halted', () => this.#runs.wake());
    session.onClose((reason) => this.#runs.lose(reason?.message ?? 'OpenOCD closed the connection.'));
  }

  get threads(): readonly TargetThread[] {
    return this.#link.cores.map((core) => core.thread);
  }

  /** What kind of core it is, for core files: `armv7m`, or OpenOCD's driver such as `riscv`. */
  get coreType(): string | undefined {
    return this.#coreType ?? this.#link.cores[0]?.type;
  }

  /** OpenOCD's name of the target behind a thread. */
  targetName(thread: number): string {
    return this.#link.core(thread).target;
  }

  state(thread: number): RunState {
    return this.#link.core(thread).state;
  }

  on<E extends keyof TargetEvents>(event: E, listener: TargetEvents[E]): Disposable {
    return this.#events.on(event, listener);
  }

  /** Calls back when another client of OpenOCD has reset the target, or may have moved a halted core. */
  onDisturbance(listener: DisturbanceListener): Disposable {
    return this.#disturbances.on(listener);
  }

  /** Looks at the halted cores; answers the thread of one that runs now or stands elsewhere. */
  lookForChanges(): Promise<number | undefined> {
    return this.#runs.lookForChanges();
  }

  // ---- registers and memory

  registers(thread: number): readonly RegisterDescription[] {
    return this.#link.core(thread).descriptions;
  }

  /** Memory that came with the last stop, for a cache to start with. */
  stackWindow(thread: number): Snapshot['stack'] {
    return this.#link.core(thread).stack;
  }

  /** With the stops of the first core: others see the same memory. */
  readAlong(ranges: readonly AddressRange[]): void {
    const [core] = this.#link.cores;
    // Where the stack cannot be read ahead, nothing can.
    if (core === undefined || core.question.stackWords === 0) return;
    const along = ranges.filter(({ low, high }) => !this.memory.isKnown(low, high - low));
    core.question = { ...core.question, along };
  }

  cameAlong(thread: number): Snapshot['along'] {
    return this.#link.core(thread).along;
  }

  /** Where a halted core stands. */
  programCounter(thread: number): number | undefined {
    const pc = this.#link.core(thread).registers.get('pc');
    return pc === undefined ? undefined : this.architecture.codeAddress(pc);
  }

  async readRegisters(thread: number, names: readonly string[]): Promise<ReadonlyMap<string, bigint | undefined>> {
    const core = this.#link.halted(thread);
    const missing = names.filter((name) => !core.registers.has(name) && !core.missing.has(name));
    if (missing.length > 0) {
      const requests = missing.map((name) => this.#link.for(core, request.registers([name])));
      const results = await this.#link.ask(() => this.session.batch(requests));
      for (const [index, name] of missing.entries()) {
        const result = results[index];
        if (result?.ok && result.value[0] !== undefined) core.registers.set(name, result.value[0]);
        else if (result?.ok === false && result.error instanceof CommandError) core.missing.add(name);
      }
    }
    return new Map(names.map((name) => [name, core.registers.get(name)]));
  }

  async writeRegister(thread: number, name: string, value: bigint): Promise<void> {
    const core = this.#link.halted(thread);
    // One register may be seen through others (banked stack pointers, status views), so all are read again.
    await this.#runs.change(core, () =>
      this.#link.ask(() => this.session.execute(this.#link.for(core, request.writeRegister(name, value)))),
    );
  }

  readMemory(address: number, length: number): Promise<MemoryRead> {
    return this.memory.read(address, length);
  }

  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    try {
      await this.memory.write(address, bytes);
    } catch (error) {
      // OpenOCD tells only that an access failed.
      if (await this.isInFlash(address, bytes.length).catch(() => false)) throw liveErrors.flashWritten(address);
      throw error;
    }
    for (const core of this.#link.cores) {
      core.stack = undefined;
      core.along = [];
    }
  }

  /** Whether all of a range lies in flash. @throws EngineError */
  isInFlash(address: number, length: number): Promise<boolean> {
    return this.#link.ask(() => this.#comparators.isInFlash(address, address + length));
  }

  /**
   * The program's constant sections in flash were compared with the target: they are read from the program from now on.
   * Sections that startup code copies to RAM are not among them.
   */
  async trustFlash(program: Program): Promise<void> {
    const read = readOnlyBytes(program);
    const inFlash: { readonly low: number; readonly high: number }[] = [];
    for (const { address, size } of program.sections) {
      if (size > 0 && (await this.isInFlash(address, size))) inFlash.push({ low: address, high: address + size });
    }
    this.memory.trust((address, length) =>
      inFlash.some(({ low, high }) => address >= low && address + length <= high) ? read(address, length) : undefined,
    );
  }

  // ---- running

  async halt(thread?: number): Promise<void> {
    for (const core of this.#link.some(thread)) await this.#runs.halt(core);
  }

  async resume(thread?: number): Promise<void> {
    for (const core of this.#link.some(thread)) {
      if (core.state.kind === 'halted') await this.#runs.start(core, 'resume', nowhere, 0);
    }
  }

  /**
   * Lets one core run, with temporary breakpoints at the addresses. Resolves when it has begun; `done` resolves at its next stop.
   * @param eagerMs how long OpenOCD waits inside its first answer: for runs that are likely to end at once
   */
  async run(thread: number, addresses: readonly number[] = [], eagerMs = 0): Promise<Begun> {
    const core = this.#link.halted(thread);
    const temps = await this.#comparators.temporaries(addresses);
    return this.#runs.start(core, 'resume', { temps, floors: [] }, eagerMs);
  }

  /** Waits for the next stop of a core that runs already. */
  follow(thread: number): Promise<RunState> {
    const core = this.#link.core(thread);
    if (core.state.kind === 'halted') return Promise.resolve(core.state);
    return core.run ?? this.#runs.watch(core);
  }

  async stepInstruction(thread: number): Promise<void> {
    const core = this.#link.halted(thread);
    const { done } = await this.#runs.start(core, 'step', nowhere, EAGER_MS);
    await done;
  }

  async runTo(
    thread: number,
    addresses: readonly number[],
    signal?: AbortSignal,
    floors: readonly Floor[] = [],
  ): Promise<RunState> {
    const core = this.#link.halted(thread);
    const temps = await this.#comparators.temporaries(addresses);
    signal?.throwIfAborted();
    const { done } = await this.#runs.start(core, 'resume', { temps, floors }, EAGER_MS);
    // A halt that fails shows in the state: the watch loop goes on or the target is lost.
    const abort = () => void this.halt(thread).catch(() => undefined);
    signal?.addEventListener('abort', abort, { once: true });
    // It may have been given up while it began.
    if (signal?.aborted) abort();
    try {
      return await done;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async reset(mode: 'halt' | 'run' | 'init'): Promise<void> {
    const over = this.#disturbances.expectReset();
    for (const core of this.#link.cores) core.missing.clear();
    const looks = this.#link.cores.map((core) => this.#runs.question(core));
    const [reset, ...answers] = await this.#link
      .ask(() => this.session.batch([request.reset(mode), ...looks]))
      .finally(over);
    if (!reset.ok) throw asEngineError(reset.error);
    this.#events.emit('invalidated');
    for (const [index, core] of this.#link.cores.entries()) {
      const answer = answers[index];
      if (answer?.ok) this.#runs.answer(core, answer.value, { kind: 'reset' });
      else if (answer !== undefined) throw asEngineError(answer.error);
    }
    for (const core of this.#link.cores)
      if (core.state.kind === 'running' && core.run === undefined) this.#runs.watch(core);
  }

  /** Looks at all cores again, after commands whose effect is not known. */
  async refresh(): Promise<void> {
    this.#events.emit('invalidated');
    for (const core of this.#link.cores) if (core.run === undefined) await this.#runs.look(core);
  }

  // ---- breakpoints

  /** True when there are comparators enough for temporary breakpoints at all the addresses. */
  async hasRoomFor(addresses: readonly number[]): Promise<boolean> {
    const temps = await this.#comparators.temporaries(addresses);
    const hardware = temps.filter(({ kind }) => kind === 'hardware').length;
    const free = await this.#comparators.free();
    return hardware === 0 || free === undefined || hardware <= free;
  }

  addBreakpoint(address: number, length: number, kind: BreakpointKind): Promise<void> {
    return this.#link.ask(() => this.#comparators.add(address, length, kind));
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
    await this.#link.ask(async () => {
      const kind = mode === 'auto' ? await this.#comparators.kindFor(address) : mode;
      const place = () => this.#comparators.place(address, kind, limit);
      await (kind === 'software' || this.#comparators.isSoftware(address) ? this.#runs.whileHalted(place) : place());
    });
  }

  removeBreakpoint(address: number): Promise<void> {
    const remove = () => this.#comparators.remove(address);
    return this.#link.ask(() => (this.#comparators.isSoftware(address) ? this.#runs.whileHalted(remove) : remove()));
  }

  addWatchpoint(address: number, length: number, access: 'read' | 'write' | 'access'): Promise<void> {
    return this.#link.ask(() => this.#runs.whileHalted(() => this.#comparators.addWatchpoint(address, length, access)));
  }

  removeWatchpoint(address: number): Promise<void> {
    return this.#link.ask(() => this.#runs.whileHalted(() => this.#comparators.removeWatchpoint(address)));
  }

  budget(): Promise<ComparatorBudget> {
    return this.#link.ask(() => this.#comparators.budget());
  }

  /** Addresses of the watchpoints that a halted core has met since this was asked last; undefined where it cannot tell. */
  matchedWatchpoints(thread: number): Promise<readonly number[] | undefined> {
    return this.#watchpointHits.matched(this.#link.core(thread));
  }

  // ---- OpenOCD itself

  /** Runs a command once for each core. @param tcl for the core at this index @returns the replies @throws EngineError */
  async onEach(tcl: (index: number) => string): Promise<readonly string[]> {
    const replies: string[] = [];
    for (const [index, core] of this.#link.cores.entries()) replies.push(await this.#link.scriptOn(core, tcl(index)));
    return replies;
  }

  /** What is found from now on may be the work of a command of the user. Call what is answered when it is known. */
  expectCommand(): () => void {
    return this.#disturbances.expectCommand();
  }

  /** True when what is found now may be the work of a command of the user. */
  get isCommanded(): boolean {
    return this.#disturbances.isCommanded;
  }

  /** Looks at the running cores now. Resolves when they have been looked at. */
  lookNow(): Promise<void> {
    return this.#runs.lookNow();
  }

  /** Runs OpenOCD commands. @throws EngineError */
  command(tcl: string): Promise<string> {
    return this.#link.script(tcl);
  }

  async close(): Promise<void> {
    this.stopWatching();
    await this.session.close();
  }

  /** From now on nothing of the target is looked at or told. */
  stopWatching(): void {
    this.#runs.close();
  }
}
