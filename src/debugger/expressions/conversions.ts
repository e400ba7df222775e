// Between values and plain numbers: reading a value's number or address, making values of numbers, converting to a type.
import type { Type } from '../../debuginfo/api';
import { integerOf, pointerAddress } from '../values/members';
import { readFloat } from '../values/scalars';
import { isArithmetic, isFloating, isSigned, isStruct, strip, typeName } from '../values/types';
import { Value } from '../values/value';
import { convert, isFloat, type Scalar, scalarBytes } from './arithmetic';
import { assignedText } from './assignedText';
import type { ExpressionScope } from './scope';

/** Converts a value to a type as an assignment would; a text says why it cannot be. */
export function convertValue(value: Value, type: Type | undefined, scope: ExpressionScope): Value | string {
  const target = strip(type);
  const source = scalarOf(value);
  if (target === undefined) return 'A value of type void cannot be stored';
  if (isArithmetic(target)) {
    if (source === undefined) {
      const isPointer = strip(value.type)?.kind === 'pointer';
      const address = isPointer ? integerOf(value) : decayed(value);
      const content = isPointer ? value.readAll() : undefined;
      if (content !== undefined && 'problem' in content) return `The pointer is ${content.problem}`;
      if (address === undefined) return `${typeName(value.type)} cannot become ${typeName(type)}`;
      return fromScalar(scope, convert({ type: scope.types.size, integer: BigInt(address) }, target), type);
    }
    return typeof source === 'string' ? source : fromScalar(scope, convert(source, target), type);
  }
  if (target.kind === 'pointer') {
    const address =
      source === undefined || typeof source === 'string'
        ? decayed(value)
        : isFloat(source)
          ? undefined
          : source.integer;
    if (address === undefined) return `${typeName(value.type)} cannot become ${typeName(type)}`;
    return Value.integer(value.space, target, BigInt(address)).as(type);
  }
  const text = target.kind === 'array' ? assignedText(value, target) : undefined;
  if (text !== undefined) return typeof text === 'string' ? text : text.as(type);
  if (strip(value.type) !== target && (!isStruct(target) || strip(value.type)?.name !== target.name)) {
    return `${typeName(value.type)} cannot become ${typeName(type)}`;
  }
  return value.as(type);
}

/** The address that a pointer holds, or that an array or function is at. */
export function addressOf(value: Value): number | undefined {
  const type = strip(value.type);
  if (type?.kind === 'pointer') return pointerAddress(value);
  return type?.kind === 'array' || type?.kind === 'subroutine' ? value.address : undefined;
}

/** What a pointer to a value holds where the value becomes one: of a function with the mark that Arm gives to Thumb code. */
function decayed(value: Value): bigint | number | undefined {
  const address = addressOf(value);
  if (address === undefined || strip(value.type)?.kind !== 'subroutine') return address;
  const { code, program } = value.space;
  return code.codePointer(address, program.codeKindAt(address));
}

/** The number a value is; undefined when its type has none, a text when it cannot be read. */
export function scalarOf(value: Value): Scalar | string | undefined {
  const type = strip(value.type);
  if (!isArithmetic(type)) return undefined;
  const content = value.readAll();
  if ('problem' in content) return content.problem;
  if (isFloating(type)) {
    const float = readFloat(content.bytes, value.space.isBigEndian);
    return float === undefined ? `Numbers of ${content.bytes.length} bytes cannot be computed with` : { type, float };
  }
  const bits = value.readUnsigned();
  if ('problem' in bits) return bits.problem;
  return { type, integer: isSigned(type) ? BigInt.asIntN(bits.bitSize, bits.value) : bits.value };
}

export function fromScalar(scope: ExpressionScope, scalar: Scalar, type: Type | undefined = scalar.type): Value {
  return Value.of(scope.space, type, scalarBytes(scalar, scope.space.addressSize, scope.space.isBigEndian));
}
