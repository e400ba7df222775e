// Rust's types that wrap one value: Box, Rc, Arc, Cell, RefCell, Mutex-like cells, MaybeUninit, ManuallyDrop, atomics, Wrapping.
import { dereference, integerOf, member, path, pointerAddress } from '../../values/members';
import { isStruct, strip } from '../../values/types';
import { Value } from '../../values/value';
import { type Formatter, typeArgument } from '../formatter';
import { innerPointer } from './layout';

export const rc: Formatter = {
  matches: /^(alloc::)?(rc::|sync::)?(Rc|Arc)</,
  show(object) {
    const pointer = innerPointer(object);
    const inner = pointer === undefined ? undefined : dereference(pointer);
    const value = inner === undefined ? undefined : (member(inner, 'value') ?? member(inner, 'data'));
    if (inner === undefined || value === undefined) return undefined;
    const strong = member(inner, 'strong');
    const count = strong === undefined ? undefined : integerOf(scalarInside(strong));
    return {
      kind: 'one',
      label: '',
      value,
      isPointed: true,
      ...(count === undefined ? {} : { note: `strong count ${count}` }),
    };
  },
};

export const box: Formatter = {
  matches: /^(alloc::boxed::)?Box</,
  show(object, type) {
    const pointer = innerPointer(object);
    const address = pointer === undefined ? undefined : pointerAddress(pointer);
    const target = typeArgument(type, 0);
    if (address === undefined || target === undefined || member(object, 'vtable') !== undefined) return undefined;
    return { kind: 'one', label: '', value: Value.at(object.space, target, address), isPointed: true };
  },
};

export const refCell: Formatter = {
  matches: /^(core::cell::)?RefCell</,
  show(object) {
    const value = path(object, 'value.value');
    const borrow = scalarInside(member(object, 'borrow'));
    const count = integerOf(borrow);
    if (value === undefined || count === undefined) return undefined;
    const note = count === 0n ? 'not borrowed' : count > 0n ? `borrowed ${count} times` : 'mutably borrowed';
    return { kind: 'one', label: '', value, note };
  },
};

export const wrapper: Formatter = {
  matches:
    /^(core::(cell|mem|num|sync)::)?.*?\b(Cell|UnsafeCell|OnceCell|SyncUnsafeCell|MaybeUninit|ManuallyDrop|Wrapping|Saturating|Atomic[A-Z][A-Za-z0-9]*|NonZero[A-Za-z0-9]*)(<.*)?$/,
  show(object, type) {
    if (type.language !== 'rust') return undefined;
    const value = member(object, 'value') ?? member(object, 'v') ?? member(object, '__0') ?? member(object, 'inner');
    return value === undefined ? undefined : { kind: 'one', label: '', value };
  },
};

/** The number inside nested single-member structs. */
function scalarInside(value: Value | undefined): Value | undefined {
  let current = value;
  for (let i = 0; i < 8 && current !== undefined; i++) {
    const type = strip(current.type);
    if (!isStruct(type)) return current;
    current = member(current, 'value') ?? member(current, 'v') ?? member(current, '__0');
  }
  return undefined;
}
