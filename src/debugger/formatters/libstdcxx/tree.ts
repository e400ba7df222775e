// std::map, set, multimap and multiset of libstdc++: a red-black tree walked in order.

import type { StructType, Type } from '../../../debuginfo/api';
import { integerOf, member, path, pointerAddress } from '../../values/members';
import { isStruct, sizeOf, strip } from '../../values/types';
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
    const stored = storedIn(type, object);
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
    const offset = alignUp(nodeSize, stored.alignment);
    return entries(object, stored, Number(length), (index) => {
      const address = node(index);
      return address === undefined || address === headerAddress ? undefined : address + offset;
    });
  },
};

const isMap = (type: StructType) => /^(class |struct )?std::[^<]*map</.test(type.name);

/** What lies in a node: the key of a set, or key and value of a map, one behind the other as in a std::pair. */
interface Stored {
  readonly key: Type;
  readonly value: Type | undefined;
  readonly valueOffset: number;
  readonly alignment: number;
}

export function storedIn(type: StructType, object: Value): Stored | undefined {
  const { addressSize } = object.space;
  const key = typeArgument(type, 0);
  const value = isMap(type) ? typeArgument(type, 1) : undefined;
  const keySize = sizeOf(key, addressSize);
  if (key === undefined || keySize === undefined || (isMap(type) && value === undefined)) return undefined;
  const [keyAlignment, valueAlignment] = [key, value].map((part) => alignmentOf(part, addressSize, 0));
  const valueOffset = alignUp(keySize, valueAlignment ?? 1);
  return { key, value, valueOffset, alignment: Math.max(keyAlignment ?? 1, valueAlignment ?? 1) };
}

export const alignUp = (offset: number, alignment: number) => Math.ceil(offset / alignment) * alignment;

/** The entries of a map or the elements of a set, by the addresses of what is stored. */
export function entries(
  object: Value,
  stored: Stored,
  length: number,
  address: (index: number) => number | undefined,
): Shown {
  const { key, value, valueOffset } = stored;
  const keyAt = (index: number) => {
    const place = address(index);
    return place === undefined ? undefined : Value.at(object.space, key, place);
  };
  if (value === undefined) return { kind: 'list', length, at: keyAt };
  return {
    kind: 'map',
    length,
    at: (index) => {
      const place = keyAt(index);
      return place === undefined ? undefined : { key: place, value: place.part(value, valueOffset) };
    },
  };
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
