// What a value opens up into: members, elements, what a pointer points to, the contents that a formatter knows of.
import type { StructType } from '../../debuginfo/api';
import type { Shown } from '../formatters/formatter';
import { showByFormatter } from '../formatters/formatters';
import { hexAddress, integerBytes } from '../numbers';
import { type DisplayOptions, describe, natural } from './describe';
import { dynamicObject } from './dynamicType';
import { activeVariant, baseValue, dereference, element, elementCount, memberValue } from './members';
import { lastPart } from './scalars';
import { isReference, isStruct, strip } from './types';
import { Value } from './value';

export interface Child {
  readonly name: string;
  readonly value: Value;
  /** An expression that evaluates to the child, made from one for its parent; undefined when there is none. */
  readonly expression: ((parent: string) => string) | undefined;
  readonly kind: 'member' | 'base' | 'static' | 'element' | 'target' | 'whole' | 'raw';
  readonly accessibility?: 'public' | 'protected' | 'private';
  /** Set where a child is no value but a text of its own (bits of a bitset). */
  readonly text?: string;
}

/** How many children a value has, and how to get some of them. */
export interface Children {
  readonly named: number;
  readonly indexed: number;
  list(filter: 'named' | 'indexed' | 'all', start: number, count: number): Child[];
}

const nothing: Children = { named: 0, indexed: 0, list: () => [] };

/** @param isRaw true shows the members of library types instead of what their formatter shows */
export function childrenOf(value: Value, isRaw = false): Children {
  const type = strip(value.type);
  if (value.place.kind === 'optimizedOut' || value.place.kind === 'unavailable') return nothing;
  switch (type?.kind) {
    case 'array': {
      const count = elementCount(value) ?? 0;
      return indexed(count, [], (index) => {
        const item = element(value, index);
        const lower = type.dimensions[0]?.lowerBound ?? 0;
        return item === undefined ? undefined : elementChild(item, index + lower);
      });
    }
    case 'pointer': {
      const target = dereference(value);
      if (target === undefined) return nothing;
      if (isReference(type)) return targetChildren(target, isRaw);
      return pointerChildren(value, target);
    }
    case 'struct':
    case 'class':
    case 'union':
      return structChildren(value, type, isRaw);
    default:
      return nothing;
  }
}

/** Children of what a pointer or reference leads to: before its members the whole object, where that is of a derived class. */
function targetChildren(target: Value, isRaw = false): Children {
  const inner = childrenOf(target, isRaw);
  const whole = dynamicObject(target);
  if (whole === undefined) return inner;
  const name = `[${whole.type?.name ?? '?'}]`;
  const child: Child = { name, value: whole, expression: addressExpression(whole), kind: 'whole' };
  return {
    named: inner.named + 1,
    indexed: inner.indexed,
    list: (filter, start, count) => {
      if (filter === 'indexed') return inner.list(filter, start, count);
      return start > 0 ? inner.list(filter, start - 1, count) : [child, ...inner.list(filter, 0, count - 1)];
    },
  };
}

function pointerChildren(pointer: Value, target: Value): Children {
  const pointed = strip(target.type);
  if (pointed === undefined || pointed.kind === 'subroutine' || pointed.kind === 'unspecified') return nothing;
  const bits = pointer.readUnsigned();
  if (!('problem' in bits) && bits.value === 0n) return nothing;
  if (isStruct(pointed)) {
    if (pointed.isIncomplete) return nothing;
    // The members of the object come at once: opening a pointer to open its target would be one click too many.
    const inner = targetChildren(target);
    return {
      ...inner,
      list: (filter, start, count) =>
        inner.list(filter, start, count).map((child) => {
          const make = child.expression;
          return make === undefined
            ? child
            : {
                ...child,
                expression: (parent) => make(`(*${parent})`).replace(/^\(\*([A-Za-z_][\w.>-]*)\)\./, '$1->'),
              };
        }),
    };
  }
  return named([{ name: '*', value: target, expression: (parent) => `*${wrap(parent)}`, kind: 'target' }]);
}

function structChildren(value: Value, type: StructType, isRaw: boolean): Children {
  if (type.isIncomplete) return nothing;
  const shown = isRaw ? undefined : showByFormatter(value, type);
  if (shown !== undefined) return shownChildren(value, shown);
  const variant = activeVariant(value, type);
  const [payload] = variant?.members ?? [];
  if (payload !== undefined) {
    const inner = memberValue(value, payload);
    const innerType = strip(payload.type);
    return isStruct(innerType) ? structChildren(inner, innerType, true) : nothing;
  }
  return named(memberChildren(value, type));
}

/** Base classes, members (those of anonymous ones in their place), static members. */
function memberChildren(value: Value, type: StructType, depth = 0): Child[] {
  const children: Child[] = [];
  for (const base of type.bases) {
    const part = baseValue(value, base);
    children.push({
      name: lastPart(base.type?.name ?? '?'),
      value: part,
      expression: addressExpression(part),
      kind: 'base',
      accessibility: base.accessibility,
    });
  }
  for (const member of type.members) {
    const inner = memberValue(value, member);
    const innerType = strip(member.type);
    if (member.name === undefined && isStruct(innerType) && depth < 16) {
      children.push(...memberChildren(inner, innerType, depth + 1));
      continue;
    }
    const name = member.name ?? '<anonymous>';
    const shownName = type.language === 'rust' ? name.replace(/^__(\d+)$/, '$1') : name;
    children.push({
      name: shownName,
      value: inner,
      expression: /^[A-Za-z_$][\w$]*$/.test(name) ? (parent) => `${wrap(parent)}.${shownName}` : undefined,
      kind: 'member',
      accessibility: member.accessibility,
    });
  }
  for (const variable of type.staticMembers) {
    children.push({
      name: variable.name,
      value: Value.located(value.space, variable.type, variable.location, undefined),
      expression: (parent) => `${wrap(parent)}.${variable.name}`,
      kind: 'static',
    });
  }
  return children;
}

function shownChildren(value: Value, shown: Shown): Children {
  const raw: Child = { name: '[raw]', value, expression: undefined, kind: 'raw' };
  switch (shown.kind) {
    case 'text':
    case 'empty':
      return named([raw]);
    case 'list':
      return indexed(shown.length, [raw], (index) => {
        const item = shown.at(index);
        return item === undefined ? undefined : elementChild(item, index);
      });
    case 'map':
      return indexed(shown.length, [raw], (index) => {
        const entry = shown.at(index);
        if (entry === undefined) return undefined;
        return {
          name: `[${describe(entry.key)}]`,
          value: entry.value,
          expression: addressExpression(entry.value),
          kind: 'element',
        };
      });
    case 'bits':
      return indexed(shown.length, [raw], (index) => {
        const bit = shown.at(index);
        const bytes = integerBytes(bit === true ? 1n : 0n, 1, false);
        return {
          name: `[${index}]`,
          value: Value.of(value.space, undefined, bytes),
          expression: undefined,
          kind: 'element',
          text: bit === undefined ? '?' : String(bit),
        };
      });
    case 'one': {
      const inner = shown.isPointed === true ? targetChildren(shown.value) : childrenOf(shown.value);
      if (inner.named + inner.indexed === 0) {
        return named([
          { name: 'value', value: shown.value, expression: addressExpression(shown.value), kind: 'member' },
          raw,
        ]);
      }
      // What is inside opens directly; the members of the wrapper stay reachable behind it.
      return {
        named: inner.named + 1,
        indexed: inner.indexed,
        list: (filter, start, count) => {
          const all = inner
            .list(filter, start, count)
            .map((child) => ({ ...child, expression: insideExpression(shown, child) }));
          const wantsRaw = filter !== 'indexed' && start + count > inner.named && all.length < count;
          return wantsRaw ? [...all, raw] : all;
        },
      };
    }
  }
}

/** The expression for a child of what a wrapper holds: through `*` where the wrapper has it. */
function insideExpression(shown: Shown & { kind: 'one' }, child: Child): Child['expression'] {
  const { expression } = child;
  if (shown.isPointed !== true || expression === undefined) return addressExpression(child.value);
  return (parent) => expression(`(*${wrap(parent)})`).replace(/^\(\*([A-Za-z_][\w.>-]*)\)\./, '$1->');
}

/** `*(T*)0x20000000`: an expression for an object in memory that has no shorter name. */
function addressExpression(value: Value): (() => string) | undefined {
  const { address, type } = value;
  if (address === undefined || type === undefined) return undefined;
  const real = strip(type);
  if (real?.kind === 'array' || real?.kind === 'pointer' || real?.kind === 'subroutine') return undefined;
  return () => `*(${type.name}*)${hexAddress(address, value.space.addressSize)}`;
}

function elementChild(value: Value, index: number): Child {
  return { name: `[${index}]`, value, expression: (parent) => `${wrap(parent)}[${index}]`, kind: 'element' };
}

/** Parentheses where a postfix operator would bind to a part of the expression only. */
function wrap(expression: string): string {
  return /^[\w$.:>[\]-]+$/.test(expression) || /^\([^()]*\)$/.test(expression) ? expression : `(${expression})`;
}

function named(children: readonly Child[]): Children {
  return {
    named: children.length,
    indexed: 0,
    list: (filter, start, count) => (filter === 'indexed' ? [] : children.slice(start, start + count)),
  };
}

/** Elements first; the named children are what else there is. */
function indexed(length: number, others: readonly Child[], at: (index: number) => Child | undefined): Children {
  return {
    named: others.length,
    indexed: length,
    list: (filter, start, count) => {
      const items: Child[] = [];
      if (filter !== 'named') {
        for (let index = start; index < Math.min(length, start + count); index++) {
          const item = at(index);
          if (item === undefined) break;
          items.push(item);
        }
      }
      if (filter === 'named') items.push(...others.slice(start, start + count));
      else if (filter === 'all' && start + count > length)
        items.push(...others.slice(Math.max(start - length, 0), start + count - length));
      return items;
    },
  };
}

/** The text of a child. */
export const childText = (child: Child, options: DisplayOptions = natural) =>
  child.text ?? describe(child.value, options);
