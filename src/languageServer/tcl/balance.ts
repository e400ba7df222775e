// Guesses where a missing close brace belongs, from the indentation. Tcl itself can only say that the outermost one is missing
// at the end of the file, which is far from where the user forgot it.
import type { Scanner } from './scan';

export interface MissingBrace {
  /** Offset of the open brace that most likely has no partner. */
  readonly open: number;
  /** Offset before which its partner is taken to stand. */
  readonly closeAt: number;
}

/**
 * @param open a brace for which the scanner found no end
 * @returns the innermost pair whose close brace is indented less than the line that opened it: that close brace was meant for
 * an outer one. Where no indentation speaks, the brace itself, closed before the next line that is not indented deeper.
 */
export function findMissingBrace(text: string, scanner: Scanner, open: number): MissingBrace {
  let innermost = open;
  let found: MissingBrace | undefined;
  let closest = text.length;
  for (const [start, end] of scanner.braces) {
    if (start < open) continue;
    if (end < 0) innermost = Math.max(innermost, start);
    else if (end <= closest && !scanner.isAssumed(end)) {
      const closeLine = lineStart(text, end - 1);
      const firstOfLine = text.slice(closeLine, end - 1).trim() === '';
      const opensBlock = /^[ \t\r]*(\n|$)/.test(text.slice(start + 1, start + 200));
      const isLess = firstOfLine && opensBlock && width(text, closeLine) < width(text, lineStart(text, start));
      if (!isLess) continue;
      closest = end;
      found = { open: start, closeAt: contentEndBefore(text, closeLine) };
    }
  }
  // Of those without an end only the innermost is looked at: the others are met again once it is closed.
  return found ?? { open: innermost, closeAt: nextLineNotDeeper(text, innermost) };
}

function nextLineNotDeeper(text: string, open: number): number {
  const own = width(text, lineStart(text, open));
  let line = text.indexOf('\n', open) + 1;
  while (line > 0 && line < text.length) {
    const next = text.indexOf('\n', line);
    const content = text.slice(line, next < 0 ? text.length : next).trim();
    if (content !== '' && !content.startsWith('}') && width(text, line) <= own) return contentEndBefore(text, line);
    line = next + 1;
  }
  return contentEndBefore(text, text.length);
}

/** The end of the last line before `line` that is not blank. */
function contentEndBefore(text: string, line: number): number {
  let end = line;
  while (end > 0 && /\s/.test(text[end - 1] ?? '')) end -= 1;
  return end;
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Columns of white space at `offset`, a tab reaching to the next multiple of eight. */
function width(text: string, offset: number): number {
  let columns = 0;
  for (let i = offset; ; i++) {
    if (text[i] === ' ') columns += 1;
    else if (text[i] === '\t') columns += 8 - (columns % 8);
    else return columns;
  }
}
