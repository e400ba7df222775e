// RISC-V traps: names of interrupts and exceptions, handlers recognised by their MRET or SRET, and where they were entered from
// (RISC-V Privileged Architecture, 3.1.14–3.1.16).
import { texts } from '../../messages';
import { hex, readUnsigned, toAddress } from '../../numbers';
import type { CodeContext, ExceptionEntry, ExceptionFrame, FaultReport } from '../architecture';
import { riscvDwarf } from './registers';
import { csr, followToTrapReturn, reachesTrapReturn, trapReturnLevel } from './trapReturn';

const RET = 0x00008067;
const C_RET = 0x8082;
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
/** Faults of the jump that came here, not of an instruction that is here. */
const fetchFaults = new Set([0, 1, 2, 12]);
/** Calls and breakpoints are traps that programs want. */
const isFault = (cause: number) => cause !== 3 && !(cause >= 8 && cause <= 11);

/** How a function ends, by all its instructions: a trap return, an ordinary one, or neither that can be seen. */
function endOf(context: CodeContext): 'trap' | 'return' | undefined {
  const { functionStart: start, functionEnd: end } = context;
  if (start === undefined || end === undefined) return undefined;
  const code = end - start > maximumHandlerBytes ? undefined : context.code(start, end - start);
  if (code === undefined) return 'return';
  let found: 'return' | undefined;
  for (let at = 0; at + 2 <= code.length; ) {
    const length = ((code[at] ?? 0) & 3) === 3 ? 4 : 2;
    const op = Number(readUnsigned(code.subarray(at, at + length), false));
    if (trapReturnLevel(op) !== undefined) return 'trap';
    if (op === RET || op === C_RET) found = 'return';
    at += length;
  }
  return found;
}

/** True when the code goes on to MRET or SRET. */
export function isRiscvTrapHandler(context: CodeContext, addressSize: number): boolean {
  if (context.functionStart === undefined) return false;
  const end = endOf(context);
  return end === 'trap' || (end === undefined && reachesTrapReturn(context, addressSize));
}

/** The frame between a trap handler and the code it interrupted. */
export function riscvExceptionFrame(entry: ExceptionEntry, addressSize: number): ExceptionFrame {
  const { caller, handler, state, name } = entry;
  const end = handler === undefined ? undefined : followToTrapReturn(handler, state, addressSize);
  const level =
    end?.level ?? (state.register('sepc') !== undefined && state.register('mepc') === undefined ? 's' : 'm');
  // The CSRs are those of the innermost trap; those of outer ones, or of a core file without any, are where the handlers saved them.
  const isOuter = caller.special('trap') !== undefined;
  const read = (what: 'epc' | 'cause') => (isOuter ? undefined : state.register(`${level}${what}`));
  const saved = (what: 'epc' | 'cause') => caller.get(riscvDwarf.csr0 + csr[`${level}${what}`]);
  const cause = read('cause') ?? saved('cause');
  const { label, fault } = describeCause(cause, isOuter ? undefined : state.register(`${level}tval`), addressSize);
  const problem = (text: string): ExceptionFrame => ({ label, fault, interrupted: undefined, problem: text });
  const epc = interruptedAt(read('epc'), end?.epc, saved('epc'), addressSize);
  const sp = end?.registers.get(riscvDwarf.sp) ?? caller.get(riscvDwarf.sp);
  if (epc === undefined)
    return problem(texts.stackEnds.registerUnknown(isOuter ? `the outer trap’s ${level}epc` : `${level}epc`));
  if (sp === undefined) return problem(texts.stackEnds.registerUnknown('sp'));
  const pc = toAddress(epc, addressSize);
  // A jump to nowhere faults there; the caller is in ra then.
  const isNowhere = fault !== undefined && cause !== undefined && fetchFaults.has(Number(cause));
  if (name(pc) === undefined && !isNowhere) return problem(texts.stackEnds.notCode(pc));
  return {
    label,
    fault,
    problem: undefined,
    interrupted: {
      pc,
      isFault: cause === undefined || (cause & (1n << BigInt(addressSize * 8 - 1))) === 0n,
      sp: toAddress(sp, addressSize),
      registers: new Map([...(end?.registers ?? []), [riscvDwarf.pc, epc]]),
      special: new Map([['trap', 1n]]),
    },
  };
}

/**
 * Where a trap interrupted: by the CSR, or by what the handler saved and is going to return to, since a trap inside the handler
 * overwrites the CSR. A handler that returns behind its ECALL or EBREAK still was entered there.
 */
function interruptedAt(
  current: bigint | undefined,
  returnsTo: bigint | undefined,
  saved: bigint | undefined,
  addressSize: number,
): bigint | undefined {
  const wide = (value: bigint | undefined) =>
    value === undefined ? undefined : BigInt.asUintN(addressSize * 8, value);
  const target = wide(returnsTo) ?? wide(saved);
  if (current === undefined || target === undefined) return current ?? target;
  const skipped = target - current;
  return skipped === 2n || skipped === 4n ? current : target;
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
