// The syntax tree of an expression. Positions are offsets in the text, for errors that point.

interface Node {
  /** Offset of the first character. */
  readonly start: number;
  /** Offset behind the last character. */
  readonly end: number;
}

export type UnaryOperator = '+' | '-' | '!' | '~' | '*' | '&';
export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||';
export type AssignmentOperator = '=' | '*=' | '/=' | '%=' | '+=' | '-=' | '<<=' | '>>=' | '&=' | '^=' | '|=';

/**
 * What stands around a type's name (C17 6.7.7): pointers or references from the inside out, then array lengths or parameters; what all
 * that is the target, element or result of stands in brackets before those: `int (*)[4]`.
 */
export interface Declarator {
  readonly pointers: readonly ('*' | '&')[];
  readonly dimensions: readonly number[];
  /** Of a function. */
  readonly parameters?: readonly TypeName[];
  readonly inner?: Declarator;
}

/** A type as written. */
export interface TypeName extends Node, Declarator {
  /** Without qualifiers, single spaces: `unsigned long`, `struct point`, `std::vector<int>`. */
  readonly name: string;
}

export type Expression = Node &
  (
    | { readonly kind: 'integer'; readonly value: bigint; readonly base: 2 | 8 | 10 | 16; readonly suffix: string }
    | { readonly kind: 'float'; readonly value: number; readonly isSingle: boolean }
    | { readonly kind: 'character'; readonly code: number }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null'; readonly name: 'nullptr' | 'NULL' }
    /** `name`, `ns::name`, `::name`; with `file`, `file.c::name`. */
    | { readonly kind: 'name'; readonly name: string; readonly file: string | undefined }
    | { readonly kind: 'register'; readonly name: string }
    | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
    | {
        readonly kind: 'step';
        readonly operator: '++' | '--';
        readonly isPostfix: boolean;
        readonly operand: Expression;
      }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'assign';
        readonly operator: AssignmentOperator;
        readonly target: Expression;
        readonly value: Expression;
      }
    | {
        readonly kind: 'conditional';
        readonly condition: Expression;
        readonly whenTrue: Expression;
        readonly whenFalse: Expression;
      }
    | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
    /** `a[from..to]`: elements from…to−1. */
    | { readonly kind: 'slice'; readonly object: Expression; readonly from: Expression; readonly to: Expression }
    /** GDB’s `object@count`: an array that begins at an object. */
    | { readonly kind: 'repeat'; readonly object: Expression; readonly count: Expression }
    | { readonly kind: 'member'; readonly object: Expression; readonly name: string; readonly isArrow: boolean }
    | { readonly kind: 'cast'; readonly type: TypeName; readonly operand: Expression }
    | { readonly kind: 'sizeof'; readonly operand: Expression }
    | { readonly kind: 'sizeofType'; readonly type: TypeName }
  );

/** How the result is to be shown: the suffix after the last comma. */
export interface FormatSuffix {
  readonly format: 'natural' | 'hexadecimal' | 'decimal' | 'binary' | 'octal' | 'character';
  readonly asText: boolean;
  /** `,[n]`: the pointer or object is the first of n elements. */
  readonly count: number | undefined;
}

export interface ParsedExpression {
  readonly expression: Expression;
  readonly suffix: FormatSuffix;
}
