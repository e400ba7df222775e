// Parses names of types: their words, and the declarators around them as in C, or in front of them as in Rust. The grammar is in parser.ts.
import type { Declarator, TypeName } from './ast';
import type { TokenCursor } from './tokenCursor';
import { isTypeWord, TypeWords } from './typeWords';

/** Says whether a name means a type where the expression is evaluated; variables of that name come first. */
export type IsType = (name: string) => boolean;

export class TypeNames {
  readonly #in: TokenCursor;
  readonly #isType: IsType;

  constructor(tokens: TokenCursor, isType: IsType) {
    this.#in = tokens;
    this.#isType = isType;
  }

  /** Whether the tokens after `ahead` begin a type: a type's keyword, or a path that means a type and is no variable. */
  isAhead(ahead: number): boolean {
    const token = this.#in.peek(ahead);
    if (token === undefined) return false;
    if (token.kind === 'operator' && token.text !== '::') return false;
    if (token.kind !== 'name' && token.kind !== 'operator') return false;
    if (isTypeWord(token.text)) return true;
    const path = new TypeWords(this.#in.tokens, this.#in.at + ahead).path();
    if (path === undefined) return false;
    const [follows = '', next = ''] = [0, 1].map((further) => this.#in.tokens[path.next + further]?.text);
    const mayFollow = /^(\)|\*|&|&&|\[)$/.test(follows) || (follows === '(' && /^(\*|&&?)$/.test(next));
    return mayFollow && this.#isType(path.name);
  }

  type(): TypeName {
    const { start } = this.#in.token;
    if (this.#in.isOperator('*') || this.#in.isOperator('&')) {
      const sign = this.#in.next().text as '*' | '&';
      if (this.#in.token.text === 'const' || this.#in.token.text === 'mut') this.#in.at++;
      return {
        ...pointed(
          this.#in.nested(() => this.type()),
          sign,
        ),
        start,
      };
    }
    if (this.#in.take('[')) {
      const element = this.#in.nested(() => this.type());
      this.#in.expect(';');
      const count = this.#in.count(this.#in.next());
      return { ...within(element, { pointers: [], dimensions: [count] }), start, end: this.#in.expect(']').end };
    }
    const words = new TypeWords(this.#in.tokens, this.#in.at).base();
    if (words === undefined) throw this.#in.error('The name of a type is expected');
    this.#in.at = words.next;
    const declarator = this.#declarator();
    return { name: words.name, ...declarator, start, end: this.#in.lastEnd ?? words.end };
  }

  #declarator(): Declarator {
    const pointers: ('*' | '&')[] = [];
    while (true) {
      const token = this.#in.token;
      if (this.#in.take('*')) pointers.push('*');
      else if (this.#in.take('&')) pointers.push('&');
      else if (this.#in.take('&&')) pointers.push('&', '&');
      else if (token.kind === 'name' && /^(const|volatile|restrict|__restrict)$/.test(token.text)) this.#in.at++;
      else break;
    }
    let inner: Declarator | undefined;
    if (this.#in.isOperator('(') && /^(\*|&&?)$/.test(this.#in.peek(1)?.text ?? '')) {
      this.#in.at++;
      inner = this.#in.nested(() => this.#declarator());
      this.#in.expect(')');
    }
    const parameters = inner !== undefined && this.#in.take('(') ? this.#parameters() : undefined;
    const dimensions: number[] = [];
    while (this.#in.take('[')) {
      dimensions.push(this.#in.count(this.#in.next()));
      this.#in.expect(']');
    }
    return {
      pointers,
      dimensions,
      ...(parameters === undefined ? {} : { parameters }),
      ...(inner === undefined ? {} : { inner }),
    };
  }

  /** Those of a function, behind the opening bracket. */
  #parameters(): TypeName[] {
    const parameters: TypeName[] = [];
    while (!this.#in.take(')')) {
      if (parameters.length > 0) this.#in.expect(',');
      if (this.#in.take('...')) {
        this.#in.expect(')');
        break;
      }
      parameters.push(this.#in.nested(() => this.type()));
    }
    const [only] = parameters;
    const isNone = parameters.length === 1 && only?.name === 'void' && only.pointers.length === 0;
    return isNone ? [] : parameters;
  }
}

/** A pointer to a type. */
export const pointed = (type: TypeName, sign: '*' | '&') => within(type, { pointers: [sign], dimensions: [] });

/** The type with one more declarator around all that it has. */
function within<T extends Declarator>(type: T, added: Declarator): T {
  if (type.inner !== undefined) return { ...type, inner: within(type.inner, added) };
  if (type.parameters !== undefined) return { ...type, inner: added };
  if (added.dimensions.length === 0 && type.dimensions.length === 0)
    return { ...type, pointers: [...type.pointers, ...added.pointers] };
  if (added.pointers.length === 0) return { ...type, dimensions: [...added.dimensions, ...type.dimensions] };
  return { ...type, inner: added };
}
