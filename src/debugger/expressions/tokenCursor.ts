// The tokens of an expression while it is parsed: where parsing stands, and the errors that say so.
import { ExpressionError } from './expressionError';
import { type Token, tokenize } from './lexer';

/** Nesting beyond this is refused instead of running out of stack. */
const maximumDepth = 200;

export class TokenCursor {
  readonly tokens: readonly Token[];
  /** Index of the token to be read next. */
  at = 0;
  #depth = 0;

  constructor(readonly text: string) {
    this.tokens = tokenize(text);
  }

  /** Behind the last character of the token before. */
  get lastEnd(): number | undefined {
    return this.tokens[this.at - 1]?.end;
  }

  get token(): Token {
    const token = this.tokens[Math.min(this.at, this.tokens.length - 1)];
    if (token === undefined) throw this.error('The expression is empty');
    return token;
  }

  peek(ahead: number): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  next(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  isOperator(text: string): boolean {
    return this.token.kind === 'operator' && this.token.text === text;
  }

  take(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.at++;
    return true;
  }

  expect(text: string): Token {
    if (!this.isOperator(text)) {
      const found = this.token.kind === 'end' ? 'the expression ends' : `there is “${this.token.text}”`;
      throw this.error(`“${text}” is expected, but ${found}`);
    }
    return this.next();
  }

  error(problem: string, token?: { readonly start: number; readonly end: number }): ExpressionError {
    const place = token ?? this.tokens[this.at] ?? { start: this.text.length, end: this.text.length };
    return new ExpressionError(problem, this.text, place.start, place.end - place.start);
  }

  unexpected(): ExpressionError {
    if (this.token.kind === 'end') return this.error('The expression ends too early');
    if (this.isOperator('(')) return this.error('Functions of the target cannot be called');
    return this.error(`“${this.token.text}” is not expected here`);
  }

  /** Runs a production with a check against nesting without end. */
  nested<T>(production: () => T): T {
    if (++this.#depth > maximumDepth) throw this.error('The expression is nested too deeply');
    const result = production();
    this.#depth--;
    return result;
  }

  count(token: Token): number {
    if (token.kind !== 'integer' || token.value < 1n || token.value > 1_000_000n) {
      throw this.error('The number of elements is from 1 to 1000000', token);
    }
    return Number(token.value);
  }
}
