// Memory of a live target: whole blocks, as far as they can be read, several in one round trip. Knows what need not be read because
// it was compared with the program, and what a running core allows.
import { CommandError, request, type Session } from '../../openocd';
import type { EngineError } from '../errors';
import type { MemoryRead } from '../target';
import type { BlockMemory } from './doubtfulMemory';
import { asEngineError, liveErrors, liveTexts } from './messages';
import { procedure } from './procedures';

export interface MemoryRange {
  readonly address: number;
  readonly length: number;
}

export interface MemoryRules {
  /** True when memory can be read while a core runs, without asking more. */
  readonly whileRunning: boolean;
  /** True while a core runs. */
  isRunning(): boolean;
  /** Reads and writes blocks where OpenOCD's word is not to be taken. */
  readonly blocks: BlockMemory | undefined;
}

/** A failed read of this many bytes or fewer is not tried in parts. */
const SMALLEST_TRY = 4;

/** Address decoders of buses work in blocks of at least this size (AMBA AHB). */
const BLOCK_BYTES = 1024;

/** Reads through the system bus after which OpenOCD 0.12 knows how long they take; 12 were seen to do. */
const LEARNING_READS = 32;

/** Words of one round trip beside a running core, at one or two milliseconds each: others wait meanwhile. */
const WORDS_AT_ONCE = 32;

/** Bytes of one round trip, some 50 ms on a slow probe: a pause waits no longer. */
const BYTES_AT_ONCE = 4096;

export class TargetMemory {
  /** Answers for addresses whose contents are known from the program. */
  #known: ((address: number, length: number) => Uint8Array | undefined) | undefined;

  /** Words read while a core ran. */
  #readBeside = 0;

  /** Where the last read found unreadable memory to its end. */
  #holeEnd: number | undefined;

  constructor(
    private readonly session: Session,
    private readonly rules: MemoryRules,
  ) {}

  /** Asked anew after a read: the core may have been let run meanwhile. */
  get #isBesideCore(): boolean {
    return !this.rules.whileRunning && this.rules.isRunning();
  }

  #mustLearn(): boolean {
    return !this.session.dialect.debugReason && this.#readBeside++ < LEARNING_READS;
  }

  get #blocks(): BlockMemory {
    return this.rules.blocks ?? this.session.memory;
  }

  /** From now on these bytes are not read from the target: they were compared with it. Undefined forgets it. */
  trust(known: ((address: number, length: number) => Uint8Array | undefined) | undefined): void {
    this.#known = known;
  }

  /** True when a range is not read from the target. */
  isKnown(address: number, length: number): boolean {
    return this.#known?.(address, length) !== undefined;
  }

  async read(address: number, length: number): Promise<MemoryRead> {
    const known = this.#known?.(address, length);
    if (known !== undefined) return { bytes: known, problem: undefined };
    if (this.#isBesideCore) return this.#readBesideCore(address, length);
    // Behind a hole there is likely to be more of it.
    if (address === this.#holeEnd && length > SMALLEST_TRY && !(await this.#canRead(address)))
      return this.#readUpTo(address, length);
    try {
      const bytes = await this.#blocks.readBytes(address, length);
      return this.#isBesideCore ? this.#readBesideCore(address, length) : { bytes, problem: undefined };
    } catch (error) {
      // Only a refusal says something about the memory; an OpenOCD that does not answer would not answer smaller reads either.
      if (!(error instanceof CommandError)) throw asEngineError(error);
      if (this.#isBesideCore) return this.#readBesideCore(address, length);
      return this.#readUpTo(address, length);
    }
  }

  /** Several ranges in one round trip, unless it would hold up others; undefined for one that cannot be read. @throws EngineError when the connection is lost */
  async readMany(ranges: readonly MemoryRange[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (this.#isBesideCore) {
      const reads: (Uint8Array | undefined)[] = [];
      for (const { address, length } of ranges) {
        const { bytes } = await this.#readBesideCore(address, length);
        reads.push(bytes.length === length ? bytes : undefined);
      }
      return reads;
    }
    if (this.rules.blocks !== undefined) {
      const reads: (Uint8Array | undefined)[] = [];
      for (const { address, length } of ranges) reads.push(await this.#tryRead(address, length));
      return reads;
    }
    const reads: (Uint8Array | undefined)[] = [];
    for (const group of groups(ranges)) {
      const [first] = group;
      if (first !== undefined && first.length > BYTES_AT_ONCE)
        reads.push(await this.#tryRead(first.address, first.length));
      else reads.push(...(await this.#readGroup(group)));
    }
    return reads;
  }

  async #readGroup(ranges: readonly MemoryRange[]): Promise<readonly (Uint8Array | undefined)[]> {
    try {
      const results = await this.session.batch(ranges.map(({ address, length }) => request.bytes(address, length)));
      return results.map((result) => (result.ok ? result.value : undefined));
    } catch (error) {
      throw asEngineError(error);
    }
  }

  async write(address: number, bytes: Uint8Array): Promise<void> {
    if (this.#isBesideCore && this.session.dialect.debugReason) return this.#writeBesideCore(address, bytes);
    try {
      await this.#blocks.writeBytes(address, bytes);
    } catch (error) {
      if (error instanceof CommandError && this.#isBesideCore) throw liveErrors.noMemoryWhileRunning();
      throw asEngineError(error);
    }
  }

  /** RISC-V while it runs, after OpenOCD 0.12: as for reads, translating an address would need the halted core. */
  async #writeBesideCore(address: number, bytes: Uint8Array): Promise<void> {
    const scripts: string[] = [];
    const data = Buffer.from(bytes);
    for (let at = 0; at < data.length; ) {
      const isWord = (address + at) % 4 === 0 && data.length - at >= 4;
      const value = !isWord ? data.readUInt8(at) : this.#word(data, at);
      scripts.push(`write_memory 0x${(address + at).toString(16)} ${isWord ? 32 : 8} 0x${value.toString(16)} phys`);
      at += isWord ? 4 : 1;
    }
    for (let at = 0; at < scripts.length; at += WORDS_AT_ONCE) {
      const part = scripts.slice(at, at + WORDS_AT_ONCE).map((script) => request.tcl(script));
      const results = await this.session.batch(part).catch((error: unknown) => {
        throw asEngineError(error);
      });
      if (results.some(({ ok }) => !ok)) throw liveErrors.noMemoryWhileRunning();
    }
  }

  #word(data: Buffer, at: number): number {
    return this.session.dialect.isBigEndian ? data.readUInt32BE(at) : data.readUInt32LE(at);
  }

  /** Finds how far memory can be read, by halves: OpenOCD tells only that a block failed, not where. */
  async #readUpTo(address: number, length: number): Promise<MemoryRead> {
    let good = 0;
    let bad = length;
    let bytes: Uint8Array = new Uint8Array(0);
    // Most often it fails from its first word on. A long block costs as much to refuse as to read.
    if (length > SMALLEST_TRY && !(await this.#canRead(address))) bad = 0;
    while (bad - good > 1) {
      const middle = good + Math.ceil((bad - good) / 2);
      const read = await this.#tryRead(address, middle);
      if (read === undefined) bad = middle;
      else {
        good = middle;
        bytes = read;
      }
      // Peripherals must not be read over and over, and no one waits for 20 tries on a slow link.
      if (good === 0 && middle <= SMALLEST_TRY) break;
    }
    const hole = await this.#holeFrom(address + good, address + length);
    if (hole !== undefined) this.#holeEnd = address + good + hole;
    return { bytes, problem: liveTexts.refusedRead, ...(hole === undefined ? {} : { holeBytes: hole }) };
  }

  /** Undefined when the target refuses. @throws EngineError when there is no answer */
  async #tryRead(address: number, length: number): Promise<Uint8Array | undefined> {
    try {
      return await this.#blocks.readBytes(address, length);
    } catch (error) {
      if (error instanceof CommandError) return undefined;
      throw asEngineError(error);
    }
  }

  /**
   * How many bytes from an unreadable one on are unreadable as well: when the last word of a block fails as the first one did, nothing
   * between them is tried, since memories do not begin and end in between. Undefined where it is the rest of a word alone.
   */
  async #holeFrom(start: number, end: number): Promise<number | undefined> {
    const blocks: { readonly first: number; readonly last: number; readonly end: number }[] = [];
    for (let at = start; at < end; ) {
      const blockEnd = Math.min(end, Math.floor(at / BLOCK_BYTES + 1) * BLOCK_BYTES);
      blocks.push({ first: at, last: Math.max(at, blockEnd - 4 - (blockEnd % 4)), end: blockEnd });
      at = blockEnd;
    }
    const [own] = blocks;
    if (own === undefined || own.last - own.first <= SMALLEST_TRY) return undefined;
    const good = await this.#canReadEach(
      blocks.flatMap(({ first, last }, index) => (index === 0 ? [last] : [first, last])),
    );
    if (good[0] !== false) return undefined;
    let hole = own.end - start;
    for (const [index, block] of blocks.slice(1).entries()) {
      if (good[1 + index * 2] !== false || good[2 + index * 2] !== false) break;
      hole = block.end - start;
    }
    return hole;
  }

  #canRead(address: number): Promise<boolean> {
    return this.#tryRead(address, SMALLEST_TRY).then((bytes) => bytes !== undefined);
  }

  /** Whether single words can be read, in one round trip where OpenOCD's word is good for several. */
  async #canReadEach(addresses: readonly number[]): Promise<readonly boolean[]> {
    if (this.rules.blocks !== undefined) {
      const good: boolean[] = [];
      for (const address of addresses) good.push(await this.#canRead(address));
      return good;
    }
    const words = await this.#readGroup(addresses.map((address) => ({ address, length: SMALLEST_TRY })));
    return words.map((word) => word !== undefined);
  }

  /**
   * RISC-V while it runs: through the system bus, word by word, since OpenOCD 0.12 answers with stale words for blocks on a slow
   * bus; later versions ask for `phys`, because translating an address would need the halted core. Until 0.12 has learned how long the
   * bus takes, a read may answer with the word of the read before: each is done twice then.
   */
  async #readBesideCore(address: number, length: number): Promise<MemoryRead> {
    const first = address - (address % 4);
    const words = Math.ceil((address + length - first) / 4);
    const phys = this.session.dialect.debugReason ? ' phys' : '';
    const bytes = new Uint8Array(words * 4);
    const view = new DataView(bytes.buffer);
    let good = 0;
    let problem: EngineError | undefined;
    for (let at = 0; at < words && problem === undefined; at += WORDS_AT_ONCE) {
      const scripts = Array.from({ length: Math.min(WORDS_AT_ONCE, words - at) }, (_, i) => {
        const read = `${procedure.memory} 0x${(first + (at + i) * 4).toString(16)} 32 1${phys}`;
        return request.tcl(this.#mustLearn() ? `${read}; ${read}` : read);
      });
      const results = await this.session.batch(scripts).catch((error: unknown) => {
        throw asEngineError(error);
      });
      for (const [index, result] of results.entries()) {
        if (!result.ok) {
          problem = liveErrors.noMemoryWhileRunning();
          break;
        }
        view.setUint32((at + index) * 4, Number(result.value.trim()), !this.session.dialect.isBigEndian);
        good = (at + index + 1) * 4;
      }
    }
    const from = address - first;
    const readable = Math.max(0, Math.min(length, good - from));
    return { bytes: bytes.subarray(from, from + readable), problem: problem?.full };
  }
}

/** Ranges that are read together; a long one is by itself. */
function groups(ranges: readonly MemoryRange[]): readonly (readonly MemoryRange[])[] {
  const all: MemoryRange[][] = [];
  let room = 0;
  for (const range of ranges) {
    const last = all.at(-1);
    if (last !== undefined && range.length <= room) last.push(range);
    else {
      all.push([range]);
      room = BYTES_AT_ONCE;
    }
    room -= range.length;
  }
  return all;
}
