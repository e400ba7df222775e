// Arithmetic of C on plain numbers: promotions, usual conversions, and operators (C17 6.3.1, 6.5). Signed overflow wraps.
import type { BaseType, EnumType, Type } from '../../debuginfo/api';
import { integerBytes } from '../numbers';
import { type BaseTypes, isIntegral, isSigned, sizeOf } from '../values/types';
import type { BinaryOperator } from './ast';

/** A number with its type: bigint for integers, number for floating point. */
export type Scalar = IntegerScalar | FloatScalar;

export interface IntegerScalar {
  readonly type: BaseType | EnumType;
  readonly integer: bigint;
}

export interface FloatScalar {
  readonly type: BaseType;
  readonly float: number;
}

export const isFloat = (scalar: Scalar): scalar is FloatScalar => 'float' in scalar;

const isBoolean = (type: BaseType | EnumType) => type.kind === 'base' && type.encoding === 'boolean';
const bitsOf = (type: BaseType | EnumType) => (type.byteSize ?? 4) * 8;

/** The integer as its type holds it. */
export function wrap(value: bigint, type: BaseType | EnumType): bigint {
  if (isBoolean(type)) return value === 0n ? 0n : 1n;
  const bits = (type.kind === 'base' ? type.bitSize : undefined) ?? bitsOf(type);
  return isSigned(type) ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

/** Converts to a type as an assignment does (C17 6.3.1.3–6.3.1.5). */
export function convert(scalar: Scalar, type: BaseType | EnumType): Scalar {
  if (type.kind === 'base' && type.encoding === 'float') {
    const value = isFloat(scalar) ? scalar.float : Number(scalar.integer);
    return { type, float: type.byteSize === 4 ? Math.fround(value) : value };
  }
  if (!isFloat(scalar)) return { type, integer: wrap(scalar.integer, type) };
  if (isBoolean(type)) return { type, integer: scalar.float === 0 ? 0n : 1n };
  const whole = Number.isFinite(scalar.float) ? BigInt(Math.trunc(scalar.float)) : 0n;
  return { type, integer: wrap(whole, type) };
}

/** Integer promotion: what is smaller than int becomes int (C17 6.3.1.1). `bitSize` is that of a bit-field. */
export function promote(scalar: Scalar, types: BaseTypes, bitSize?: number): Scalar {
  if (isFloat(scalar)) return scalar;
  const { type } = scalar;
  const bits = bitSize ?? bitsOf(type);
  const unsigned = !isSigned(type) && !isBoolean(type);
  if (bits < 32 || (bits === 32 && !unsigned)) return { type: types.int, integer: scalar.integer };
  if (bits === 32) return { type: types.unsignedInt, integer: scalar.integer };
  return { type: integerType(types, bits / 8, !unsigned, type), integer: scalar.integer };
}

/** The type of an integer of a size; `like` keeps its name where it already fits. */
export function integerType(types: BaseTypes, byteSize: number, signed: boolean, like?: Type): BaseType {
  if (
    like?.kind === 'base' &&
    like.byteSize === byteSize &&
    isIntegral(like) &&
    isSigned(like) === signed &&
    like.encoding !== 'boolean'
  ) {
    return like;
  }
  if (byteSize <= 4) return signed ? types.int : types.unsignedInt;
  if (byteSize <= 8) return signed ? types.longLong : types.unsignedLongLong;
  return signed ? types.int128 : types.unsignedInt128;
}

/** The common type of two operands (C17 6.3.1.8). */
function commonType(left: Scalar, right: Scalar, types: BaseTypes): BaseType {
  if (isFloat(left) || isFloat(right)) {
    const sizes = [left, right].map((side) => (isFloat(side) ? (side.type.byteSize ?? 8) : 0));
    const [wide] = [left, right].filter((side) => isFloat(side) && side.type.byteSize === Math.max(...sizes));
    return wide !== undefined && isFloat(wide) ? wide.type : types.double;
  }
  const [a, b] = [left.type, right.type];
  const [sizeA, sizeB] = [a.byteSize ?? 4, b.byteSize ?? 4];
  const base = (type: BaseType | EnumType, size: number) =>
    type.kind === 'base' ? type : integerType(types, size, isSigned(type));
  if (sizeA !== sizeB) return sizeA > sizeB ? base(a, sizeA) : base(b, sizeB);
  return isSigned(a) ? base(b, sizeB) : base(a, sizeA);
}

/** The outcome of a binary operator on two numbers; a text says why there is none. Comparison gives 0 or 1 of `truth`. */
export function operate(
  operator: BinaryOperator,
  leftSide: Scalar,
  rightSide: Scalar,
  types: BaseTypes,
  truth: BaseType,
): Scalar | string {
  if (operator === '<<' || operator === '>>') return shift(operator, leftSide, rightSide);
  const type = commonType(leftSide, rightSide, types);
  const [left, right] = [convert(leftSide, type), convert(rightSide, type)];
  const compared = compare(operator, left, right);
  if (compared !== undefined) return { type: truth, integer: compared ? 1n : 0n };
  if (isFloat(left) && isFloat(right)) return operateFloat(operator, left.float, right.float, type);
  if (isFloat(left) || isFloat(right)) return 'The operands have no common type';
  const [a, b] = [left.integer, right.integer];
  const result = (value: bigint): Scalar => ({ type, integer: wrap(value, type) });
  switch (operator) {
    case '+':
      return result(a + b);
    case '-':
      return result(a - b);
    case '*':
      return result(a * b);
    case '/':
      return b === 0n ? 'Division by zero' : result(a / b);
    case '%':
      return b === 0n ? 'Division by zero' : result(a % b);
    case '&':
      return result(a & b);
    case '^':
      return result(a ^ b);
    case '|':
      return result(a | b);
    default:
      return `“${operator}” needs numbers`;
  }
}

function compare(operator: BinaryOperator, left: Scalar, right: Scalar): boolean | undefined {
  const a = isFloat(left) ? left.float : left.integer;
  const b = isFloat(right) ? right.float : right.integer;
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}

function operateFloat(operator: BinaryOperator, a: number, b: number, type: BaseType): Scalar | string {
  const result = (value: number): Scalar => ({ type, float: type.byteSize === 4 ? Math.fround(value) : value });
  switch (operator) {
    case '+':
      return result(a + b);
    case '-':
      return result(a - b);
    case '*':
      return result(a * b);
    case '/':
      return result(a / b);
    default:
      return `“${operator}” needs integers`;
  }
}

/** The result has the type of the left operand; counts beyond its width shift everything out. */
function shift(operator: '<<' | '>>', left: Scalar, right: Scalar): Scalar | string {
  if (isFloat(left) || isFloat(right)) return `“${operator}” needs integers`;
  const { type, integer } = left;
  if (right.integer < 0n) return 'The number of bits to shift is negative';
  const count = right.integer > 128n ? 128n : right.integer;
  return { type, integer: wrap(operator === '<<' ? integer << count : integer >> count, type) };
}

/** The bytes of a number in its type. */
export function scalarBytes(scalar: Scalar, addressSize: number, isBigEndian: boolean): Uint8Array {
  const size = sizeOf(scalar.type, addressSize) ?? 4;
  if (!isFloat(scalar)) return integerBytes(scalar.integer, size, isBigEndian);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (size === 4) view.setFloat32(0, scalar.float, !isBigEndian);
  else if (size === 8) view.setFloat64(0, scalar.float, !isBigEndian);
  else if (size === 16) bytes.set(integerBytes(quadBits(scalar.float), 16, isBigEndian));
  return bytes;
}

/** binary64 widened to binary128. */
function quadBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const sign = (bits >> 63n) << 127n;
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  if (exponent === 0n) return sign;
  const wide = exponent === 0x7ffn ? 0x7fffn : exponent - 1023n + 16383n;
  return sign | (wide << 112n) | (fraction << 60n);
}
