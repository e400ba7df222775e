// The compiled device as it travels from the parsing thread: a small header, and blocks that are decoded when asked for.
// A block is a list (members of a peripheral or cluster, fields of a register, values of an enumeration); equal lists are
// stored once. What is inherited is not filled in, so derived peripherals share their blocks even when they differ in it.
import type { SvdWarning } from './errors';
import type { IndexLabels, PlainInteger } from './numbers';
import type {
  Access,
  ClusterRecord,
  CpuRecord,
  DeviceRecord,
  EnumeratedValueRecord,
  FieldRecord,
  PeripheralRecord,
  ReadAction,
  RegisterProperties,
  RegisterRecord,
  Usage,
} from './records';

export type BlockId = number;

/** An array: how many, how far apart (bytes, for fields bits), and what stands for `%s`. */
export interface Dim {
  readonly count: number;
  readonly increment: number;
  readonly index: IndexLabels;
  /** Names of single indices (dimArrayIndex), for display. */
  readonly indexNames?: Readonly<Record<string, string>>;
  /** dimName: the name of the C structure. */
  readonly structName?: string;
}

type Consumed = 'line' | 'parent' | 'derivedFrom' | 'dim' | 'dimIncrement' | 'dimIndex' | 'dimName' | 'dimArrayIndex';

export interface PeripheralEntry extends Omit<PeripheralRecord, Consumed | 'members' | 'baseAddress' | 'interrupt'> {
  readonly baseAddress: PlainInteger;
  readonly interrupt?: readonly { name: string; description?: string; value: number }[];
  readonly dim?: Dim;
  readonly members: BlockId;
  /** Registers in all, arrays and nested clusters included. */
  readonly registerCount: number;
}

export interface ClusterEntry extends Omit<ClusterRecord, Consumed | 'members' | 'addressOffset'> {
  readonly addressOffset: number;
  readonly dim?: Dim;
  readonly members: BlockId;
  readonly registerCount: number;
}

export interface RegisterEntry extends Omit<RegisterRecord, Consumed | 'fields' | 'addressOffset'> {
  readonly addressOffset: number;
  readonly dim?: Dim;
  readonly fields?: BlockId;
  /** When all fields agree on an access and the register itself states none. */
  readonly accessOfFields?: Access;
  /** The read side effect of some field, so that nobody needs to decode the fields to know. */
  readonly readActionOfFields?: ReadAction;
}

export type MemberEntry = ClusterEntry | RegisterEntry;

export interface EnumeratedValuesEntry {
  readonly name?: string;
  readonly headerEnumName?: string;
  readonly usage?: Usage;
  readonly values: BlockId;
}

type BitPosition = 'bitRange' | 'lsb' | 'msb' | 'bitOffset' | 'bitWidth';

export interface FieldEntry extends Omit<FieldRecord, Consumed | BitPosition | 'enumeratedValues'> {
  readonly lsb: number;
  readonly width: number;
  readonly dim?: Dim;
  readonly enumeratedValues?: readonly EnumeratedValuesEntry[];
}

/** The list types a block can hold. */
export type Block = readonly MemberEntry[] | readonly FieldEntry[] | readonly EnumeratedValueRecord[];

export interface DeviceHeader
  extends RegisterProperties,
    Omit<DeviceRecord, 'kind' | 'line' | 'parent' | 'peripherals'> {
  readonly cpu?: CpuRecord;
  readonly peripherals: readonly PeripheralEntry[];
  readonly warnings: readonly SvdWarning[];
}

/** Plain data: a thread hands it over without copying the bytes. */
export interface DeviceImage {
  /** JSON of a DeviceHeader. */
  readonly header: string;
  /** All blocks, JSON in UTF-8, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each block begins, and at the end where the last one ends. */
  readonly offsets: Uint32Array<ArrayBuffer>;
}

/** Gathers blocks; a list that was there before gets the same number. */
export class BlockWriter {
  readonly #ids = new Map<string, BlockId>();

  add(list: Block): BlockId {
    const json = JSON.stringify(list);
    const known = this.#ids.get(json);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(json, id);
    return id;
  }

  finish(header: DeviceHeader): DeviceImage {
    const texts = [...this.#ids.keys()];
    const offsets = new Uint32Array(texts.length + 1);
    let length = 0;
    for (const [id, text] of texts.entries()) {
      length += Buffer.byteLength(text);
      offsets[id + 1] = length;
    }
    const bytes = new Uint8Array(length);
    const buffer = Buffer.from(bytes.buffer);
    for (const [id, text] of texts.entries()) buffer.write(text, offsets[id] ?? 0);
    return { header: JSON.stringify(header), bytes, offsets };
  }
}

/** Decoded blocks kept at hand: about what one expanded peripheral needs. */
const keptBlocks = 512;

export class BlockReader {
  readonly #bytes: Buffer;
  readonly #offsets: Uint32Array;
  readonly #kept = new Map<BlockId, Block>();

  constructor(image: DeviceImage) {
    this.#bytes = Buffer.from(image.bytes.buffer, image.bytes.byteOffset, image.bytes.byteLength);
    this.#offsets = image.offsets;
  }

  members(id: BlockId): readonly MemberEntry[] {
    return this.#decode(id) as readonly MemberEntry[];
  }

  fields(id: BlockId): readonly FieldEntry[] {
    return this.#decode(id) as readonly FieldEntry[];
  }

  values(id: BlockId): readonly EnumeratedValueRecord[] {
    return this.#decode(id) as readonly EnumeratedValueRecord[];
  }

  #decode(id: BlockId): Block {
    let block = this.#kept.get(id);
    if (block === undefined) {
      block = JSON.parse(this.#bytes.toString('utf8', this.#offsets[id], this.#offsets[id + 1])) as Block;
      const oldest = this.#kept.size >= keptBlocks ? this.#kept.keys().next() : undefined;
      if (oldest?.done === false) this.#kept.delete(oldest.value);
    } else this.#kept.delete(id);
    this.#kept.set(id, block);
    return block;
  }
}
