// Text of single values: integers in every base, characters, floating point, booleans, enumerators and flags.
import type { BaseType, EnumType } from '../../debuginfo/api';
import { readUnsigned } from '../numbers';
import { isSigned } from './types';

/** How numbers are written: natural, or as a suffix such as `,x` or the session asks. */
export type NumberFormat = 'natural' | 'hexadecimal' | 'decimal' | 'binary' | 'octal' | 'character';

/** @param raw the unsigned reading of the bits @param bitSize how many bits it has */
export function formatInteger(raw: bigint, bitSize: number, signed: boolean, format: NumberFormat): string {
  switch (format) {
    case 'hexadecimal':
      return `0x${raw.toString(16)}`;
    case 'binary':
      return `0b${raw.toString(2)}`;
    case 'octal':
      return raw === 0n ? '0' : `0${raw.toString(8)}`;
    case 'character':
      return raw <= 0x10ffffn ? quoteCharacter(Number(raw)) : raw.toString();
    default:
      return (signed ? BigInt.asIntN(bitSize, raw) : raw).toString();
  }
}

/** The text of a base type's bits. */
export function formatBase(
  type: BaseType,
  bytes: Uint8Array,
  raw: bigint,
  bitSize: number,
  isBigEndian: boolean,
  format: NumberFormat,
): string {
  switch (type.encoding) {
    case 'float':
      return format === 'natural' || format === 'decimal'
        ? formatFloat(bytes, isBigEndian)
        : formatInteger(raw, bitSize, false, format);
    case 'complexFloat': {
      const half = bytes.length / 2;
      const parts = [bytes.subarray(0, half), bytes.subarray(half)].map((part) => formatFloat(part, isBigEndian));
      return `${parts[0]} + ${parts[1]}i`;
    }
    case 'boolean':
      if (format !== 'natural') return formatInteger(raw, bitSize, false, format);
      return raw === 0n ? 'false' : raw === 1n ? 'true' : `true (${raw})`;
    case 'utf':
      if (format !== 'natural') return formatInteger(raw, bitSize, false, format);
      return type.language === 'rust' ? quoteRustCharacter(raw) : `${raw} ${quoteCharacter(Number(raw))}`;
    case 'signedChar':
    case 'unsignedChar': {
      const number = formatInteger(raw, bitSize, isSigned(type), format === 'natural' ? 'decimal' : format);
      if (type.language === 'rust' || format !== 'natural') return number;
      return `${number} ${quoteCharacter(Number(raw))}`;
    }
    default:
      return formatInteger(raw, bitSize, isSigned(type), format);
  }
}

function quoteRustCharacter(raw: bigint): string {
  return raw > 0x10ffffn || (raw >= 0xd800n && raw <= 0xdfffn)
    ? `0x${raw.toString(16)} (no character)`
    : quoteCharacter(Number(raw));
}

const escapes: ReadonlyMap<number, string> = new Map([
  [0, '\\0'],
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [27, '\\e'],
  [0x5c, '\\\\'],
]);

function escapeCode(code: number, quote: number): string {
  if (code === quote) return `\\${String.fromCharCode(code)}`;
  const known = escapes.get(code);
  if (known !== undefined) return known;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return String.fromCodePoint(code);
}

/** `'a'`, `'\n'`; bytes beyond ASCII as `'\xe9'`. */
function quoteCharacter(code: number): string {
  if (code >= 0x80 && code < 0x100) return `'\\x${code.toString(16)}'`;
  if (code > 0x10ffff) return `'\\x${code.toString(16)}'`;
  return `'${escapeCode(code, 0x27)}'`;
}

/** `"text"` with escapes; `isCut` adds an ellipsis after the closing quote. */
export function quoteText(text: string, isCut = false): string {
  let quoted = '';
  for (const character of text) quoted += escapeCode(character.codePointAt(0) ?? 0, 0x22);
  return `"${quoted}"${isCut ? '…' : ''}`;
}

/** Text from bytes: UTF-8 where it is well-formed, else each byte beyond ASCII as an escape. */
export function quoteBytes(bytes: Uint8Array, isCut = false): string {
  try {
    return quoteText(new TextDecoder('utf-8', { fatal: true }).decode(isCut ? wholeCharacters(bytes) : bytes), isCut);
  } catch {
    let quoted = '';
    for (const byte of bytes) quoted += byte >= 0x80 ? `\\x${byte.toString(16)}` : escapeCode(byte, 0x22);
    return `"${quoted}"${isCut ? '…' : ''}`;
  }
}

/** Without a character that was cut in the middle at the end. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  if (end > 0 && (bytes[end - 1] ?? 0) >= 0xc0) return bytes.subarray(0, end - 1);
  return bytes;
}

/** IEEE 754 binary16, binary32, binary64 and binary128 in the fewest digits that read back as the same number. */
export function formatFloat(bytes: Uint8Array, isBigEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (bytes.length) {
    case 2:
      return shortest(readHalf(view.getUint16(0, !isBigEndian)), 5);
    case 4:
      return shortestSingle(view.getFloat32(0, !isBigEndian));
    case 8:
      return shortest(view.getFloat64(0, !isBigEndian), 17);
    case 16:
      return shortest(readQuad(readUnsigned(bytes, isBigEndian)), 17);
    default:
      return `0x${readUnsigned(bytes, isBigEndian).toString(16)}`;
  }
}

/** The number that floating-point bytes hold; undefined for sizes no format has. */
export function readFloat(bytes: Uint8Array, isBigEndian: boolean): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 2) return readHalf(view.getUint16(0, !isBigEndian));
  if (bytes.length === 4) return view.getFloat32(0, !isBigEndian);
  if (bytes.length === 8) return view.getFloat64(0, !isBigEndian);
  return bytes.length === 16 ? readQuad(readUnsigned(bytes, isBigEndian)) : undefined;
}

function shortest(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0';
  return digits >= 17 ? String(value) : String(Number(value.toPrecision(digits)));
}

function shortestSingle(value: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) return shortest(value, 17);
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}

function readHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function readQuad(bits: bigint): number {
  const sign = bits >> 127n === 0n ? 1 : -1;
  const exponent = Number((bits >> 112n) & 0x7fffn);
  const fraction = bits & ((1n << 112n) - 1n);
  if (exponent === 0x7fff) return fraction === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  const mantissa = Number(fraction >> 60n) / 2 ** 52;
  return sign * (exponent === 0 ? mantissa * 2 ** -16382 : (1 + mantissa) * 2 ** (exponent - 16383));
}

/** An enumerator's name, `A | B` for flags, else the number. */
export function formatEnum(type: EnumType, raw: bigint, bitSize: number, format: NumberFormat): string {
  if (format !== 'natural') return formatInteger(raw, bitSize, type.isSigned, format);
  const value = type.isSigned ? BigInt.asIntN(bitSize, raw) : raw;
  const prefix = type.isScoped || type.language === 'rust' ? `${lastPart(type.name)}::` : '';
  const exact = type.enumerators.find((candidate) => sameBits(candidate.value, raw, bitSize));
  if (exact !== undefined) return `${prefix}${exact.name}`;
  return formatFlags(type, raw, bitSize, prefix) ?? value.toString();
}

const sameBits = (a: bigint, raw: bigint, bitSize: number) => BigInt.asUintN(bitSize, a) === raw;

/** A sum of single-bit enumerators; undefined when the enumeration is not one of flags or no flag is set. */
function formatFlags(type: EnumType, raw: bigint, bitSize: number, prefix: string): string | undefined {
  const masks = type.enumerators
    .map(({ name, value }) => ({ name, bits: BigInt.asUintN(bitSize, value) }))
    .filter(({ bits }) => bits !== 0n);
  const single = masks.filter(({ bits }) => (bits & (bits - 1n)) === 0n);
  if (single.length < 2 || single.length < masks.length / 2) return undefined;
  const parts: string[] = [];
  let rest = raw;
  for (const { name, bits } of masks.sort((a, b) => (a.bits > b.bits ? -1 : 1))) {
    if ((rest & bits) !== bits) continue;
    parts.unshift(`${prefix}${name}`);
    rest &= ~bits;
  }
  if (parts.length === 0) return undefined;
  if (rest !== 0n) parts.push(`0x${rest.toString(16)}`);
  return parts.join(' | ');
}

/** `Color` of `ns::Color<int>`: the part after the last `::` outside brackets, without the C keyword. */
export function lastPart(name: string): string {
  const bare = name.replace(/^(struct|class|union|enum) /, '');
  let depth = 0;
  let start = 0;
  for (let i = 0; i < bare.length; i++) {
    const character = bare[i];
    if (character === '<' || character === '(') depth++;
    else if (character === '>' || character === ')') depth--;
    else if (character === ':' && bare[i + 1] === ':' && depth === 0) start = i + 2;
  }
  return bare.slice(start);
}
