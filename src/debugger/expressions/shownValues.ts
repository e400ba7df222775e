// Values as views show them, when they come back to be set: `66 'B'`, `0x20000048 <node> {…}`, `"text"`, `{1, 2}`, `nan`, `RED | BLUE`.
// What is not of such a form is an expression.
import type { ArrayType, EnumType } from '../../debuginfo/api';
import { integerBytes } from '../numbers';
import { elementCount } from '../values/members';
import { lastPart, type NumberFormat } from '../values/scalars';
import { isFloating, isIntegral, strip } from '../values/types';
import { Value } from '../values/value';
import { fromScalar } from './conversions';
import type { ExpressionScope } from './scope';

/** What to do with a text: evaluate it, take a value as it is, or set the elements of an array one by one. */
export type Given =
  | { readonly kind: 'expression'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'elements'; readonly texts: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string };

/** @param format how numbers are shown: of floating-point ones in hexadecimal that is their bits */
export function givenFor(target: Value, typed: string, format: NumberFormat, scope: ExpressionScope): Given {
  const text = typed.trim();
  const type = strip(target.type);
  const expression = (what: string): Given => ({ kind: 'expression', text: what });
  if (isFloating(type)) {
    const float = floatOf(text);
    if (float !== undefined) return { kind: 'value', value: fromScalar(scope, { type, float }) };
    const bits = bitsOf(text, format);
    const bytes = bits === undefined ? undefined : integerBytes(bits, type.byteSize ?? 4, scope.space.isBigEndian);
    return bytes === undefined ? expression(text) : { kind: 'value', value: Value.of(scope.space, type, bytes) };
  }
  if (type?.kind === 'enum') {
    const value = enumerated(text, type);
    if (value !== undefined) return { kind: 'value', value: Value.integer(scope.space, type, value) };
  }
  if (isIntegral(type)) return expression(changedPart(target, text));
  if (type?.kind === 'pointer')
    return expression(/^(0x[\da-f]+)(?: <.+>(?: .*)?| [{"[(].*)$/is.exec(text)?.[1] ?? text);
  if (type?.kind === 'array' && /^(\{.*\}|\[.*\])$/s.test(text)) return elementsOf(target, type, text);
  return expression(text);
}

function floatOf(text: string): number | undefined {
  const match = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (match === null) return undefined;
  if (/nan/i.test(text)) return Number.NaN;
  return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const notations: Partial<Record<NumberFormat, RegExp>> = {
  hexadecimal: /^0x[\da-f]+$/i,
  binary: /^0b[01]+$/i,
  octal: /^0[0-7]*$/,
};

/** The bits of a floating-point number that is shown by them. */
function bitsOf(text: string, format: NumberFormat): bigint | undefined {
  if (notations[format]?.test(text) !== true) return undefined;
  return BigInt(format === 'octal' ? `0o${text}` : text);
}

/** `A`, `A | B`, `Hue::Red`, with what has no name as a number: all of one enumeration. */
function enumerated(text: string, type: EnumType): bigint | undefined {
  let sum: bigint | undefined;
  for (const part of text.split('|').map((each) => each.trim())) {
    const isNumber = sum !== undefined && /^0x[\da-f]+$/i.test(part);
    const own = type.enumerators.find(({ name }) => name === lastPart(part))?.value;
    const value = isNumber ? BigInt(part) : own;
    if (value === undefined) return undefined;
    sum = (sum ?? 0n) | value;
  }
  return sum;
}

/** Of a number and the character that it is, `65 'A'`, the one that is not as it was. */
function changedPart(target: Value, text: string): string {
  const match = /^([+-]?(?:0x[\da-f]+|0b[01]+|\d+))\s+('.+')$/is.exec(text);
  if (match === null) return text;
  const [, number = '', character = ''] = match;
  const bits = target.readUnsigned();
  const isSame = !('problem' in bits) && BigInt.asUintN(bits.bitSize, BigInt(number)) === bits.value;
  return isSame ? character : number;
}

/** The parts of `{1, 2, 3}`. */
function elementsOf(target: Value, type: ArrayType, text: string): Given {
  const problem = (words: string): Given => ({ kind: 'problem', problem: words });
  const element = strip(type.element);
  const isPlain = isIntegral(element) || isFloating(element) || element?.kind === 'pointer';
  if (type.dimensions.length !== 1 || !isPlain) return problem('Set the elements one by one');
  if (text.includes('…')) return problem('Not all of the elements are shown: set them one by one');
  const texts = text.slice(1, -1).match(/(?:'(?:\\.|[^'\\])+'|[^,])+/g) ?? [];
  const count = elementCount(target);
  if (texts.length !== count) return problem(`The array has ${count} elements, and here are ${texts.length}`);
  return { kind: 'elements', texts };
}
