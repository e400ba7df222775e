// Exception entry and return of Arm M-profile: which stack the frame lies on, how long it is, and the registers in it.
// Armv6-M DDI0419 B1.5.6–8, Armv7-M DDI0403 B1.5.6–8, Armv8-M DDI0553 B3.19–B3.22.
import { texts } from '../../messages';
import { readUnsigned } from '../../numbers';
import type { FrameRegisters, InterruptedContext, MachineState } from '../architecture';
import { armDwarf, readArmDwarf } from './registers';

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
  /** Thread mode on the process stack (SPSEL). */
  readonly processStack: boolean;
  /** The exception was taken to the secure state (ES). */
  readonly exceptionSecure: boolean;
}

/** True for 0xffxx_xxxx with the reserved ones set; FNC_RETURN (0xfeff_fffx) is not one. */
export function isExcReturn(value: bigint): boolean {
  return value >= 0xffffff80n && value <= 0xfffffffen;
}

/** FNC_RETURN, which a secure-to-non-secure function call leaves in LR (DDI0553 B3.17). */
export function isFncReturn(value: bigint): boolean {
  return value === 0xfefffffen || value === 0xfeffffffn;
}

export function decodeExcReturn(value: bigint, version: 6 | 7 | 8 | undefined): ExcReturn | undefined {
  const bits = Number(value);
  const toThreadMode = (bits & 8) !== 0;
  const processStack = (bits & 4) !== 0;
  if (!toThreadMode && processStack && version !== 8) return undefined;
  const hasSecurity = version === 8 || (version === undefined && (bits & 0x61) !== 0x61);
  return {
    value: bits,
    secureStack: hasSecurity && (bits & 0x40) !== 0,
    defaultCalleeStacking: !hasSecurity || (bits & 0x20) !== 0,
    standardFrame: (bits & 0x10) !== 0,
    toThreadMode,
    processStack: toThreadMode && processStack,
    exceptionSecure: hasSecurity && (bits & 1) !== 0,
  };
}

/** Which stack pointer holds the frame: `handlerSp` is the SP as the handler found it. */
export function frameAddress(
  excReturn: ExcReturn,
  handlerSp: number | undefined,
  caller: FrameRegisters,
  state: MachineState,
): { address: number } | { missing: string } {
  const crossesSecurity = excReturn.secureStack !== excReturn.exceptionSecure;
  const bank = excReturn.secureStack ? 's' : 'ns';
  const stack = excReturn.processStack ? 'psp' : 'msp';
  // The handler runs on the main stack of its own security state; a frame there is where the handler's stack began.
  if (!excReturn.processStack && !crossesSecurity) {
    return handlerSp === undefined ? { missing: 'sp' } : { address: handlerSp };
  }
  const names = crossesSecurity ? [`${stack}_${bank}`] : [`${stack}_${bank}`, stack];
  for (const name of names) {
    const value = caller.special(name) ?? state.register(name);
    if (value !== undefined) return { address: Number(value & 0xfffffffcn) };
  }
  return { missing: names[names.length - 1] ?? stack };
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
