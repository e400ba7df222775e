// Bytes of an RTT channel that are no text: how to tell, the numbers in them, and rows of hexadecimal. Pure.
import type { Encoding } from './channelPlan';

/** Text is judged by what comes first. */
const JUDGED_BYTES = 256;
/** Up to this share of strange bytes it is still text: one in another encoding than UTF-8, or with a fault in it. */
const STRANGE_SHARE = 0.1;

/** Of fewer bytes than these, one strange one says little: most of them have to be. */
const FEW_BYTES = 32;
const MOST = 0.5;
/** So many bytes of text in a row are no accident. */
const TEXT_AGAIN_BYTES = 64;

/** Tells whether a channel sends text, from the first bytes that come. */
export class TextJudge {
  #seen: number[] = [];
  /** The newest bytes. */
  #last: number[] = [];

  /** True as soon as, among the first bytes, more are strange than text would have. */
  isBinary(bytes: Uint8Array): boolean {
    if (this.#seen.length < JUDGED_BYTES) this.#seen.push(...bytes.subarray(0, JUDGED_BYTES - this.#seen.length));
    const seen = withoutPadding(this.#seen);
    return strangeBytes(seen) > (seen.length < FEW_BYTES ? MOST : STRANGE_SHARE) * seen.length;
  }

  /** Of a channel that was found to be binary: the newest bytes when they are text after all, else undefined. */
  textAgain(bytes: Uint8Array): Uint8Array | undefined {
    this.#last = [...this.#last, ...bytes.subarray(-TEXT_AGAIN_BYTES)].slice(-TEXT_AGAIN_BYTES);
    if (this.#last.length < TEXT_AGAIN_BYTES || strangeBytes(this.#last) > 0) return undefined;
    return Uint8Array.from(this.#last);
  }
}

/** Programs in C send the NUL at the end of a text along, and buffers are filled up with it. */
function withoutPadding(bytes: readonly number[]): readonly number[] {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes : bytes.slice(first, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

/** How many bytes belong neither to UTF-8 text, nor to what steers a terminal, nor to SEGGER's choice of a virtual terminal. */
function strangeBytes(bytes: readonly number[]): number {
  let strange = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x20 && byte < 0x7f) continue;
    // Bell, backspace, tab, line ends, form feed; escape.
    if ((byte >= 0x07 && byte <= 0x0d) || byte === 0x1b) continue;
    // 0xFF and a hexadecimal digit (SEGGER_RTT_SetTerminal).
    if (byte === 0xff && /[0-9A-F]/.test(String.fromCharCode(bytes[at + 1] ?? 0))) {
      at++;
      continue;
    }
    const length = utf8Length(byte);
    const rest = bytes.slice(at + 1, at + length);
    if (length > 1 && rest.every((next) => (next & 0xc0) === 0x80)) at += rest.length;
    else strange++;
  }
  return strange;
}

/** Bytes of the character that begins so (RFC 3629 §3); 1 where none of several bytes does. */
function utf8Length(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 1;
}

const readers: Readonly<Record<Encoding, readonly [bytes: number, read: (data: DataView, at: number) => number]>> = {
  unsigned: [4, (data, at) => data.getUint32(at, true)],
  signed: [4, (data, at) => data.getInt32(at, true)],
  'Q16.16': [4, (data, at) => data.getInt32(at, true) / 0x10000],
  float: [4, (data, at) => data.getFloat32(at, true)],
  uint8: [1, (data, at) => data.getUint8(at)],
  int8: [1, (data, at) => data.getInt8(at)],
  uint16: [2, (data, at) => data.getUint16(at, true)],
  int16: [2, (data, at) => data.getInt16(at, true)],
};

/** Cuts a stream of bytes into numbers; keeps the beginning of a number whose end has not come yet. */
export class NumberDecoder {
  #rest = new Uint8Array(0);

  constructor(
    private readonly encoding: Encoding,
    private readonly scale = 1,
  ) {}

  push(bytes: Uint8Array): number[] {
    const [size, read] = readers[this.encoding];
    const all = this.#rest.length === 0 ? bytes : Uint8Array.from([...this.#rest, ...bytes]);
    const data = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const numbers: number[] = [];
    let at = 0;
    for (; at + size <= all.length; at += size) numbers.push(read(data, at) * this.scale);
    this.#rest = all.slice(at);
    return numbers;
  }
}

const ROW_BYTES = 16;

/** Rows of sixteen bytes: offset, hexadecimal, characters. A row grows as its bytes come. */
export class HexRows {
  #offset = 0;
  #row: number[] = [];

  /** What to add to the terminal. */
  write(bytes: Uint8Array): string {
    let out = '';
    for (const byte of bytes) {
      if (this.#row.length === 0) out += `\x1b[2m${this.#offset.toString(16).padStart(8, '0')}\x1b[22m  `;
      this.#row.push(byte);
      out += `${byte.toString(16).padStart(2, '0')}${this.#row.length === ROW_BYTES / 2 ? '  ' : ' '}`;
      if (this.#row.length < ROW_BYTES) continue;
      const characters = this.#row.map((each) => (each >= 0x20 && each < 0x7f ? String.fromCharCode(each) : '.'));
      out += ` \x1b[2m${characters.join('')}\x1b[22m\r\n`;
      this.#offset += ROW_BYTES;
      this.#row = [];
    }
    return out;
  }
}
