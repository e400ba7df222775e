// What an expression can name where it is evaluated: variables, types, registers. Implemented by the engine for a frame, and
// by tests for a made-up world.
import type { Type } from '../../debuginfo/api';
import type { ValueSpace } from '../values/space';
import type { BaseTypes } from '../values/types';
import type { Value } from '../values/value';

export interface ExpressionScope {
  readonly space: ValueSpace;
  readonly types: BaseTypes;
  /** The type of comparisons and of `!`: int in C, bool elsewhere. */
  readonly truth: 'int' | 'bool';
  /** A variable, function or enumerator by name; `file` narrows it to one source file. */
  variable(name: string, file: string | undefined): Value | undefined;
  /** A type of the program or of the language. */
  type(name: string): Type | undefined;
  register(name: string): Value | undefined;
  /** Names like the one that was not found, best first. */
  similar(name: string): readonly string[];
  /** Whether the program has the source file that stands before a name. */
  hasFile(file: string): boolean;
  /** The source files that have a variable or function of the name. */
  filesWith(name: string): readonly string[];
}

/** A name is a type unless a variable of that name is visible. */
export const isTypeIn = (scope: ExpressionScope) => (name: string) =>
  scope.variable(name, undefined) === undefined && scope.type(name) !== undefined;

/** A change that an expression makes. Carried out after the whole expression was computed. */
export type Store =
  | { readonly kind: 'memory'; readonly address: number; readonly bytes: Uint8Array }
  | { readonly kind: 'register'; readonly name: string; readonly value: bigint };
