// A bounds-checked cursor over the bytes of a section, in the file's byte order. It knows numbers and strings, not ELF or DWARF.
import { DebugInfoError } from './errors';

const TWO_32 = 0x1_0000_0000;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes up to (not including) the next zero as text; Latin-1 fast path, since nearly all names are ASCII. */
export function decodeText(bytes: Uint8Array, from: number, to: number): string {
  if (to - from <= 64) {
    let text = '';
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte >= 0x80) return utf8.decode(bytes.subarray(from, to));
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return utf8.decode(bytes.subarray(from, to));
}

/**
 * Reads forward through `bytes`. Every read throws `DebugInfoError` (with the section's name and the offset where the item
 * began) when it would pass `end`. Positions are relative to `bytes`; `base` is what is added to name them in the section.
 */
export class Reader {
  private readonly littleEndian: boolean;

  constructor(
    readonly bytes: Uint8Array,
    /** Name of the section, for errors. */
    readonly section: string,
    readonly isBigEndian: boolean,
    /** Where the next read happens. */
    public position = 0,
    /** First position that must not be read. */
    public end = bytes.length,
    /** Offset in the section of `bytes[0]`. */
    readonly base = 0,
    readonly view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ) {
    this.littleEndian = !isBigEndian;
    if (end > bytes.length) this.end = bytes.length;
  }

  /** Offset in the section of the next read. */
  get offset(): number {
    return this.base + this.position;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  /** A second cursor over the same bytes. @throws DebugInfoError when `position` lies outside. */
  at(position: number, end = this.end): Reader {
    if (!(position >= 0 && position <= end)) this.fail(`offset 0x${position.toString(16)} lies outside`, this.position);
    return new Reader(this.bytes, this.section, this.isBigEndian, position, end, this.base, this.view);
  }

  fail(detail: string, position = this.position): never {
    throw new DebugInfoError(this.section, this.base + position, detail);
  }

  /** Moves on by `count` and gives the position before. */
  private take(count: number): number {
    const position = this.position;
    if (!(count >= 0 && count <= this.end - position))
      this.fail(`${count} bytes expected, ${this.end - position} left`);
    this.position = position + count;
    return position;
  }

  skip(count: number): void {
    this.take(count);
  }

  seek(position: number): void {
    if (!(position >= 0 && position <= this.end))
      this.fail(`offset 0x${(this.base + position).toString(16)} lies outside`);
    this.position = position;
  }

  u8(): number {
    const position = this.position;
    if (position >= this.end) this.fail('1 byte expected, 0 left');
    this.position = position + 1;
    return this.bytes[position] as number;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    return this.view.getUint16(this.take(2), this.littleEndian);
  }

  i16(): number {
    return this.view.getInt16(this.take(2), this.littleEndian);
  }

  u24(): number {
    const at = this.take(3);
    const [a, b, c] = [this.bytes[at] as number, this.bytes[at + 1] as number, this.bytes[at + 2] as number];
    return this.littleEndian ? a | (b << 8) | (c << 16) : (a << 16) | (b << 8) | c;
  }

  u32(): number {
    return this.view.getUint32(this.take(4), this.littleEndian);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), this.littleEndian);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), this.littleEndian);
  }

  i64(): bigint {
    return this.view.getBigInt64(this.take(8), this.littleEndian);
  }

  /** Unsigned number of 1, 2, 3, 4 or 8 bytes that must fit a JavaScript integer: a length, offset or count. */
  unsigned(size: number): number {
    switch (size) {
      case 1:
        return this.u8();
      case 2:
        return this.u16();
      case 3:
        return this.u24();
      case 4:
        return this.u32();
      case 8: {
        const start = this.position;
        const value = this.u64();
        if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(`number 0x${value.toString(16)} is too large`, start);
        return Number(value);
      }
      default:
        return this.fail(`numbers of ${size} bytes are not known`);
    }
  }

  /** A DWARF offset or length: 4 bytes in 32-bit DWARF, 8 in 64-bit DWARF. */
  dwarfOffset(offsetSize: 4 | 8): number {
    return offsetSize === 4 ? this.u32() : this.unsigned(8);
  }

  /** A target address as api.ts counts them: unsigned up to 4 bytes, the signed reading for 8. */
  address(size: number): number {
    switch (size) {
      case 4:
        return this.u32();
      case 8: {
        const at = this.take(8);
        const low = this.view.getUint32(this.littleEndian ? at : at + 4, this.littleEndian);
        const high = this.view.getInt32(this.littleEndian ? at + 4 : at, this.littleEndian);
        return high * TWO_32 + low;
      }
      case 1:
      case 2:
        return this.unsigned(size);
      default:
        return this.fail(`addresses of ${size} bytes are not known`);
    }
  }

  /** Unsigned LEB128 that must fit a JavaScript integer. */
  uleb(): number {
    const start = this.position;
    const first = this.u8();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 0x80;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 0x80;
      if (scale > 2 ** 70) this.fail('LEB128 number is too long', start);
    }
    if (value > Number.MAX_SAFE_INTEGER) this.fail('LEB128 number is too large', start);
    return value;
  }

  /** Signed LEB128 that must fit a JavaScript integer. */
  sleb(): number {
    const start = this.position;
    const first = this.u8();
    if (first < 0x80) return first >= 0x40 ? first - 0x80 : first;
    let value = first & 0x7f;
    for (let shift = 7; shift <= 21; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return byte >= 0x40 ? value - 2 ** (shift + 7) : value;
    }
    this.position = start;
    const number = Number(this.slebBig());
    if (!Number.isSafeInteger(number)) this.fail('LEB128 number is too large', start);
    return number;
  }

  ulebBig(): bigint {
    const start = this.position;
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
      if (shift > 140n) this.fail('LEB128 number is too long', start);
    }
  }

  slebBig(): bigint {
    const start = this.position;
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, byte & 0x40 ? value - (1n << (shift + 7n)) : value);
      if (shift > 140n) this.fail('LEB128 number is too long', start);
    }
  }

  /** Passes over a LEB128 number of either sign. */
  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  /** The next `count` bytes, as a view on the same memory. */
  slice(count: number): Uint8Array {
    const at = this.take(count);
    return this.bytes.subarray(at, at + count);
  }

  /** A zero-terminated string. */
  cstring(): string {
    const start = this.position;
    const stop = this.bytes.indexOf(0, start);
    if (stop < 0 || stop >= this.end) this.fail('string without an end', start);
    this.position = stop + 1;
    return decodeText(this.bytes, start, stop);
  }

  skipCstring(): void {
    // A loop beats the call of a native search: most strings are short.
    const { bytes, end } = this;
    let at = this.position;
    while (at < end && bytes[at] !== 0) at++;
    if (at >= end) this.fail('string without an end');
    this.position = at + 1;
  }

  /** A unit's or table's initial length (DWARF 5 §7.4): 32-bit, or the 64-bit escape. `length` counts from after it. */
  initialLength(): { readonly length: number; readonly offsetSize: 4 | 8 } {
    const start = this.position;
    const first = this.u32();
    if (first < 0xffff_fff0) return { length: first, offsetSize: 4 };
    if (first !== 0xffff_ffff) this.fail(`reserved initial length 0x${first.toString(16)}`, start);
    return { length: this.unsigned(8), offsetSize: 8 };
  }
}
