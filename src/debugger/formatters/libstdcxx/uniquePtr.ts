// std::unique_ptr of libstdc++: a tuple of pointer and deleter.
import { dereference, path, pointerAddress } from '../../values/members';
import { isStruct, strip } from '../../values/types';
import type { Value } from '../../values/value';
import { type Formatter, plainName } from '../formatter';
import { tupleHeads } from './tuple';

export const uniquePtr: Formatter = {
  matches: /^std::unique_ptr</,
  show(object) {
    const pointer = findPointer(path(object, '_M_t'), 0);
    const address = pointer === undefined ? undefined : pointerAddress(pointer);
    if (pointer === undefined || address === undefined) return undefined;
    if (address === 0) return { kind: 'empty', label: 'nullptr' };
    const target = dereference(pointer);
    return target === undefined ? undefined : { kind: 'one', label: '', value: target, isPointed: true };
  },
};

/** The first element of the tuple inside, down the layers that changed between releases. */
function findPointer(value: Value | undefined, depth: number): Value | undefined {
  const type = strip(value?.type);
  if (value === undefined || !isStruct(type) || depth > 8) return undefined;
  if (!plainName(type).startsWith('std::tuple<')) return findPointer(path(value, '_M_t'), depth + 1);
  const [head] = tupleHeads(value, type);
  return strip(head?.type)?.kind === 'pointer' ? head : undefined;
}
