// A list of elements in which arrays are unfolded only where one looks: a million registers cost what their descriptions do.
import type { Dim } from './image';

/** A described element; with `dim` it stands for many. */
interface Entry {
  readonly name: string;
  readonly dim?: Dim;
}

/** Consecutive elements that come from one description. */
export interface Run {
  /** The name as described: `CCR%s` and `BUF[%s]` are arrays. */
  readonly name: string;
  /** Index of the first element in the list. */
  readonly start: number;
  readonly length: number;
  readonly isArray: boolean;
}

/** What an element of an array is told about its place. */
export interface Place {
  readonly name: string;
  /** Index in the array, 0 for a single element. */
  readonly index: number;
  /** Bytes (for fields: bits) from the first element of the array. */
  readonly offset: number;
  /** The name that dimArrayIndex gives this index. */
  readonly indexName?: string;
  /** Fills in what an array's other names (displayName) leave open. */
  expand(template: string): string;
}

/** Elements are made anew at each access; two of the same index are equal in content, not identical. */
export class Elements<T> implements Iterable<T> {
  readonly length: number;
  readonly #entries: readonly Entry[];
  readonly #starts: number[] = [];
  readonly #make: (entry: number, place: Place) => T;

  constructor(entries: readonly Entry[], make: (entry: number, place: Place) => T) {
    this.#entries = entries;
    this.#make = make;
    let length = 0;
    for (const { dim } of entries) {
      this.#starts.push(length);
      length += dim?.count ?? 1;
    }
    this.length = length;
  }

  /** The element of this index; undefined outside the list. */
  at(index: number): T | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) return undefined;
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return this.#makeAt(low, index - (this.#starts[low] ?? 0));
  }

  /** The first element of this name, undefined when there is none. */
  find(name: string): T | undefined {
    for (const [at, entry] of this.#entries.entries()) {
      const index = indexOfName(entry, name);
      if (index !== undefined) return this.#makeAt(at, index);
    }
    return undefined;
  }

  /** The descriptions behind the list, in its order. */
  *runs(): Generator<Run> {
    for (const [at, { name, dim }] of this.#entries.entries()) {
      yield { name, start: this.#starts[at] ?? 0, length: dim?.count ?? 1, isArray: dim !== undefined };
    }
  }

  *[Symbol.iterator](): Generator<T> {
    for (const [at, { dim }] of this.#entries.entries()) {
      for (let index = 0; index < (dim?.count ?? 1); index++) {
        const element = this.#makeAt(at, index);
        if (element !== undefined) yield element;
      }
    }
  }

  #makeAt(at: number, index: number): T | undefined {
    const entry = this.#entries[at];
    return entry === undefined ? undefined : this.#make(at, placeOf(entry, index));
  }
}

const single: Omit<Place, 'name'> = { index: 0, offset: 0, expand: (template) => template };

function placeOf({ name, dim }: Entry, index: number): Place {
  if (dim === undefined) return { ...single, name };
  const label = labelOf(dim, index);
  const indexName = dim.indexNames?.[String(index)];
  return {
    name: expandName(name, label),
    index,
    offset: index * dim.increment,
    ...(indexName === undefined ? {} : { indexName }),
    expand: (template) => template.replaceAll('%s', label),
  };
}

function labelOf({ index: labels }: Dim, index: number): string {
  return 'labels' in labels ? (labels.labels[index] ?? String(index)) : String(labels.first + index);
}

/** Without a place for the index, it goes to the end: names must differ. */
function expandName(name: string, label: string): string {
  return name.includes('%s') ? name.replaceAll('%s', label) : `${name}${label}`;
}

function indexOfName({ name, dim }: Entry, wanted: string): number | undefined {
  if (dim === undefined) return name === wanted ? 0 : undefined;
  const [before = '', after = ''] = name.split('%s');
  if (!wanted.startsWith(before) || !wanted.endsWith(after) || wanted.length < before.length + after.length)
    return undefined;
  if ('labels' in dim.index) {
    for (let index = 0; index < dim.count; index++) if (expandName(name, labelOf(dim, index)) === wanted) return index;
    return undefined;
  }
  const label = /^\d+/.exec(wanted.slice(before.length))?.[0];
  const index = label === undefined ? -1 : Number(label) - dim.index.first;
  return index >= 0 && index < dim.count && expandName(name, labelOf(dim, index)) === wanted ? index : undefined;
}
