// std::shared_ptr and std::weak_ptr of libstdc++, with their counts.
import { dereference, integerOf, path, pointerAddress } from '../../values/members';
import type { Formatter } from '../formatter';

export const sharedPtr: Formatter = {
  matches: /^std::(shared_ptr|weak_ptr)</,
  show(object) {
    const pointer = path(object, '_M_ptr');
    const address = pointer === undefined ? undefined : pointerAddress(pointer);
    if (pointer === undefined || address === undefined) return undefined;
    if (address === 0) return { kind: 'empty', label: 'nullptr' };
    const target = dereference(pointer);
    const counts = path(object, '_M_refcount._M_pi');
    const block = counts === undefined ? undefined : dereference(counts);
    const uses = block === undefined ? undefined : integerOf(path(block, '_M_use_count'));
    if (target === undefined) return undefined;
    return {
      kind: 'one',
      label: '',
      value: target,
      isPointed: true,
      ...(uses === undefined ? {} : { note: `use count ${uses}` }),
    };
  },
};
