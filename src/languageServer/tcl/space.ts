// White space as Jim Tcl sees it: blanks, continued lines, and what separates commands.

/** A blank within a line. */
export const isSpace = (c: number): boolean => c === 32 || c === 9 || c === 13 || c === 12 || c === 11;
export const newline = 10;
export const semicolon = 59;
export const backslash = 92;

/** The length of a backslash and line end at `i`, which count as a space; 0 when there is none. */
export function continuation(text: string, i: number): number {
  if (text.charCodeAt(i) !== backslash) return 0;
  if (text.charCodeAt(i + 1) === newline) return 2;
  return text[i + 1] === '\r' && text.charCodeAt(i + 2) === newline ? 3 : 0;
}

/** The offset of the next command or comment at or after `start`. */
export function skipToCommand(text: string, start: number, limit: number): number {
  let i = start;
  while (i < limit) {
    const c = text.charCodeAt(i);
    if (isSpace(c) || c === newline || c === semicolon) i += 1;
    else {
      const length = continuation(text, i);
      if (length === 0) break;
      i += length;
    }
  }
  return Math.min(i, limit);
}
