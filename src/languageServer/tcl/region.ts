// A region of a text that is being read: how its offsets count, and what was found wrong in it. No rule about words or commands.
import type { Span, SyntaxProblem } from './nodes';
import { continuation, isSpace, newline } from './space';

export class Region {
  readonly text: string;
  readonly problems: SyntaxProblem[] = [];
  /** Something in it is never closed, so that what it is depends on the text behind it. */
  openEnded = false;
  /** Offsets in what is returned count from here; those that go in are absolute. */
  readonly #base: number;

  constructor(text: string, base: number) {
    this.text = text;
    this.#base = base;
  }

  problem(
    code: SyntaxProblem['code'],
    start: number,
    end: number,
    message: string,
    mend: { insertAt: number; insert: string } | undefined = undefined,
  ): void {
    const place = mend ? { insertAt: this.relative(mend.insertAt), insert: mend.insert } : {};
    this.problems.push({ code, message, ...this.span(start, end), ...place });
  }

  span(start: number, end: number): Span {
    return { start: start - this.#base, end: end - this.#base };
  }

  /** The offset counted from the base of one in the text. */
  relative(offset: number): number {
    return offset - this.#base;
  }

  /** The offset in the text of one counted from the base. */
  absolute(offset: number): number {
    return offset + this.#base;
  }

  /** The end of the line that `i` is on, following continuations; white space at its end not counted. */
  lineEnd(i: number, limit: number): number {
    let end = i;
    while (end < limit && this.text.charCodeAt(end) !== newline) end += Math.max(1, continuation(this.text, end));
    end = Math.min(end, limit);
    while (end > i && isSpace(this.text.charCodeAt(end - 1))) end -= 1;
    return end;
  }
}
