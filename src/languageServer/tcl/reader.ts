// Reads Jim Tcl into the tree of nodes.ts. Never throws and never gives up: what breaks the rules becomes a SyntaxProblem at
// the place that needs mending, and reading goes on behind it. Rules: jim.c (JimParseScript and what it calls), Jim Tcl 0.81.
import { findMissingBrace } from './balance';
import { readEscape } from './escapes';
import { readExpression } from './expression';
import type { Body, Command, Expression, Part, Script, Span, SyntaxProblem, VariablePart, Word } from './nodes';
import { Scanner } from './scan';
import { type BodyKind, shapeOf } from './shapes';
import { backslash, continuation, isSpace, newline, semicolon, skipToCommand } from './space';
import { literalOf } from './values';

/** Scripts within scripts deeper than this are not looked into: Jim itself gives up at a few hundred levels of calls. */
export const maxDepth = 120;

/** The index of an array element is looked for this far. */
const maxIndexLength = 1_000;

/** Reads a whole text. Offsets count from its start. */
export function readScript(text: string): { script: Script; problems: readonly SyntaxProblem[] } {
  const reader = new Reader(text);
  const script = reader.script(0, text.length, 0);
  return { script, problems: reader.problems };
}

/** Reads one region of a text; offsets in what it returns count from `base`. */
export class Reader {
  readonly problems: SyntaxProblem[] = [];
  readonly text: string;
  openEnded = false;
  readonly #scanner: Scanner;
  readonly #base: number;

  constructor(text: string, scanner = new Scanner(text), base = 0) {
    this.text = text;
    this.#scanner = scanner;
    this.#base = base;
  }

  /** The commands and comments between two offsets of the text. */
  script(start: number, limit: number, depth: number): Script {
    const commands: Command[] = [];
    const comments: Span[] = [];
    if (depth > maxDepth) {
      this.problem('too-deep', start, start + 1, `Nested more than ${maxDepth} levels deep: not checked any further.`);
      return { start: start - this.#base, end: limit - this.#base, commands, comments };
    }
    let i = skipToCommand(this.text, start, limit);
    while (i < limit) {
      i = this.text[i] === '#' ? this.comment(i, limit, comments) : this.command(i, limit, depth, commands);
      i = skipToCommand(this.text, i, limit);
    }
    return { start: start - this.#base, end: limit - this.#base, commands, comments };
  }

  /** A comment goes to the end of its line, and on to the next after a backslash. */
  comment(start: number, limit: number, into: Span[]): number {
    let i = start;
    while (i < limit && this.text.charCodeAt(i) !== newline) {
      if (this.text.charCodeAt(i) === backslash) i += Math.max(1, continuation(this.text, i) - 1);
      i += 1;
    }
    const end = Math.min(i, limit);
    into.push(this.span(start, this.text[end - 1] === '\r' ? end - 1 : end));
    return end;
  }

  command(start: number, limit: number, depth: number, into: Command[]): number {
    const words: Word[] = [];
    let i = start;
    let end = start;
    while (i < limit) {
      const c = this.text.charCodeAt(i);
      const continued = continuation(this.text, i);
      if (continued > 0) i = Math.min(limit, i + continued);
      else if (isSpace(c)) i += 1;
      else if (c === newline || c === semicolon) break;
      else {
        const word = this.#word(i, limit, depth);
        words.push(word);
        end = i = word.end + this.#base;
      }
    }
    into.push({ start: start - this.#base, end: end - this.#base, words: this.#withBodies(words, depth) });
    return end;
  }

  #word(start: number, limit: number, depth: number): Word {
    const first = start + (this.text[start] === '{' ? this.#expansionLength(start, limit) : 0);
    const expanded = first > start;
    const c = this.text[first];
    if (c === '{') {
      const end = this.#closeBrace(first, limit);
      const inner = this.#innerEnd(first, end);
      const parts: Part[] = [
        { kind: 'text', ...this.span(first + 1, inner), value: this.text.slice(first + 1, inner) },
      ];
      this.#checkAfterBrace(end, limit);
      return { start: start - this.#base, end: end - this.#base, form: 'braced', expanded, parts };
    }
    const parts: Part[] = [];
    let end = first;
    if (c === '"') {
      end = this.#quoted(first, limit, depth, parts);
      if (end < limit && this.#endsWord(end))
        return { start: start - this.#base, end: end - this.#base, form: 'quoted', expanded, parts };
      if (end >= limit) return { start: start - this.#base, end: end - this.#base, form: 'quoted', expanded, parts };
      if (this.text.slice(first, end).includes('\n')) {
        const message = 'This quote ends in the middle of a word on a later line: a closing quote seems to be missing.';
        this.problem('suspicious-quote', first, first + 1, message);
      }
    }
    end = this.#bare(end, limit, depth, parts);
    return { start: start - this.#base, end: end - this.#base, form: c === '"' ? 'quoted' : 'bare', expanded, parts };
  }

  /** The length of `{*}`, or of its older spelling `{expand}`, when a word follows. */
  #expansionLength(start: number, limit: number): number {
    return /^\{(?:\*|expand)\}(?=[^\s;])/.exec(this.text.slice(start, Math.min(limit, start + 9)))?.[0].length ?? 0;
  }

  #endsWord(i: number): boolean {
    const c = this.text.charCodeAt(i);
    return isSpace(c) || c === newline || c === semicolon || continuation(this.text, i) > 0;
  }

  /** Characters up to white space or the end of the command, with substitutions. */
  #bare(start: number, limit: number, depth: number, parts: Part[]): number {
    const end = this.parts(start, limit, depth, parts, (i) => this.#endsWord(i));
    for (const part of parts) {
      const bracket = part.kind === 'text' && part.start + this.#base >= start ? part.value.indexOf(']') : -1;
      if (bracket < 0 || (part.kind === 'text' && part.value.includes('['))) continue;
      const place = part.start + this.#base + bracket;
      this.problem('extra-close-bracket', place, place + 1, 'This bracket closes nothing.');
    }
    return end;
  }

  #quoted(start: number, limit: number, depth: number, parts: Part[]): number {
    let end = this.#scanner.quoteEnd(start, limit);
    if (end < 0) {
      this.openEnded = true;
      const inner = this.lineEnd(start, limit);
      const before = this.problems.length;
      this.parts(start + 1, inner, depth, parts, () => false);
      if (this.problems.length === before) {
        const place = { insertAt: inner, insert: '"' };
        this.problem('missing-close-quote', start, start + 1, 'This quote is never closed.', place);
      }
      return inner;
    }
    end -= 1;
    this.parts(start + 1, end, depth, parts, () => false);
    return end + 1;
  }

  /** Reads text and substitutions from `start` until `stop` or the limit. */
  parts(start: number, limit: number, depth: number, into: Part[], stop: (i: number) => boolean): number {
    let i = start;
    let textStart = start;
    const flush = (): void => {
      if (i > textStart)
        into.push({
          kind: 'text',
          start: textStart - this.#base,
          end: i - this.#base,
          value: this.text.slice(textStart, i),
        });
    };
    while (i < limit) {
      const c = this.text.charCodeAt(i);
      if (c > 92 || (c > 59 && c < 91)) {
        i += 1;
        continue;
      }
      if (stop(i)) break;
      let part: Part | undefined;
      if (c === backslash) {
        const { length, value } = readEscape(this.text, i, limit);
        part = { kind: 'escape', ...this.span(i, Math.min(limit, i + length)), value };
      } else if (c === 36) part = this.variable(i, limit, depth);
      else if (c === 91) part = this.substitution(i, limit, depth);
      if (part === undefined) i += 1;
      else {
        flush();
        into.push(part);
        i = textStart = part.end + this.#base;
      }
    }
    flush();
    return i;
  }

  /** `[script]` at `start`. One that is never closed ends with its line. */
  substitution(start: number, limit: number, depth: number): Part {
    const found = this.#scanner.bracketEnd(start, limit);
    if (found >= 0) {
      const script = this.script(start + 1, found - 1, depth + 1);
      return { kind: 'script', start: start - this.#base, end: found - this.#base, script };
    }
    this.openEnded = true;
    const end = this.lineEnd(start, limit);
    const before = this.problems.length;
    const script = this.script(start + 1, end, depth + 1);
    if (this.problems.length === before) {
      const place = { insertAt: end, insert: ']' };
      this.problem('missing-close-bracket', start, start + 1, 'This bracket is never closed.', place);
    }
    return { kind: 'script', start: start - this.#base, end: end - this.#base, script };
  }

  /** The substitution that begins with the dollar at `start`; undefined when it stands for itself (jim.c, JimParseVar). */
  variable(start: number, limit: number, depth: number): Part | undefined {
    const text = this.text;
    if (text[start + 1] === '{') {
      const close = text.indexOf('}', start + 2);
      const end = close < 0 || close >= limit ? limit : close;
      const name = text.slice(start + 2, end);
      const nameSpan = this.span(start + 2, end);
      return { kind: 'variable', ...this.span(start, Math.min(limit, end + 1)), name, nameSpan, index: [] };
    }
    variableName.lastIndex = start + 1;
    const name = variableName.exec(text)?.[0].slice(0, limit - start - 1) ?? '';
    const nameEnd = start + 1 + name.length;
    const close = text[nameEnd] === '(' ? this.#parenthesisEnd(nameEnd, limit) : -1;
    if (name === '') {
      if (close < 0) return undefined;
      const expression = this.expression(start + 2, close - 1, depth + 1);
      return { kind: 'expression', start: start - this.#base, end: close - this.#base, expression };
    }
    const index: Part[] = [];
    if (close >= 0 && depth <= maxDepth) this.parts(nameEnd + 1, close - 1, depth + 1, index, () => false);
    const nameSpan = this.span(start + 1, nameEnd);
    const part: VariablePart = {
      kind: 'variable',
      ...this.span(start, close < 0 ? nameEnd : close),
      name,
      nameSpan,
      index,
    };
    return part;
  }

  /** The offset after the parenthesis that closes the one at `open`, or after the last one that there is; -1 for none. */
  #parenthesisEnd(open: number, limit: number): number {
    const end = Math.min(limit, open + maxIndexLength);
    let depth = 0;
    let last = -1;
    for (let i = open; i < end; i++) {
      const c = this.text[i];
      if (c === '\n') break;
      if (c === '\\') i += 1;
      else if (c === '(') depth += 1;
      else if (c === ')') {
        last = i + 1;
        depth -= 1;
        if (depth === 0) return last;
      }
    }
    return last;
  }

  /** The offset after the brace that closes the one at `open`; a forgotten one is reported and placed. */
  #closeBrace(open: number, limit: number): number {
    let end = this.#scanner.braceEnd(open);
    while (end < 0 && this.#scanner.mayAssumeBrace) {
      this.openEnded = true;
      const missing = findMissingBrace(this.text, this.#scanner, open);
      const place = { insertAt: missing.closeAt, insert: '}' };
      this.problem('missing-close-brace', missing.open, missing.open + 1, 'This brace is never closed.', place);
      this.#scanner.assumeBrace(missing.closeAt, open);
      end = this.#scanner.braceEnd(open);
    }
    if (end < 0 || end > limit) {
      this.openEnded = true;
      this.problem('missing-close-brace', open, open + 1, 'This brace is never closed.');
      return end < 0 ? this.lineEnd(open, limit) : limit;
    }
    return end;
  }

  /** The end of what is inside the braces from `open` to `end`. */
  #innerEnd(open: number, end: number): number {
    const closed = end - 1 > open && this.text[end - 1] === '}' && !this.#scanner.isAssumed(end);
    return closed ? end - 1 : Math.max(end, open + 1);
  }

  #checkAfterBrace(end: number, limit: number): void {
    if (end >= limit || this.#endsWord(end) || this.#scanner.isAssumed(end)) return;
    const message = 'A space is missing after this brace.';
    this.problem('extra-characters', end - 1, end, message, { insertAt: end, insert: ' ' });
  }

  /** Gives the words that are scripts, expressions or lists their inner tree. */
  #withBodies(words: readonly Word[], depth: number): readonly Word[] {
    const first = words[0];
    if (first?.form === 'bare' && first.parts[0]?.kind === 'text' && first.parts[0].value.startsWith('}')) {
      const place = first.start + this.#base;
      this.problem('extra-close-brace', place, place + 1, 'This brace closes nothing.');
    }
    if (!words.some((word) => word.form === 'braced')) return words;
    const shape = shapeOf(words.map(literalOf));
    if (shape.size === 0) return words;
    return words.map((word, index) => {
      const kind = shape.get(index);
      return kind === undefined || word.form !== 'braced' ? word : { ...word, body: this.#body(word, kind, depth + 1) };
    });
  }

  #body(word: Word, kind: BodyKind, depth: number): Body {
    const inner = word.parts[0] ?? word;
    const start = inner.start + this.#base;
    const end = inner.end + this.#base;
    if (kind === 'script') return { kind, script: this.script(start, end, depth) };
    if (kind === 'expression') return { kind, expression: this.expression(start, end, depth) };
    const elements = this.elements(start, end, depth);
    if (kind === 'list') return { kind, elements };
    return {
      kind: 'list',
      elements: elements.map((element, index) =>
        index % 2 === 1 && element.form === 'braced'
          ? { ...element, body: this.#body(element, 'script', depth + 1) }
          : element,
      ),
    };
  }

  expression(start: number, limit: number, depth: number): Expression {
    if (depth > maxDepth) return { start: start - this.#base, end: limit - this.#base, parts: [], operands: [] };
    return readExpression(this, start, limit, depth);
  }

  /** The elements of a list: words without substitution, line ends being white space like any other. */
  elements(start: number, limit: number, depth: number): Word[] {
    const words: Word[] = [];
    let i = start;
    while (i < limit) {
      const continued = continuation(this.text, i);
      if (continued > 0) i += continued;
      else if (/[\s]/.test(this.text[i] ?? '')) i += 1;
      else {
        const c = this.text[i];
        const quoteEnd = c === '"' ? this.text.indexOf('"', i + 1) : -1;
        if (c === '{' || depth > maxDepth) words.push(this.#word(i, limit, depth));
        else {
          const end = quoteEnd >= 0 && quoteEnd < limit ? quoteEnd + 1 : this.#elementEnd(i, limit);
          const inner = c === '"' && end - 1 > i ? this.span(i + 1, end - 1) : this.span(i, end);
          const value = this.text.slice(inner.start + this.#base, inner.end + this.#base);
          const parts: Part[] = [{ kind: 'text', ...inner, value }];
          words.push({
            start: i - this.#base,
            end: end - this.#base,
            form: c === '"' ? 'quoted' : 'bare',
            expanded: false,
            parts,
          });
        }
        i = (words.at(-1)?.end ?? 0) + this.#base;
      }
    }
    return words;
  }

  #elementEnd(start: number, limit: number): number {
    let i = start;
    while (i < limit && !/\s/.test(this.text[i] ?? '') && continuation(this.text, i) === 0) {
      i += this.text.charCodeAt(i) === backslash ? 2 : 1;
    }
    return Math.min(i, limit);
  }

  /** The end of the line that `i` is on, following continuations; white space at its end not counted. */
  lineEnd(i: number, limit: number): number {
    let end = i;
    while (end < limit && this.text.charCodeAt(end) !== newline) end += Math.max(1, continuation(this.text, end));
    end = Math.min(end, limit);
    while (end > i && isSpace(this.text.charCodeAt(end - 1))) end -= 1;
    return end;
  }

  problem(
    code: SyntaxProblem['code'],
    start: number,
    end: number,
    message: string,
    mend: { insertAt: number; insert: string } | undefined = undefined,
  ): void {
    const place = mend ? { insertAt: mend.insertAt - this.#base, insert: mend.insert } : {};
    this.problems.push({ code, message, start: start - this.#base, end: end - this.#base, ...place });
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
}

/** Double colons but no single ones, and every character outside ASCII (jim.c, JimParseVar). */
const variableName = /(?:::+|[A-Za-z0-9_\u0080-\uffff])*/y;
