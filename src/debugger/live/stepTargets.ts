// The functions that a step into the current line may enter, and the places a program counter may be set to.
import type { FunctionInfo, Program } from '../../debuginfo/api';
import type { RunControl } from '../arch/runControl';
import type { CallFrame } from '../stack';
import { calleeAt } from './stepperPlan';
import { inlineDepth, isThumbAt, lineRange } from './stepRange';

export interface StepTarget {
  /** First instruction of the function. */
  readonly entry: number;
  readonly name: string;
  /** Where the call stands in the line; 0 = not known. */
  readonly column: number;
}

/** Functions that the rest of the line calls by name, in the order of the code. */
export function stepTargetsOf(program: Program, runControl: RunControl, frame: CallFrame): StepTarget[] {
  const range = lineRange(program, frame.pc, inlineDepth(program, frame.pc), 'into');
  const targets = new Map<number, StepTarget>();
  for (const { low, high } of range?.ranges ?? []) {
    const decode = runControl.decoder(isThumbAt(program, low));
    for (let at = low; at < high; ) {
      const code = program.bytesAt(at, 4) ?? program.bytesAt(at, 2);
      const decoded = code === undefined ? undefined : decode(code, at, false);
      if (decoded === undefined) break;
      const { flow } = decoded;
      const callee = flow.kind === 'call' && flow.target !== undefined ? calleeAt(program, flow.target) : undefined;
      // A function without lines is stepped over.
      if (callee?.stepEntry !== undefined && !targets.has(callee.entry)) {
        const { entry } = callee;
        const name = program.functionAt(entry)?.qualifiedName ?? program.symbolAt(entry)?.symbol.displayName;
        if (name !== undefined) targets.set(entry, { entry, name, column: program.rowAt(at)?.column ?? 0 });
      }
      at += decoded.length;
    }
  }
  return [...targets.values()];
}

export interface GotoTarget {
  readonly address: number;
  readonly line: number;
  readonly column: number;
  readonly function: FunctionInfo | undefined;
}

/** Where execution can be set to for a source line. */
export function gotoTargetsOf(program: Program, path: string, line: number): GotoTarget[] {
  return program.locationsOf({ path, line }).map((location) => ({
    address: location.address,
    line: location.line,
    column: location.column,
    function: location.function,
  }));
}
