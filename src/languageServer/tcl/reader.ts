// Reads Jim Tcl into the tree of nodes.ts. Never throws and never gives up: what breaks the rules becomes a SyntaxProblem at
// the place that needs mending, and reading goes on behind it. Rules: jim.c (JimParseScript and what it calls), Jim Tcl 0.81.
import { findMissingBrace } from './balance';
import { readEscape } from './escapes';
import { readExpression } from './expression';
import { readList } from './list';
import type { Body, Command, Expression, Part, Script, Span, SyntaxProblem, VariablePart, Word } from './nodes';
import { Region } from './region';
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
export class Reader extends Region {
  readonly #scanner: Scanner;

  constructor(text: string, scanner = new Scanner(text), base = 0) {
    super(text, base);
    this.#scanner = scanner;
  }

  /** The commands and comments between two offsets of the text. */
  script(start: number, limit: number, depth: number): Script {
    const commands: Command[] = [];
    const comments: Span[] = [];
    if (depth > maxDepth) {
      this.problem('too-deep', start, start + 1, `Nested more than ${maxDepth} levels deep: not checked any further.`);
      return { ...this.span(start, limit), commands, comments };
    }
    let i = skipToCommand(this.text, start, limit);
    while (i < limit) {
      i = this.text[i] === '#' ? this.comment(i, limit, comments) : this.command(i, limit, depth, commands);
      i = skipToCommand(this.text, i, limit);
    }
    return { ...this.span(start, limit), commands, comments };
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
        end = i = this.absolute(word.end);
      }
    }
    into.push({ ...this.span(start, end), words: this.#withBodies(words, depth) });
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
      return { ...this.span(start, end), form: 'braced', expanded, parts };
    }
    const parts: Part[] = [];
    let end = first;
    if (c === '"') {
      end = this.#quoted(first, limit, depth, parts);
      if (end < limit && this.#endsWord(end)) return { ...this.span(start, end), form: 'quoted', expanded, parts };
      if (end >= limit) return { ...this.span(start, end), form: 'quoted', expanded, parts };
      if (this.text.slice(first, end).includes('\n')) {
        const message = 'This quote ends in the middle of a word on a later line: a closing quote seems to be missing.';
        this.problem('suspicious-quote', first, first + 1, message);
      }
    }
    end = this.#bare(end, limit, depth, parts);
    return { ...this.span(start, end), form: c === '"' ? 'quoted' : 'bare', expanded, parts };
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
      const bracket = part.kind === 'text' && this.absolute(part.start) >= start ? part.value.indexOf(']') : -1;
      if (bracket < 0 || (part.kind === 'text' && part.value.includes('['))) continue;
      const place = this.absolute(part.start) + bracket;
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
          ...this.span(textStart, i),
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
        i = textStart = this.absolute(part.end);
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
      return { kind: 'script', ...this.span(start, found), script };
    }
    this.openEnded = true;
    const end = this.lineEnd(start, limit);
    const before = this.problems.length;
    const script = this.script(start + 1, end, depth + 1);
    if (this.problems.length === before) {
      const place = { insertAt: end, insert: ']' };
      this.problem('missing-close-bracket', start, start + 1, 'This bracket is never closed.', place);
    }
    return { kind: 'script', ...this.span(start, end), script };
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
      return { kind: 'expression', ...this.span(start, close), expression };
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
      const place = this.absolute(first.start);
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
    const start = this.absolute(inner.start);
    const end = this.absolute(inner.end);
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
    if (depth > maxDepth) return { ...this.span(start, limit), parts: [], operands: [] };
    return readExpression(this, start, limit, depth);
  }

  elements(start: number, limit: number, depth: number): Word[] {
    return readList(this, start, limit, (i) => this.#word(i, limit, depth));
  }
}

/** Double colons but no single ones, and every character outside ASCII (jim.c, JimParseVar). */
const variableName = /(?:::+|[A-Za-z0-9_\u0080-\uffff])*/y;
