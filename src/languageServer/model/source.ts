// The text of one file with its tree and facts, kept up to date edit by edit: only the top-level commands that an edit touches
// are read again. Knows nothing of other files.

import { ItemReader, type TopLevelItem } from '../tcl/items';
import type { SyntaxProblem } from '../tcl/nodes';
import { collectFacts, type Facts } from './facts';

/** A top-level command or comment. `start` and `end` are offsets in the file, everything else counts from `start`. */
export interface Item {
  start: number;
  end: number;
  readonly script: TopLevelItem['script'];
  readonly problems: readonly SyntaxProblem[];
  readonly openEnded: boolean;
  readonly guessed: boolean;
  readonly facts: Facts;
}

/** Longer texts are not read: OpenOCD's own scripts stay below 100,000 characters. */
export const maxLength = 4_000_000;

/** Why a text is taken for something else than a script: its items stay empty. */
export type Unreadable = 'too-long' | 'binary';

/** A file as it is now. */
export class Source {
  readonly uri: string;
  #text = '';
  #items: Item[] = [];
  #unreadable: Unreadable | undefined;

  constructor(uri: string, text: string) {
    this.uri = uri;
    this.update(text);
  }

  get text(): string {
    return this.#text;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  /** What keeps the text from being read; undefined for a script. */
  get unreadable(): Unreadable | undefined {
    return this.#unreadable;
  }

  /** Takes the new text of the file, reading again only what differs. Returns how many items were read. */
  update(text: string): number {
    const old = this.#text;
    if (text === old && this.#items.length > 0) return 0;
    this.#unreadable = text.length > maxLength ? 'too-long' : text.includes('\0') ? 'binary' : undefined;
    if (this.#unreadable !== undefined) {
      this.#text = text;
      this.#items = [];
      return 0;
    }
    const prefix = commonPrefix(old, text);
    const suffix = commonSuffix(old, text, prefix);
    const delta = text.length - old.length;
    const changeEnd = text.length - suffix;

    // An item ends before the next one starts: where both places are unchanged, so is what it consists of.
    let kept = 0;
    while (!this.#items[kept]?.openEnded && (this.#items[kept + 1]?.start ?? prefix) < prefix) kept += 1;
    // A guess about a forgotten brace changes how everything behind it is read, so that nothing behind it can be kept.
    let isSettled = !this.#items.some((item) => item.guessed);
    const items = this.#items.slice(0, kept);
    const reader = new ItemReader(text);
    let candidate = kept;
    let count = 0;
    let start = reader.nextStart(items.at(-1)?.end ?? 0);
    while (start < text.length) {
      if (start >= changeEnd && isSettled) {
        while ((this.#items[candidate]?.start ?? Number.POSITIVE_INFINITY) < start - delta) candidate += 1;
        if (this.#items[candidate]?.start === start - delta) {
          // From here on the text is the old one, and it starts at a command as it did: so is everything read from it.
          for (const item of this.#items.slice(candidate)) {
            item.start += delta;
            item.end += delta;
            items.push(item);
          }
          break;
        }
      }
      const item = reader.read(start);
      const own = text.slice(item.start, item.end);
      items.push({ ...item, facts: collectFacts(own, item.script) });
      isSettled &&= !item.guessed;
      count += 1;
      start = reader.nextStart(Math.max(item.end, start + 1));
    }
    this.#text = text;
    this.#items = items;
    return count;
  }

  /** Index of the last item that starts at or before `offset`; -1 when there is none. */
  itemIndexAt(offset: number): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#items[middle]?.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The item that `offset` lies in or touches. */
  itemAt(offset: number): Item | undefined {
    const item = this.#items[this.itemIndexAt(offset)];
    return item !== undefined && offset <= item.end ? item : undefined;
  }
}

function commonPrefix(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i += 1;
  return i;
}

function commonSuffix(a: string, b: string, prefix: number): number {
  const length = Math.min(a.length, b.length) - prefix;
  let i = 0;
  while (i < length && a.charCodeAt(a.length - 1 - i) === b.charCodeAt(b.length - 1 - i)) i += 1;
  return i;
}
