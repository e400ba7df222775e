// Pointers converted between a class and its base classes: the object's parts lie at different addresses (C++20 [conv.ptr] 3,
// [expr.static.cast] 11).
import type { StructType, Type } from '../../debuginfo/api';
import { dynamicObject } from './dynamicType';
import { baseValue, dereference, pointerAddress } from './members';
import { isStruct, strip } from './types';
import type { Value } from './value';

/** Deeper hierarchies are not searched. */
const maximumDepth = 16;

/**
 * The address that a pointer to a class has as a pointer to its base or derived class `to`.
 * Undefined for null, for other types, and where neither is a base of the other.
 */
export function convertedAddress(pointer: Value, to: Type | undefined): number | undefined {
  const target = strip(to);
  const source = strip(pointer.type);
  if (target?.kind !== 'pointer' || source?.kind !== 'pointer') return undefined;
  const wanted = strip(target.target);
  const given = strip(source.target);
  if (!isStruct(wanted) || !isStruct(given) || wanted.name === given.name) return undefined;
  const address = pointerAddress(pointer);
  const object = dereference(pointer);
  if (address === undefined || address === 0 || object === undefined) return undefined;
  const base = basePart(object, given, wanted.name);
  if (base !== undefined) return base.address;
  const offset = offsetOfBase(wanted, given.name);
  if (offset !== undefined) return address - offset;
  // From a virtual base the way is not fixed; the object itself knows it.
  const whole = dynamicObject(object);
  const wholeType = strip(whole?.type);
  if (whole === undefined || !isStruct(wholeType)) return undefined;
  return wholeType.name === wanted.name ? whole.address : basePart(whole, wholeType, wanted.name)?.address;
}

function basePart(object: Value, type: StructType, name: string, depth = 0): Value | undefined {
  for (const base of type.bases) {
    const inner = strip(base.type);
    if (!isStruct(inner) || depth > maximumDepth) continue;
    const part = baseValue(object, base);
    const found = inner.name === name ? part : basePart(part, inner, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function offsetOfBase(type: StructType, name: string, depth = 0): number | undefined {
  for (const base of type.bases) {
    const inner = strip(base.type);
    if (!isStruct(inner) || typeof base.offset !== 'number' || depth > maximumDepth) continue;
    const further = inner.name === name ? 0 : offsetOfBase(inner, name, depth + 1);
    if (further !== undefined) return base.offset + further;
  }
  return undefined;
}
