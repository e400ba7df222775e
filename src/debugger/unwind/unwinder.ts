// Walks the stack of a halted core, one physical frame at a time: unwind tables first, then the function's prologue, through
// exception frames, to an orderly end. Inlined frames are made from these in stack.ts.
import type { EvaluationContext, Program, UnwindRow } from '../../debuginfo/api';
import type { CodeContext, FallbackRow, FaultReport, HandlerFrame, InterruptedContext } from '../arch/architecture';
import { texts } from '../messages';
import { toAddress } from '../numbers';
import { RegisterSet } from './registerSet';
import type { ThreadState } from './threadState';

/** How a frame's caller was found. */
export type UnwindSource = '.debug_frame' | '.eh_frame' | '.ARM.exidx' | 'prologue';

export interface CodeFrame {
  readonly kind: 'code';
  readonly pc: number;
  /** The address to look up functions, lines and scopes at: inside the call instruction for callers. */
  readonly lookupPc: number;
  /** The address to look up unwind rows at. */
  readonly unwindPc: number;
  /** True when execution comes back here from a call; false at the innermost frame and where an exception interrupted. */
  readonly isCall: boolean;
  readonly registers: RegisterSet;
  readonly row:
    | (FallbackRow & { readonly source: UnwindSource; readonly isOutermost: boolean; readonly isSignalFrame: boolean })
    | undefined;
  readonly cfa: number | undefined;
}

/** An exception or trap between a handler (below) and what it interrupted (above). */
export interface LabelFrame {
  readonly kind: 'exception';
  readonly label: string;
  readonly pc: number;
  readonly fault: FaultReport | undefined;
}

/** The last frame, where the walk had to stop. */
export interface EndFrame {
  readonly kind: 'end';
  readonly label: string;
  readonly pc: number;
}

export type PhysicalFrame = CodeFrame | LabelFrame | EndFrame;

/** Stacks longer than this are not followed. */
const maximumFrames = 100_000;
const SHF_EXECINSTR = 4;
const SHF_ALLOC = 2;

/** The physical frames of one core, walked on demand. All methods may throw a Demand (memory/demand.ts). */
export class Unwinder {
  readonly #frames: PhysicalFrame[] = [];
  #isComplete = false;
  /** What comes after an exception frame that is already in the list. */
  #interrupted: InterruptedContext | undefined;
  #interruptedBelow: RegisterSet | undefined;

  constructor(
    readonly program: Program,
    readonly thread: ThreadState,
  ) {}

  /** The frame at `index`, 0 = innermost; undefined beyond the end. */
  frame(index: number): PhysicalFrame | undefined {
    while (this.#frames.length <= index && !this.#isComplete) this.#advance();
    return this.#frames[index];
  }

  /** What a location expression may ask in a code frame, without the frame base, which depends on the function. */
  context(index: number): EvaluationContext | undefined {
    const frame = this.frame(index);
    return frame?.kind === 'code' ? this.#contextOf(frame, index) : undefined;
  }

  #contextOf(frame: CodeFrame, index: number): EvaluationContext {
    const frameBase = (): number | undefined => {
      const source = this.program.functionAt(frame.lookupPc)?.frameBase;
      if (source === undefined) return undefined;
      const value = this.program.evaluate(source, context);
      return value === undefined ? undefined : toAddress(value, this.thread.architecture.addressSize);
    };
    const context: EvaluationContext = {
      // Interrupted code is shown at the instruction that ran last; its values are where the next one expects them.
      pc: frame.isCall ? frame.lookupPc : frame.pc,
      register: (dwarf) => frame.registers.get(dwarf),
      memory: (address, length) => this.thread.memory(address, length),
      frameBase,
      canonicalFrameAddress: () => frame.cfa,
      caller: () => {
        const next = this.frame(index + 1);
        return next?.kind === 'code' && next.isCall
          ? { context: this.#contextOf(next, index + 1), returnAddress: next.pc }
          : undefined;
      },
    };
    return context;
  }

  #advance(): void {
    const next = this.#after(this.#frames.at(-1));
    this.#frames.push(...next);
    if (next.length === 0 || this.#frames.at(-1)?.kind === 'end') this.#isComplete = true;
  }

  /** The frames that follow `last`; none at the orderly end of the stack. */
  #after(last: PhysicalFrame | undefined): PhysicalFrame[] {
    if (last === undefined) return this.#innermost();
    if (this.#frames.length >= maximumFrames) return end(texts.stackEnds.tooDeep(maximumFrames), last.pc);
    if (last.kind === 'end') return [];
    return last.kind === 'exception' ? this.#interruptedCode() : this.#caller(last);
  }

  #innermost(): PhysicalFrame[] {
    const { architecture } = this.thread;
    const registers = RegisterSet.innermost(this.thread);
    const value = registers.get(architecture.programCounter);
    if (value === undefined) return end(texts.stackEnds.registerUnknown('pc'), 0);
    if (architecture.isExceptionState(value)) return this.#exception(value, registers, undefined, Number(value));
    const pc = architecture.codeAddress(value);
    return [this.#makeFrame({ kind: 'code', pc, lookupPc: pc, unwindPc: pc, isCall: false, registers })];
  }

  #caller(frame: CodeFrame): PhysicalFrame[] {
    const { architecture } = this.thread;
    const { row, cfa } = frame;
    const handler = { code: this.#codeContext(frame), registers: frame.registers };
    const isTrap = row?.isOutermost !== true && architecture.isTrapHandler(handler.code);
    if (isTrap && cfa === undefined) return this.#exception(0n, RegisterSet.lost(frame.registers), handler, frame.pc);
    if (row === undefined) return end(texts.stackEnds.noUnwindInfo(frame.pc), frame.pc);
    if (row.isOutermost) return [];
    if (cfa === undefined) return end(this.#cfaProblem(row), frame.pc);
    const context = this.#contextOf(frame, this.#frames.length - 1);
    const caller = RegisterSet.caller(frame.registers, row, cfa, this.program, context, isTrap);
    if (isTrap) return this.#exception(0n, caller, handler, frame.pc);
    const returnAddress = caller.get(row.returnAddressRegister);
    if (returnAddress === undefined) return end(this.#returnAddressProblem(row, caller), frame.pc);
    const mark = architecture.endOfStack(returnAddress);
    if (mark !== undefined) {
      return mark.label === undefined ? [] : end(mark.label, toAddress(returnAddress, architecture.addressSize));
    }
    if (architecture.isExceptionReturn(returnAddress, this.thread))
      return this.#exception(returnAddress, caller, handler, Number(returnAddress));
    const pc = architecture.codeAddress(returnAddress);
    if (frame.isCall && !row.rules.has(row.returnAddressRegister))
      return end(texts.stackEnds.returnAddressLost(), frame.pc);
    if (!architecture.mayReturnTo(returnAddress) || !this.#isCode(pc)) return end(texts.stackEnds.notCode(pc), pc);
    const sp = frame.registers.get(architecture.stackPointer);
    const callerSp = caller.get(architecture.stackPointer);
    const hasMoved = sp === undefined || callerSp === undefined || callerSp > sp || (callerSp === sp && !frame.isCall);
    if (!hasMoved) return end(texts.stackEnds.noProgress(Number(callerSp)), pc);
    const isCall = !row.isSignalFrame;
    const lookupPc = isCall ? pc - 1 : pc;
    return [this.#makeFrame({ kind: 'code', pc, lookupPc, unwindPc: lookupPc, isCall, registers: caller })];
  }

  #interruptedCode(): PhysicalFrame[] {
    const context = this.#interrupted;
    const below = this.#interruptedBelow;
    if (context === undefined || below === undefined) return [];
    const { pc, isCall = false } = context;
    const registers = RegisterSet.interrupted(below, context.registers, context.special);
    const lookupPc = isCall ? pc - 1 : this.#lookupOfInterrupted(context);
    const unwindPc = isCall ? lookupPc : pc;
    return [this.#makeFrame({ kind: 'code', pc, lookupPc, unwindPc, isCall, registers })];
  }

  /**
   * Where interrupted code stood. A fault's address is the faulting instruction itself. All others come back to the instruction
   * behind the one that ran last, which is the one to show, unless it belongs to another function (an interrupt right at the start)
   * or cannot have led here.
   */
  #lookupOfInterrupted({ pc, isFault }: InterruptedContext): number {
    if (isFault) return pc;
    const { program } = this;
    const before = program.functionAt(pc - 1);
    if (before === undefined || before !== program.functionAt(pc)) return pc;
    // Rows of the line table begin at instructions.
    const start = program.rowAt(pc - 1)?.low;
    const code = start === undefined ? undefined : program.bytesAt(start, pc - start);
    if (start === undefined || code === undefined) return pc - 1;
    const isThumb = program.codeKindAt(pc) !== 'arm';
    return this.thread.architecture.fallsThrough(code, start, isThumb) ? pc - 1 : pc;
  }

  #exception(
    returnAddress: bigint,
    caller: RegisterSet,
    handler: HandlerFrame | undefined,
    pc: number,
  ): PhysicalFrame[] {
    const name = (address: number) => this.program.symbolAt(address)?.symbol.displayName;
    const state = this.thread;
    const frame = state.architecture.exceptionFrame({ returnAddress, caller, handler, state, name });
    this.#interrupted = frame.interrupted;
    this.#interruptedBelow = caller;
    const label: LabelFrame = {
      kind: 'exception',
      label: frame.label,
      pc: frame.interrupted?.pc ?? pc,
      fault: frame.fault,
    };
    return frame.problem === undefined ? [label] : [label, ...end(frame.problem, pc)];
  }

  #makeFrame(bare: Omit<CodeFrame, 'row' | 'cfa'>): CodeFrame {
    const row = this.#rowOf(bare);
    return { ...bare, row, cfa: row === undefined ? undefined : this.#cfaOf(row, bare) };
  }

  #rowOf(frame: Omit<CodeFrame, 'row' | 'cfa'>): CodeFrame['row'] {
    const row = this.program.unwindRowAt(frame.unwindPc);
    // EXIDX_CANTUNWIND ends the unwinding of exceptions, not the chain of callers (EHABI §5): the prologue may know more.
    const isRefusal = row?.source === '.ARM.exidx' && row.isOutermost;
    const code = this.#codeContext(frame);
    const isEmpty = row !== undefined && !row.isOutermost && this.#saysNothing(row, frame, code);
    if (row !== undefined && !isRefusal && !isEmpty) return row;
    const fallback = this.thread.architecture.analysePrologue(code);
    if (fallback === undefined || (isEmpty && !buildsFrame(fallback))) return row;
    return { ...fallback, source: 'prologue', isOutermost: false, isSignalFrame: false };
  }

  /**
   * Compilers give a function that is written in assembly (`naked`) a table of one row in which nothing ever happens; and a function
   * that has called another must have saved its return address.
   */
  #saysNothing(row: UnwindRow, frame: Omit<CodeFrame, 'row' | 'cfa'>, code: CodeContext): boolean {
    if (frame.isCall && !row.rules.has(row.returnAddressRegister)) return true;
    const { cfa, rules, range } = row;
    const { functionStart, functionEnd } = code;
    if (rules.size > 0 || cfa.kind !== 'registerOffset' || cfa.offset !== 0) return false;
    if (functionStart === undefined || functionEnd === undefined) return false;
    return range.low <= functionStart && range.high >= functionEnd;
  }

  #cfaOf(row: FallbackRow, frame: Omit<CodeFrame, 'row' | 'cfa'>): number | undefined {
    if (row.cfa.kind === 'registerOffset') {
      const base = frame.registers.get(row.cfa.register);
      return base === undefined
        ? undefined
        : toAddress(base + BigInt(row.cfa.offset), this.thread.architecture.addressSize);
    }
    const value = this.program.evaluate(
      { kind: 'expression', expression: row.cfa.expression, unit: { index: -1 } },
      {
        pc: frame.lookupPc,
        register: (dwarf) => frame.registers.get(dwarf),
        memory: (address, length) => this.thread.memory(address, length),
        frameBase: () => undefined,
        canonicalFrameAddress: () => undefined,
      },
    );
    return value === undefined ? undefined : toAddress(value, this.thread.architecture.addressSize);
  }

  #codeContext(frame: Omit<CodeFrame, 'row' | 'cfa'>): CodeContext {
    const { program } = this;
    const found = program.symbolAt(frame.lookupPc);
    const isFunction = found !== undefined && (found.symbol.kind === 'function' || found.symbol.kind === 'none');
    const start = isFunction ? found.symbol.address : undefined;
    const size = isFunction ? found.symbol.size : 0;
    return {
      pc: frame.pc,
      functionStart: start,
      functionEnd: start === undefined || size === 0 ? undefined : start + size,
      isInnermost: !frame.isCall,
      isThumb: program.codeKindAt(frame.lookupPc) !== 'arm',
      code: (address, length) => program.bytesAt(address, length) ?? this.thread.memory(address, length),
    };
  }

  #cfaProblem(row: FallbackRow): string {
    const { cfa } = row;
    const { architecture } = this.thread;
    return texts.stackEnds.registerUnknown(
      cfa.kind === 'registerOffset' ? architecture.registerName(cfa.register) : 'the canonical frame address',
    );
  }

  #returnAddressProblem(row: FallbackRow, caller: RegisterSet): string {
    const place = caller.placeOf(row.returnAddressRegister);
    return place?.kind === 'memory'
      ? texts.stackEnds.missingMemory(place.address, 'the return address')
      : texts.stackEnds.registerUnknown(this.thread.architecture.registerName(row.returnAddressRegister));
  }

  /** Code of the program, or readable memory outside it (a ROM); never its data. */
  #isCode(pc: number): boolean {
    let isData = false;
    for (const { address, size, flags } of this.program.sections) {
      if ((flags & SHF_ALLOC) === 0 || pc < address || pc >= address + size) continue;
      if ((flags & SHF_EXECINSTR) !== 0) return true;
      isData = true;
    }
    return !isData && this.thread.memory(pc, 2) !== undefined;
  }
}

/** True when the code has moved the stack pointer or saved its return address. */
function buildsFrame({ cfa, rules, returnAddressRegister }: FallbackRow): boolean {
  return rules.has(returnAddressRegister) || cfa.kind !== 'registerOffset' || cfa.offset !== 0;
}

/** The last frame of a stack that had to end. */
function end(reason: string, pc: number): [EndFrame] {
  return [{ kind: 'end', label: reason, pc }];
}
