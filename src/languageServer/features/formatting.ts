// Formats indentation and spacing, and nothing that could change what a script does: strings, lists and continued lines stay as
// they are; only the white space around commands is the formatter's.
import type { TextEdit } from 'vscode-languageserver';
import type { Item, Source } from '../model/source';
import type { Part, Script, Word } from '../tcl/nodes';
import { rangeOf } from './view';

export interface FormattingOptions {
  readonly tabSize: number;
  readonly insertSpaces: boolean;
  readonly insertFinalNewline?: boolean | undefined;
  readonly trimFinalNewlines?: boolean | undefined;
}

/** Edits that format the lines from `fromLine` to `toLine`; none when the file has errors of syntax. */
export function formatting(
  source: Source,
  options: FormattingOptions,
  fromLine = 0,
  toLine = Number.POSITIVE_INFINITY,
): TextEdit[] {
  if (source.items.some((item) => item.problems.some((problem) => problem.code !== 'too-deep'))) return [];
  const layout = new Layout(source);
  const unit = options.insertSpaces ? ' '.repeat(options.tabSize) : '\t';
  const edits: TextEdit[] = [];
  const replace = (start: number, end: number, text: string): void => {
    if (source.text.slice(start, end) !== text) edits.push({ range: rangeOf(source, start, end), newText: text });
  };
  layout.lines.forEach((line, number) => {
    if (number < fromLine || number > toLine) return;
    if (line.depth !== undefined) replace(line.start, line.contentStart, unit.repeat(line.depth));
    else if (line.blank) replace(line.start, line.end, '');
    if (line.trimFrom !== undefined) replace(line.trimFrom, line.end, '');
  });
  for (const gap of layout.gaps) {
    const { line } = rangeOf(source, gap.start, gap.start).start;
    if (line >= fromLine && line <= toLine) replace(gap.start, gap.end, ' ');
  }
  const end = source.text.length;
  if (options.insertFinalNewline && end > 0 && !source.text.endsWith('\n') && toLine >= layout.lines.length - 1) {
    edits.push({ range: rangeOf(source, end, end), newText: '\n' });
  }
  return edits.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

interface Line {
  readonly start: number;
  /** Without its line end. */
  readonly end: number;
  readonly contentStart: number;
  /** Levels of indentation; undefined when the white space before the content is not the formatter's. */
  depth?: number;
  blank: boolean;
  /** Where white space at the end of the line begins, when it may go. */
  trimFrom?: number;
}

/** Goes through the tree and notes for each line how deep it is. */
class Layout {
  readonly lines: Line[] = [];
  /** White space before a word in braces, which is one space. */
  readonly gaps: { start: number; end: number }[] = [];
  readonly #text: string;

  constructor(source: Source) {
    this.#text = source.text;
    this.#splitLines();
    let offset = 0;
    for (const item of source.items) {
      this.#between(offset, item.start, 0);
      this.#script(item, item.script, 0);
      offset = item.end;
    }
    this.#between(offset, this.#text.length, 0);
  }

  #splitLines(): void {
    let start = 0;
    while (start <= this.#text.length) {
      const newline = this.#text.indexOf('\n', start);
      const lineEnd = newline < 0 ? this.#text.length : newline;
      const end = this.#text[lineEnd - 1] === '\r' && lineEnd > start ? lineEnd - 1 : lineEnd;
      let contentStart = start;
      while (contentStart < end && /[ \t]/.test(this.#text[contentStart] ?? '')) contentStart += 1;
      this.lines.push({ start, end, contentStart, blank: false });
      if (newline < 0) break;
      start = newline + 1;
    }
  }

  #lineIndexAt(offset: number): number {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.lines[middle]?.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** White space between two commands, from `start` to `end`: blank lines, ends of lines, and the indentation of what follows. */
  #between(start: number, end: number, depth: number): void {
    if (this.#text.slice(start, end).includes('\\')) return;
    const first = this.#lineIndexAt(start);
    const last = this.#lineIndexAt(end);
    for (let index = first; index <= last; index++) {
      const line = this.lines[index];
      if (line === undefined) continue;
      const isWhole = line.start >= start && line.end <= end && (index < last || end === this.#text.length);
      if (isWhole && line.contentStart === line.end) line.blank = true;
      else if (index === last && line.start >= start && line.contentStart === end) line.depth = depth;
      if (index < last || end === this.#text.length) {
        let from = line.end;
        while (from > Math.max(start, line.start) && /[ \t]/.test(this.#text[from - 1] ?? '')) from -= 1;
        if (from < line.end && !line.blank) line.trimFrom = from;
      }
    }
  }

  /** @param outside levels of indentation of the line that closes the script */
  #script(item: Item, script: Script, depth: number, outside?: number): void {
    let offset = item.start + script.start;
    const comments = script.comments.values();
    let comment = comments.next().value;
    const commentsBefore = (limit: number): void => {
      for (; comment !== undefined && comment.start < limit; comment = comments.next().value) {
        this.#between(offset, item.start + comment.start, depth);
        this.#comment(item.start + comment.start, item.start + comment.end);
        offset = item.start + comment.end;
      }
    };
    for (const command of script.commands) {
      commentsBefore(command.start);
      this.#between(offset, item.start + command.start, depth);
      this.#words(item, command.words, depth);
      offset = item.start + command.end;
    }
    commentsBefore(Number.POSITIVE_INFINITY);
    if (outside !== undefined) this.#between(offset, item.start + script.end, outside);
  }

  #comment(start: number, end: number): void {
    const line = this.lines[this.#lineIndexAt(end)];
    if (line === undefined || line.end !== end || this.#text[end] === undefined) return;
    let from = end;
    while (from > start && /[ \t]/.test(this.#text[from - 1] ?? '')) from -= 1;
    // Behind a backslash a space keeps the next line out of the comment.
    if (from < end && this.#text[from - 1] !== '\\') line.trimFrom = from;
  }

  #words(item: Item, words: readonly Word[], depth: number): void {
    words.forEach((word, index) => {
      const previous = words[index - 1];
      if (previous !== undefined && word.form === 'braced' && word.body?.kind === 'script') {
        const start = item.start + previous.end;
        const end = item.start + word.start;
        if (/^[ \t]+$/.test(this.#text.slice(start, end))) this.gaps.push({ start, end });
      }
      this.#word(item, word, depth);
    });
  }

  #word(item: Item, word: Word, depth: number): void {
    this.#parts(item, word.parts, depth);
    const { body } = word;
    if (body?.kind === 'script') this.#script(item, body.script, depth + 1, depth);
    else if (body?.kind === 'expression') this.#parts(item, body.expression.parts, depth);
    else if (body?.kind === 'list' && body.elements.some((element) => element.body !== undefined)) {
      this.#choices(item, word, body.elements, depth + 1);
    }
  }

  /** The patterns and scripts of a `switch`. */
  #choices(item: Item, word: Word, elements: readonly Word[], depth: number): void {
    let offset = item.start + word.start + 1;
    for (const element of elements) {
      this.#between(offset, item.start + element.start, depth);
      this.#word(item, element, depth);
      offset = item.start + element.end;
    }
    this.#between(offset, item.start + word.end - 1, depth - 1);
  }

  #parts(item: Item, parts: readonly Part[], depth: number): void {
    for (const part of parts) {
      if (part.kind !== 'script') continue;
      const { script } = part;
      const first = script.commands[0]?.start ?? script.end;
      const opensBlock = this.#text.slice(item.start + script.start, item.start + first).includes('\n');
      this.#script(item, script, opensBlock ? depth + 1 : depth, depth);
    }
  }
}
