// Rust's `&str`, `String`, `Box<str>` and the like: a pointer to UTF-8 and a length.
import { integerOf, path } from '../../values/members';
import { type Formatter, isPlausibleLength } from '../formatter';
import { fatPointer, vecParts } from './layout';

export const str: Formatter = {
  matches: /^(&(mut )?str|\*(const|mut) str|.*\bBox<str(, .*)?>)$/,
  show(object) {
    const slice = fatPointer(object);
    return slice === undefined
      ? undefined
      : { kind: 'text', start: slice.start, length: slice.length, characterBytes: 1 };
  },
};

export const string: Formatter = {
  matches: /^(alloc::string::)?String$/,
  show(object) {
    const bytes = path(object, 'vec');
    const parts = bytes === undefined ? undefined : vecParts(bytes);
    return parts === undefined
      ? undefined
      : { kind: 'text', start: parts.start, length: parts.length, characterBytes: 1 };
  },
};

/** heapless::String: a heapless::Vec of bytes. */
export const heaplessString: Formatter = {
  matches: /^heapless::string::String(Inner)?</,
  show(object) {
    const length = integerOf(path(object, 'vec.len'));
    const buffer = path(object, 'vec.buffer.buffer') ?? path(object, 'vec.buffer');
    if (length === undefined || buffer === undefined || !isPlausibleLength(length)) return undefined;
    return { kind: 'text', start: buffer, length: Number(length), characterBytes: 1 };
  },
};
