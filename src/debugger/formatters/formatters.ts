// All formatters, and the choice among them. A new one is a file beside the others and a line here.
import type { StructType } from '../../debuginfo/api';
import { Demand } from '../memory/demand';
import type { Value } from '../values/value';
import { type Formatter, plainName, type Shown } from './formatter';
import { array } from './libstdcxx/array';
import { atomic, bitset, referenceWrapper } from './libstdcxx/atomic';
import { adaptor, deque } from './libstdcxx/deque';
import { callable } from './libstdcxx/function';
import { list } from './libstdcxx/list';
import { optional } from './libstdcxx/optional';
import { sharedPtr } from './libstdcxx/sharedPtr';
import { span } from './libstdcxx/span';
import { string } from './libstdcxx/string';
import { stringView } from './libstdcxx/stringView';
import { tree } from './libstdcxx/tree';
import { tuple } from './libstdcxx/tuple';
import { uniquePtr } from './libstdcxx/uniquePtr';
import { unordered } from './libstdcxx/unordered';
import { variant } from './libstdcxx/variant';
import { vector } from './libstdcxx/vector';
import { hashMap } from './rust/hashMap';
import { heaplessVec, slice, vec, vecDeque } from './rust/sequences';
import { heaplessString, string as rustString, str } from './rust/text';
import { box, rc, refCell, wrapper } from './rust/wrappers';

const cxx: readonly Formatter[] = [
  ...[string, stringView, vector, array, span, optional, variant, tuple, uniquePtr, sharedPtr],
  ...[tree, unordered, list, deque, adaptor, atomic, referenceWrapper, bitset, callable],
];
const rust: readonly Formatter[] = [
  ...[str, rustString, heaplessString, slice, vec, vecDeque, heaplessVec, hashMap, rc, box, refCell, wrapper],
];

/** Which formatter a type has is decided once per type. */
const chosen = new WeakMap<StructType, Formatter | null>();

/** What the object holds by its formatter; undefined when there is none, or the object is not laid out as it expects. */
export function showByFormatter(object: Value, type: StructType): Shown | undefined {
  let formatter = chosen.get(type);
  if (formatter === undefined) {
    const name = plainName(type);
    const candidates = type.language === 'rust' ? rust : type.language === 'c++' ? cxx : [];
    formatter = candidates.find((candidate) => candidate.matches.test(name)) ?? null;
    chosen.set(type, formatter);
  }
  if (formatter === null) return undefined;
  try {
    return formatter.show(object, type);
  } catch (error) {
    // A formatter must never take a variable away: its members are shown instead.
    if (error instanceof Demand || !(error instanceof RangeError || error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
