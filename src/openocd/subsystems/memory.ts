// Target memory: elements of 8 to 64 bits, blocks of bytes, files. Buffers of elements are little-endian, as the numbers of OpenOCD's
// `read_memory` have no order; blocks of bytes are in the order of the target's memory.
// Blocks always travel as text. The way through a file (`dump_image`, `load_image`) needs a file system shared with OpenOCD,
// and was measured to be within a tenth of this in both directions (`npm run bench client`).
import { type Address, hex, toBigInt, whole } from '../address';
import type { Client } from '../client';
import { ArgumentError, MemoryError } from '../errors';
import { formatHexdump } from '../hexdump';
import { readLocalFile, writeLocalFile } from '../localFiles';
import { type Access, CHUNK_BYTES, planAccesses } from '../memoryPlan';
import type { LongOperation } from '../progress';
import { readElements } from '../replies/memory';
import { describeRequest, type Request } from '../request';
import { local } from '../tcl/envelope';

export type ElementBits = 8 | 16 | 32 | 64;

/** OpenOCD's limit per command (`src/target/target.c`). */
const MOST_ELEMENTS = 65_536;

/** Bytes per write over telnet, where a line has some 2,500 characters and a byte may take ten. */
const TELNET_CHUNK_BYTES = 128;

/** Letters of `mdb`, `mdh`, `mdw`, `mdd` and `mwb` … in OpenOCD before 0.12. */
const LETTERS: Readonly<Record<ElementBits, string>> = { 8: 'b', 16: 'h', 32: 'w', 64: 'd' };

function readScript(address: bigint, bits: ElementBits, count: number): Request<unknown>['script'] {
  return ({ memoryCommands }) =>
    memoryCommands ? `read_memory ${hex(address)} ${bits} ${count}` : `md${LETTERS[bits]} ${hex(address)} ${count}`;
}

/** Reads `size` bytes in as many commands as it takes, all in one script; for windows of a few KiB. */
export function bytes(address: Address, size: number): Request<Buffer> {
  const start = toBigInt(address);
  const accesses = planAccesses(start, whole(size, 'size'));
  return describeRequest({
    action: `Reading ${size} bytes at ${hex(start)}`,
    error: MemoryError,
    script: (dialect) => {
      const parts = accesses.map(({ address, bits, count }) => readScript(address, bits, count)(dialect));
      return parts.length === 1 ? (parts[0] ?? '') : `list ${parts.map((part) => `[${part}]`).join(' ')}`;
    },
    parse: (text, _outcome, { isBigEndian }) => {
      const buffer = Buffer.alloc(size);
      const parts = accesses.length === 1 ? [text] : splitParts(text);
      if (parts.length !== accesses.length)
        throw new Error(`it has ${parts.length} parts where ${accesses.length} were asked for`);
      let at = 0;
      for (const [index, { bits, count }] of accesses.entries()) {
        const from = at;
        at = readElements(parts[index] ?? '', bits, count, buffer, at);
        if (isBigEndian) swapElements(buffer.subarray(from, at), bits);
      }
      return buffer;
    },
  });
}

/** Turns the bytes of each element round, in place. */
function swapElements(bytes: Buffer, bits: Access['bits']): Buffer {
  if (bits === 16) bytes.swap16();
  else if (bits === 32) bytes.swap32();
  return bytes;
}

/** Parts of a Tcl list whose elements hold digits and spaces alone; one element of one word has no braces. */
function splitParts(text: string): string[] {
  return [...text.matchAll(/\{([^}]*)\}|(\S+)/g)].map(([, braced, bare]) => braced ?? bare ?? '');
}

/** Reads `count` elements: `read_memory ADDRESS BITS COUNT`. A core without 64-bit accesses does them in two halves. */
export function elements(address: Address, bits: ElementBits, count: number): Request<Buffer> {
  const start = toBigInt(address);
  whole(count, 'count', 1, MOST_ELEMENTS);
  return describeRequest({
    action: `Reading ${count} × ${bits} bits at ${place(start, bits)}`,
    error: MemoryError,
    script: (dialect) => {
      const script = readScript(start, bits, count)(dialect);
      return bits === 64
        ? local(`if {[catch {${script}} r]} {${readScript(start, 32, count * 2)(dialect)}} else {set r}`)
        : script;
    },
    parse: (text) => {
      const buffer = Buffer.alloc((count * bits) / 8);
      if (bits === 64 && isHalves(text, count)) readElements(text, 32, count * 2, buffer, 0);
      else readElements(text, bits, count, buffer, 0);
      return buffer;
    },
  });
}

/** An address in an error message; many cores refuse unaligned accesses without saying why. */
function place(address: bigint, bits: ElementBits): string {
  const step = bits / 8;
  return address % BigInt(step) === 0n ? hex(address) : `${hex(address)}, which is no multiple of ${step},`;
}

/** Whether the answer to a request for 64-bit elements is of 32-bit ones: then there are twice as many. */
function isHalves(text: string, count: number): boolean {
  return (
    text
      .replace(/^\S+: /gm, '')
      .trim()
      .split(/\s+/).length ===
    count * 2
  );
}

/** Writes elements: `write_memory ADDRESS BITS {…}`. A core without 64-bit accesses does them in two halves, the lower first. */
export function writeElements(address: Address, bits: ElementBits, values: readonly Address[]): Request<void> {
  const start = toBigInt(address);
  const checked = values.map((value) => toBigInt(value, 'value', bits));
  return describeRequest({
    action: `Writing ${values.length} × ${bits} bits at ${place(start, bits)}`,
    error: MemoryError,
    script: (dialect) => {
      const script = writeScript(start, bits, checked)(dialect);
      if (bits !== 64) return script;
      const halves = checked.flatMap((value) => [value & 0xffffffffn, value >> 32n]);
      return `if {[catch {${script}}]} {${writeScript(start, 32, halves)(dialect)}}`;
    },
    parse: () => undefined,
  });
}

function writeScript(address: bigint, bits: ElementBits, values: readonly bigint[]): Request<unknown>['script'] {
  const list = values.map((value) => `0x${value.toString(16)}`).join(' ');
  return ({ memoryCommands }) =>
    memoryCommands
      ? `write_memory ${hex(address)} ${bits} {${list}}`
      : local(`set a ${hex(address)}; foreach v {${list}} {mw${LETTERS[bits]} $a $v; incr a ${bits / 8}}`);
}

/** Writes bytes at an address, in one script; for a few KiB. */
function writeAccess({ address, bits, count }: Access, data: Buffer, isBigEndian: boolean): Request<void> {
  const step = bits / 8;
  const little = isBigEndian ? swapElements(Buffer.from(data), bits) : data;
  return writeElements(
    address,
    bits,
    Array.from({ length: count }, (_, index) => little.readUIntLE(index * step, step)),
  );
}

export class Memory {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `read_memory ADDRESS 8`. With `count` an array, without it one value. @throws MemoryError, ArgumentError */
  readU8(address: Address): Promise<number>;
  readU8(address: Address, count: number): Promise<number[]>;
  readU8(address: Address, count?: number): Promise<number | number[]> {
    return this.#readNumbers(address, 8, count);
  }

  /** `read_memory ADDRESS 16`. @throws MemoryError, ArgumentError */
  readU16(address: Address): Promise<number>;
  readU16(address: Address, count: number): Promise<number[]>;
  readU16(address: Address, count?: number): Promise<number | number[]> {
    return this.#readNumbers(address, 16, count);
  }

  /** `read_memory ADDRESS 32`. @throws MemoryError, ArgumentError */
  readU32(address: Address): Promise<number>;
  readU32(address: Address, count: number): Promise<number[]>;
  readU32(address: Address, count?: number): Promise<number | number[]> {
    return this.#readNumbers(address, 32, count);
  }

  /** `read_memory ADDRESS 64`; two halves where the core has no such access. @throws MemoryError, ArgumentError */
  readU64(address: Address): Promise<bigint>;
  readU64(address: Address, count: number): Promise<bigint[]>;
  async readU64(address: Address, count?: number): Promise<bigint | bigint[]> {
    const data = await this.#readAll(address, 64, count ?? 1);
    const values = Array.from({ length: count ?? 1 }, (_, index) => data.readBigUInt64LE(index * 8));
    return count === undefined ? (values[0] ?? 0n) : values;
  }

  /** `write_memory ADDRESS 8`. @throws MemoryError; ArgumentError for a value that does not fit */
  writeU8(address: Address, values: Address | readonly Address[]): Promise<void> {
    return this.#write(address, 8, values);
  }

  /** `write_memory ADDRESS 16`. @throws MemoryError, ArgumentError */
  writeU16(address: Address, values: Address | readonly Address[]): Promise<void> {
    return this.#write(address, 16, values);
  }

  /** `write_memory ADDRESS 32`. @throws MemoryError, ArgumentError */
  writeU32(address: Address, values: Address | readonly Address[]): Promise<void> {
    return this.#write(address, 32, values);
  }

  /** `write_memory ADDRESS 64`; two halves, the lower first, where the core has no such access. @throws MemoryError, ArgumentError */
  writeU64(address: Address, values: Address | readonly Address[]): Promise<void> {
    return this.#write(address, 64, values);
  }

  /**
   * Any range, with the widest aligned accesses, in commands of 4 KiB.
   * @throws MemoryError naming the piece that could not be read; the signal's reason
   */
  async readBytes(address: Address, size: number, options: LongOperation = {}): Promise<Buffer> {
    const start = toBigInt(address);
    checkRange(start, size);
    const parts: Buffer[] = [];
    for (let done = 0; done < size; ) {
      options.signal?.throwIfAborted();
      const length = pieceLength(start + BigInt(done), size - done);
      parts.push(await this.#client.execute(bytes(start + BigInt(done), length)));
      done += length;
      options.onProgress?.({ done, total: size, unit: 'bytes', phase: 'read' });
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /** Any range, with the widest aligned accesses. What was written before a failure stays written. @throws MemoryError; the signal's reason */
  async writeBytes(address: Address, data: Uint8Array, options: LongOperation = {}): Promise<void> {
    const start = toBigInt(address);
    checkRange(start, data.length);
    const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    for (let done = 0; done < buffer.length; ) {
      options.signal?.throwIfAborted();
      const length = pieceLength(start + BigInt(done), buffer.length - done, this.#writeBytes);
      let at = done;
      const requests = planAccesses(start + BigInt(done), length).map((access) => {
        const part = buffer.subarray(at, at + (access.bits / 8) * access.count);
        at += part.length;
        return writeAccess(access, part, this.#client.dialect.isBigEndian);
      });
      for (const result of await this.#client.batch(requests)) if (!result.ok) throw result.error;
      done += length;
      options.onProgress?.({ done, total: buffer.length, unit: 'bytes', phase: 'write' });
    }
  }

  /** Sixteen bytes a line: address, hexadecimal, characters. @throws MemoryError */
  async hexdump(address: Address, size: number, options: LongOperation = {}): Promise<string> {
    return formatHexdump(toBigInt(address), await this.readBytes(address, size, options));
  }

  /**
   * Addresses at which `pattern` occurs in the range, overlapping ones included.
   * @param pattern bytes, or text taken as UTF-8
   * @throws MemoryError; ArgumentError for an empty pattern
   */
  async search(
    address: Address,
    size: number,
    pattern: Uint8Array | string,
    options: LongOperation = {},
  ): Promise<bigint[]> {
    const wanted = Buffer.from(pattern);
    if (wanted.length === 0) throw new ArgumentError('An empty pattern is found everywhere: give at least one byte.');
    const start = toBigInt(address);
    const data = await this.readBytes(start, size, options);
    const found: bigint[] = [];
    for (let at = data.indexOf(wanted); at >= 0; at = data.indexOf(wanted, at + 1)) found.push(start + BigInt(at));
    return found;
  }

  /** Saves a range in a binary file of this machine. @throws MemoryError; ArgumentError when the file cannot be written */
  async dump(address: Address, size: number, file: string, options: LongOperation = {}): Promise<void> {
    await writeLocalFile(file, await this.readBytes(address, size, options));
  }

  /** Writes a binary file of this machine to RAM. @returns its size in bytes @throws MemoryError; ArgumentError when the file cannot be read */
  async load(file: string, address: Address, options: LongOperation = {}): Promise<number> {
    const data = await readLocalFile(file);
    await this.writeBytes(address, data, options);
    return data.length;
  }

  /** Bytes written by one command: as text they must fit in the line that telnet takes. */
  get #writeBytes(): number {
    return this.#client.connection.carries === 'lines' ? TELNET_CHUNK_BYTES : CHUNK_BYTES;
  }

  async #readNumbers(address: Address, bits: 8 | 16 | 32, count: number | undefined): Promise<number | number[]> {
    const data = await this.#readAll(address, bits, count ?? 1);
    const step = bits / 8;
    if (count === undefined) return data.readUIntLE(0, step);
    return Array.from({ length: count }, (_, index) => data.readUIntLE(index * step, step));
  }

  /** In commands of 4 KiB. */
  async #readAll(address: Address, bits: ElementBits, count: number): Promise<Buffer> {
    const step = bits / 8;
    whole(count, 'count', 1);
    const start = toBigInt(address);
    checkRange(start, count * step);
    const parts: Buffer[] = [];
    const most = CHUNK_BYTES / step;
    for (let done = 0; done < count; done += most) {
      parts.push(await this.#client.execute(elements(start + BigInt(done * step), bits, Math.min(most, count - done))));
    }
    return Buffer.concat(parts);
  }

  async #write(address: Address, bits: ElementBits, values: Address | readonly Address[]): Promise<void> {
    const list = typeof values === 'object' ? values : [values];
    const step = bits / 8;
    const start = toBigInt(address);
    checkRange(start, list.length * step);
    // All values are checked before the first is written.
    for (const value of list) toBigInt(value, 'value', bits);
    const most = this.#writeBytes / step;
    for (let done = 0; done < list.length; done += most) {
      await this.#client.execute(writeElements(start + BigInt(done * step), bits, list.slice(done, done + most)));
    }
  }
}

/** Up to the next chunk boundary. */
function pieceLength(address: bigint, left: number, chunkBytes = CHUNK_BYTES): number {
  return left <= chunkBytes ? left : chunkBytes - Number(address % BigInt(chunkBytes));
}

function checkRange(start: bigint, size: number): void {
  whole(size, 'size');
  if (start + BigInt(size) > 1n << 64n)
    throw new ArgumentError(`${size} bytes from ${hex(start)} run beyond the end of the address space.`);
}
