// How SVD writes numbers, bit patterns, bit ranges and index lists, and what vendors write instead. Text in, values out.

/**
 * An unsigned integer as JSON can carry it: a number up to 2^53 - 1, above that a `0x` string. `BigInt()` takes both.
 */
export type PlainInteger = number | string;

/** Called when a spelling was understood although the format does not allow it. */
export type Complain = (message: string) => void;

const scale: Readonly<Record<string, bigint>> = { k: 1n << 10n, m: 1n << 20n, g: 1n << 30n, t: 1n << 40n };

export function toPlain(value: bigint): PlainInteger {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : `0x${value.toString(16)}`;
}

/**
 * Reads a `scaledNonNegativeInteger` of the CMSIS-SVD schema: decimal, `0x` hexadecimal, `#` binary, with an optional
 * scale letter k, m, g or t. Tolerates `0b`, digit separators, C suffixes (`UL`) and hexadecimal digits without `0x`.
 * Don't-care bits (`x`) in a binary number count as 0. Returns undefined when the text is no number.
 */
export function parseInteger(text: string, complain: Complain): PlainInteger | undefined {
  if (/^(?:\d{1,15}|0[xX][0-9a-fA-F]{1,13})$/.test(text)) return Number(text);
  const value = parseBig(text);
  if (value !== undefined) return toPlain(value);
  const tidied = text.replace(/[\s_']/g, '').replace(/[uUlL]+$/, '');
  const mended =
    parseBig(tidied) ?? (/^[0-9a-fA-F]+[hH]?$/.test(tidied) ? BigInt(`0x${tidied.replace(/[hH]$/, '')}`) : undefined);
  if (mended === undefined) return undefined;
  complain(`“${shorten(text)}” is not how SVD writes a number; taken as 0x${mended.toString(16)}.`);
  return toPlain(mended);
}

/** No field or register of a real device needs more digits, and reading a number takes quadratic time in its length. */
const maxDigits = 4096;

function parseBig(text: string): bigint | undefined {
  if (text.length > maxDigits) return undefined;
  const match = /^\+?(?:(0[xX])([0-9a-fA-F]+)|(#|0[bB])([01xX]+)|(\d+))([kmgtKMGT]?)$/.exec(text);
  if (match === null) return undefined;
  const [, , hex, , binary, decimal, unit] = match;
  const digits = hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary.replace(/x/gi, '0')}` : decimal;
  return BigInt(digits ?? 0) * (scale[unit?.toLowerCase() ?? ''] ?? 1n);
}

/** An `enumeratedValue/value`: `careMask`, when present, has a 1 for each bit that must match. */
export interface ValuePattern {
  readonly value: PlainInteger;
  readonly careMask?: PlainInteger;
}

/** Reads an `enumeratedValueDataType`: as a number, or binary with `x` for bits that do not matter. */
export function parseValuePattern(text: string, complain: Complain): ValuePattern | undefined {
  const match = /^\+?(?:#|0[bB])([01xX]{1,4096})$/.exec(text);
  const bits = match?.[1];
  if (bits === undefined || !/x/i.test(bits)) {
    const value = parseInteger(text, complain);
    return value === undefined ? undefined : { value };
  }
  const value = BigInt(`0b${bits.replace(/x/gi, '0')}`);
  const careMask = BigInt(`0b${bits.replace(/[01]/g, '1').replace(/x/gi, '0')}`);
  return { value: toPlain(value), careMask: toPlain(careMask) };
}

/** Reads a `bitRangeType`, `[msb:lsb]`. Tolerates missing brackets, a single bit and the two bits in the wrong order. */
export function parseBitRange(text: string, complain: Complain): { msb: number; lsb: number } | undefined {
  const match = /^(\[?)\s*(\d{1,5})\s*(?::\s*(\d{1,5})\s*)?(\]?)$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[2]);
  const second = Number(match[3] ?? match[2]);
  if (match[1] === '' || match[4] === '' || match[3] === undefined || first < second) {
    complain(
      `“${text}” is not of the form [msb:lsb]; taken as [${Math.max(first, second)}:${Math.min(first, second)}].`,
    );
  }
  return { msb: Math.max(first, second), lsb: Math.min(first, second) };
}

/** The texts that replace `%s`: `count` of them counted up from `first`, or listed. */
export type IndexLabels = { readonly first: number; readonly count: number } | { readonly labels: readonly string[] };

/** Reads a `dimIndexType`: `0-3`, `A-D` or a list. Any other text counts as a list of one. */
export function parseDimIndex(text: string): IndexLabels {
  const numbers = /^(\d{1,9})\s*-\s*(\d{1,9})$/.exec(text);
  if (numbers !== null) return { first: Number(numbers[1]), count: Number(numbers[2]) - Number(numbers[1]) + 1 };
  const letters = /^([A-Za-z])\s*-\s*([A-Za-z])$/.exec(text);
  if (letters === null) return { labels: text.split(',').map((label) => label.trim()) };
  const [from, to] = [letters[1]?.charCodeAt(0) ?? 0, letters[2]?.charCodeAt(0) ?? 0];
  return { labels: Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => String.fromCharCode(from + i)) };
}

/** For messages: hostile or broken text is quoted only in part. */
export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
