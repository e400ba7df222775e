// What differs between architectures, as one interface: register roles, calling convention, exception frames, fault words.
// Nothing outside arch/ names an architecture. A port is one object of this type in a folder of its own.
import type { CodeKind, UnwindRow } from '../../debuginfo/api';
import type { RegisterDescription } from '../target';

/** What architecture code may ask of the halted core. Reads are cached; what is not cached is a Demand (memory/demand.ts). */
export interface MachineState {
  /** Undefined when a byte cannot be read. */
  memory(address: number, length: number): Uint8Array | undefined;
  /** A register of the innermost frame by OpenOCD's name, any case; undefined when there is none or it cannot be read. */
  register(name: string): bigint | undefined;
}

/** Registers of one frame. */
export interface FrameRegisters {
  /** By DWARF number; undefined = not known in this frame. */
  get(dwarf: number): bigint | undefined;
  /** Status registers without a DWARF number that belong to a frame, such as the stacked xPSR. */
  special(name: string): bigint | undefined;
}

/** What is known about where execution was interrupted, and the frame's label. */
export interface ExceptionFrame {
  /** Words for the stack: `HardFault: bus error …`, `IRQ 5 (TIM2_IRQHandler)`. */
  readonly label: string;
  /** Undefined when the interrupted context cannot be found; `problem` then says why. */
  readonly interrupted: InterruptedContext | undefined;
  readonly problem: string | undefined;
  /** Set when the exception is a fault. */
  readonly fault: FaultReport | undefined;
}

export interface InterruptedContext {
  readonly pc: number;
  /** True when `pc` is the instruction that failed; false when it is the one to go on with. */
  readonly isFault: boolean;
  /** True when the code called and did not get interrupted: `pc` is behind the call, and only preserved registers are known. */
  readonly isCall?: boolean;
  readonly sp: number;
  /** DWARF register → value, for what the exception entry changed; all others keep the values of the frame below. */
  readonly registers: ReadonlyMap<number, bigint>;
  readonly special: ReadonlyMap<string, bigint>;
}

/** A handler that is about to be left by an exception return, a trap return, or into another security state. */
export interface ExceptionEntry {
  /** What stands for the return; 0 where an instruction of its own leaves the handler. */
  readonly returnAddress: bigint;
  /** The registers as the handler's own unwinding leaves them; none is known where that failed. */
  readonly caller: FrameRegisters;
  /** The handler's frame; undefined where execution stands in no code at all. */
  readonly handler: HandlerFrame | undefined;
  readonly state: MachineState;
  readonly name: SymbolNamer;
}

export interface HandlerFrame {
  readonly code: CodeContext;
  readonly registers: FrameRegisters;
}

/** A fault in plain words, for exceptionInfo. */
export interface FaultReport {
  /** `HardFault`, `Load access fault`. */
  readonly name: string;
  /** One sentence: what happened and where. */
  readonly summary: string;
  /** One line per decoded bit or register. */
  readonly details: readonly string[];
}

/** Names addresses for labels. */
export type SymbolNamer = (address: number) => string | undefined;

/** Where code around an address lies, for prologue analysis. */
export interface CodeContext {
  readonly pc: number;
  /** First instruction of the function, from symbols; undefined when not known. */
  readonly functionStart: number | undefined;
  /** End of the function (exclusive), where the symbol has a size. */
  readonly functionEnd: number | undefined;
  /** True when nothing was called from here: the return address may still be in its register. */
  readonly isInnermost: boolean;
  readonly isThumb: boolean;
  /** Instruction bytes, from the program where it has them, else from the target; undefined when they cannot be read. */
  code(address: number, length: number): Uint8Array | undefined;
}

/** What prologue analysis finds out; the parts of an unwind row that matter. */
export type FallbackRow = Pick<UnwindRow, 'cfa' | 'rules' | 'returnAddressRegister'>;

export interface DisassemblyMode {
  readonly architecture: 'arm' | 'riscv';
  readonly bits: 32 | 64;
  readonly isThumb: boolean;
  readonly isMProfile: boolean;
}

/** What is peculiar to pointers to code. */
export interface CodePointers {
  /** The address part of a code pointer: without the Thumb bit. */
  codeAddress(pointer: bigint): number;
  /** What a pointer to code at an address holds. */
  codePointer(address: number, kind: CodeKind): bigint;
  /** Where a pointer to a C++ member function marks virtual ones (Itanium C++ ABI §2.3). */
  readonly virtualMark: 'pointer' | 'adjustment';
}

export interface Architecture extends CodePointers {
  /** For people: `Arm M-profile`, `RISC-V 32-bit`. */
  readonly name: string;
  readonly addressSize: number;
  /** DWARF numbers of the roles. */
  readonly programCounter: number;
  readonly stackPointer: number;
  readonly returnAddress: number;
  readonly framePointer: number;
  /** Name for people and OpenOCD of a DWARF register: `r4`, `a0`. */
  registerName(dwarf: number): string;
  describeRegister(name: string): RegisterDescription;
  sortRegisters(registers: readonly RegisterDescription[]): RegisterDescription[];
  /** Reads a DWARF register through the names the target has; handles pairs and aliases (S and D registers). */
  readDwarf(dwarf: number, byName: (name: string) => bigint | undefined): bigint | undefined;
  /** Size in bytes of a DWARF register. */
  registerSize(dwarf: number): number;
  /** Spellings of a register an expression may use: `fp` → `r11` or `s0`; undefined when there is no such alias. */
  alias(name: string): string | undefined;
  /** Registers a called function must preserve (procedure call standard). */
  isPreserved(dwarf: number): boolean;
  /** True where reading more than was asked for can have side effects. */
  isDevice(address: number): boolean;

  /** True when a return address is no address in this code but stands for an exception return or another way out. */
  isExceptionReturn(returnAddress: bigint, state: MachineState): boolean;
  /** True when pc holds no address of code: after a fault in an exception return, or in lockup. */
  isExceptionState(pc: bigint): boolean;
  /** True when the code at `context` is a handler whose interrupted code is found through exception state, not a return address. */
  isTrapHandler(context: CodeContext): boolean;
  /** The exception that a handler frame was entered by. */
  exceptionFrame(entry: ExceptionEntry): ExceptionFrame;
  /** False when no call can have left this value as its return address. */
  mayReturnTo(returnAddress: bigint): boolean;
  /** Why nothing comes after this return address, when it is the architecture's own end mark. */
  endOfStack(returnAddress: bigint): { readonly label: string | undefined } | undefined;
  /** Unwinds by reading the function's first instructions; undefined when they tell nothing. */
  analysePrologue(context: CodeContext): FallbackRow | undefined;

  /** False when the last of these instructions always leads elsewhere (flow.ts). */
  fallsThrough(code: Uint8Array, address: number, isThumb: boolean): boolean;
  disassembly(isThumb: boolean): DisassemblyMode;
  /** Length of the instruction that starts with these bytes (4 at most are looked at). */
  instructionLength(bytes: Uint8Array, isThumb: boolean): number;
}
