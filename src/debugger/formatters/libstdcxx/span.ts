// std::span of libstdc++, of dynamic and of fixed extent.
import { dereference, integerOf, path, pointerAddress } from '../../values/members';
import { sizeOf } from '../../values/types';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength } from '../formatter';

export const span: Formatter = {
  matches: /^std::span</,
  show(object, type) {
    const pointer = path(object, '_M_ptr');
    const fixed = type.templateArguments.find((argument) => argument.value !== undefined)?.value;
    const length = integerOf(path(object, '_M_extent._M_extent_value')) ?? fixed;
    const first = pointer === undefined ? undefined : dereference(pointer);
    const low = pointer === undefined ? undefined : pointerAddress(pointer);
    const size = sizeOf(first?.type, object.space.addressSize);
    if (first === undefined || low === undefined || size === undefined || length === undefined) return undefined;
    if (!isPlausibleLength(length)) return undefined;
    return {
      kind: 'list',
      length: Number(length),
      at: (index) => Value.at(object.space, first.type, low + index * size),
    };
  },
};
