// Finds where braces, brackets and quotes end, by Jim Tcl's rules (jim.c: JimParseSubBrace, JimParseSubCmd, JimParseSubQuote),
// without building anything. Results are remembered, so that nested text is scanned once, whatever its depth.

const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const quote = 34;

/** Scans that reach the end of the text in vain are repeated at most this often; after that nothing is closed any more. */
const maxFailures = 32;

/** So many forgotten braces are placed in one text; any further one ends with its line. */
const maxAssumedBraces = 8;

export class Scanner {
  readonly #text: string;
  readonly #braceEnds = new Map<number, number>();
  readonly #bracketEnds = new Map<number, number>();
  /** Offsets before which braces that the user forgot are taken to stand, and how many. */
  readonly #assumedBraces = new Map<number, number>();
  #assumedCount = 0;
  #bracketFailures = 0;
  #quoteFailures = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset after the brace that closes the one at `open`, or the place of an assumed one; -1 when there is none. */
  braceEnd(open: number): number {
    const known = this.#braceEnds.get(open);
    if (known !== undefined) return known;
    this.#scanBraces(open);
    return this.#braceEnds.get(open) ?? -1;
  }

  /** Whether the brace that ends at `end` is one that the user forgot. */
  isAssumed(end: number): boolean {
    return this.#assumedBraces.has(end);
  }

  /** Whether the places of more forgotten braces may be guessed. */
  get mayAssumeBrace(): boolean {
    return this.#assumedCount < maxAssumedBraces;
  }

  /** Whether what is found from now on depends on what was found, or not found, before. */
  get hasGuessed(): boolean {
    return this.#assumedCount > 0 || this.#bracketFailures >= maxFailures || this.#quoteFailures >= maxFailures;
  }

  /** Takes it that a close brace is missing before `offset`, and forgets what was found from `from` on. */
  assumeBrace(offset: number, from: number): void {
    this.#assumedBraces.set(offset, (this.#assumedBraces.get(offset) ?? 0) + 1);
    this.#assumedCount += 1;
    for (const open of this.#braceEnds.keys()) if (open >= from) this.#braceEnds.delete(open);
  }

  /** The braces known so far with their ends, -1 for those without one; in no order. */
  get braces(): Iterable<[number, number]> {
    return this.#braceEnds;
  }

  #scanBraces(open: number): void {
    const text = this.#text;
    const stack: number[] = [];
    for (let i = open; i <= text.length; i++) {
      if (this.#assumedCount > 0) {
        for (let count = this.#assumedBraces.get(i) ?? 0; count > 0 && stack.length > 0; count--) {
          this.#braceEnds.set(stack.pop() ?? open, i);
        }
        if (i > open && stack.length === 0) return;
      }
      const c = text.charCodeAt(i);
      if (c === backslash) i += 1;
      else if (c === openBrace) stack.push(i);
      else if (c === closeBrace) {
        this.#braceEnds.set(stack.pop() ?? open, i + 1);
        if (stack.length === 0) return;
      }
    }
    for (const unclosed of stack) this.#braceEnds.set(unclosed, -1);
  }

  /** The offset after the bracket that closes the one at `open`; -1 when there is none before `limit`. */
  bracketEnd(open: number, limit: number): number {
    const known = this.#bracketEnds.get(open);
    if (known !== undefined) return known <= limit ? known : -1;
    if (this.#bracketFailures >= maxFailures) return -1;
    const end = this.#scanNested(open, limit);
    if (end < 0) this.#bracketFailures += 1;
    return end;
  }

  /** The offset after the quote that closes the one at `open`; -1 when there is none before `limit`. */
  quoteEnd(open: number, limit: number): number {
    if (this.#quoteFailures >= maxFailures) return -1;
    const end = this.#scanNested(open, limit);
    if (end < 0) this.#quoteFailures += 1;
    return end;
  }

  /** Walks brackets and quotes within each other with a stack of its own: input may nest deeper than JavaScript's. */
  #scanNested(open: number, limit: number): number {
    const text = this.#text;
    const stack: number[] = [open];
    let inQuote = text.charCodeAt(open) === quote;
    let startOfWord = !inQuote;
    let i = open + 1;
    const pop = (end: number): boolean => {
      const start = stack.pop() ?? open;
      if (!inQuote) this.#bracketEnds.set(start, end);
      inQuote = text.charCodeAt(stack.at(-1) ?? open) === quote;
      startOfWord = false;
      return stack.length === 0;
    };
    while (i < limit) {
      const c = text.charCodeAt(i);
      if (c === backslash) {
        i += 2;
        startOfWord = false;
      } else if (c === openBracket) {
        stack.push(i);
        inQuote = false;
        startOfWord = true;
        i += 1;
      } else if (c === quote && (inQuote || startOfWord)) {
        i += 1;
        if (!inQuote) {
          stack.push(i - 1);
          inQuote = true;
        } else if (pop(i)) return i;
      } else if (!inQuote && c === closeBracket) {
        i += 1;
        if (pop(i)) return i;
      } else if (!inQuote && c === openBrace) {
        const end = this.braceEnd(i);
        if (end < 0 || end > limit) return -1;
        i = end;
        startOfWord = false;
      } else {
        startOfWord = !inQuote && (c === 32 || (c >= 9 && c <= 13));
        i += 1;
      }
    }
    return -1;
  }
}
