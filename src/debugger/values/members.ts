// Going into values: members by name through base classes and anonymous members, elements, what a pointer points to.
import type {
  BaseClass,
  EvaluationContext,
  LocationSource,
  Member,
  PointerType,
  StructType,
  Type,
  Variant,
} from '../../debuginfo/api';
import { readUnsigned, toAddress } from '../numbers';
import { ByteState } from './space';
import { elementType, isReference, isStruct, sizeOf, strip } from './types';
import { staticContext, Value } from './value';

/** Offset of a member or base class in an object; undefined when it must be computed and cannot. */
function offsetIn(object: Value, offset: number | LocationSource): number | undefined {
  if (typeof offset === 'number') return offset;
  if (object.address === undefined) return undefined;
  // A location to be evaluated with the object's address pushed (DWARF 5 §5.7.3, virtual bases).
  const context: EvaluationContext = { ...staticContext(object.space), objectAddress: object.address };
  const address = object.space.program.evaluate(offset, context);
  return address === undefined ? undefined : toAddress(address, object.space.addressSize) - object.address;
}

export function memberValue(object: Value, member: Member): Value {
  const offset = offsetIn(object, member.offset);
  if (offset === undefined) return unavailable(object, member.type, 'its offset in the object cannot be computed');
  return object.part(member.type, offset, member.bits);
}

export function baseValue(object: Value, base: BaseClass): Value {
  const offset = offsetIn(object, base.offset);
  if (offset === undefined)
    return unavailable(object, base.type, 'the position of the virtual base cannot be computed');
  return object.part(base.type, offset);
}

function unavailable(object: Value, type: Type | undefined, reason: string): Value {
  return new Value(object.space, type, { kind: 'unavailable', reason });
}

/** A member by name: own ones first, then those of anonymous members, of the active variant, base classes, and static members. */
export function member(object: Value, name: string, depth = 0): Value | undefined {
  const type = strip(object.type);
  if (!isStruct(type) || depth > 32) return undefined;
  for (const candidate of type.members) if (candidate.name === name) return memberValue(object, candidate);
  for (const candidate of type.members) {
    if (candidate.name !== undefined) continue;
    const found = member(memberValue(object, candidate), name, depth + 1);
    if (found !== undefined) return found;
  }
  for (const candidate of activeVariant(object, type)?.members ?? []) {
    if (candidate.name === name) return memberValue(object, candidate);
    const found = member(memberValue(object, candidate), name, depth + 1);
    if (found !== undefined) return found;
  }
  for (const base of type.bases) {
    const found = member(baseValue(object, base), name, depth + 1);
    if (found !== undefined) return found;
  }
  const own = type.staticMembers.find((candidate) => candidate.name === name);
  return own === undefined ? undefined : Value.located(object.space, own.type, own.location, undefined);
}

/** The variant of a Rust enum that the discriminant selects; undefined when it cannot be read or selects none. */
export function activeVariant(object: Value, type: StructType): Variant | undefined {
  const part = type.variantPart;
  if (part === undefined) return undefined;
  if (part.discriminant === undefined) return part.variants[0];
  const read = memberValue(object, part.discriminant).readUnsigned();
  if ('problem' in read) return undefined;
  const { value, bitSize } = read;
  const matches = (low: bigint, high: bigint) => {
    const unsigned = value >= BigInt.asUintN(bitSize, low) && value <= BigInt.asUintN(bitSize, high);
    const signed = BigInt.asIntN(bitSize, value);
    return unsigned || (signed >= low && signed <= high);
  };
  return (
    part.variants.find((variant) => variant.values.some(({ low, high }) => matches(low, high))) ??
    part.variants.find((variant) => variant.values.length === 0)
  );
}

/** A member along a path: `_M_impl._M_start`. */
export function path(object: Value, names: string): Value | undefined {
  let current: Value | undefined = object;
  for (const name of names.split('.')) current = current === undefined ? undefined : member(current, name);
  return current;
}

/** The bits of an integer, enum, pointer or bool value as a number; undefined when they cannot be read. */
export function integerOf(value: Value | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  const read = value.readUnsigned();
  if ('problem' in read) return undefined;
  const type = strip(value.type);
  const signed =
    (type?.kind === 'base' && (type.encoding === 'signed' || type.encoding === 'signedChar')) ||
    (type?.kind === 'enum' && type.isSigned);
  return signed ? BigInt.asIntN(read.bitSize, read.value) : read.value;
}

/** The address a pointer or reference holds. */
export function pointerAddress(pointer: Value): number | undefined {
  const bits = pointer.readUnsigned();
  return 'problem' in bits ? undefined : toAddress(bits.value, pointer.space.addressSize);
}

/** The address of the code that a pointer means, without the mark of Thumb code. */
export function codeAddressIn(pointer: Value): number | undefined {
  const bits = pointer.readUnsigned();
  return 'problem' in bits ? undefined : pointer.space.code.codeAddress(bits.value);
}

const isPointerToCode = ({ target }: PointerType) => strip(target)?.kind === 'subroutine';

/** What a pointer or reference points to; for a pointer to an object without an address (DW_OP_implicit_pointer), the object. */
export function dereference(pointer: Value): Value | undefined {
  const type = strip(pointer.type);
  if (type?.kind !== 'pointer') return undefined;
  const implicit = implicitTarget(pointer);
  if (implicit !== undefined) return implicit;
  const address = isPointerToCode(type) ? codeAddressIn(pointer) : pointerAddress(pointer);
  return address === undefined ? undefined : Value.at(pointer.space, type.target, address);
}

/** What a value stands for: of a C++ reference the object that it refers to, undefined where that cannot be had; else itself. */
export function referent(value: Value): Value | undefined {
  return isReference(strip(value.type)) ? dereference(value) : value;
}

/** The object of an implicit pointer; undefined for ordinary pointers. */
export function implicitTarget(pointer: Value): Value | undefined {
  const { place, type } = pointer;
  if (place.kind !== 'pieces' || place.bitOffset !== 0) return undefined;
  const target = place.pieces[0]?.place;
  const pointed = strip(type);
  if (target?.kind !== 'implicitPointer' || pointed?.kind !== 'pointer') return undefined;
  const object = Value.located(pointer.space, pointed.target, target.target, place.frame);
  return target.offset === 0 ? object : object.part(pointed.target, target.offset);
}

/** How many elements an array has; undefined when the debug information does not say. */
export function elementCount(array: Value): number | undefined {
  const type = strip(array.type);
  if (type?.kind !== 'array') return undefined;
  const count = type.dimensions[0]?.count;
  return typeof count === 'number' ? count : undefined;
}

/** Element `index` (from 0, whatever the lower bound). */
export function element(array: Value, index: number): Value | undefined {
  const type = strip(array.type);
  if (type?.kind !== 'array') return undefined;
  const inner = elementType(type);
  const stride =
    type.dimensions.length === 1
      ? (type.stride ?? sizeOf(inner, array.space.addressSize))
      : sizeOf(inner, array.space.addressSize);
  return stride === undefined ? undefined : array.part(inner, index * stride);
}

/** Bytes up to the first zero, at most `limit`; `isCut` when there was none. Undefined when the first byte cannot be read. */
export function zeroTerminated(text: Value, limit: number): { bytes: Uint8Array; isCut: boolean } | undefined {
  for (let length = Math.min(64, limit); ; length = Math.min(length * 2, limit)) {
    const { bytes, states } = text.read(length);
    const hole = states === undefined ? -1 : states.findIndex((state) => state !== ByteState.good);
    const good = hole < 0 ? bytes : bytes.subarray(0, hole);
    const end = good.indexOf(0);
    if (end >= 0) return { bytes: good.subarray(0, end), isCut: false };
    if (hole === 0) return undefined;
    if (hole > 0 || length >= limit) return { bytes: good, isCut: true };
  }
}

/** The unsigned integer in memory, for formatters. */
export function readInteger(value: Value, length: number): bigint | undefined {
  const { bytes, states } = value.read(length);
  return states === undefined ? readUnsigned(bytes, value.space.isBigEndian) : undefined;
}
