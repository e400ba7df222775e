// std::tuple of libstdc++: a chain of base classes, one head each. std::pair needs no formatter: its members say it all.
import type { StructType } from '../../../debuginfo/api';
import { baseValue, path } from '../../values/members';
import { isStruct, strip } from '../../values/types';
import type { Value } from '../../values/value';
import { type Formatter, plainName } from '../formatter';

export const tuple: Formatter = {
  matches: /^std::tuple</,
  show(object, type) {
    const heads = tupleHeads(object, type);
    return { kind: 'list', length: heads.length, at: (index) => heads[index] };
  },
};

/** The elements of a tuple, in order. */
export function tupleHeads(object: Value, type: StructType): Value[] {
  const heads: Value[] = [];
  collect(object, type, heads, 0);
  return heads;
}

/** Heads of `_Tuple_impl<I, …>`: its own is in `_Head_base<I, …>`, the rest in `_Tuple_impl<I + 1, …>`. */
function collect(object: Value, type: StructType, heads: Value[], depth: number): void {
  if (depth > 64) return;
  const bases = type.bases.map((base) => ({ base, real: strip(base.type) }));
  for (const { base, real } of bases) {
    if (!isStruct(real) || !plainName(real).startsWith('std::_Head_base<')) continue;
    const inside = baseValue(object, base);
    // An empty element is a base class of the head itself.
    heads.push(path(inside, '_M_head_impl') ?? inside);
  }
  for (const { base, real } of bases) {
    if (isStruct(real) && plainName(real).startsWith('std::_Tuple_impl<'))
      collect(baseValue(object, base), real, heads, depth + 1);
  }
}
