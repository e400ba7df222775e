// std::atomic of libstdc++, std::reference_wrapper, and std::bitset: thin wrappers whose inside is what one wants to see.
import { dereference, path, readInteger } from '../../values/members';
import { type Formatter, isPlausibleLength } from '../formatter';

export const atomic: Formatter = {
  matches: /^std::(atomic<|atomic_[a-z]|__atomic_base<)/,
  show(object) {
    const value =
      path(object, '_M_i') ?? path(object, '_M_b._M_p') ?? path(object, '_M_base._M_i') ?? path(object, '_M_fp');
    return value === undefined ? undefined : { kind: 'one', label: '', value };
  },
};

export const referenceWrapper: Formatter = {
  matches: /^std::reference_wrapper</,
  show(object) {
    const pointer = path(object, '_M_data');
    const target = pointer === undefined ? undefined : dereference(pointer);
    return target === undefined ? undefined : { kind: 'one', label: '', value: target };
  },
};

export const bitset: Formatter = {
  matches: /^std::bitset</,
  show(object, type) {
    const length = type.templateArguments[0]?.value;
    const words = path(object, '_M_w');
    if (words === undefined || length === undefined || !isPlausibleLength(length)) return undefined;
    const wordBytes = object.space.addressSize;
    const at = (index: number) => {
      const word = readInteger(words.part(undefined, Math.floor(index / (wordBytes * 8)) * wordBytes), wordBytes);
      return word === undefined ? undefined : ((word >> BigInt(index % (wordBytes * 8))) & 1n) === 1n;
    };
    return { kind: 'bits', length: Number(length), at };
  },
};
