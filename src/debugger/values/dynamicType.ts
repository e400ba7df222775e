// The whole object behind a pointer or reference to one of its base classes, found by its virtual table as the Itanium C++ ABI lays
// it out (§2.5), which GCC and Clang follow on Arm and RISC-V.
import type { StructType } from '../../debuginfo/api';
import { readUnsigned } from '../numbers';
import { baseValue, memberValue, pointerAddress } from './members';
import { isStruct, strip } from './types';
import { Value } from './value';

/** Undefined where the object is of no other class than its type says, or the class is not known. */
export function dynamicObject(part: Value): Value | undefined {
  const { space, address } = part;
  const type = strip(part.type);
  if (address === undefined || !isStruct(type) || !type.isPolymorphic) return undefined;
  const pointer = tablePointer(part, type);
  const table = pointer === undefined ? undefined : pointerAddress(pointer);
  if (table === undefined) return undefined;
  const symbol = space.program.symbolAt(table)?.symbol;
  const name = symbol === undefined ? undefined : /^vtable for (.*)$/.exec(symbol.displayName)?.[1];
  if (name === undefined || name === type.name) return undefined;
  const whole = space.program.findTypes(name).find((candidate) => isStruct(candidate) && !candidate.isIncomplete);
  const toTop = offsetToTop(space, table);
  if (whole === undefined || whole.name === type.name || toTop === undefined) return undefined;
  return Value.at(space, whole, address + toTop);
}

/** The pointer to the virtual table: of the class itself, or shared with its primary base (§2.4). */
function tablePointer(object: Value, type: StructType, depth = 0): Value | undefined {
  const own = type.members.find(({ name }) => name?.startsWith('_vptr') === true);
  if (own !== undefined) return memberValue(object, own);
  for (const base of type.bases) {
    const inner = strip(base.type);
    if (base.offset !== 0 || depth > 16 || !isStruct(inner) || !inner.isPolymorphic) continue;
    return tablePointer(baseValue(object, base), inner, depth + 1);
  }
  return undefined;
}

/** How far the whole object begins from the part that has this table: a ptrdiff_t two words before its first function. */
function offsetToTop(space: Value['space'], table: number): number | undefined {
  const { bytes, valid } = space.readPartial(table - 2 * space.addressSize, space.addressSize);
  return valid.includes(0)
    ? undefined
    : Number(BigInt.asIntN(8 * space.addressSize, readUnsigned(bytes, space.isBigEndian)));
}
