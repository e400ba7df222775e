// Register values: which memory may be read for which registers, what was read, and what has changed since. Target access
// itself is handed in; nothing here knows OpenOCD or the debug adapter.
import type { Device, Peripheral, Register } from '../../svd';
import { t } from '../texts';

/** Bytes to read with accesses of one width. Address and length are multiples of it where the SVD file is right. */
export interface MemoryRange {
  readonly address: bigint;
  readonly lengthBytes: number;
  /** Bits. */
  readonly accessWidth: 8 | 16 | 32 | 64;
}

/** One range's outcome; `error` is a short text for the user. */
export type RangeResult = { readonly bytes: Uint8Array } | { readonly error: string };

/** The target's memory as the peripheral tree needs it. */
export interface MemoryAccess {
  /** All ranges, in one round trip where the way to the target allows. As many results as ranges, in their order. */
  readMany(ranges: readonly MemoryRange[], signal?: AbortSignal): Promise<readonly RangeResult[]>;
  /** Rejects with a text for the user when the target did not take the value. */
  write(address: bigint, accessWidth: MemoryRange['accessWidth'], value: bigint): Promise<void>;
}

export type RegisterState =
  /** Never read, or not since the target ran. `last` is the value of an earlier moment. */
  | { readonly kind: 'unread'; readonly last?: bigint }
  /** `changed` has ones where bits differ from the read before. */
  | { readonly kind: 'value'; readonly value: bigint; readonly changed: bigint }
  | { readonly kind: 'failed'; readonly error: string; readonly last?: bigint };

/** A register and the peripheral it belongs to. */
export interface Place {
  readonly register: Register;
  readonly peripheral: Peripheral;
}

/** Peripherals with more registers are not searched for hazards; their registers are judged each by itself. */
const searchedRegisters = 10_000;

const unread: RegisterState = { kind: 'unread' };
const keyOf = ({ path, address }: Register) => `${path}@${address}`;

interface Interval {
  readonly start: bigint;
  readonly end: bigint;
}

export class RegisterValues {
  readonly #bigEndian: boolean;
  readonly #gapBytes: number;
  readonly #states = new Map<string, RegisterState>();
  /** Registers that cannot be read. */
  readonly #apart = new Set<string>();
  readonly #hazards = new Map<string, { reads: Interval[]; gaps: Interval[] }>();

  /** @param gapBytes unused bytes that may be read along to join two registers; 0 reads described registers alone */
  constructor(device: Device, gapBytes = 0) {
    this.#bigEndian = device.cpu?.endian === 'big';
    this.#gapBytes = gapBytes;
  }

  state(register: Register): RegisterState {
    return this.#states.get(keyOf(register)) ?? unread;
  }

  /** One register was written: what was read of it is of an earlier moment now. */
  expire(register: Register): void {
    this.#expire(keyOf(register));
  }

  /** The target ran or changed: so is all that was not read again since. */
  expireOthers(current: readonly Place[]): void {
    const kept = new Set(current.map(({ register }) => keyOf(register)));
    for (const key of this.#states.keys()) if (!kept.has(key)) this.#expire(key);
  }

  #expire(key: string): void {
    const state = this.#states.get(key);
    if (state === undefined) return;
    const last = state.kind === 'value' ? state.value : state.last;
    if (last === undefined) this.#states.delete(key);
    else this.#states.set(key, { kind: 'unread', last });
  }

  /**
   * Whether reading has an effect on the target, so that only the user may ask for it: by its own read action, or because it
   * shares its address with a register that has one.
   */
  isOnRequest({ register, peripheral }: Place): boolean {
    if (register.readAction !== undefined) return true;
    return this.#hazardsOf(peripheral).reads.some((hazard) => overlaps(hazard, intervalOf(register)));
  }

  /** Reads registers as far as they are readable. Failures become states; only an abort rejects. */
  async read(memory: MemoryAccess, places: readonly Place[], signal?: AbortSignal): Promise<void> {
    const readable = places.filter(({ register }) => register.readable);
    const failed = await this.#readRanges(memory, this.#plan(readable), signal);
    // One register that cannot be read takes its neighbours with it: from now on it is read apart from them.
    const single = failed.flatMap(({ registers }) => (registers.length < 2 ? [] : registers.map(rangeOf)));
    for (const { registers } of await this.#readRanges(memory, single, signal))
      for (const register of registers) this.#apart.add(keyOf(register));
  }

  /** @returns the ranges that the target could not read */
  async #readRanges(
    memory: MemoryAccess,
    ranges: readonly PlannedRange[],
    signal: AbortSignal | undefined,
  ): Promise<readonly PlannedRange[]> {
    if (ranges.length === 0) return [];
    const { results, answered } = await readAll(memory, ranges, signal);
    signal?.throwIfAborted();
    for (const [index, { range, registers }] of ranges.entries()) {
      const result = results[index] ?? { error: t('No answer') };
      for (const register of registers) this.#store(register, range, result);
    }
    return answered ? ranges.filter((_, index) => 'error' in (results[index] ?? {})) : [];
  }

  #store(register: Register, range: MemoryRange, result: RangeResult): void {
    const key = keyOf(register);
    const before = this.#states.get(key);
    const last = before?.kind === 'value' ? before.value : before?.last;
    const start = Number(register.address - range.address);
    const bytes = 'bytes' in result ? result.bytes.subarray(start, start + register.bytes) : undefined;
    if (bytes?.length !== register.bytes) {
      const error = 'error' in result ? result.error : t('The answer was too short');
      this.#states.set(key, { kind: 'failed', error, ...(last === undefined ? {} : { last }) });
      return;
    }
    this.#apart.delete(key);
    const value = BigInt.asUintN(register.size, toInteger(bytes, this.#bigEndian));
    this.#states.set(key, { kind: 'value', value, changed: last === undefined ? 0n : last ^ value });
  }

  /** Neighbours of equal access width are joined, per peripheral; registers of one address are read once. */
  #plan(places: readonly Place[]): PlannedRange[] {
    const sorted = places
      .map((place) => ({ ...place, width: accessWidth(place.register), onRequest: this.isOnRequest(place) }))
      .sort((a, b) => (a.register.address < b.register.address ? -1 : a.register.address > b.register.address ? 1 : 0));
    const ranges: (PlannedRange & { peripheral: Peripheral; joinable: boolean })[] = [];
    for (const { register, peripheral, width, onRequest } of sorted) {
      const previous = ranges.at(-1);
      const { start, end } = intervalOf(register);
      const alone = onRequest || this.#apart.has(keyOf(register));
      if (previous?.joinable === true && !alone && previous.range.accessWidth === width) {
        const reached = previous.range.address + BigInt(previous.range.lengthBytes);
        const near =
          start <= reached || this.#mayBridge(previous.peripheral, peripheral, { start: reached, end: start });
        if (near) {
          const lengthBytes = Number((end > reached ? end : reached) - previous.range.address);
          previous.range = { ...previous.range, lengthBytes };
          previous.registers.push(register);
          continue;
        }
      }
      const planned = rangeOf(register);
      ranges.push({ ...planned, peripheral, joinable: !alone && planned.range.lengthBytes === register.bytes });
    }
    return ranges;
  }

  /** A gap is read along only inside one address block of registers and where no register forbids it. */
  #mayBridge(one: Peripheral, other: Peripheral, gap: Interval): boolean {
    if (one.path !== other.path || gap.end - gap.start > BigInt(this.#gapBytes)) return false;
    if (other.registerCount > searchedRegisters) return false;
    const inBlock = other.addressBlocks.some(
      ({ address, size, usage }) => usage === 'registers' && address <= gap.start && gap.end <= address + BigInt(size),
    );
    return inBlock && !this.#hazardsOf(other).gaps.some((hazard) => overlaps(hazard, gap));
  }

  /** Where reading has an effect, and where it must not be done in passing (write-only registers too). */
  #hazardsOf(peripheral: Peripheral): { reads: Interval[]; gaps: Interval[] } {
    let hazards = this.#hazards.get(peripheral.path);
    if (hazards !== undefined) return hazards;
    hazards = { reads: [], gaps: [] };
    if (peripheral.registerCount <= searchedRegisters) {
      for (const register of peripheral.registers()) {
        const acts = register.readAction !== undefined && register.readable;
        if (acts) hazards.reads.push(intervalOf(register));
        if (acts || !register.readable) hazards.gaps.push(intervalOf(register));
      }
    }
    this.#hazards.set(peripheral.path, hazards);
    return hazards;
  }
}

interface PlannedRange {
  range: MemoryRange;
  readonly registers: Register[];
}

/** One register by itself. */
function rangeOf(register: Register): PlannedRange {
  const width = accessWidth(register);
  const lengthBytes = Math.ceil(register.bytes / (width / 8)) * (width / 8);
  return { range: { address: register.address, lengthBytes, accessWidth: width }, registers: [register] };
}

/** `answered` is false where the way to the target failed, rather than one range or another. */
async function readAll(
  memory: MemoryAccess,
  ranges: readonly PlannedRange[],
  signal: AbortSignal | undefined,
): Promise<{ readonly results: readonly RangeResult[]; readonly answered: boolean }> {
  try {
    const results = await memory.readMany(
      ranges.map(({ range }) => range),
      signal,
    );
    return { results, answered: true };
  } catch (error) {
    signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return { results: ranges.map(() => ({ error: message })), answered: false };
  }
}

/** The width of one access: the register's size, or the next that a bus has; wider registers go by words. */
export function accessWidth({ size }: Register): MemoryRange['accessWidth'] {
  if (size > 64) return 32;
  return size <= 8 ? 8 : size <= 16 ? 16 : size <= 32 ? 32 : 64;
}

function intervalOf({ address, bytes }: Register): Interval {
  return { start: address, end: address + BigInt(bytes) };
}

function overlaps(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}

function toInteger(bytes: Uint8Array, bigEndian: boolean): bigint {
  const hex = Buffer.from(bigEndian ? bytes : bytes.toReversed()).toString('hex');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}
