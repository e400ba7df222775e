// std::deque of libstdc++ (blocks of 512 bytes), and the adaptors std::stack, queue and priority_queue around a container.
import { path, pointerAddress, readInteger } from '../../values/members';
import { sizeOf } from '../../values/types';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength, typeArgument } from '../formatter';

const blockBytes = 512;

export const deque: Formatter = {
  matches: /^std::deque</,
  show(object, type) {
    const { addressSize } = object.space;
    const stored = typeArgument(type, 0);
    const size = sizeOf(stored, addressSize);
    const address = (name: string) => {
      const pointer = path(object, `_M_impl.${name}`);
      return pointer === undefined ? undefined : pointerAddress(pointer);
    };
    const [firstNode, lastNode] = [address('_M_start._M_node'), address('_M_finish._M_node')];
    const [first, firstBlock] = [address('_M_start._M_cur'), address('_M_start._M_first')];
    const [last, lastBlock] = [address('_M_finish._M_cur'), address('_M_finish._M_first')];
    if (stored === undefined || size === undefined || size === 0) return undefined;
    if (firstNode === undefined || lastNode === undefined || first === undefined) return undefined;
    if (firstBlock === undefined || last === undefined || lastBlock === undefined) return undefined;
    const perBlock = size < blockBytes ? Math.floor(blockBytes / size) : 1;
    const skipped = (first - firstBlock) / size;
    const length = ((lastNode - firstNode) / addressSize) * perBlock + (last - lastBlock) / size - skipped;
    if (!Number.isInteger(length) || !isPlausibleLength(length)) return undefined;
    const at = (index: number) => {
      const place = index + skipped;
      const node = Value.at(object.space, undefined, firstNode + Math.floor(place / perBlock) * addressSize);
      const block = readInteger(node, addressSize);
      return block === undefined
        ? undefined
        : Value.at(object.space, stored, Number(block) + (place % perBlock) * size);
    };
    return { kind: 'list', length, at };
  },
};

export const adaptor: Formatter = {
  matches: /^std::(stack|queue|priority_queue)</,
  show(object) {
    const inner = path(object, 'c');
    return inner === undefined ? undefined : { kind: 'one', label: '', value: inner };
  },
};
