// Rust's HashMap and HashSet (hashbrown): control bytes follow the buckets, which lie before them in falling order.
import type { Type } from '../../../debuginfo/api';
import { integerOf, member, path, pointerAddress, readInteger } from '../../values/members';
import { isStruct, sizeOf, strip } from '../../values/types';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength, typeArgument, walker } from '../formatter';
import { innerPointer } from './layout';

export const hashMap: Formatter = {
  matches: /^(std::collections::hash::|hashbrown::)?(map::|set::)?Hash(Map|Set)</,
  show(object) {
    const table =
      path(object, 'base.table') ??
      path(object, 'base.map.table') ??
      path(object, 'map.table') ??
      path(object, 'table');
    const inner = table === undefined ? undefined : member(table, 'table');
    const tableType = strip(table?.type);
    const bucket = isStruct(tableType) ? typeArgument(tableType, 0) : undefined;
    const controlPart = inner === undefined ? undefined : member(inner, 'ctrl');
    const control = controlPart === undefined ? undefined : innerPointer(controlPart);
    const address = control === undefined ? undefined : pointerAddress(control);
    const mask = inner === undefined ? undefined : integerOf(member(inner, 'bucket_mask'));
    const length = inner === undefined ? undefined : integerOf(member(inner, 'items'));
    const size = sizeOf(bucket, object.space.addressSize);
    if (address === undefined || mask === undefined || length === undefined || size === undefined) return undefined;
    if (!isPlausibleLength(length) || !isPlausibleLength(mask)) return undefined;
    const next = (from: number): number | undefined => {
      for (let i = from; i <= Number(mask); i++) {
        const state = readInteger(Value.at(object.space, undefined, address + i), 1);
        if (state === undefined) return undefined;
        if ((state & 0x80n) === 0n) return i;
      }
      return undefined;
    };
    const slot = walker(
      () => next(0),
      (from) => next(from + 1),
    );
    const entry = (index: number): Value | undefined => {
      const found = slot(index);
      return found === undefined ? undefined : Value.at(object.space, bucket as Type, address - (found + 1) * size);
    };
    if (/HashSet</.test(object.type?.name ?? '')) {
      const at = (index: number) => {
        const pair = entry(index);
        return pair === undefined ? undefined : (member(pair, '__0') ?? pair);
      };
      return { kind: 'list', length: Number(length), at };
    }
    const at = (index: number) => {
      const pair = entry(index);
      const key = pair === undefined ? undefined : member(pair, '__0');
      const value = pair === undefined ? undefined : member(pair, '__1');
      return key === undefined || value === undefined ? undefined : { key, value };
    };
    return { kind: 'map', length: Number(length), at };
  },
};
