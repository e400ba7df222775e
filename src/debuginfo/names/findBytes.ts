// Finding bytes in large sections: names in string tables, and the places that refer to them. The search is over raw bytes, many
// times faster than decoding; what it finds is then looked at closely by others.
import type { SectionData } from '../sections';

const WINDOW_BYTES = 4 * 1024 * 1024;
let window: Uint8Array | undefined;

/** The bytes of a part of a section in windows that overlap; each is good until the next. */
function* windows(section: SectionData, from: number, to: number, overlap: number) {
  window ??= new Uint8Array(WINDOW_BYTES);
  for (let start = from; start < to; start += WINDOW_BYTES - overlap) {
    const length = Math.min(WINDOW_BYTES, to - start);
    yield { start, bytes: section.readInto?.(window, start, length) ?? section.slice(start, length) };
    if (start + length >= to) return;
  }
}

/**
 * Calls `found` with the section offset of each occurrence of any of the patterns, in order within each window of some megabytes;
 * `found` answers false to end the search. `from` and `to` limit it to a part of the section.
 */
export function findBytes(
  section: SectionData,
  patterns: readonly Uint8Array[],
  found: (offset: number, pattern: number) => boolean,
  from = 0,
  to = section.size,
): void {
  const overlap = Math.max(0, ...patterns.map((pattern) => pattern.length)) - 1;
  for (const { start, bytes } of windows(section, from, to, overlap)) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const [index, pattern] of patterns.entries()) {
      for (let at = buffer.indexOf(pattern); at >= 0; at = buffer.indexOf(pattern, at + 1)) {
        // What begins in the overlap is found again in the next window.
        if (at >= WINDOW_BYTES - overlap) break;
        if (!found(start + at, index)) return;
      }
    }
  }
}

/**
 * Calls `found` with the section offset of each place, aligned or not, where one of the numbers of four bytes stands, in order. Takes
 * the same time for one number and for thousands.
 */
export function findNumbers(
  section: SectionData,
  numbers: readonly number[],
  isBigEndian: boolean,
  found: (offset: number) => void,
  from = 0,
  to = section.size,
): void {
  const size = numbers.reduce((most, number) => Math.max(most, number + 1), 0);
  const known = new Uint8Array((size >> 3) + 1);
  for (const number of numbers) known[number >> 3] = (known[number >> 3] as number) | (1 << (number & 7));
  for (const { start, bytes } of windows(section, from, to, 3)) {
    // The four bytes before `at` as a number, moved on by one byte at a time.
    let number = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      number = isBigEndian ? ((number << 8) | byte) >>> 0 : ((number >>> 8) | (byte << 24)) >>> 0;
      if (number < size && at >= 3 && ((known[number >> 3] as number) & (1 << (number & 7))) !== 0)
        found(start + at - 3);
    }
  }
}

/** Bytes of a number in a section. */
export function numberBytes(value: number, size: 4 | 8, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (size === 4) view.setUint32(0, value, !isBigEndian);
  else view.setBigUint64(0, BigInt(value), !isBigEndian);
  return bytes;
}
