// The engine: one program on one target. Keeps what is known of a stop, and answers stacks, scopes, expressions and memory.
// Knows no protocol; running, stepping and breakpoints of live targets are built on it in live/.
import type { Program } from '../debuginfo/api';
import type { Architecture, FaultReport } from './arch/architecture';
import { storesToSet } from './expressions/assignment';
import type { FormatSuffix } from './expressions/ast';
import { evaluate } from './expressions/evaluator';
import { parse } from './expressions/parser';
import { isTypeIn, type Store } from './expressions/scope';
import { FrameScope } from './frameScope';
import { settle } from './memory/demand';
import { MemoryView, type PartialBytes, unreadableReason } from './memory/memoryView';
import { errors } from './messages';
import { type CallFrame, type Frame, Stack } from './stack';
import type { Disposable, Target, TargetThread } from './target';
import { ThreadState } from './unwind/threadState';
import type { NumberFormat } from './values/scalars';
import type { ValueSpace } from './values/space';
import { type BaseTypes, baseTypes, strip } from './values/types';
import type { Value } from './values/value';

const SHF_ALLOC = 2;
/** Memory near what the program occupies is taken for memory, not for a peripheral. */
const neighbourhoodBytes = 0x10000;

export interface EvaluationResult {
  readonly value: Value;
  readonly suffix: FormatSuffix;
  /** True for a register that is for bits and addresses: they are shown in hexadecimal. */
  readonly holdsBits: boolean;
  /** True when the expression changed the target. */
  readonly hasStored: boolean;
}

/** The result of a function, as the calling convention leaves it. */
export interface ReturnedValue {
  /** Of the function. */
  readonly name: string;
  readonly value: Value;
}

interface Stop {
  readonly state: ThreadState;
  readonly stack: Stack;
}

export class Engine implements Disposable {
  readonly memory: MemoryView;
  readonly space: ValueSpace;
  readonly types: BaseTypes;
  /** How numbers are shown where an expression does not say; the client may change it. */
  numberFormat: NumberFormat = 'natural';
  readonly #stops = new Map<number, Stop>();
  readonly #returned = new Map<number, ReturnedValue>();
  readonly #hiddenInlined = new Map<number, number>();
  readonly #written = new Set<(address: number, bytes: Uint8Array) => void>();
  readonly #subscriptions: Disposable[];
  readonly #occupied: readonly { readonly low: number; readonly high: number }[];

  constructor(
    readonly program: Program,
    readonly target: Target,
    readonly architecture: Architecture,
    /** `readsAhead`: memory near what is asked for is read with it. */
    { readsAhead = true }: { readonly readsAhead?: boolean } = {},
  ) {
    this.#occupied = program.sections
      .filter((section) => (section.flags & SHF_ALLOC) !== 0 && section.size > 0)
      .map(({ address, size }) => ({
        low: Math.floor(address / neighbourhoodBytes) * neighbourhoodBytes,
        high: Math.ceil((address + size) / neighbourhoodBytes) * neighbourhoodBytes,
      }));
    this.memory = new MemoryView(target, program, (address) => readsAhead && this.#isPlainMemory(address));
    const plainChar = strip(program.findTypes('char')[0]);
    const isCharSigned = plainChar?.kind === 'base' && plainChar.encoding === 'signedChar';
    this.types = baseTypes(target.addressSize, target.isBigEndian, isCharSigned);
    this.space = {
      program,
      addressSize: target.addressSize,
      isBigEndian: target.isBigEndian,
      readPartial: (address, length) => this.memory.readPartial(address, length),
      unreadableReason: (address) => unreadableReason(this.memory, address),
      registerName: (dwarf) => architecture.registerName(dwarf),
      code: architecture,
      mayPeek: (address) => target.kind === 'core' || this.#isPlainMemory(address),
    };
    this.#subscriptions = [
      target.on('state', (thread) => this.#forget(thread)),
      target.on('invalidated', () => this.invalidate()),
    ];
  }

  get threads(): readonly TargetThread[] {
    return this.target.threads;
  }

  /** Forgets all that was read: registers, memory, stacks. */
  invalidate(): void {
    this.#stops.clear();
    this.memory.invalidate();
  }

  /** Runs a computation on the engine's caches, reading from the target what it demands (memory/demand.ts). */
  async run<T>(compute: () => T, signal?: AbortSignal): Promise<T> {
    const computation = this.memory.begin();
    try {
      return await settle(() => computation.step(compute), errors.tooManyReads, signal);
    } finally {
      computation.end();
    }
  }

  /** Frames `start` … of a halted thread. `total` is known once the end of the stack was seen. Throws an EngineError while it runs. */
  frames(
    thread: number,
    start: number,
    count: number,
    signal?: AbortSignal,
  ): Promise<{ readonly frames: readonly Frame[]; readonly total: number | undefined }> {
    const { stack } = this.#stop(thread);
    return this.run(() => stack.frames(start, count), signal);
  }

  /** The fault that the thread is in, and where it happened. */
  fault(
    thread: number,
  ): Promise<{ readonly report: FaultReport; readonly interrupted: CallFrame | undefined } | undefined> {
    const { stack } = this.#stop(thread);
    return this.run(() => stack.fault());
  }

  /**
   * How many inlined functions at the top of a thread's stack are not shown, because execution stands before their first
   * instruction and has not entered them yet in the eyes of the user. Holds until the thread runs.
   */
  hideInlined(thread: number, count: number): void {
    if (count === this.hiddenInlined(thread)) return;
    this.#hiddenInlined.set(thread, count);
    this.#stops.delete(thread);
  }

  hiddenInlined(thread: number): number {
    return this.#hiddenInlined.get(thread) ?? 0;
  }

  /** What the function returned that a step has just left; holds until the thread runs. */
  returned(thread: number): ReturnedValue | undefined {
    return this.#returned.get(thread);
  }

  keepReturned(thread: number, returned: ReturnedValue): void {
    this.#returned.set(thread, returned);
  }

  /** Registers of a halted thread. */
  threadState(thread: number): ThreadState {
    return this.#stop(thread).state;
  }

  /** What can be named in a frame, or, without one, in the program. */
  scope(frame: CallFrame | undefined, thread?: number): FrameScope {
    const isHalted = thread !== undefined && this.target.state(thread).kind === 'halted';
    const state = frame?.physical.registers.thread ?? (isHalted ? this.#stop(thread).state : undefined);
    return new FrameScope(this.space, this.types, this.architecture, frame, state);
  }

  /**
   * Evaluates an expression and carries out its assignments, unless `mayStore` is false: then they are refused.
   * Throws an ExpressionError or EngineError.
   */
  async evaluate(
    text: string,
    scope: FrameScope,
    { mayStore = true, signal }: { readonly mayStore?: boolean; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<EvaluationResult> {
    const { value, stores, suffix, holdsBits } = await this.run(() => {
      const { expression, suffix } = parse(text, isTypeIn(scope));
      const holdsBits = expression.kind === 'register' && scope.holdsBits(expression.name);
      return { ...evaluate(expression, suffix, text, scope), suffix, holdsBits };
    }, signal);
    if (stores.length > 0 && !mayStore) throw errors.assignmentRefused(text);
    for (const store of stores) await this.#carryOut(store, scope);
    return { value, suffix, holdsBits, hasStored: stores.length > 0 };
  }

  /**
   * Gives `place`, or the object that it refers to, the value of an expression, or a value as it is shown in a format. Throws as
   * `evaluate` does.
   */
  async assign(place: Value, text: string, scope: FrameScope, format: NumberFormat = this.numberFormat): Promise<void> {
    const stores = await this.run(() => storesToSet(place, text, format, scope));
    for (const store of stores) await this.#carryOut(store, scope);
  }

  /** Reads memory with holes marked. */
  readMemory(address: number, length: number, signal?: AbortSignal): Promise<PartialBytes> {
    return this.target.kind === 'live'
      ? this.memory.readNow(address, length, signal)
      : this.run(() => this.memory.readPartial(address, length), signal);
  }

  /** Writes memory and forgets what depends on it. */
  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    await this.target.writeMemory(address, bytes);
    this.invalidate();
    for (const listener of this.#written) listener(address, bytes);
  }

  /** Calls back after memory was written through the engine. */
  onWritten(listener: (address: number, bytes: Uint8Array) => void): Disposable {
    this.#written.add(listener);
    return { dispose: () => void this.#written.delete(listener) };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.program.close();
  }

  async #carryOut(store: Store, scope: FrameScope): Promise<void> {
    if (store.kind === 'memory') return this.writeMemory(store.address, store.bytes);
    const state = scope.frame?.physical.registers.thread ?? scope.thread;
    if (state === undefined) throw errors.noSuchRegister(store.name);
    await state.write(store.name, store.value);
    this.invalidate();
  }

  #stop(thread: number): Stop {
    const known = this.#stops.get(thread);
    if (known !== undefined) return known;
    const description = this.target.threads.find(({ id }) => id === thread);
    if (description === undefined) throw errors.noSuchThread(thread);
    const state = this.target.state(thread);
    if (state.kind !== 'halted' && state.kind !== 'lockup') throw errors.notHalted(description.name);
    const threadState = new ThreadState(this.target, thread, this.architecture, this.memory);
    const stop = { state: threadState, stack: new Stack(this.program, threadState, this.hiddenInlined(thread)) };
    this.#stops.set(thread, stop);
    return stop;
  }

  #forget(thread: number): void {
    this.#returned.delete(thread);
    this.#stops.delete(thread);
    this.#hiddenInlined.delete(thread);
    this.memory.invalidate();
    for (const { id } of this.target.threads) {
      const window = this.target.state(id).kind === 'halted' ? this.target.stackWindow?.(id) : undefined;
      if (window !== undefined) this.memory.preload(window.address, window.bytes);
    }
    if (this.target.state(thread).kind === 'halted') this.memory.preloadAhead(this.target.cameAlong?.(thread) ?? []);
  }

  #isPlainMemory(address: number): boolean {
    return (
      !this.architecture.isDevice(address) || this.#occupied.some(({ low, high }) => address >= low && address < high)
    );
  }
}
