// Function calls between the security states of Armv8-M: what stands for the return, and where the caller's stack goes on.
// DDI0553 B3.17 (FNC_RETURN), pseudocode of BLXNS, BXNS and SG.
import { texts } from '../../messages';
import { hex, readUnsigned } from '../../numbers';
import type { ExceptionEntry, ExceptionFrame, InterruptedContext, MachineState } from '../architecture';
import { bankOf, stackPointer, usesProcessStack } from './exceptionFrames';
import { armDwarf } from './registers';

/** FNC_RETURN, which a call from secure to non-secure code leaves in LR. */
export function isFncReturn(value: bigint): boolean {
  return value === 0xfefffffen || value === 0xfeffffffn;
}

/** The entry of a secure function clears bit 0 of LR when non-secure code called it (SG). */
export function isNonSecureReturn(value: bigint, state: MachineState): boolean {
  return (value & 1n) === 0n && value > 0n && value < 0xe0000000n && state.register('msp_ns') !== undefined;
}

/** Non-secure code called by secure code: the return address lies on the secure stack. */
export function secureCaller(entry: ExceptionEntry): ExceptionFrame {
  const label = 'Call from secure state';
  const pointer = callerStack(entry, true);
  if (typeof pointer === 'string') return unknown(label, texts.stackEnds.registerUnknown(pointer));
  const frame = entry.state.memory(pointer.sp, 8);
  if (frame === undefined) return unknown(label, texts.stackEnds.missingMemory(pointer.sp, 'the return address'));
  const pc = Number(readUnsigned(frame.subarray(0, 4), false) & 0xfffffffen);
  if (pc === 0) return unknown(label, texts.stackEnds.notCode(pc));
  // The word above is the caller's IPSR, which non-secure code must not see.
  const ipsr = readUnsigned(frame.subarray(4, 8), false) & 0x1ffn;
  return called(label, entry, { pc, sp: pointer.sp + 8, ipsr, leaves: false });
}

/** Secure code called by non-secure code: the caller's registers are its own, but for the stack pointer. */
export function nonSecureCaller(entry: ExceptionEntry): ExceptionFrame {
  const label = 'Call from non-secure state';
  const pc = Number(entry.returnAddress);
  if (entry.name(pc) === undefined) return unknown(label, texts.stackEnds.notCode(pc));
  const pointer = callerStack(entry, false);
  if (typeof pointer === 'string') return unknown(label, texts.stackEnds.registerUnknown(pointer));
  return called(label, entry, { pc, sp: pointer.sp, ipsr: undefined, leaves: true });
}

const xpsrOf = ({ caller, state }: ExceptionEntry) => caller.special('xpsr') ?? state.register('xpsr') ?? 0n;

/** The stack pointer of the calling state, or the name of the register that would tell. */
function callerStack(entry: ExceptionEntry, isSecure: boolean): { readonly sp: number } | string {
  const bank = bankOf(isSecure);
  const isHandler = (xpsrOf(entry) & 0x1ffn) !== 0n;
  const stack = !isHandler && usesProcessStack(bank, entry.caller, entry.state) === true ? 'psp' : 'msp';
  const sp = stackPointer(stack, bank, entry.caller, entry.state);
  return sp === undefined ? `${stack}_${bank}` : { sp };
}

function called(
  label: string,
  entry: ExceptionEntry,
  to: { readonly pc: number; readonly sp: number; readonly ipsr: bigint | undefined; readonly leaves: boolean },
): ExceptionFrame {
  const { pc, sp, ipsr } = to;
  const registers = new Map<number, bigint>([
    [armDwarf.pc, BigInt(pc)],
    [armDwarf.sp, BigInt(sp)],
  ]);
  const xpsr = xpsrOf(entry);
  const special = new Map([['xpsr', ipsr === undefined ? xpsr : (xpsr & ~0x1ffn) | ipsr]]);
  // Where the state that is left goes on when the caller comes back to it.
  const left = entry.caller.get(armDwarf.sp);
  if (left !== undefined) {
    const bank = bankOf(to.leaves);
    const isThread = (xpsr & 0x1ffn) === 0n;
    const stack = isThread && usesProcessStack(bank, entry.caller, entry.state) === true ? 'psp' : 'msp';
    special.set(`${stack}_${bank}`, left);
  }
  const interrupted: InterruptedContext = { pc, sp, registers, special, isFault: false, isCall: true };
  return { label: `${label} (${hex(pc)})`, interrupted, problem: undefined, fault: undefined };
}

const unknown = (label: string, problem: string): ExceptionFrame => ({
  label,
  interrupted: undefined,
  problem,
  fault: undefined,
});
