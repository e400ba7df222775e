// Reads the text of an expression (`expr`, the conditions of `if`, `while`, `for`) into operands and substitutions.
// No tree of operators: nothing in the editor needs one. Rules: jim.c, JimParseExpression.
import type { Expression, Operand, Part, Word } from './nodes';
import type { Region } from './region';

/** What reads the substitutions and braces that an expression may hold; offsets that go in are absolute. */
export interface ExpressionReader extends Region {
  substitution(start: number, limit: number, depth: number): Part;
  variable(start: number, limit: number, depth: number): Part | undefined;
  elements(start: number, limit: number, depth: number): readonly Word[];
  parts(start: number, limit: number, depth: number, into: Part[], stop: (i: number) => boolean): number;
}

const number = /(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/y;
const name = /[A-Za-z_][\w:]*/y;
const operator = /(?:<<<|>>>|\*\*|<<|>>|<=|>=|==|!=|=~|&&|\|\||[-+*/%<>!~&^|?:,()])/y;
const wordOperators = new Set(['eq', 'ne', 'in', 'ni', 'lt', 'gt', 'le', 'ge']);
const truthValues = new Set(['true', 'false', 'yes', 'no', 'on', 'off']);

/** Reads from `start` to `limit`, absolute offsets of the reader's text. */
export function readExpression(reader: ExpressionReader, start: number, limit: number, depth: number): Expression {
  const { text } = reader;
  const parts: Part[] = [];
  const operands: Operand[] = [];
  const open: number[] = [];
  let i = start;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = i;
    const found = pattern.exec(text)?.[0];
    return found === undefined || i + found.length > limit ? undefined : found;
  };
  const take = (kind: Operand['kind'], length: number): void => {
    operands.push({ kind, start: reader.relative(i), end: reader.relative(i + length) });
    i += length;
  };
  while (i < limit) {
    const c = text[i] ?? '';
    if (c === '$' || c === '[') {
      const part = c === '[' ? reader.substitution(i, limit, depth) : reader.variable(i, limit, depth);
      if (part === undefined) take('string', 1);
      else {
        parts.push(part);
        i = reader.absolute(part.end);
      }
    } else if (c === '"' || c === '{') {
      const [element] = c === '{' ? reader.elements(i, limit, depth) : [];
      const end = element === undefined ? closeQuote(text, i, limit) : reader.absolute(element.end);
      operands.push({ kind: 'string', ...reader.span(i, end) });
      if (c === '"') reader.parts(i + 1, Math.max(i + 1, end - 1), depth, parts, () => false);
      i = end;
    } else if (c === '\\') i += 2;
    else if (/\s/.test(c)) i += 1;
    else {
      const digits = match(number);
      const letters = digits === undefined ? match(name) : undefined;
      const sign = digits ?? letters ?? match(operator);
      if (digits !== undefined) take('number', digits.length);
      else if (letters !== undefined) take(kindOfName(letters, text[i + letters.length] ?? ''), letters.length);
      else if (sign === undefined) take('string', 1);
      else {
        if (sign === '(') open.push(i);
        else if (sign === ')' && open.pop() === undefined) {
          reader.problem('extra-close-parenthesis', i, i + 1, 'This parenthesis closes nothing.');
        }
        take('operator', sign.length);
      }
    }
  }
  for (const place of open) {
    const mend = { insertAt: limit, insert: ')' };
    reader.problem('missing-close-parenthesis', place, place + 1, 'This parenthesis is never closed.', mend);
  }
  return { ...reader.span(start, limit), parts, operands };
}

function kindOfName(letters: string, next: string): Operand['kind'] {
  if (wordOperators.has(letters)) return 'operator';
  if (next === '(') return 'function';
  return truthValues.has(letters) ? 'number' : 'string';
}

function closeQuote(text: string, open: number, limit: number): number {
  for (let i = open + 1; i < limit; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') return i + 1;
  }
  return limit;
}
