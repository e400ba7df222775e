// Rust's slices, Vec, VecDeque and heapless::Vec.
import { element, integerOf, member, path, pointerAddress } from '../../values/members';
import { sizeOf, strip } from '../../values/types';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength, type Shown, typeArgument } from '../formatter';
import { fatPointer, innerPointer, vecParts } from './layout';

function sequence(start: Value, length: number): Shown | undefined {
  const size = sizeOf(start.type, start.space.addressSize);
  return size === undefined ? undefined : { kind: 'list', length, at: (index) => start.part(start.type, index * size) };
}

export const slice: Formatter = {
  matches: /^(&(mut )?\[.*\]|\*(const|mut) \[.*\]|.*\bBox<\[.*\](, .*)?>)$/,
  show(object) {
    const parts = fatPointer(object);
    return parts === undefined ? undefined : sequence(parts.start, parts.length);
  },
};

export const vec: Formatter = {
  matches: /^(alloc::vec::)?Vec</,
  show(object) {
    const parts = vecParts(object);
    return parts === undefined ? undefined : sequence(parts.start, parts.length);
  },
};

export const vecDeque: Formatter = {
  matches: /^(alloc::collections::vec_deque::)?VecDeque</,
  show(object, type) {
    const head = integerOf(member(object, 'head'));
    const length = integerOf(member(object, 'len'));
    const buffer = member(object, 'buf');
    const capacity = integerOf(
      path(object, 'buf.cap.__0') ?? path(object, 'buf.cap') ?? path(object, 'buf.inner.cap.__0'),
    );
    const pointer = buffer === undefined ? undefined : innerPointer(buffer);
    const low = pointer === undefined ? undefined : pointerAddress(pointer);
    const stored = typeArgument(type, 0);
    const size = sizeOf(stored, object.space.addressSize);
    if (head === undefined || length === undefined || capacity === undefined || low === undefined) return undefined;
    if (size === undefined || capacity === 0n || !isPlausibleLength(length)) return undefined;
    const at = (index: number) =>
      Value.at(object.space, stored, low + Number((head + BigInt(index)) % capacity) * size);
    return { kind: 'list', length: Number(length), at };
  },
};

export const heaplessVec: Formatter = {
  matches: /^heapless::vec::Vec(Inner)?</,
  show(object, type) {
    const length = integerOf(member(object, 'len'));
    const outer = member(object, 'buffer');
    const buffer = outer !== undefined && strip(outer.type)?.kind !== 'array' ? member(outer, 'buffer') : outer;
    const stored = typeArgument(type, 0);
    if (length === undefined || buffer === undefined || stored === undefined || !isPlausibleLength(length))
      return undefined;
    return { kind: 'list', length: Number(length), at: (index) => element(buffer, index)?.as(stored) };
  },
};
