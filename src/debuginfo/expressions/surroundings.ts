// What the evaluation of an expression may ask of the rest of the debug information, and the limits it keeps. Types and numbers.
import type { UnitHandle } from '../api';
import type { UnitContext } from '../sections';

/** The call sites and units of the program, seen from an expression. */
export interface ExpressionProgram {
  readonly isBigEndian: boolean;
  /** The unit that a LocationSource belongs to. */
  unit(handle: UnitHandle): UnitContext;
  /**
   * The call that returns to an address. Undefined if it is not described, or if it is known to call another function than the
   * one at `calleePc`: then a tail call lies between, and the arguments are not those of this frame.
   */
  callSite(returnAddress: number, calleePc: number): CallSiteValues | undefined;
}

export interface CallSiteValues {
  /** The unit of the caller, to which the value expressions belong. */
  readonly unit: UnitContext;
  readonly parameters: readonly CallSiteParameter[];
}

export interface CallSiteParameter {
  /** Where the callee finds the argument at its entry (DW_AT_location); empty if only `parameterOffset` says it. */
  readonly location: Uint8Array;
  /** DW_AT_call_value, to be evaluated in the caller. */
  readonly value: Uint8Array;
  /** DW_AT_call_parameter: the callee's DW_TAG_formal_parameter, as an offset in the unit. */
  readonly parameterOffset?: number;
}

/** Far above what compilers write; keeps a damaged or hostile expression from running on. */
export const limits = {
  steps: 20_000,
  stackDepth: 1024,
  /** Expressions within expressions: calls, entry values, callers of callers. */
  nesting: 24,
};

/** Counts what one question costs, over all expressions that it leads to. */
export interface Effort {
  steps: number;
  nesting: number;
}
