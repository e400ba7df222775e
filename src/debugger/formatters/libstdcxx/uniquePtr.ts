// std::unique_ptr of libstdc++: a tuple of pointer and deleter.
import { dereference, path, pointerAddress } from '../../values/members';
import { isStruct, strip } from '../../values/types';
import type { Value } from '../../values/value';
import type { Formatter } from '../formatter';

export const uniquePtr: Formatter = {
  matches: /^std::unique_ptr</,
  show(object) {
    const pointer = findPointer(path(object, '_M_t'), 0);
    const address = pointer === undefined ? undefined : pointerAddress(pointer);
    if (pointer === undefined || address === undefined) return undefined;
    if (address === 0) return { kind: 'empty', label: 'nullptr' };
    const target = dereference(pointer);
    return target === undefined ? undefined : { kind: 'one', label: '', value: target };
  },
};

/** The first `_M_head_impl` that is a pointer, down the tuple's bases. */
function findPointer(value: Value | undefined, depth: number): Value | undefined {
  if (value === undefined || depth > 8) return undefined;
  const head = path(value, '_M_head_impl');
  if (head !== undefined && strip(head.type)?.kind === 'pointer') return head;
  const inner = path(value, '_M_t');
  if (inner !== undefined && isStruct(strip(inner.type))) return findPointer(inner, depth + 1);
  return undefined;
}
