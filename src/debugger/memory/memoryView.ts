// The memory that computations see: the target's, in pages that live until it changes, and behind it, for a core file, the
// program's read-only sections. Reads are plain calls; what is not cached yet is a Demand.
import type { Program, Section } from '../../debuginfo/api';
import { texts } from '../messages';
import type { MemoryRead, Target } from '../target';
import { AskedAgain } from './askedAgain';
import { Demand, type Need, type Source } from './demand';
import { ahead, HeldPages, newPage, type Page, type Pages, pageSize, unknown, unreadable, valid } from './pages';
import { type AddressRange, joinRanges } from './ranges';

/** A first access reads its words alone: each further one is felt on a slow link. */
const lineSize = 4;
/** Memory this near to what was read before is taken for more of the same. */
const nearBytes = 64;
/** So far behind memory that came with a stop, the top of the stack, more of the stack will be read. */
const stackBytes = 1024;

/** A long read can be cancelled between pieces of this size. */
const pieceBytes = 16 * 1024;

/** Reasons that are kept: more of them nobody looks at. */
const mostProblems = 1000;

/** Bytes with holes: `valid[i]` is 0 where the byte could not be read. */
export interface PartialBytes {
  readonly bytes: Uint8Array;
  readonly valid: Uint8Array;
}

/** A range that is not in the cache. */
class MissingRange implements Need, AddressRange {
  readonly key: string;

  constructor(
    readonly source: Source,
    readonly low: number,
    readonly high: number,
  ) {
    this.key = `${low}+${high - low}`;
  }
}

/** What memory behind an address is for reading ahead: peripherals must be read exactly as asked. */
export type ReadAhead = (address: number) => boolean;

export class MemoryView implements Source {
  readonly #target: Target;
  readonly #fallback: ((address: number, length: number) => Uint8Array | undefined) | undefined;
  readonly #mayReadAhead: ReadAhead;
  #pages: Pages = new Map();
  /** Computations that are under way. */
  readonly #computations = new Set<HeldPages>();
  /** The one that runs at this moment. */
  #computation: HeldPages | undefined;
  /** Where reading goes on for sure. */
  #stack = { low: 0, high: 0 };
  /** Why reads failed, by the address where they did. */
  readonly #problems = new Map<number, string>();
  #problem: string | undefined;
  readonly #askedAgain = new AskedAgain();

  constructor(target: Target, program: Program | undefined, mayReadAhead: ReadAhead) {
    this.#target = target;
    this.#mayReadAhead = mayReadAhead;
    this.#fallback = target.kind === 'core' && program !== undefined ? readOnlyBytes(program) : undefined;
  }

  /** Why memory at an address could not be read, in words; for one that is not known, why the last read failed. */
  problemAt(address: number): string | undefined {
    return this.#problems.get(address) ?? this.#problem;
  }

  #fail(address: number, problem: string | undefined): void {
    this.#problem = problem;
    if (problem === undefined) return;
    if (this.#problems.size >= mostProblems) this.#problems.clear();
    this.#problems.set(address, problem);
  }

  /** Forgets everything: the target ran, or its memory was written. */
  invalidate(): void {
    if (this.#pages.size === 0) return;
    for (const held of this.#computations) held.keep(this.#pages);
    this.#pages = new Map();
  }

  /**
   * Begins a computation that may be tried several times, with `step` for each try: it goes on seeing what was known at any time since,
   * also after others have forgotten it. `end` must follow.
   */
  begin(): { step<T>(compute: () => T): T; end(): void } {
    const held = new HeldPages();
    this.#computations.add(held);
    return {
      step: (compute) => {
        const before = this.#computation;
        this.#computation = held;
        try {
          return compute();
        } finally {
          this.#computation = before;
        }
      },
      end: () => this.#computations.delete(held),
    };
  }

  /** Bytes that came with a stop because they were asked for at the stops before. */
  preloadAhead(windows: readonly { readonly address: number; readonly bytes: Uint8Array }[]): void {
    for (const { address, bytes } of windows) this.#store(address, bytes, bytes.length, ahead);
    this.#askedAgain.age();
    this.#tellAskedAgain();
  }

  #tellAskedAgain(): void {
    this.#target.readAlong?.(this.#askedAgain.ranges());
  }

  #page(number: number): Page | undefined {
    const page = this.#pages.get(number);
    return this.#computation === undefined ? page : this.#computation.over(number, page);
  }

  /** Bytes that came with the stop, so that nobody needs to ask for them. */
  preload(address: number, bytes: Uint8Array): void {
    this.#store(address, bytes, bytes.length);
    this.#stack = { low: address, high: address + bytes.length + stackBytes };
  }

  /** All bytes, or undefined when one of them cannot be read. Throws a Demand when they are not in the cache yet. */
  read(address: number, length: number): Uint8Array | undefined {
    const first = Math.floor(address / pageSize);
    const at = address - first * pageSize;
    const page = this.#page(first);
    if (page !== undefined && at + length <= pageSize) {
      let good = true;
      for (let i = at; i < at + length && good; i++) good = page.state[i] === valid;
      if (good) return page.bytes.subarray(at, at + length);
    }
    const partial = this.readPartial(address, length);
    return partial.valid.includes(0) ? undefined : partial.bytes;
  }

  /** All bytes that can be read. Throws a Demand when they are not in the cache yet. */
  readPartial(address: number, length: number): PartialBytes {
    const missing = this.#missing(address, length);
    if (missing !== undefined) throw new Demand([missing]);
    const bytes = new Uint8Array(length);
    const good = new Uint8Array(length);
    this.#walk(address, length, (number, from, to, position) => {
      const page = this.#page(number);
      if (page === undefined) return;
      bytes.set(page.bytes.subarray(from, to), position);
      for (let i = from; i < to; i++) {
        if (page.state[i] === ahead) {
          page.state[i] = valid;
          this.#askedAgain.used(number * pageSize + i, number * pageSize + i + 1);
        }
        good[position + i - from] = page.state[i] === valid ? 1 : 0;
      }
    });
    return { bytes, valid: good };
  }

  #walk(address: number, length: number, visit: (page: number, from: number, to: number, position: number) => void) {
    let position = 0;
    while (position < length) {
      const number = Math.floor((address + position) / pageSize);
      const from = address + position - number * pageSize;
      const to = Math.min(pageSize, from + length - position);
      visit(number, from, to, position);
      position += to - from;
    }
  }

  /** The one range around what is asked for that is not known yet. */
  #missing(address: number, length: number): Need | undefined {
    let low: number | undefined;
    let high = 0;
    this.#walk(address, length, (number, from, to) => {
      const state = this.#page(number)?.state;
      for (let i = from; i < to; i++) {
        if (state !== undefined && state[i] !== unknown) continue;
        low ??= number * pageSize + i;
        high = number * pageSize + i + 1;
      }
    });
    if (low === undefined) return undefined;
    return new MissingRange(this, low, high);
  }

  /** Reads what is missing; ranges beside each other, such as the elements of an array, in one piece. */
  async fetch(needs: readonly Need[]): Promise<void> {
    const ranges = needs.filter((need) => need instanceof MissingRange);
    for (const { low, high } of joinRanges(ranges, this.#mayReadAhead)) await this.#fetch(low, high);
  }

  async #fetch(low: number, high: number): Promise<void> {
    const size = this.#expectsMore(low, high) ? pageSize : lineSize;
    // Reading goes upwards: stacks are unwound and arrays shown that way.
    const wideLow = this.#mayReadAhead(low) ? this.#firstUnknown(Math.floor(low / lineSize) * lineSize, low) : low;
    const wideHigh = this.#mayReadAhead(high - 1) ? this.#firstKnown(high, Math.ceil(high / size) * size) : high;
    let read = await this.#target.readMemory(wideLow, wideHigh - wideLow);
    if (read.bytes.length < wideHigh - wideLow && (wideLow !== low || wideHigh !== high)) {
      // Reading ahead met a hole: what was asked for is still read exactly.
      this.#store(wideLow, read.bytes, read.bytes.length);
      read = await this.#target.readMemory(low, high - low);
      await this.#fillHoles(low, high, read);
    } else if (read.bytes.length < wideHigh - wideLow) {
      await this.#fillHoles(low, high, read);
    } else {
      this.#store(wideLow, read.bytes, read.bytes.length);
      if (this.#target.readAlong === undefined || !this.#mayReadAhead(wideLow)) return;
      this.#askedAgain.asked(wideLow, wideHigh);
      this.#tellAskedAgain();
    }
  }

  /** In the stack, and near memory that was read before, whole pages are worth reading; a file costs nothing to read. */
  #expectsMore(low: number, high: number): boolean {
    if (this.#target.kind === 'core' || (low >= this.#stack.low && low < this.#stack.high)) return true;
    // Who asks for so much knows what he wants.
    if (high - low >= pageSize / 2) return false;
    for (let away = 1; away <= nearBytes; away++) {
      if (this.#isKnown(low - away) || this.#isKnown(high - 1 + away)) return true;
    }
    return false;
  }

  #isKnown(address: number): boolean {
    const page = this.#page(Math.floor(address / pageSize));
    return page !== undefined && page.state[address % pageSize] !== unknown;
  }

  /** The lowest address from which on nothing is known up to `end`, and at least `start`. */
  #firstUnknown(start: number, end: number): number {
    let at = end;
    while (at > start && !this.#isKnown(at - 1)) at--;
    return at;
  }

  /** The lowest address from `start` on of which something is known, `end` at most. */
  #firstKnown(start: number, end: number): number {
    let at = start;
    while (at < end && !this.#isKnown(at)) at++;
    return at;
  }

  /**
   * Reads from the target itself, past the cache: what a core that runs or steps meanwhile would empty again and again.
   * Holes are marked. Throws an EngineError when the target is lost, and the signal's reason when aborted.
   */
  async readNow(address: number, length: number, signal?: AbortSignal): Promise<PartialBytes> {
    const bytes = new Uint8Array(length);
    const good = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      signal?.throwIfAborted();
      const wanted = Math.min(length - at, pieceBytes);
      const read = await this.#target.readMemory(address + at, wanted);
      const found = read.bytes.subarray(0, wanted);
      bytes.set(found, at);
      good.fill(valid, at, at + found.length);
      at += found.length;
      if (found.length === wanted) continue;
      this.#fail(address + at, read.problem);
      at += read.holeBytes ?? 4 - ((address + at) & 3);
    }
    return { bytes, valid: good };
  }

  /** Stores a read that ended early, and goes on behind the byte that stopped it; the fallback fills what the target lacks. */
  async #fillHoles(low: number, high: number, first: MemoryRead): Promise<void> {
    let at = low;
    let read = first;
    while (true) {
      this.#store(at, read.bytes, read.bytes.length);
      at += read.bytes.length;
      if (at >= high) return;
      this.#fail(at, read.problem);
      const other = this.#fallbackRun(at, high);
      if (other !== undefined) this.#store(at, other, other.length);
      const hole = read.holeBytes ?? (this.#target.kind === 'core' ? 1 : 4 - (at & 3));
      if (other === undefined) this.#store(at, undefined, Math.min(hole, high - at));
      at += other?.length ?? Math.min(hole, high - at);
      if (at >= high) return;
      read = await this.#target.readMemory(at, high - at);
    }
  }

  /** Bytes of the fallback from `at` on, as many as it has up to `high`. */
  #fallbackRun(at: number, high: number): Uint8Array | undefined {
    if (this.#fallback === undefined) return undefined;
    for (let length = high - at; length > 0; length = length > 1 ? length >> 1 : 0) {
      const bytes = this.#fallback(at, length);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  }

  /** `bytes` undefined marks the range as unreadable; bytes known before stay as they are. */
  #store(
    address: number,
    bytes: Uint8Array | undefined,
    length: number,
    known: typeof valid | typeof ahead = valid,
  ): void {
    this.#walk(address, length, (number, from, to, position) => {
      let page = this.#pages.get(number);
      if (page === undefined) {
        page = newPage();
        this.#pages.set(number, page);
      }
      if (bytes !== undefined) page.bytes.set(bytes.subarray(position, position + to - from), from);
      page.state.fill(bytes === undefined ? unreadable : known, from, to);
    });
  }
}

const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHT_NOBITS = 8;

/** What the program itself says its constant memory holds: allocated, not writable sections, or segments where there are none. */
export function readOnlyBytes(program: Program): (address: number, length: number) => Uint8Array | undefined {
  const isConstant = (section: Section) =>
    (section.flags & SHF_ALLOC) !== 0 && (section.flags & SHF_WRITE) === 0 && section.type !== SHT_NOBITS;
  const ranges = program.sections.some((section) => (section.flags & SHF_ALLOC) !== 0)
    ? program.sections.filter(isConstant).map(({ address, size }) => ({ low: address, high: address + size }))
    : program.segments
        .filter((segment) => !segment.writable)
        .map(({ address, fileSize }) => ({ low: address, high: address + fileSize }));
  return (address, length) =>
    ranges.some(({ low, high }) => address >= low && address + length <= high)
      ? program.bytesAt(address, length)
      : undefined;
}

/** The reason to show when memory could not be read and the target gave none. */
export const unreadableReason = (view: MemoryView, address: number): string =>
  view.problemAt(address) ?? texts.outsideCore(address);
