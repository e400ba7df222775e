// What Rust's pointers and vectors are made of, whatever the version of the standard library calls its inner parts.
import type { StructType } from '../../../debuginfo/api';
import { integerOf, member, memberValue, pointerAddress } from '../../values/members';
import { isStruct, strip } from '../../values/types';
import { Value } from '../../values/value';
import { isPlausibleLength, typeArgument } from '../formatter';

/** `{data_ptr, length}`: slices and `str`. */
export function fatPointer(object: Value): { start: Value; length: number } | undefined {
  const pointer = member(object, 'data_ptr');
  const length = integerOf(member(object, 'length'));
  const type = strip(pointer?.type);
  if (pointer === undefined || type?.kind !== 'pointer' || length === undefined || !isPlausibleLength(length))
    return undefined;
  const address = pointerAddress(pointer);
  return address === undefined
    ? undefined
    : { start: Value.at(object.space, type.target, address), length: Number(length) };
}

/** The first thin pointer inside: RawVec, Unique and NonNull wrap it in ways that changed between releases. */
export function innerPointer(object: Value): Value | undefined {
  const queue: { value: Value; depth: number }[] = [{ value: object, depth: 0 }];
  for (let i = 0; i < queue.length && i < 64; i++) {
    const item = queue[i];
    if (item === undefined) return undefined;
    const type = strip(item.value.type);
    if (type?.kind === 'pointer') return item.value;
    if (!isStruct(type) || item.depth > 8) continue;
    for (const candidate of type.members)
      queue.push({ value: memberValue(item.value, candidate), depth: item.depth + 1 });
  }
  return undefined;
}

/** `Vec<T>`: where the elements start, and how many there are. */
export function vecParts(object: Value): { start: Value; length: number } | undefined {
  const type = strip(object.type);
  const buffer = member(object, 'buf');
  const length = integerOf(member(object, 'len'));
  if (!isStruct(type) || buffer === undefined || length === undefined || !isPlausibleLength(length)) return undefined;
  const pointer = innerPointer(buffer);
  const address = pointer === undefined ? undefined : pointerAddress(pointer);
  const target = strip(pointer?.type);
  if (address === undefined || target?.kind !== 'pointer') return undefined;
  return { start: Value.at(object.space, elementTypeOf(type) ?? target.target, address), length: Number(length) };
}

/** The first type argument of a generic type. */
const elementTypeOf = (type: StructType) => typeArgument(type, 0);
