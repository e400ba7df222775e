// std::map, set, multimap and multiset of libstdc++: a red-black tree walked in order.

import type { StructType, Type } from '../../../debuginfo/api';
import { integerOf, member, path, pointerAddress } from '../../values/members';
import { isStruct, strip } from '../../values/types';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength, type Shown, typeArgument, walker } from '../formatter';

export const tree: Formatter = {
  matches: /^std::(multi)?(map|set)</,
  show(object, type) {
    const header = path(object, '_M_t._M_impl._M_header');
    const length = integerOf(path(object, '_M_t._M_impl._M_node_count'));
    const headerAddress = header?.address;
    if (header === undefined || headerAddress === undefined || length === undefined || !isPlausibleLength(length))
      return undefined;
    const stored = storedType(type, object);
    const nodeSize = header.size;
    if (stored === undefined || nodeSize === undefined) return undefined;
    const link = (node: number, name: string) => {
      const pointer = member(Value.at(object.space, header.type, node), name);
      return pointer === undefined ? undefined : pointerAddress(pointer);
    };
    const node = walker(
      () => link(headerAddress, '_M_left'),
      (from) => successor(from, link),
    );
    const alignment = stored.alignment;
    const offset = Math.ceil(nodeSize / alignment) * alignment;
    const at = (index: number) => {
      const address = node(index);
      return address === undefined || address === headerAddress
        ? undefined
        : Value.at(object.space, stored.type, address + offset);
    };
    return asMap(type, Number(length), at);
  },
};

/** Pairs become a map's entries, anything else a list. */
export function asMap(type: StructType, length: number, at: (index: number) => Value | undefined): Shown {
  if (!/^(class |struct )?std::[^<]*map</.test(type.name)) return { kind: 'list', length, at };
  return {
    kind: 'map',
    length,
    at: (index) => {
      const pair = at(index);
      const key = pair === undefined ? undefined : member(pair, 'first');
      const value = pair === undefined ? undefined : member(pair, 'second');
      return key === undefined || value === undefined ? undefined : { key, value };
    },
  };
}

/** What a node stores: the key of a set, `std::pair<const K, V>` of a map, and its alignment in bytes. */
export function storedType(type: StructType, object: Value): { type: Type; alignment: number } | undefined {
  let stored = typeArgument(type, 0);
  if (/^(class |struct )?std::[^<]*map</.test(type.name)) {
    const key = typeArgument(type, 0);
    const value = typeArgument(type, 1);
    const allocator = type.templateArguments
      .map((argument) => strip(argument.type))
      .find((argument) => isStruct(argument) && /allocator</.test(argument.name));
    const pair = isStruct(allocator) ? typeArgument(allocator, 0) : undefined;
    stored =
      pair ??
      (key === undefined || value === undefined
        ? undefined
        : object.space.program.findTypes(`std::pair<const ${key.name}, ${value.name}>`)[0]);
  }
  return stored === undefined
    ? undefined
    : { type: stored, alignment: alignmentOf(stored, object.space.addressSize, 0) };
}

/** Natural alignment: that of the widest scalar inside. */
export function alignmentOf(type: Type | undefined, addressSize: number, depth: number): number {
  const real = strip(type);
  if (real === undefined || depth > 16) return 1;
  if (isStruct(real)) {
    let widest = 1;
    for (const { type: inner } of [...real.members, ...real.bases])
      widest = Math.max(widest, alignmentOf(inner, addressSize, depth + 1));
    return widest;
  }
  if (real.kind === 'array') return alignmentOf(real.element, addressSize, depth + 1);
  return Math.min(real.byteSize ?? addressSize, 8);
}

/** The next node in order (the algorithm of std::_Rb_tree_increment). */
function successor(from: number, link: (node: number, name: string) => number | undefined): number | undefined {
  let node = link(from, '_M_right');
  if (node === undefined) return undefined;
  if (node !== 0) {
    for (let i = 0; i < 64; i++) {
      const left = link(node, '_M_left');
      if (left === undefined) return undefined;
      if (left === 0) return node;
      node = left;
    }
    return undefined;
  }
  node = from;
  for (let i = 0; i < 64; i++) {
    const parent: number | undefined = link(node, '_M_parent');
    if (parent === undefined) return undefined;
    if (link(parent, '_M_right') !== node) return parent;
    node = parent;
  }
  return undefined;
}
