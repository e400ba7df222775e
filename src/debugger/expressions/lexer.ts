// Cuts an expression into tokens. Knows characters, not meaning.
import { ExpressionError } from './expressionError';

export type Token = { readonly start: number; readonly end: number; readonly text: string } & (
  | { readonly kind: 'name' | 'register' | 'file' | 'operator' | 'end' }
  | { readonly kind: 'integer'; readonly value: bigint; readonly base: 2 | 8 | 10 | 16; readonly suffix: string }
  | { readonly kind: 'float'; readonly value: number; readonly isSingle: boolean }
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'string'; readonly value: string }
);

const operators = [
  ...['<<=', '>>=', '...'],
  ...['::', '->', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '..'],
  ...['*=', '/=', '%=', '+=', '-=', '&=', '^=', '|='],
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '&',
    '|',
    '^',
    '~',
    '!',
    '<',
    '>',
    '=',
    '?',
    ':',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '.',
    ',',
    '@',
    ';',
  ],
];

const space = /[ \t\r\n]+/y;
const name = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;
const register = /\$[A-Za-z_][\w]*/y;
/** A source file before `::`: `main.c::count`, `src/drivers/uart.c::state`. */
const file = /'[^']+'(?=::)|[\w./\\][\w./\\-]*(?=::)/y;
const sourceEnding = /\w\.(c|cc|cpp|cxx|h|hh|hpp|hxx|ino|rs|s|S|inc|zig|d)$|'$/;
const float = /(?:\d[\d']*\.(?!\.)[\d']*(?:[eE][+-]?\d+)?|\.\d[\d']*(?:[eE][+-]?\d+)?|\d[\d']*[eE][+-]?\d+)([fFlL]?)/y;
const integer = /(0[xX][\da-fA-F'_]+|0[bB][01'_]+|\d[\d'_]*)([uUlLzZ]*)/y;
const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  e: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '0': 0,
  '\\': 92,
  "'": 39,
  '"': 34,
  '?': 63,
};

/** A byte of a text that is no character of ASCII, `\xe9`, stands in the text as a surrogate without a partner. */
export const byteEscape = 0xdc00;

/** Nobody types more; machines that do would only find out how slow it gets. */
const maximumLength = 8192;

/** All tokens of an expression, with an `end` token last. Throws an ExpressionError at a character that belongs nowhere. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  if (text.length > maximumLength)
    throw new ExpressionError(`The expression is longer than ${maximumLength} characters`, '', 0, 0);
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const blank = match(space);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    // Behind a value, `.0` is a field of a tuple, not a fraction.
    const token = fieldToken(text, at, tokens.at(-1)) ?? nextToken(text, at, match);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length, text: '' });
  return tokens;
}

function nextToken(text: string, at: number, match: (pattern: RegExp) => RegExpExecArray | null): Token {
  const plain = (kind: 'name' | 'register' | 'file' | 'operator', found: string): Token => ({
    kind,
    start: at,
    end: at + found.length,
    text: found,
  });
  const path = match(file);
  if (path !== null && sourceEnding.test(path[0])) return plain('file', path[0]);
  const word = match(name);
  if (word !== null) return plain('name', word[0]);
  const machine = match(register);
  if (machine !== null) return plain('register', machine[0]);
  const real = match(float);
  if (real !== null) {
    const [found, suffix = ''] = real;
    const value = Number(found.slice(0, found.length - suffix.length).replaceAll("'", ''));
    return { kind: 'float', start: at, end: at + found.length, text: found, value, isSingle: /f/i.test(suffix) };
  }
  const whole = match(integer);
  if (whole !== null) return integerToken(text, at, whole);
  const character = text[at];
  if (character === "'" || character === '"') return quoted(text, at, character);
  const operator = operators.find((candidate) => text.startsWith(candidate, at));
  if (operator !== undefined) return plain('operator', operator);
  throw new ExpressionError(`“${character}” has no meaning here`, text, at, 1);
}

/** The `.` before a tuple's field, and the field itself. */
function fieldToken(text: string, at: number, before: Token | undefined): Token | undefined {
  if (before === undefined) return undefined;
  const isAccess = before.kind === 'operator' && (before.text === '.' || before.text === '->');
  const field = isAccess ? /^\d+/.exec(text.slice(at)) : null;
  if (field !== null) {
    const [digits] = field;
    return {
      kind: 'integer',
      start: at,
      end: at + digits.length,
      text: digits,
      value: BigInt(digits),
      base: 10,
      suffix: '',
    };
  }
  const isValue =
    /^(name|register|string|character)$/.test(before.kind) ||
    /^([)\]]|\+\+|--)$/.test(before.text) ||
    (before.kind === 'integer' && before.end === at);
  const isField = text[at] === '.' && text[at + 1] !== '.' && isValue;
  return isField ? { kind: 'operator', start: at, end: at + 1, text: '.' } : undefined;
}

function integerToken(text: string, at: number, match: RegExpExecArray): Token {
  const [found, digits = '', suffix = ''] = match;
  const end = at + found.length;
  const clean = digits.replace(/['_]/g, '');
  if (/^0[xb]$/i.test(clean)) throw new ExpressionError(`“${found}” has no digits`, text, at, found.length);
  const isOctal = /^0\d/.test(clean);
  if (/[\w.]/.test(text[end] ?? '') && !text.startsWith('..', end)) {
    throw new ExpressionError(`“${text.slice(at, end + 1)}” is not a number`, text, at, found.length + 1);
  }
  if (isOctal && /[89]/.test(clean))
    throw new ExpressionError(`“${found}” has digits that octal numbers have not`, text, at, found.length);
  const base = /^0x/i.test(clean) ? 16 : /^0b/i.test(clean) ? 2 : isOctal ? 8 : 10;
  const value = BigInt(isOctal ? `0o${clean.slice(1)}` : clean);
  return { kind: 'integer', start: at, end, text: found, value, base, suffix: suffix.toLowerCase() };
}

function quoted(text: string, start: number, quote: string): Token {
  let value = '';
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (text[at] !== '\\') {
      const code = text.codePointAt(at) ?? 0;
      value += String.fromCodePoint(code);
      at += code > 0xffff ? 2 : 1;
      continue;
    }
    const quotedEscape = /^\\(?:x([\da-fA-F]{1,2})|u\{?([\da-fA-F]{1,6})\}?|([0-7]{1,3})|(.))/u.exec(text.slice(at));
    const [found = '', hexadecimal, unicode, octal, letter] = quotedEscape ?? [];
    const number = hexadecimal ?? unicode;
    const code =
      number !== undefined
        ? Number.parseInt(number, 16)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : escapes[letter ?? ''];
    if (code === undefined || code > 0x10ffff)
      throw new ExpressionError(`“${found || '\\'}” is no escape`, text, at, 2);
    const isByte = quote === '"' && unicode === undefined && code >= 0x80 && code <= 0xff;
    value += isByte ? String.fromCharCode(byteEscape + code) : String.fromCodePoint(code);
    at += found.length;
  }
  if (at >= text.length)
    throw new ExpressionError(
      `The ${quote === '"' ? 'text' : 'character'} has no closing ${quote}`,
      text,
      start,
      at - start,
    );
  const end = at + 1;
  if (quote === '"') return { kind: 'string', start, end, text: text.slice(start, end), value };
  const characters = [...value];
  const [only] = characters;
  if (only === undefined || characters.length > 1)
    throw new ExpressionError('A character constant holds one character', text, start, end - start);
  return { kind: 'character', start, end, text: text.slice(start, end), code: only.codePointAt(0) ?? 0 };
}
