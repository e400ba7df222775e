// What library types hold, as expressions reach it: elements by index, entries by key, the object of a smart pointer.
import type { Shown } from '../formatters/formatter';
import { showByFormatter } from '../formatters/formatters';
import { integerOf } from './members';
import { isStruct, strip } from './types';
import type { Value } from './value';

/** Entries of a map that are looked through for a key. */
const searchedEntries = 10_000;

function shownOf(value: Value): Shown | undefined {
  const type = strip(value.type);
  return isStruct(type) ? showByFormatter(value, type) : undefined;
}

/** What `*` and `->` of a smart pointer or optional lead to; a text says why there is nothing; undefined for other types. */
export function pointedBy(value: Value): Value | string | undefined {
  const shown = shownOf(value);
  if (shown?.kind === 'one' && shown.isPointed === true) return shown.value;
  return shown?.kind === 'empty' ? `It is ${shown.label}, there is nothing in it` : undefined;
}

/** What `[index]` of a container gives; a text says why it is not there; undefined for types without elements. */
export function elementOf(container: Value, index: Value, bool: (value: boolean) => Value): Value | string | undefined {
  const shown = shownOf(container);
  const type = strip(container.type);
  // std::unique_ptr<T[]>: what it points to is the first of elements whose number nobody keeps.
  if (shown?.kind === 'one' && isStruct(type) && strip(type.templateArguments[0]?.type)?.kind === 'array') {
    const position = integerOf(index);
    const size = shown.value.size;
    if (position !== undefined && size !== undefined)
      return shown.value.part(shown.value.type, Number(position) * size);
  }
  if (shown?.kind === 'one') return elementOf(shown.value, index, bool);
  if (shown === undefined || shown.kind === 'empty') return undefined;
  if (shown.kind === 'map') return entryOf(shown, index);
  const position = integerOf(index);
  if (position === undefined) return 'An index is an integer';
  if (position < 0n || position >= BigInt(shown.length)) {
    const what = shown.kind === 'text' ? 'characters' : 'elements';
    return shown.length === 0
      ? `There are no ${what}`
      : `There are ${shown.length} ${what}: [0] to [${shown.length - 1}]`;
  }
  const at = Number(position);
  if (shown.kind === 'text') return shown.start.part(shown.start.type, at * shown.characterBytes);
  const item = shown.at(at);
  if (typeof item === 'boolean') return bool(item);
  return item ?? `Element ${at} cannot be read`;
}

/** The value of a map's entry by an integer or a text as its key. */
function entryOf(map: Shown & { kind: 'map' }, key: Value): Value | string {
  const wanted = keyOf(key);
  if (wanted === undefined) return 'A key is a number or a text';
  for (let at = 0; at < Math.min(map.length, searchedEntries); at++) {
    const entry = map.at(at);
    if (entry !== undefined && keyOf(entry.key) === wanted) return entry.value;
  }
  return `There is no entry with the key ${wanted}`;
}

/** A key in a form that can be compared: a number, or a text in quotes. */
function keyOf(value: Value): string | undefined {
  const type = strip(value.type);
  const shown = shownOf(value);
  let bytes: Uint8Array | undefined;
  if (shown?.kind === 'text' && shown.characterBytes === 1) bytes = shown.start.read(shown.length).bytes;
  else if (type?.kind === 'array') {
    const content = value.readAll();
    bytes = 'bytes' in content ? content.bytes.subarray(0, content.bytes.indexOf(0)) : undefined;
  }
  if (bytes !== undefined) return `"${new TextDecoder().decode(bytes)}"`;
  if (type?.kind !== 'base' && type?.kind !== 'enum' && type?.kind !== 'pointer') return undefined;
  return integerOf(value)?.toString();
}
