// Tcl as text: one function that quotes any value as a single Tcl word, and the reader of Tcl lists.

const SAFE = /^[A-Za-z0-9_./:=@%+-]+$/;
/** Every ASCII character that is not a letter, a digit or harmless punctuation. */
const SPECIAL = /[^\w./:=@%+\-\u0080-\uffff]/g;

/**
 * Quotes text as exactly one Tcl word that stands for itself, in Jim Tcl as in Tcl 8.
 * Control characters become three octal digits (never a letter escape that could join with what follows), so that
 * neither a separator 0x1A nor a NUL can cut a command. Characters above 0x7F go as they are: OpenOCD's Tcl works on bytes.
 */
export function quote(text: string): string {
  if (SAFE.test(text)) return text;
  if (text === '') return '{}';
  return text.replace(SPECIAL, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 || code === 0x7f ? `\\${code.toString(8).padStart(3, '0')}` : `\\${character}`;
  });
}

/** What separates the elements of a list; the spaces of Unicode do not. */
const SPACE = /[ \t\n\v\f\r]/;

/** Quotes each value and joins them with spaces: a command line, or a list. */
export function words(values: readonly (string | number | bigint)[]): string {
  return values.map((value) => quote(String(value))).join(' ');
}

/**
 * Splits a Tcl list into its elements.
 * @throws SyntaxError for an unbalanced list
 */
export function parseList(text: string): string[] {
  const elements: string[] = [];
  let at = 0;
  const skipSpace = () => {
    while (at < text.length && SPACE.test(text.charAt(at))) at++;
  };
  for (skipSpace(); at < text.length; skipSpace()) {
    const first = text.charAt(at);
    if (first === '{') elements.push(braced());
    else if (first === '"') elements.push(quoted());
    else elements.push(bare());
  }
  return elements;

  function braced(): string {
    const start = ++at;
    for (let depth = 1; at < text.length; at++) {
      const character = text.charAt(at);
      if (character === '\\') at++;
      else if (character === '{') depth++;
      else if (character === '}' && --depth === 0) return text.slice(start, at++);
    }
    throw new SyntaxError('The Tcl list has an open brace without its end.');
  }

  function quoted(): string {
    let value = '';
    for (at++; at < text.length; ) {
      const character = text.charAt(at);
      if (character === '"') {
        at++;
        return value;
      }
      value += character === '\\' ? backslashed() : text.charAt(at++);
    }
    throw new SyntaxError('The Tcl list has an open quotation mark without its end.');
  }

  function bare(): string {
    let value = '';
    while (at < text.length && !SPACE.test(text.charAt(at))) {
      const character = text.charAt(at);
      value += character === '\\' ? backslashed() : text.charAt(at++);
    }
    return value;
  }

  function backslashed(): string {
    const letters: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
    const numeric = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/.exec(text.slice(at, at + 4));
    if (numeric) {
      at += numeric[0].length;
      return String.fromCharCode(
        numeric[1] === undefined ? Number.parseInt(numeric[2] ?? '0', 8) : Number.parseInt(numeric[1], 16),
      );
    }
    const character = text.charAt(at + 1);
    at += 2;
    return letters[character] ?? character;
  }
}
