// RISC-V traps: names of interrupts and exceptions, handlers recognised by their MRET or SRET, and where they were entered from
// (RISC-V Privileged Architecture, 3.1.14–3.1.16).
import { texts } from '../../messages';
import { hex } from '../../numbers';
import type {
  CodeContext,
  ExceptionFrame,
  FaultReport,
  FrameRegisters,
  MachineState,
  SymbolNamer,
} from '../architecture';
import { riscvDwarf } from './registers';

const MRET = 0x30200073;
const SRET = 0x10200073;
/** Larger functions are no trap entries; reading them whole would cost too much. */
const maximumHandlerBytes = 4096;

const exceptions: Readonly<Record<number, string>> = {
  0: 'Instruction address misaligned',
  1: 'Instruction access fault',
  2: 'Illegal instruction',
  3: 'Breakpoint',
  4: 'Load address misaligned',
  5: 'Load access fault',
  6: 'Store address misaligned',
  7: 'Store access fault',
  8: 'Environment call from user mode',
  9: 'Environment call from supervisor mode',
  11: 'Environment call from machine mode',
  12: 'Instruction page fault',
  13: 'Load page fault',
  15: 'Store page fault',
  18: 'Software check',
  19: 'Hardware error',
};

const interrupts: Readonly<Record<number, string>> = {
  1: 'Supervisor software interrupt',
  3: 'Machine software interrupt',
  5: 'Supervisor timer interrupt',
  7: 'Machine timer interrupt',
  9: 'Supervisor external interrupt',
  11: 'Machine external interrupt',
};

/** Causes for which the trap value holds the address that was accessed. */
const hasAddress = new Set([0, 1, 4, 5, 6, 7, 12, 13, 15]);
/** Calls and breakpoints are traps that programs want. */
const isFault = (cause: number) => cause !== 3 && !(cause >= 8 && cause <= 11);

function trapReturn(context: CodeContext): 'm' | 's' | undefined {
  const { functionStart: start, functionEnd: end } = context;
  if (start === undefined || end === undefined || end - start > maximumHandlerBytes) return undefined;
  const code = context.code(start, end - start);
  if (code === undefined) return undefined;
  for (let at = 0; at + 4 <= code.length; ) {
    const isWide = ((code[at] ?? 0) & 3) === 3;
    if (isWide) {
      const word =
        ((code[at] ?? 0) | ((code[at + 1] ?? 0) << 8) | ((code[at + 2] ?? 0) << 16) | ((code[at + 3] ?? 0) << 24)) >>>
        0;
      if (word === MRET) return 'm';
      if (word === SRET) return 's';
    }
    at += isWide ? 4 : 2;
  }
  return undefined;
}

/** True when the function returns by MRET or SRET and the machine has a trap to return from. */
export function isRiscvTrapHandler(context: CodeContext, state: MachineState): boolean {
  const kind = trapReturn(context);
  return kind !== undefined && state.register(`${kind}epc`) !== undefined;
}

/** The frame between a trap handler and the code it interrupted. `caller` holds the registers as the handler's unwinding restored them. */
export function riscvExceptionFrame(
  caller: FrameRegisters,
  state: MachineState,
  name: SymbolNamer,
  addressSize: number,
): ExceptionFrame {
  const level = state.register('mepc') !== undefined ? 'm' : 's';
  const cause = state.register(`${level}cause`);
  const { label, fault } = describeCause(cause, state.register(`${level}tval`), addressSize);
  const problem = (text: string): ExceptionFrame => ({ label, fault, interrupted: undefined, problem: text });
  // There is one epc per privilege level: only the innermost trap can be left.
  if (caller.special('trap') !== undefined) return problem(texts.stackEnds.registerUnknown('the outer trap’s mepc'));
  const epc = state.register(`${level}epc`);
  const sp = caller.get(riscvDwarf.sp);
  if (epc === undefined) return problem(texts.stackEnds.registerUnknown(`${level}epc`));
  if (sp === undefined) return problem(texts.stackEnds.registerUnknown('sp'));
  const pc = Number(addressSize === 8 ? BigInt.asIntN(64, epc) : epc);
  if (name(pc) === undefined) return problem(texts.stackEnds.notCode(pc));
  return {
    label,
    fault,
    problem: undefined,
    interrupted: {
      pc,
      isFault: cause === undefined || (cause & (1n << BigInt(addressSize * 8 - 1))) === 0n,
      sp: Number(addressSize === 8 ? BigInt.asIntN(64, sp) : sp),
      registers: new Map([[riscvDwarf.pc as number, epc]]),
      special: new Map([['trap', 1n]]),
    },
  };
}

function describeCause(
  cause: bigint | undefined,
  value: bigint | undefined,
  addressSize: number,
): { label: string; fault: FaultReport | undefined } {
  if (cause === undefined) return { label: 'Trap', fault: undefined };
  const topBit = 1n << BigInt(addressSize * 8 - 1);
  // Fields above the code belong to CLIC and differ per core; codes fit 10 bits in both modes.
  const code = Number(cause & 0xfffn);
  if ((cause & topBit) !== 0n) return { label: interrupts[code] ?? `Interrupt ${code}`, fault: undefined };
  const title = exceptions[code] ?? `Exception ${code}`;
  if (!isFault(code)) return { label: title, fault: undefined };
  const where =
    value === undefined
      ? ''
      : hasAddress.has(code)
        ? `, at address ${hex(value)}`
        : code === 2 && value !== 0n
          ? `, instruction ${hex(value)}`
          : '';
  const summary = `${title}${where}`;
  const details = [`mcause = ${hex(cause)} (${title})`];
  if (value !== undefined) details.push(`mtval = ${hex(value)}`);
  return { label: summary, fault: { name: title, summary, details } };
}
