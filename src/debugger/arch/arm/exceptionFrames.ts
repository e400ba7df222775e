// Exception entry and return of Arm M-profile: which stack the frame lies on, how long it is, and the registers in it.
// Armv6-M DDI0419 B1.5.6–8, Armv7-M DDI0403 B1.5.6–8, Armv8-M DDI0553 B3.19–B3.22.
import { texts } from '../../messages';
import { readUnsigned } from '../../numbers';
import type { FrameRegisters, InterruptedContext, MachineState } from '../architecture';
import { armDwarf, readArmDwarf } from './registers';

const CFSR = 0xe000ed28;
const FPCCR = 0xe000ef34;
const FPCAR = 0xe000ef38;
/** The words below a secure frame: signature, a reserved word, r4–r11. */
const stateContextSize = 40;
const signature = 0xfefa125a;

/** The fields of EXC_RETURN (DDI0553 D1.2.84); on Armv6-M and Armv7-M the security bits read as ones. */
export interface ExcReturn {
  readonly value: number;
  /** The interrupted context ran on a secure stack (S). */
  readonly secureStack: boolean;
  /** Callee registers follow the default rules (DCRS). */
  readonly defaultCalleeStacking: boolean;
  /** No floating-point state on the stack (FType). */
  readonly standardFrame: boolean;
  readonly toThreadMode: boolean;
  /** CONTROL.SPSEL of the exception's security state before it was taken (SPSEL). */
  readonly processStack: boolean;
  /** The exception was taken to the secure state (ES). */
  readonly exceptionSecure: boolean;
}

/** The values that Armv6-M knows, and those that Armv7-M adds for frames with floating-point registers (DDI0403 B1.5.8). */
const basicReturns = new Set([0xfffffff1, 0xfffffff9, 0xfffffffd]);
const extendedReturns = new Set([0xffffffe1, 0xffffffe9, 0xffffffed]);

/** True where a core would take the value for an EXC_RETURN, valid or not. */
export function isExcReturn(value: bigint): boolean {
  return value >= 0xffffff80n && value <= 0xfffffffen;
}

/** Undefined for values that the core would refuse with a UsageFault. */
export function decodeExcReturn(value: bigint, version: 6 | 7 | 8 | undefined): ExcReturn | undefined {
  const bits = Number(value);
  const isOld = basicReturns.has(bits) || (version !== 6 && extendedReturns.has(bits));
  // Armv8-M: bit 1 is reserved, bits 7 up are ones; every combination of the others has a meaning.
  const isNew = (version ?? 8) === 8 && isExcReturn(value) && (bits & 2) === 0;
  if (!isOld && !isNew) return undefined;
  const hasSecurity = version === 8 || (version === undefined && (bits & 0x61) !== 0x61);
  return {
    value: bits,
    secureStack: hasSecurity && (bits & 0x40) !== 0,
    defaultCalleeStacking: !hasSecurity || (bits & 0x20) !== 0,
    standardFrame: (bits & 0x10) !== 0,
    toThreadMode: (bits & 8) !== 0,
    processStack: (bits & 4) !== 0,
    exceptionSecure: hasSecurity && (bits & 1) !== 0,
  };
}

/** Security state in names of registers. Cores without the security extension count as non-secure here. */
export type Bank = 's' | 'ns';
export const bankOf = (isSecure: boolean): Bank => (isSecure ? 's' : 'ns');

/** True where thread mode of a security state is on its process stack; undefined where CONTROL cannot be read. */
export function usesProcessStack(bank: Bank, caller: FrameRegisters, state: MachineState): boolean | undefined {
  const selected = caller.special(`spsel_${bank}`);
  if (selected !== undefined) return selected === 1n;
  const control = state.register(`control_${bank}`);
  return control === undefined ? undefined : (control & 2n) !== 0n;
}

/** A banked stack pointer as it was in `caller`; undefined when it is not known. */
export function stackPointer(
  stack: 'msp' | 'psp',
  bank: Bank,
  caller: FrameRegisters,
  state: MachineState,
): number | undefined {
  const name = `${stack}_${bank}`;
  const value = caller.special(name) ?? state.register(name);
  return value === undefined ? undefined : Number(value & 0xfffffffcn);
}

/** Which stack holds the frame, and where on it. `handlerSp` is SP as the handler found it. */
export function frameAddress(
  excReturn: ExcReturn,
  handlerSp: number | undefined,
  caller: FrameRegisters,
  state: MachineState,
): { readonly stack: 'msp' | 'psp'; readonly address: number } | { readonly missing: string } {
  const { secureStack, exceptionSecure, toThreadMode } = excReturn;
  const crossesSecurity = secureStack !== exceptionSecure;
  const bank = bankOf(secureStack);
  // EXC_RETURN.SPSEL is what CONTROL.SPSEL of the exception's own security state becomes again; the other state keeps its own
  // (DDI0553, pseudocode of ExceptionReturn and LookUpSP_with_security_mode).
  const isProcess =
    toThreadMode && ((crossesSecurity ? usesProcessStack(bank, caller, state) : undefined) ?? excReturn.processStack);
  const stack = isProcess ? 'psp' : 'msp';
  // The handler runs on the main stack of its own security state; a frame there is where the handler's stack began.
  if (stack === 'msp' && !crossesSecurity) {
    return handlerSp === undefined ? { missing: 'sp' } : { stack, address: handlerSp };
  }
  const own = stackPointer(stack, bank, caller, state);
  if (own !== undefined) return { stack, address: own };
  const plain = crossesSecurity ? undefined : state.register(stack);
  if (plain !== undefined) return { stack, address: Number(plain & 0xfffffffcn) };
  return { missing: crossesSecurity ? `${stack}_${bank}` : stack };
}

/** Stack pointers and their selection as they are once the handler has returned: frames further out are found by them. */
export function stacksAfter(
  excReturn: ExcReturn,
  handlerSp: number | undefined,
  stack: 'msp' | 'psp',
  sp: number,
): Map<string, bigint> {
  const own = bankOf(excReturn.exceptionSecure);
  const after = new Map([[`spsel_${own}`, excReturn.processStack ? 1n : 0n]]);
  if (handlerSp !== undefined) after.set(`msp_${own}`, BigInt(handlerSp));
  return after.set(`${stack}_${bankOf(excReturn.secureStack)}`, BigInt(sp));
}

/** CFSR.MSTKERR or STKERR: storing the registers failed when an exception was taken (DDI0403 B3.2.15). */
export function failedStacking(state: MachineState): string | undefined {
  const cfsr = Number(register32(state, CFSR) ?? 0n);
  if ((cfsr & 0x10) !== 0) return 'MSTKERR';
  return (cfsr & 0x1000) !== 0 ? 'STKERR' : undefined;
}

/** The registers of the interrupted code from the frame at `frame`, or why they cannot be had. */
export function readFrame(
  excReturn: ExcReturn,
  frame: number,
  state: MachineState,
): Omit<InterruptedContext, 'isFault'> | { readonly problem: string } {
  const registers = new Map<number, bigint>();
  let at = frame;
  // Callee registers are on the stack when secure code was interrupted by the non-secure world, or by a tail-chain of it.
  if (excReturn.secureStack && (!excReturn.exceptionSecure || !excReturn.defaultCalleeStacking)) {
    const context = state.memory(at, stateContextSize);
    if (context === undefined) return { problem: texts.stackEnds.missingMemory(at, 'the stacked secure state') };
    const found = Number(word(context, 0));
    if ((found & ~1) >>> 0 !== signature) return { problem: texts.stackEnds.integritySignature(at) };
    for (let i = 0; i < 8; i++) registers.set(4 + i, word(context, 8 + 4 * i));
    at += stateContextSize;
  }
  const basic = state.memory(at, 32);
  if (basic === undefined) return { problem: texts.stackEnds.missingMemory(at, 'the exception frame') };
  for (let i = 0; i < 4; i++) registers.set(i, word(basic, 4 * i));
  registers.set(12, word(basic, 16));
  registers.set(armDwarf.lr, word(basic, 20));
  const pc = Number(word(basic, 24) & 0xfffffffen);
  const xpsr = word(basic, 28);
  let size = 32;
  if (!excReturn.standardFrame) size = readFloatingPoint(at, excReturn, state, registers);
  // Bit 9 of the stacked xPSR: the entry aligned SP to 8 bytes (DDI0403 B1.5.7).
  const sp = at + size + ((xpsr & 0x200n) !== 0n ? 4 : 0);
  registers.set(armDwarf.sp, BigInt(sp));
  registers.set(armDwarf.pc, BigInt(pc));
  return { pc, sp, registers, special: new Map([['xpsr', xpsr & ~0x200n]]) };
}

/** Reads S0–S15 (and S16–S31) of an extended frame and returns the frame's size. */
function readFloatingPoint(
  basic: number,
  excReturn: ExcReturn,
  state: MachineState,
  registers: Map<number, bigint>,
): number {
  const fpccr = register32(state, FPCCR) ?? 0n;
  // FPCCR.TS: the secure state also stacks S16–S31 (DDI0553 B3.20).
  const stacksAll = excReturn.secureStack && (fpccr & (1n << 26n)) !== 0n;
  const area = basic + 32;
  const isPending = (fpccr & 1n) !== 0n && Number(register32(state, FPCAR) ?? 0n) === area;
  const count = stacksAll ? 32 : 16;
  for (let i = 0; i < count; i++) {
    // Lazy stacking reserved the room but has not saved anything: the values are still in the registers.
    const at = area + 4 * i + (i >= 16 ? 8 : 0);
    const value = isPending ? readArmDwarf(armDwarf.s0 + i, (name) => state.register(name)) : register32(state, at);
    if (value !== undefined) registers.set(armDwarf.s0 + i, value);
  }
  return stacksAll ? 168 : 104;
}

function register32(state: MachineState, address: number): bigint | undefined {
  const bytes = state.memory(address, 4);
  return bytes === undefined ? undefined : word(bytes, 0);
}

const word = (bytes: Uint8Array, at: number) => readUnsigned(bytes.subarray(at, at + 4), false);
