// Reads usage texts like `bank_id [offset] ('on'|'off') ...` into parameters: where each stands in the text and how many
// arguments it takes. The texts are prose by many hands, so callers treat the counts as a guess to be confirmed.

/** One argument place of a usage text; `start` and `end` index into the text. */
export interface UsageParameter {
  readonly start: number;
  readonly end: number;
  readonly min: number;
  /** Infinity when it may be repeated. */
  readonly max: number;
}

type Count = { min: number; max: number };

const closers: Readonly<Record<string, string>> = { '[': ']', '(': ')', '<': '>', '?': '?' };

/** The parameters of a usage text in order; brackets that do not close end with the text. */
export function parseUsage(usage: string): UsageParameter[] {
  const parser = new UsageParser(usage);
  const parameters: UsageParameter[] = [];
  for (let next = parser.item(); next !== undefined; next = parser.item()) parameters.push(next);
  return parameters;
}

/** Fewest and most arguments that a usage text allows; no upper limit: null. */
export function usageArity(usage: string): [number, number | null] {
  const total = { min: 0, max: 0 };
  for (const parameter of parseUsage(usage)) {
    total.min += parameter.min;
    total.max += parameter.max;
  }
  return [total.min, Number.isFinite(total.max) ? total.max : null];
}

class UsageParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next parameter, alternatives joined by `|` counting as one. */
  item(closer = ''): UsageParameter | undefined {
    this.#skipSpace();
    const start = this.#position;
    const first = this.#primary(closer);
    if (first === undefined) return undefined;
    const count = { ...first };
    for (;;) {
      const end = this.#position;
      this.#skipSpace();
      if (this.#text[this.#position] !== '|') {
        this.#position = end;
        break;
      }
      this.#position += 1;
      this.#skipSpace();
      const other = this.#primary(closer) ?? { min: 0, max: 0 };
      count.min = Math.min(count.min, other.min);
      count.max = Math.max(count.max, other.max);
    }
    const dots = /^[*+]|^\s*\.\.\.?/.exec(this.#text.slice(this.#position));
    if (dots) {
      this.#position += dots[0].length;
      count.max = Number.POSITIVE_INFINITY;
    }
    return { start, end: this.#position, ...count };
  }

  #primary(closer: string): Count | undefined {
    const character = this.#text[this.#position];
    if (character === undefined || character === closer) return undefined;
    const end = closers[character];
    if (end !== undefined) return this.#group(character, end);
    const rest = this.#text.slice(this.#position);
    if (rest.startsWith('...')) {
      this.#position += 3;
      return { min: 0, max: Number.POSITIVE_INFINITY };
    }
    const word = /^'[^']*'|^"[^"]*"|^[^\s[\]()<>|?'"]+|^./.exec(rest)?.[0] ?? rest;
    this.#position += word.length;
    // A bracket that touches a word, as in `led[gpio_number]` or `name=<x>`, belongs to the same argument.
    const touching = this.#text[this.#position];
    if (touching === '[' || touching === '<' || touching === '(') this.#primary(closer);
    return { min: 1, max: 1 };
  }

  #group(opener: string, closer: string): Count {
    this.#position += 1;
    if (opener === '<') {
      const end = this.#text.indexOf('>', this.#position);
      this.#position = end < 0 ? this.#text.length : end + 1;
      return { min: 1, max: 1 };
    }
    const count = { min: 0, max: 0 };
    for (let next = this.item(closer); next !== undefined; next = this.item(closer)) {
      count.min += next.min;
      count.max += next.max;
    }
    this.#position = Math.min(this.#position + 1, this.#text.length);
    return opener === '(' ? count : { min: 0, max: count.max };
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#position] ?? '')) this.#position += 1;
  }
}
