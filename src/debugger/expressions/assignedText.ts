// Texts as arrays of characters hold them.
import type { ArrayType } from '../../debuginfo/api';
import { integerBytes } from '../numbers';
import { elementCount } from '../values/members';
import { isCharacter, isIntegral, sizeOf, strip } from '../values/types';
import { Value } from '../values/value';
import { byteEscape } from './lexer';

/**
 * A literal text as the value of an array, with zeros up to the end of it (C17 6.7.9 14); words say why it does not fit. Undefined
 * where it is no literal text, or the array's elements are no characters.
 */
export function assignedText(text: Value, type: ArrayType): Value | string | undefined {
  const { space, place } = text;
  const literal = strip(text.type);
  const element = strip(type.element);
  const isText = literal?.kind === 'array' && isCharacter(strip(literal.element)) && place.kind === 'bytes';
  const size = sizeOf(element, space.addressSize) ?? 1;
  const holdsText = isCharacter(element) || (isIntegral(element) && size === 1);
  if (!isText || !holdsText || type.dimensions.length !== 1) return undefined;
  const units = unitsOf(place.bytes.subarray(0, -1), size);
  const count = elementCount(Value.of(space, type, place.bytes)) ?? 0;
  if (units.length > count) return `The text takes ${units.length} elements, and the array has ${count}`;
  const bytes = new Uint8Array(count * size);
  for (const [index, unit] of units.entries())
    bytes.set(integerBytes(BigInt(unit), size, space.isBigEndian), index * size);
  return Value.of(space, type, bytes);
}

/** The bytes of a text in an expression: UTF-8, and what was written as bytes (lexer.ts). */
export function textBytes(text: string): Uint8Array {
  const parts = text.match(/[\udc80-\udcff]|[^\udc80-\udcff]+/gu) ?? [];
  const bytesOf = (part: string) => {
    const code = part.codePointAt(0) ?? 0;
    return part.length === 1 && code > byteEscape && code <= byteEscape + 0xff
      ? Uint8Array.of(code - byteEscape)
      : Buffer.from(part);
  };
  return Buffer.concat(parts.map(bytesOf));
}

/** UTF-8, UTF-16 or UTF-32, by the size of a unit. */
function unitsOf(bytes: Uint8Array, size: number): number[] {
  if (size === 1) return [...bytes];
  const text = new TextDecoder().decode(bytes);
  if (size === 2) return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return [...text].map((character) => character.codePointAt(0) ?? 0);
}
