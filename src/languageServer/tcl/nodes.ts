// The syntax tree of Jim Tcl: scripts of commands of words of parts. Types alone; reader.ts builds it.
// Every offset counts UTF-16 code units from the start of the text given to the reader, `end` being exclusive.

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Characters that stand for themselves, or for `value` after backslash substitution. */
export interface TextPart extends Span {
  readonly kind: 'text' | 'escape';
  readonly value: string;
}

/** `$name`, `${name}` or `$name(index)`; `nameSpan` covers the name alone. */
export interface VariablePart extends Span {
  readonly kind: 'variable';
  readonly name: string;
  readonly nameSpan: Span;
  readonly index: readonly Part[];
}

/** `[script]`. */
export interface ScriptPart extends Span {
  readonly kind: 'script';
  readonly script: Script;
}

/** `$(expression)`, Jim's short form of `[expr {expression}]`. */
export interface ExpressionPart extends Span {
  readonly kind: 'expression';
  readonly expression: Expression;
}

export type Part = TextPart | VariablePart | ScriptPart | ExpressionPart;

/** What a braced word means to the command it is given to (shapes.ts). */
export type Body =
  | { readonly kind: 'script'; readonly script: Script }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'list'; readonly elements: readonly Word[] };

export interface Word extends Span {
  readonly form: 'bare' | 'quoted' | 'braced';
  /** Preceded by `{*}`: its value is a list of words. */
  readonly expanded: boolean;
  readonly parts: readonly Part[];
  readonly body?: Body;
}

export interface Command extends Span {
  readonly words: readonly Word[];
}

export interface Script extends Span {
  readonly commands: readonly Command[];
  readonly comments: readonly Span[];
}

/** A piece of an expression that is neither a variable nor a command. */
export interface Operand extends Span {
  readonly kind: 'number' | 'operator' | 'function' | 'string';
}

export interface Expression extends Span {
  readonly parts: readonly Part[];
  readonly operands: readonly Operand[];
}

/** Where the text breaks Tcl's rules, in words for the user. `insert` is what would mend it at `insertAt`. */
export interface SyntaxProblem extends Span {
  readonly code:
    | 'missing-close-brace'
    | 'missing-close-bracket'
    | 'missing-close-quote'
    | 'missing-close-parenthesis'
    | 'extra-close-brace'
    | 'extra-close-bracket'
    | 'extra-close-parenthesis'
    | 'extra-characters'
    | 'suspicious-quote'
    | 'too-deep';
  readonly message: string;
  readonly insertAt?: number;
  readonly insert?: string;
}
