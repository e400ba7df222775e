// Values on the stack of a DWARF expression (DWARF 5 §2.5.1): of the generic type, which is as wide as an address and of no
// sign, or of a base type of the program. Their bytes, conversions and arithmetic; no operations, no target.
import { unavailable } from './unavailable';

const DW_ATE_complex_float = 0x03;
const DW_ATE_float = 0x04;
const DW_ATE_signed = 0x05;
const DW_ATE_signed_char = 0x06;
const DW_ATE_imaginary_float = 0x09;
const DW_ATE_signed_fixed = 0x0d;

export interface ValueType {
  readonly isGeneric: boolean;
  readonly byteSize: number;
  /** How the value is kept: integers modulo their width as unsigned bigints, floats of 4 and 8 bytes as numbers. */
  readonly kind: 'unsigned' | 'signed' | 'float' | 'opaque';
}

export interface StackValue {
  readonly type: ValueType;
  /** A number for floats, else the bits as an unsigned integer. */
  readonly value: bigint | number;
}

export type UnaryOperation = 'abs' | 'neg' | 'not';
export type BinaryOperation =
  | ('and' | 'or' | 'xor' | 'plus' | 'minus' | 'mul' | 'div' | 'mod' | 'shl' | 'shr' | 'shra')
  | ('eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge');

export function genericType(addressSize: number): ValueType {
  return { isGeneric: true, byteSize: addressSize, kind: 'unsigned' };
}

export function baseValueType(encoding: number, byteSize: number): ValueType {
  return { isGeneric: false, byteSize, kind: kindOf(encoding, byteSize) };
}

function kindOf(encoding: number, byteSize: number): ValueType['kind'] {
  switch (encoding) {
    case DW_ATE_float:
      return byteSize === 4 || byteSize === 8 ? 'float' : 'opaque';
    case DW_ATE_complex_float:
    case DW_ATE_imaginary_float:
      return 'opaque';
    case DW_ATE_signed:
    case DW_ATE_signed_char:
    case DW_ATE_signed_fixed:
      return 'signed';
    default:
      return 'unsigned';
  }
}

/** An integer of a type, brought to its width. */
export function integer(type: ValueType, value: bigint): StackValue {
  return { type, value: BigInt.asUintN(8 * type.byteSize, value) };
}

/** The value as its type's sign says; the generic type counts as unsigned. */
export function integerOf({ type, value }: StackValue): bigint {
  if (typeof value === 'number') return unavailable('a floating point number stands where an integer is needed');
  return type.kind === 'signed' ? BigInt.asIntN(8 * type.byteSize, value) : value;
}

/** The value with the top bit as its sign, as the generic type is read in divisions and comparisons (DWARF 5 §2.5.1.4). */
function signedOf({ type, value }: StackValue): bigint {
  const isSigned = type.isGeneric || type.kind === 'signed';
  return isSigned ? BigInt.asIntN(8 * type.byteSize, value as bigint) : (value as bigint);
}

export function fromBytes(type: ValueType, bytes: Uint8Array, isBigEndian: boolean): StackValue {
  if (type.kind === 'float') {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return { type, value: type.byteSize === 4 ? view.getFloat32(0, !isBigEndian) : view.getFloat64(0, !isBigEndian) };
  }
  return integer(type, bigintOf(bytes, isBigEndian));
}

export function bigintOf(bytes: Uint8Array, isBigEndian: boolean): bigint {
  let value = 0n;
  for (const byte of isBigEndian ? bytes : bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  return value;
}

export function toBytes({ type, value }: StackValue, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(type.byteSize);
  if (typeof value === 'number') {
    const view = new DataView(bytes.buffer);
    if (type.byteSize === 4) view.setFloat32(0, value, !isBigEndian);
    else view.setFloat64(0, value, !isBigEndian);
    return bytes;
  }
  let rest = value;
  for (let index = 0; index < bytes.length; index++) {
    bytes[isBigEndian ? bytes.length - 1 - index : index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** DW_OP_convert: the same number in another type. */
export function convert(operand: StackValue, type: ValueType): StackValue {
  if (operand.type.kind === 'opaque' || type.kind === 'opaque') {
    return unavailable('the expression computes with a floating point format that is not supported');
  }
  if (type.kind === 'float') {
    const number = typeof operand.value === 'number' ? operand.value : Number(integerOf(operand));
    return { type, value: type.byteSize === 4 ? Math.fround(number) : number };
  }
  if (typeof operand.value !== 'number') return integer(type, integerOf(operand));
  if (!Number.isFinite(operand.value)) return unavailable('an infinite number or NaN has no integer value');
  return integer(type, BigInt(Math.trunc(operand.value)));
}

/** DW_OP_reinterpret: the same bits in another type of the same size. */
export function reinterpret(operand: StackValue, type: ValueType, isBigEndian: boolean): StackValue {
  if (operand.type.byteSize !== type.byteSize) {
    return unavailable(`DW_OP_reinterpret from ${operand.type.byteSize} to ${type.byteSize} bytes`);
  }
  return fromBytes(type, toBytes(operand, isBigEndian), isBigEndian);
}

export function unary(operation: UnaryOperation, operand: StackValue): StackValue {
  const { type, value } = arithmetic(operand);
  if (typeof value === 'number') {
    if (operation === 'not') return unavailable('a bitwise operation on a floating point number');
    return { type, value: operation === 'neg' ? -value : Math.abs(value) };
  }
  if (operation === 'not') return integer(type, ~value);
  const signed = signedOf(operand);
  return integer(type, operation === 'neg' || signed < 0n ? -signed : signed);
}

/** `left` was pushed before `right`. Comparisons give 0 or 1 of the generic type. */
export function binary(
  operation: BinaryOperation,
  left: StackValue,
  right: StackValue,
  generic: ValueType,
): StackValue {
  arithmetic(left);
  arithmetic(right);
  const isShift = operation === 'shl' || operation === 'shr' || operation === 'shra';
  if (!isShift && !sameType(left.type, right.type)) return unavailable('the operands of an operation differ in type');
  if (typeof left.value === 'number' || typeof right.value === 'number') {
    return isShift ? unavailable('a shift of a floating point number') : floatBinary(operation, left, right, generic);
  }
  const { type } = left;
  const comparison = compare(operation, signedOf(left), signedOf(right));
  if (comparison !== undefined) return integer(generic, comparison ? 1n : 0n);
  return integer(type, integerBinary(operation, left, right));
}

function arithmetic(operand: StackValue): StackValue {
  if (operand.type.kind === 'opaque') {
    return unavailable('the expression computes with a floating point format that is not supported');
  }
  return operand;
}

function sameType(a: ValueType, b: ValueType): boolean {
  return a.isGeneric === b.isGeneric && a.byteSize === b.byteSize && a.kind === b.kind;
}

function compare<T extends bigint | number>(operation: BinaryOperation, left: T, right: T): boolean | undefined {
  switch (operation) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    default:
      return undefined;
  }
}

function integerBinary(operation: BinaryOperation, left: StackValue, right: StackValue): bigint {
  const a = left.value as bigint;
  const b = right.value as bigint;
  const bits = BigInt(8 * left.type.byteSize);
  switch (operation) {
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'plus':
      return a + b;
    case 'minus':
      return a - b;
    case 'mul':
      return a * b;
    case 'div':
      return b === 0n ? unavailable('the expression divides by zero') : signedOf(left) / signedOf(right);
    case 'mod':
      // Of the generic type the remainder is unsigned, as in GDB and LLDB; the standard leaves it open.
      return b === 0n ? unavailable('the expression divides by zero') : integerOf(left) % integerOf(right);
    case 'shl':
      return b >= bits ? 0n : a << b;
    case 'shr':
      return b >= bits ? 0n : a >> b;
    default:
      return BigInt.asIntN(Number(bits), a) >> (b >= bits ? bits : b);
  }
}

function floatBinary(operation: BinaryOperation, left: StackValue, right: StackValue, generic: ValueType): StackValue {
  const a = left.value as number;
  const b = right.value as number;
  const comparison = compare(operation, a, b);
  if (comparison !== undefined) return integer(generic, comparison ? 1n : 0n);
  const operations: Partial<Record<BinaryOperation, number>> = { plus: a + b, minus: a - b, mul: a * b, div: a / b };
  const result = operations[operation] ?? unavailable(`the operation “${operation}” on floating point numbers`);
  return { type: left.type, value: left.type.byteSize === 4 ? Math.fround(result) : result };
}
