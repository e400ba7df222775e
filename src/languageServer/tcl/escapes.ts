// Backslash substitution as Jim Tcl does it (jim.c, JimEscape).

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const numeric =
  /^\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{1,8})|([0-7]{1,3}))/;
const newline = /^\\\r?\n[ \t]*/;

/** The escape sequence that begins with the backslash at `offset`: its length in the text and what it stands for. */
export function readEscape(text: string, offset: number, limit: number): { length: number; value: string } {
  const sequence = text.slice(offset, Math.min(limit, offset + 12));
  const next = sequence[1];
  if (next === undefined) return { length: 1, value: '\\' };
  const known = simple[next];
  if (known !== undefined) return { length: 2, value: known };
  if (next === '\n' || next === '\r') {
    const continued = newline.exec(text.slice(offset, limit));
    if (continued) return { length: continued[0].length, value: ' ' };
  }
  const digits = numeric.exec(sequence);
  if (digits) {
    const [all, x, u, braced, long, octal] = digits;
    const code =
      octal === undefined ? Number.parseInt(x ?? u ?? braced ?? long ?? '', 16) : Number.parseInt(octal, 8) & 0xff;
    return { length: all.length, value: code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd' };
  }
  const character = String.fromCodePoint(text.codePointAt(offset + 1) ?? 0);
  return { length: 1 + character.length, value: character };
}
