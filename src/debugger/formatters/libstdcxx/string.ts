// std::basic_string of libstdc++ (new ABI: pointer and length; old copy-on-write ABI: length before the characters).
import { dereference, integerOf, path, pointerAddress } from '../../values/members';
import { sizeOf } from '../../values/types';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength, typeArgument } from '../formatter';

export const string: Formatter = {
  matches: /^std::(basic_string<|string$|wstring$|u8string$|u16string$|u32string$)/,
  show(object, type) {
    const pointer = path(object, '_M_dataplus._M_p');
    if (pointer === undefined) return undefined;
    const start = dereference(pointer);
    if (start === undefined) return undefined;
    const { addressSize } = object.space;
    const characterBytes = sizeOf(typeArgument(type, 0) ?? start.type, addressSize) ?? 1;
    let length = integerOf(path(object, '_M_string_length'));
    if (length === undefined) {
      // Copy-on-write: _Rep {length, capacity, refcount} lies right before the characters.
      const address = pointerAddress(pointer);
      const size = path(object, 'npos')?.type;
      if (address === undefined) return undefined;
      length = integerOf(Value.at(object.space, size, address - 3 * addressSize));
    }
    if (length === undefined || !isPlausibleLength(length)) return undefined;
    return { kind: 'text', start, length: Number(length), characterBytes };
  },
};
