// std::basic_string_view of libstdc++.
import { dereference, integerOf, path } from '../../values/members';
import { sizeOf } from '../../values/types';
import { type Formatter, isPlausibleLength, typeArgument } from '../formatter';

export const stringView: Formatter = {
  matches: /^std::(basic_string_view<|string_view$)/,
  show(object, type) {
    const pointer = path(object, '_M_str');
    const length = integerOf(path(object, '_M_len'));
    const start = pointer === undefined ? undefined : dereference(pointer);
    if (start === undefined || length === undefined || !isPlausibleLength(length)) return undefined;
    const characterBytes = sizeOf(typeArgument(type, 0) ?? start.type, object.space.addressSize) ?? 1;
    return { kind: 'text', start, length: Number(length), characterBytes };
  },
};
