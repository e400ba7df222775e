// The call stack as a person reads it: physical frames of the unwinder, each opened up into its inlined functions.
import type { EvaluationContext, FunctionInfo, InlineFrame, Program, SourcePosition } from '../debuginfo/api';
import type { FaultReport } from './arch/architecture';
import { hex } from './numbers';
import type { ThreadState } from './unwind/threadState';
import type { CodeFrame } from './unwind/unwinder';
import { Unwinder } from './unwind/unwinder';

/** One line of the call stack. */
export type Frame = CallFrame | ExceptionLine | EndLine;

export interface CallFrame {
  readonly kind: 'call';
  /** Qualified function name; symbol + offset, or the address, without debug information. */
  readonly name: string;
  readonly function: FunctionInfo | undefined;
  readonly isInlined: boolean;
  readonly position: SourcePosition | undefined;
  /** Where execution stands or will come back to. */
  readonly pc: number;
  /** Address for looking things up: inside the call instruction for callers. */
  readonly lookupPc: number;
  readonly cfa: number | undefined;
  readonly inline: InlineFrame | undefined;
  readonly physical: CodeFrame;
  /** Index of the physical frame in its unwinder. */
  readonly physicalIndex: number;
  readonly unwinder: Unwinder;
}

export interface ExceptionLine {
  readonly kind: 'exception';
  readonly name: string;
  readonly pc: number;
  readonly fault: FaultReport | undefined;
}

export interface EndLine {
  readonly kind: 'end';
  /** Why the stack ends here. */
  readonly name: string;
  readonly pc: number;
}

/** The stack of one halted core, made on demand. Methods may throw a Demand (memory/demand.ts). */
export class Stack {
  readonly #unwinder: Unwinder;
  readonly #frames: Frame[] = [];
  #next = 0;
  #isComplete = false;

  constructor(
    readonly program: Program,
    readonly thread: ThreadState,
    /** Inlined functions of the innermost frame that are not shown: execution stands before their first instruction. */
    readonly hiddenInlined = 0,
  ) {
    this.#unwinder = new Unwinder(program, thread);
  }

  frame(index: number): Frame | undefined {
    while (this.#frames.length <= index && !this.#isComplete) this.#advance();
    return this.#frames[index];
  }

  /** Frames from `start`, at most `count`; `total` is known once the end was seen. */
  frames(start: number, count: number): { readonly frames: readonly Frame[]; readonly total: number | undefined } {
    // One more is looked at, so that the end is known when it is next.
    this.frame(start + count);
    return {
      frames: this.#frames.slice(start, start + count),
      total: this.#isComplete ? this.#frames.length : undefined,
    };
  }

  /** The first fault between the innermost frame and the code that was interrupted. */
  fault(): { readonly report: FaultReport; readonly interrupted: CallFrame | undefined } | undefined {
    for (let index = 0; index < 64; index++) {
      const frame = this.frame(index);
      if (frame === undefined) return undefined;
      if (frame.kind !== 'exception' || frame.fault === undefined) continue;
      const next = this.frame(index + 1);
      return { report: frame.fault, interrupted: next?.kind === 'call' ? next : undefined };
    }
    return undefined;
  }

  #advance(): void {
    const physical = this.#unwinder.frame(this.#next);
    if (physical === undefined) {
      this.#isComplete = true;
      return;
    }
    const index = this.#next++;
    if (physical.kind === 'exception') {
      this.#frames.push({ kind: 'exception', name: physical.label, pc: physical.pc, fault: physical.fault });
    } else if (physical.kind === 'end') {
      this.#frames.push({ kind: 'end', name: physical.label, pc: physical.pc });
    } else {
      this.#frames.push(...this.#open(physical, index));
    }
  }

  #open(physical: CodeFrame, physicalIndex: number): CallFrame[] {
    const { pc, lookupPc, cfa } = physical;
    const common = { kind: 'call', pc, lookupPc, cfa, physical, physicalIndex, unwinder: this.#unwinder } as const;
    const chain = this.program.inlineChainAt(lookupPc);
    const position = this.program.statementRowAt(lookupPc);
    if (chain.length === 0) {
      const name = nameOfAddress(this.program, pc, lookupPc);
      return [{ ...common, name, function: undefined, isInlined: false, inline: undefined, position }];
    }
    const shown = physicalIndex === 0 ? chain.slice(Math.min(this.hiddenInlined, chain.length - 1)) : chain;
    return shown.map((inline) => ({
      ...common,
      name: inline.function.qualifiedName,
      function: inline.function,
      isInlined: inline.isInlined,
      inline: this.#asNext(inline, physical),
      // The functions around an inlined one stand at its call.
      position: inline === chain[0] ? position : inline.position,
    }));
  }

  /** Interrupted code is shown at the instruction that ran last, but its variables are those that the next one sees. */
  #asNext(inline: InlineFrame, { pc, lookupPc, isCall }: CodeFrame): InlineFrame {
    if (isCall || pc === lookupPc) return inline;
    const next = this.program
      .inlineChainAt(pc)
      .find(({ function: other, ranges }) => other === inline.function && ranges[0]?.low === inline.ranges[0]?.low);
    return next === undefined ? inline : { ...inline, scopes: next.scopes };
  }
}

/** `memcpy+0x12`, or the bare address where there is no symbol. */
function nameOfAddress(program: Program, pc: number, lookupPc = pc): string {
  const found = program.symbolAt(lookupPc);
  if (found === undefined || found.symbol.kind === 'object') return hex(pc);
  const offset = pc - found.symbol.address;
  return offset === 0 ? found.symbol.displayName : `${found.symbol.displayName}+${hex(offset)}`;
}

/** What location expressions may ask in a frame. */
export function contextOf(frame: CallFrame): EvaluationContext {
  const context = frame.unwinder.context(frame.physicalIndex);
  if (context === undefined) throw new Error('A call frame has no physical frame.');
  return context;
}
