// std::list and std::forward_list of libstdc++.
import { integerOf, path, readInteger } from '../../values/members';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength, typeArgument, walker } from '../formatter';
import { alignmentOf } from './tree';

/** Lists without a count are walked this far to find their length. */
const countedNodes = 10_000;

export const list: Formatter = {
  matches: /^std::(forward_)?list</,
  show(object, type) {
    const stored = typeArgument(type, 0);
    const isForward = /forward_list</.test(type.name);
    const head = path(object, isForward ? '_M_impl._M_head' : '_M_impl._M_node');
    const headAddress = head?.address;
    if (stored === undefined || head === undefined || headAddress === undefined) return undefined;
    const { addressSize } = object.space;
    const next = (from: number) => {
      const address = Number(readInteger(Value.at(object.space, undefined, from), addressSize) ?? 0n);
      return address === 0 || address === headAddress ? undefined : address;
    };
    const node = walker(() => next(headAddress), next);
    const links = isForward ? addressSize : 2 * addressSize;
    const alignment = alignmentOf(stored, addressSize, 0);
    const offset = Math.ceil(links / alignment) * alignment;
    const counted = integerOf(path(head, '_M_size')) ?? integerOf(path(head, '_M_storage'));
    let length = Number(counted ?? -1n);
    if (counted === undefined || !isPlausibleLength(counted)) {
      length = 0;
      while (length < countedNodes && node(length) !== undefined) length++;
    }
    const at = (index: number) => {
      const address = node(index);
      return address === undefined ? undefined : Value.at(object.space, stored, address + offset);
    };
    return { kind: 'list', length, at };
  },
};
