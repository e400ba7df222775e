// std::unordered_map, unordered_set and their multi forms of libstdc++: one singly linked list through all buckets.
import { integerOf, path, pointerAddress, readInteger } from '../../values/members';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength, walker } from '../formatter';
import { alignUp, entries, storedIn } from './tree';

export const unordered: Formatter = {
  matches: /^std::unordered_(multi)?(map|set)</,
  show(object, type) {
    const table = path(object, '_M_h');
    const length = table === undefined ? undefined : integerOf(path(table, '_M_element_count'));
    const first = table === undefined ? undefined : path(table, '_M_before_begin._M_nxt');
    const stored = storedIn(type, object);
    if (first === undefined || length === undefined || stored === undefined || !isPlausibleLength(length))
      return undefined;
    const { addressSize } = object.space;
    const node = walker(
      () => pointerAddress(first) || undefined,
      (from) => Number(readInteger(Value.at(object.space, undefined, from), addressSize) ?? 0n) || undefined,
    );
    const offset = alignUp(addressSize, stored.alignment);
    return entries(object, stored, Number(length), (index) => {
      const address = node(index);
      return address === undefined ? undefined : address + offset;
    });
  },
};
