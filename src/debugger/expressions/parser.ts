// Parses expressions: C's operators and precedences over names of C, C++ and Rust.
//
//   input       = expression [ suffixes ] ;
//   suffixes    = { "," ( "x" | "h" | "d" | "b" | "o" | "c" | "s" | "[" integer "]" | integer ) } ;
//   expression  = conditional [ ( "=" | "*=" | "/=" | "%=" | "+=" | "-=" | "<<=" | ">>=" | "&=" | "^=" | "|=" ) expression ] ;
//   conditional = binary [ "?" expression ":" conditional ] ;
//   binary      = cast { operator cast } ;          operators by the precedences of C, "@" between "<<" and "+"; all left-associative
//   cast        = "(" type ")" cast | "{" type "}" cast | unary { "as" type } ;
//   unary       = ( "+" | "-" | "!" | "~" | "*" | "&" | "++" | "--" ) cast
//               | "sizeof" ( "(" type ")" | unary ) | postfix ;
//   postfix     = primary { "[" expression [ ".." expression ] "]" | "." member | "->" member | "++" | "--" } ;
//   member      = name | integer ;                   an integer is a field of a Rust tuple
//   primary     = integer | float | character | string { string } | "true" | "false" | "nullptr" | "NULL"
//               | register | [ file "::" ] path | "(" expression ")"
//               | ( "static_cast" | "reinterpret_cast" | "const_cast" ) "<" type ">" "(" expression ")" ;
//   path        = [ "::" ] name { "::" name } ;       names may carry template arguments: "ns::T<int>::count"
//   type        = { "const" | "volatile" | "mut" | "struct" | "union" | "enum" | "class" } path-or-C-type declarator
//               | ( "*" ( "const" | "mut" ) | "&" [ "mut" ] ) type | "[" type ";" integer "]" ;
//   declarator  = { "*" | "&" | "const" } [ "(" declarator ")" [ parameters ] ] { "[" integer "]" } ;
//   parameters  = "(" [ type { "," type } [ "," "..." ] ] ")" ;
//   register    = "$" name ;                          file = a source file's name or path: "uart.c::state"
//
// `{T} a` is `*(T*) a`; `x@n` is the array of n objects from x on, where x is `*p` as in GDB, or for short the pointer p itself;
// `a[i..j]` are the elements i … j−1; `x as T` is a cast.
import type {
  AssignmentOperator,
  BinaryOperator,
  Declarator,
  Expression,
  FormatSuffix,
  ParsedExpression,
  TypeName,
  UnaryOperator,
} from './ast';
import { ExpressionError } from './expressionError';
import { type Token, tokenize } from './lexer';
import { isTypeWord, TypeWords } from './typeWords';

/** Says whether a name means a type where the expression is evaluated; variables of that name come first. */
export type IsType = (name: string) => boolean;

const assignments: ReadonlySet<string> = new Set(['=', '*=', '/=', '%=', '+=', '-=', '<<=', '>>=', '&=', '^=', '|=']);
const unaries: ReadonlySet<string> = new Set(['+', '-', '!', '~', '*', '&']);

/** Binary operators by precedence, loosest first. */
export const binaryPrecedence: ReadonlyMap<string, number> = new Map(
  [
    ['||'],
    ['&&'],
    ['|'],
    ['^'],
    ['&'],
    ['==', '!='],
    ['<', '<=', '>', '>='],
    ['<<', '>>'],
    ['@'],
    ['+', '-'],
    ['*', '/', '%'],
  ].flatMap((level, index) => level.map((operator) => [operator, index + 1] as const)),
);

/** Nesting beyond this is refused instead of running out of stack. */
const maximumDepth = 200;

/** Parses an expression with its format suffix. Throws an ExpressionError that points at the column. */
export function parse(text: string, isType: IsType): ParsedExpression {
  return new Parser(text, isType).input();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(
    readonly text: string,
    readonly isType: IsType,
  ) {
    this.#tokens = tokenize(text);
  }

  input(): ParsedExpression {
    if (this.#token.kind === 'end') throw this.#error('The expression is empty');
    const expression = this.#expression();
    const suffix = this.#suffixes();
    if (this.#at < this.#tokens.length - 1) throw this.#unexpected();
    return { expression, suffix };
  }

  get #token(): Token {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)];
    if (token === undefined) throw this.#error('The expression is empty');
    return token;
  }

  #peek(ahead: number): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #next(): Token {
    const token = this.#token;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #isOperator(text: string): boolean {
    return this.#token.kind === 'operator' && this.#token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#isOperator(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): Token {
    if (!this.#isOperator(text)) {
      const found = this.#token.kind === 'end' ? 'the expression ends' : `there is “${this.#token.text}”`;
      throw this.#error(`“${text}” is expected, but ${found}`);
    }
    return this.#next();
  }

  #error(problem: string, token?: { readonly start: number; readonly end: number }): ExpressionError {
    const place = token ?? this.#tokens[this.#at] ?? { start: this.text.length, end: this.text.length };
    return new ExpressionError(problem, this.text, place.start, place.end - place.start);
  }

  #unexpected(): ExpressionError {
    if (this.#token.kind === 'end') return this.#error('The expression ends too early');
    if (this.#isOperator('(')) return this.#error('Functions of the target cannot be called');
    return this.#error(`“${this.#token.text}” is not expected here`);
  }

  /** Runs a production with a check against nesting without end. */
  #nested<T>(production: () => T): T {
    if (++this.#depth > maximumDepth) throw this.#error('The expression is nested too deeply');
    const result = production();
    this.#depth--;
    return result;
  }

  #suffixes(): FormatSuffix {
    let format: FormatSuffix['format'] = 'natural';
    let asText = false;
    let count: number | undefined;
    while (this.#take(',')) {
      const token = this.#next();
      if (token.kind === 'operator' && token.text === '[') {
        count = this.#count(this.#next());
        this.#expect(']');
      } else if (token.kind === 'integer') count = this.#count(token);
      else if (token.kind === 'name' && token.text === 's') asText = true;
      else {
        const known = token.kind === 'name' ? formats[token.text] : undefined;
        if (known === undefined) {
          throw this.#error(`“${token.text}” is no format; there are x, d, b, o, c, s and [count]`, token);
        }
        format = known;
      }
    }
    return { format, asText, count };
  }

  #count(token: Token): number {
    if (token.kind !== 'integer' || token.value < 1n || token.value > 1_000_000n) {
      throw this.#error('The number of elements is from 1 to 1000000', token);
    }
    return Number(token.value);
  }

  #expression(): Expression {
    return this.#nested(() => {
      const target = this.#conditional();
      const operator = this.#token.text;
      if (this.#token.kind !== 'operator' || !assignments.has(operator)) return target;
      this.#at++;
      const value = this.#expression();
      return {
        kind: 'assign',
        operator: operator as AssignmentOperator,
        target,
        value,
        start: target.start,
        end: value.end,
      };
    });
  }

  #conditional(): Expression {
    const condition = this.#binary(1);
    if (!this.#take('?')) return condition;
    const whenTrue = this.#expression();
    this.#expect(':');
    const whenFalse = this.#nested(() => this.#conditional());
    return { kind: 'conditional', condition, whenTrue, whenFalse, start: condition.start, end: whenFalse.end };
  }

  #binary(level: number): Expression {
    let left = this.#cast();
    while (this.#token.kind === 'operator') {
      const operator = this.#token.text;
      const precedence = binaryPrecedence.get(operator);
      if (precedence === undefined || precedence < level) break;
      this.#at++;
      const right = this.#nested(() => this.#binary(precedence + 1));
      const range = { start: left.start, end: right.end };
      left =
        operator === '@'
          ? { kind: 'repeat', object: left, count: right, ...range }
          : { kind: 'binary', operator: operator as BinaryOperator, left, right, ...range };
    }
    return left;
  }

  #cast(): Expression {
    return this.#nested(() => {
      const { start } = this.#token;
      if (this.#isOperator('(') && this.#isTypeAhead(1)) {
        this.#at++;
        const type = this.#type();
        this.#expect(')');
        const operand = this.#cast();
        return { kind: 'cast', type, operand, start, end: operand.end };
      }
      if (this.#take('{')) {
        const type = this.#type();
        this.#expect('}');
        const address = this.#cast();
        const pointer = pointed(type, '*');
        const operand: Expression = { kind: 'cast', type: pointer, operand: address, start, end: address.end };
        return { kind: 'unary', operator: '*', operand, start, end: address.end };
      }
      let operand = this.#unary();
      while (this.#token.kind === 'name' && this.#token.text === 'as') {
        this.#at++;
        const type = this.#type();
        operand = { kind: 'cast', type, operand, start: operand.start, end: type.end };
      }
      return operand;
    });
  }

  #unary(): Expression {
    const token = this.#token;
    const { start, text } = token;
    if (token.kind === 'operator' && unaries.has(text)) {
      this.#at++;
      const operand = this.#cast();
      return { kind: 'unary', operator: text as UnaryOperator, operand, start, end: operand.end };
    }
    if (token.kind === 'operator' && (text === '++' || text === '--')) {
      this.#at++;
      const operand = this.#cast();
      return { kind: 'step', operator: text, isPostfix: false, operand, start, end: operand.end };
    }
    if (token.kind === 'name' && text === 'sizeof') {
      this.#at++;
      if (this.#isOperator('(') && this.#isTypeAhead(1)) {
        this.#at++;
        const type = this.#type();
        const { end } = this.#expect(')');
        return { kind: 'sizeofType', type, start, end };
      }
      const operand = this.#nested(() => this.#unary());
      return { kind: 'sizeof', operand, start, end: operand.end };
    }
    return this.#postfix();
  }

  #postfix(): Expression {
    let object = this.#primary();
    const { start } = object;
    while (this.#token.kind === 'operator') {
      const token = this.#token;
      if (this.#take('[')) {
        const index = this.#expression();
        if (this.#take('..')) {
          const to = this.#expression();
          object = { kind: 'slice', object, from: index, to, start, end: this.#expect(']').end };
        } else object = { kind: 'index', object, index, start, end: this.#expect(']').end };
      } else if (this.#take('.') || this.#take('->')) {
        const name = this.#memberName();
        object = { kind: 'member', object, name: name.text, isArrow: token.text === '->', start, end: name.end };
      } else if (this.#take('++') || this.#take('--')) {
        object = {
          kind: 'step',
          operator: token.text as '++' | '--',
          isPostfix: true,
          operand: object,
          start,
          end: token.end,
        };
      } else break;
    }
    return object;
  }

  #memberName(): Token {
    const token = this.#next();
    const isField = token.kind === 'integer' && /^\d+$/.test(token.text);
    if (token.kind !== 'name' && !isField) throw this.#error('The name of a member is expected', token);
    return token;
  }

  #primary(): Expression {
    const token = this.#token;
    const { start, end } = token;
    switch (token.kind) {
      case 'integer':
        this.#at++;
        return { kind: 'integer', value: token.value, base: token.base, suffix: token.suffix, start, end };
      case 'float':
        this.#at++;
        return { kind: 'float', value: token.value, isSingle: token.isSingle, start, end };
      case 'character':
        this.#at++;
        return { kind: 'character', code: token.code, start, end };
      case 'string':
        return this.#string();
      case 'register':
        this.#at++;
        return { kind: 'register', name: token.text.slice(1), start, end };
      case 'file':
        this.#at += 2;
        return this.#path(start, token.text.replaceAll("'", ''));
      case 'name':
        return this.#named();
      default:
        if (this.#isOperator('::')) return this.#path(start, undefined);
        if (!this.#take('(')) throw this.#unexpected();
        return this.#parenthesis(start);
    }
  }

  #parenthesis(start: number): Expression {
    const inner = this.#expression();
    const { end } = this.#expect(')');
    return { ...inner, start, end };
  }

  #string(): Expression {
    const { start } = this.#token;
    let text = '';
    let end = start;
    for (let token = this.#token; token.kind === 'string'; token = this.#token) {
      text += token.value;
      end = token.end;
      this.#at++;
    }
    return { kind: 'string', text, start, end };
  }

  #named(): Expression {
    const { start, end, text } = this.#token;
    if (text === 'true' || text === 'false') {
      this.#at++;
      return { kind: 'boolean', value: text === 'true', start, end };
    }
    if (text === 'nullptr' || text === 'NULL') {
      this.#at++;
      return { kind: 'null', name: text, start, end };
    }
    if (/^(static|reinterpret|const)_cast$/.test(text) && this.#peek(1)?.text === '<') {
      this.#at += 2;
      const type = this.#type();
      this.#expect('>');
      this.#expect('(');
      const operand = this.#parenthesis(start);
      return { kind: 'cast', type, operand, start, end: operand.end };
    }
    return this.#path(start, undefined);
  }

  #path(start: number, file: string | undefined): Expression {
    const path = new TypeWords(this.#tokens, this.#at).path();
    if (path === undefined) throw this.#error('A name is expected');
    this.#at = path.next;
    return { kind: 'name', name: path.name, file, start, end: path.end };
  }

  /** Whether the tokens after `ahead` begin a type: a type's keyword, or a path that means a type and is no variable. */
  #isTypeAhead(ahead: number): boolean {
    const token = this.#peek(ahead);
    if (token === undefined) return false;
    if (token.kind === 'operator' && token.text !== '::') return false;
    if (token.kind !== 'name' && token.kind !== 'operator') return false;
    if (isTypeWord(token.text)) return true;
    const path = new TypeWords(this.#tokens, this.#at + ahead).path();
    if (path === undefined) return false;
    const [follows = '', next = ''] = [0, 1].map((further) => this.#tokens[path.next + further]?.text);
    const mayFollow = /^(\)|\*|&|&&|\[)$/.test(follows) || (follows === '(' && /^(\*|&&?)$/.test(next));
    return mayFollow && this.isType(path.name);
  }

  #type(): TypeName {
    const { start } = this.#token;
    if (this.#isOperator('*') || this.#isOperator('&')) {
      const sign = this.#next().text as '*' | '&';
      if (this.#token.text === 'const' || this.#token.text === 'mut') this.#at++;
      return {
        ...pointed(
          this.#nested(() => this.#type()),
          sign,
        ),
        start,
      };
    }
    if (this.#take('[')) {
      const element = this.#nested(() => this.#type());
      this.#expect(';');
      const count = this.#count(this.#next());
      return { ...within(element, { pointers: [], dimensions: [count] }), start, end: this.#expect(']').end };
    }
    const words = new TypeWords(this.#tokens, this.#at).base();
    if (words === undefined) throw this.#error('The name of a type is expected');
    this.#at = words.next;
    const declarator = this.#declarator();
    return { name: words.name, ...declarator, start, end: this.#tokens[this.#at - 1]?.end ?? words.end };
  }

  #declarator(): Declarator {
    const pointers: ('*' | '&')[] = [];
    while (true) {
      const token = this.#token;
      if (this.#take('*')) pointers.push('*');
      else if (this.#take('&')) pointers.push('&');
      else if (this.#take('&&')) pointers.push('&', '&');
      else if (token.kind === 'name' && /^(const|volatile|restrict|__restrict)$/.test(token.text)) this.#at++;
      else break;
    }
    let inner: Declarator | undefined;
    if (this.#isOperator('(') && /^(\*|&&?)$/.test(this.#peek(1)?.text ?? '')) {
      this.#at++;
      inner = this.#nested(() => this.#declarator());
      this.#expect(')');
    }
    const parameters = inner !== undefined && this.#take('(') ? this.#parameters() : undefined;
    const dimensions: number[] = [];
    while (this.#take('[')) {
      dimensions.push(this.#count(this.#next()));
      this.#expect(']');
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
    while (!this.#take(')')) {
      if (parameters.length > 0) this.#expect(',');
      if (this.#take('...')) {
        this.#expect(')');
        break;
      }
      parameters.push(this.#nested(() => this.#type()));
    }
    const [only] = parameters;
    const isNone = parameters.length === 1 && only?.name === 'void' && only.pointers.length === 0;
    return isNone ? [] : parameters;
  }
}

/** A pointer to a type. */
const pointed = (type: TypeName, sign: '*' | '&') => within(type, { pointers: [sign], dimensions: [] });

/** The type with one more declarator around all that it has. */
function within<T extends Declarator>(type: T, added: Declarator): T {
  if (type.inner !== undefined) return { ...type, inner: within(type.inner, added) };
  if (type.parameters !== undefined) return { ...type, inner: added };
  if (added.dimensions.length === 0 && type.dimensions.length === 0)
    return { ...type, pointers: [...type.pointers, ...added.pointers] };
  if (added.pointers.length === 0) return { ...type, dimensions: [...added.dimensions, ...type.dimensions] };
  return { ...type, inner: added };
}

const formats: Readonly<Record<string, FormatSuffix['format']>> = {
  x: 'hexadecimal',
  X: 'hexadecimal',
  h: 'hexadecimal',
  d: 'decimal',
  b: 'binary',
  o: 'octal',
  c: 'character',
};
