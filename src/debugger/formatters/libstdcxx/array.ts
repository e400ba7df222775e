// std::array of libstdc++.
import { element, elementCount, path } from '../../values/members';
import { strip } from '../../values/types';
import type { Formatter } from '../formatter';

export const array: Formatter = {
  matches: /^std::array</,
  show(object) {
    const elements = path(object, '_M_elems');
    if (elements === undefined || strip(elements.type)?.kind !== 'array')
      return { kind: 'list', length: 0, at: () => undefined };
    return { kind: 'list', length: elementCount(elements) ?? 0, at: (index) => element(elements, index) };
  },
};
