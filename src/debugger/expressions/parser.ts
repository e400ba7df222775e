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
  Expression,
  FormatSuffix,
  ParsedExpression,
  UnaryOperator,
} from './ast';
import type { Token } from './lexer';
import { TokenCursor } from './tokenCursor';
import { type IsType, pointed, TypeNames } from './typeNames';
import { TypeWords } from './typeWords';

export type { IsType } from './typeNames';

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

/** Parses an expression with its format suffix. Throws an ExpressionError that points at the column. */
export function parse(text: string, isType: IsType): ParsedExpression {
  return new Parser(text, isType).input();
}

class Parser {
  readonly #in: TokenCursor;
  readonly #types: TypeNames;

  constructor(text: string, isType: IsType) {
    this.#in = new TokenCursor(text);
    this.#types = new TypeNames(this.#in, isType);
  }

  input(): ParsedExpression {
    if (this.#in.token.kind === 'end') throw this.#in.error('The expression is empty');
    const expression = this.#expression();
    const suffix = this.#suffixes();
    if (this.#in.at < this.#in.tokens.length - 1) throw this.#in.unexpected();
    return { expression, suffix };
  }

  #suffixes(): FormatSuffix {
    let format: FormatSuffix['format'] = 'natural';
    let asText = false;
    let count: number | undefined;
    while (this.#in.take(',')) {
      const token = this.#in.next();
      if (token.kind === 'operator' && token.text === '[') {
        count = this.#in.count(this.#in.next());
        this.#in.expect(']');
      } else if (token.kind === 'integer') count = this.#in.count(token);
      else if (token.kind === 'name' && token.text === 's') asText = true;
      else {
        const known = token.kind === 'name' ? formats[token.text] : undefined;
        if (known === undefined) {
          throw this.#in.error(`“${token.text}” is no format; there are x, d, b, o, c, s and [count]`, token);
        }
        format = known;
      }
    }
    return { format, asText, count };
  }

  #expression(): Expression {
    return this.#in.nested(() => {
      const target = this.#conditional();
      const operator = this.#in.token.text;
      if (this.#in.token.kind !== 'operator' || !assignments.has(operator)) return target;
      this.#in.at++;
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
    if (!this.#in.take('?')) return condition;
    const whenTrue = this.#expression();
    this.#in.expect(':');
    const whenFalse = this.#in.nested(() => this.#conditional());
    return { kind: 'conditional', condition, whenTrue, whenFalse, start: condition.start, end: whenFalse.end };
  }

  #binary(level: number): Expression {
    let left = this.#cast();
    while (this.#in.token.kind === 'operator') {
      const operator = this.#in.token.text;
      const precedence = binaryPrecedence.get(operator);
      if (precedence === undefined || precedence < level) break;
      this.#in.at++;
      const right = this.#in.nested(() => this.#binary(precedence + 1));
      const range = { start: left.start, end: right.end };
      left =
        operator === '@'
          ? { kind: 'repeat', object: left, count: right, ...range }
          : { kind: 'binary', operator: operator as BinaryOperator, left, right, ...range };
    }
    return left;
  }

  #cast(): Expression {
    return this.#in.nested(() => {
      const { start } = this.#in.token;
      if (this.#in.isOperator('(') && this.#types.isAhead(1)) {
        this.#in.at++;
        const type = this.#types.type();
        this.#in.expect(')');
        const operand = this.#cast();
        return { kind: 'cast', type, operand, start, end: operand.end };
      }
      if (this.#in.take('{')) {
        const type = this.#types.type();
        this.#in.expect('}');
        const address = this.#cast();
        const pointer = pointed(type, '*');
        const operand: Expression = { kind: 'cast', type: pointer, operand: address, start, end: address.end };
        return { kind: 'unary', operator: '*', operand, start, end: address.end };
      }
      let operand = this.#unary();
      while (this.#in.token.kind === 'name' && this.#in.token.text === 'as') {
        this.#in.at++;
        const type = this.#types.type();
        operand = { kind: 'cast', type, operand, start: operand.start, end: type.end };
      }
      return operand;
    });
  }

  #unary(): Expression {
    const token = this.#in.token;
    const { start, text } = token;
    if (token.kind === 'operator' && unaries.has(text)) {
      this.#in.at++;
      const operand = this.#cast();
      return { kind: 'unary', operator: text as UnaryOperator, operand, start, end: operand.end };
    }
    if (token.kind === 'operator' && (text === '++' || text === '--')) {
      this.#in.at++;
      const operand = this.#cast();
      return { kind: 'step', operator: text, isPostfix: false, operand, start, end: operand.end };
    }
    if (token.kind === 'name' && text === 'sizeof') {
      this.#in.at++;
      if (this.#in.isOperator('(') && this.#types.isAhead(1)) {
        this.#in.at++;
        const type = this.#types.type();
        const { end } = this.#in.expect(')');
        return { kind: 'sizeofType', type, start, end };
      }
      const operand = this.#in.nested(() => this.#unary());
      return { kind: 'sizeof', operand, start, end: operand.end };
    }
    return this.#postfix();
  }

  #postfix(): Expression {
    let object = this.#primary();
    const { start } = object;
    while (this.#in.token.kind === 'operator') {
      const token = this.#in.token;
      if (this.#in.take('[')) {
        const index = this.#expression();
        if (this.#in.take('..')) {
          const to = this.#expression();
          object = { kind: 'slice', object, from: index, to, start, end: this.#in.expect(']').end };
        } else object = { kind: 'index', object, index, start, end: this.#in.expect(']').end };
      } else if (this.#in.take('.') || this.#in.take('->')) {
        const name = this.#memberName();
        object = { kind: 'member', object, name: name.text, isArrow: token.text === '->', start, end: name.end };
      } else if (this.#in.take('++') || this.#in.take('--')) {
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
    const token = this.#in.next();
    const isField = token.kind === 'integer' && /^\d+$/.test(token.text);
    if (token.kind !== 'name' && !isField) throw this.#in.error('The name of a member is expected', token);
    return token;
  }

  #primary(): Expression {
    const token = this.#in.token;
    const { start, end } = token;
    switch (token.kind) {
      case 'integer':
        this.#in.at++;
        return { kind: 'integer', value: token.value, base: token.base, suffix: token.suffix, start, end };
      case 'float':
        this.#in.at++;
        return { kind: 'float', value: token.value, isSingle: token.isSingle, start, end };
      case 'character':
        this.#in.at++;
        return { kind: 'character', code: token.code, start, end };
      case 'string':
        return this.#string();
      case 'register':
        this.#in.at++;
        return { kind: 'register', name: token.text.slice(1), start, end };
      case 'file':
        this.#in.at += 2;
        return this.#path(start, token.text.replaceAll("'", ''));
      case 'name':
        return this.#named();
      default:
        if (this.#in.isOperator('::')) return this.#path(start, undefined);
        if (!this.#in.take('(')) throw this.#in.unexpected();
        return this.#parenthesis(start);
    }
  }

  #parenthesis(start: number): Expression {
    const inner = this.#expression();
    const { end } = this.#in.expect(')');
    return { ...inner, start, end };
  }

  #string(): Expression {
    const { start } = this.#in.token;
    let text = '';
    let end = start;
    for (let token = this.#in.token; token.kind === 'string'; token = this.#in.token) {
      text += token.value;
      end = token.end;
      this.#in.at++;
    }
    return { kind: 'string', text, start, end };
  }

  #named(): Expression {
    const { start, end, text } = this.#in.token;
    if (text === 'true' || text === 'false') {
      this.#in.at++;
      return { kind: 'boolean', value: text === 'true', start, end };
    }
    if (text === 'nullptr' || text === 'NULL') {
      this.#in.at++;
      return { kind: 'null', name: text, start, end };
    }
    if (/^(static|reinterpret|const)_cast$/.test(text) && this.#in.peek(1)?.text === '<') {
      this.#in.at += 2;
      const type = this.#types.type();
      this.#in.expect('>');
      this.#in.expect('(');
      const operand = this.#parenthesis(start);
      return { kind: 'cast', type, operand, start, end: operand.end };
    }
    return this.#path(start, undefined);
  }

  #path(start: number, file: string | undefined): Expression {
    const path = new TypeWords(this.#in.tokens, this.#in.at).path();
    if (path === undefined) throw this.#in.error('A name is expected');
    this.#in.at = path.next;
    return { kind: 'name', name: path.name, file, start, end: path.end };
  }
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
