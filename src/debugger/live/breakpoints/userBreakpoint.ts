// A breakpoint as the user asked for it, and what became of it.
import type { SourcePosition, Type } from '../../../debuginfo/api';
import type { BreakpointKind } from '../../target';
import type { HitCount } from './hitCount';
import type { LogPart } from './logMessage';

/** Which comparator to use: `auto` decides by where the address lies. */
export type BreakpointMode = 'auto' | BreakpointKind;

/** What all kinds of breakpoints may carry. */
export interface BreakpointRules {
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
  readonly mode?: BreakpointMode;
}

export type Where =
  | { readonly kind: 'line'; readonly path: string; readonly line: number; readonly column?: number }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'instruction'; readonly address: number };

export interface BreakpointRequest extends BreakpointRules {
  readonly where: Where;
}

/** `pending`: there is no code for it yet. `refused`: by the target, perhaps for lack of comparators. `wrong`: it cannot be read. */
export type ProblemKind = 'pending' | 'refused' | 'wrong';

/** A request with its rules read and its addresses found. */
export interface UserBreakpoint {
  readonly id: number;
  readonly request: BreakpointRequest;
  readonly addresses: readonly number[];
  readonly position: SourcePosition | undefined;
  /** Why it does not stop; undefined when it does. */
  readonly problem: string | undefined;
  readonly problemKind: ProblemKind | undefined;
  readonly hitCount: HitCount | undefined;
  readonly log: readonly LogPart[] | undefined;
  hits: number;
}

export interface DataBreakpointRequest extends BreakpointRules {
  /** For people: the expression or variable it was made from. */
  readonly label: string;
  readonly address: number;
  readonly lengthBytes: number;
  /** Of what is watched, where it is known. */
  readonly type: Type | undefined;
  readonly access: 'read' | 'write' | 'access';
}

export interface DataBreakpoint {
  readonly id: number;
  readonly request: DataBreakpointRequest;
  readonly problem: string | undefined;
  readonly hitCount: HitCount | undefined;
  hits: number;
  /** The bytes when it was last looked at, for telling old and new. */
  last: Uint8Array | undefined;
}
