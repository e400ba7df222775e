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
  const unclosed: number[] = [];
  for (const [start, end] of scanner.bracesFrom(open)) {
    if (end < 0) {
      unclosed.push(start);
      continue;
    }
    if (scanner.isAssumed(end)) continue;
    const close = end - 1;
    const closeLine = lineStart(text, close);
    const firstOfLine = text.slice(closeLine, close).trim() === '';
    const opensBlock = /^[ \t\r]*(\n|$)/.test(text.slice(start + 1, start + 200));
    if (firstOfLine && opensBlock && width(text, closeLine) < width(text, lineStart(text, start))) {
      return { open: start, closeAt: closeLine };
    }
  }
  // Only the innermost is looked at here: the others are met again once it is closed.
  const innermost = unclosed.at(-1) ?? open;
  return { open: innermost, closeAt: nextLineNotDeeper(text, innermost) };
}

function nextLineNotDeeper(text: string, open: number): number {
  const own = width(text, lineStart(text, open));
  let line = text.indexOf('\n', open) + 1;
  while (line > 0 && line < text.length) {
    const next = text.indexOf('\n', line);
    const content = text.slice(line, next < 0 ? text.length : next).trim();
    if (content !== '' && !content.startsWith('}') && width(text, line) <= own) return line;
    line = next + 1;
  }
  return text.length;
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
