// Arm M-profile (Cortex-M): everything in arch/arm put together as an `Architecture`.
import type { CodeKind } from '../../../debuginfo/api';
import { texts } from '../../messages';
import type {
  Architecture,
  CodeContext,
  ExceptionEntry,
  ExceptionFrame,
  FaultReport,
  FrameRegisters,
  InterruptedContext,
  MachineState,
} from '../architecture';
import { fallsThrough } from '../flow';
import { decodeArm } from './armFlow';
import { analyseThumbEpilogue } from './epilogue';
import { decodeExcReturn, failedStacking, frameAddress, isExcReturn, readFrame, stacksAfter } from './exceptionFrames';
import { explainInstruction } from './faultingInstruction';
import { explainFault, isFaultNumber } from './faults';
import { analyseArmPrologue } from './prologue';
import {
  armAlias,
  armDwarf,
  armRegisterName,
  armRegisterSize,
  describeArmRegister,
  isArmPreserved,
  readArmDwarf,
  sortArmRegisters,
} from './registers';
import { isFncReturn, isNonSecureReturn, nonSecureCaller, secureCaller } from './securityCalls';
import { decodeThumb } from './thumbFlow';
import { exceptionName } from './vectors';

/** What all 32-bit Arm profiles share. */
export const armCommon = {
  addressSize: 4,
  programCounter: armDwarf.pc,
  stackPointer: armDwarf.sp,
  returnAddress: armDwarf.lr,
  registerName: armRegisterName,
  describeRegister: describeArmRegister,
  sortRegisters: sortArmRegisters,
  readDwarf: readArmDwarf,
  registerSize: armRegisterSize,
  alias: armAlias,
  isPreserved: isArmPreserved,
  codeAddress: (value: bigint) => Number(BigInt.asUintN(32, value) & 0xfffffffen),
  codePointer: (address: number, kind: CodeKind) => BigInt(kind === 'arm' ? address : address + 1),
  // IHI0041 §3.2.1: bit 0 of the pointer is taken.
  virtualMark: 'adjustment',
  analysePrologue: (context: CodeContext) => analyseThumbEpilogue(context) ?? analyseArmPrologue(context),
  fallsThrough: (code: Uint8Array, address: number, isThumb: boolean) =>
    fallsThrough(isThumb ? decodeThumb : decodeArm, code, address),
  instructionLength: (bytes: Uint8Array, isThumb: boolean) => (isThumb && (bytes[1] ?? 0) < 0xe8 ? 2 : 4),
} as const;

/** Peripheral, device and private peripheral regions of the system address map (DDI0403 B3.1). */
const isDevice = (address: number) => (address >= 0x40000000 && address < 0x60000000) || address >= 0xa0000000;

/** @param version 6, 7 or 8 for Armv6-M, Armv7-M, Armv8-M; undefined when only “Cortex-M” is known */
export function armMProfile(version: 6 | 7 | 8 | undefined): Architecture {
  return {
    ...armCommon,
    name: version === undefined ? 'Arm Cortex-M' : `Armv${version}-M`,
    framePointer: armDwarf.r7,
    isDevice,
    isExceptionReturn: (value, state) =>
      isExcReturn(value) || ((version ?? 8) === 8 && (isFncReturn(value) || isNonSecureReturn(value, state))),
    isExceptionState: (pc) => isExcReturn(pc) || isLockup(pc),
    // There is only Thumb code, so bit 0 of a return address is set (DDI0403 A2.3.1).
    mayReturnTo: (returnAddress) => (returnAddress & 1n) === 1n,
    isTrapHandler: () => false,
    exceptionFrame: (entry) => {
      if (entry.handler === undefined && isLockup(entry.returnAddress)) return lockup(entry, version);
      if (isFncReturn(entry.returnAddress)) return secureCaller(entry);
      return isExcReturn(entry.returnAddress) ? exceptionFrame(entry, version) : nonSecureCaller(entry);
    },
    // LR is 0xffffffff after reset (DDI0403 B1.5.5).
    endOfStack: (returnAddress) =>
      returnAddress === 0xffffffffn ? { label: 'Reset' } : returnAddress === 0n ? { label: undefined } : undefined,
    disassembly: () => ({ architecture: 'arm', bits: 32, isThumb: true, isMProfile: true }),
  };
}

function exceptionFrame(entry: ExceptionEntry, version: 6 | 7 | 8 | undefined): ExceptionFrame {
  const { returnAddress, caller, state, name } = entry;
  const exception = exceptionNumber(entry);
  const title = exception === 0 ? 'Exception' : exceptionName(exception, state, name);
  const fault = isFaultNumber(exception) ? explainFault(exception, version, state) : undefined;
  const label = fault?.summary ?? title;
  const problem = (text: string): ExceptionFrame => ({ label, fault, interrupted: undefined, problem: text });
  const excReturn = decodeExcReturn(returnAddress, version);
  if (excReturn === undefined) return problem(texts.stackEnds.badExceptionReturn(Number(returnAddress)));
  const sp = caller.get(armDwarf.sp);
  const handlerSp = sp === undefined ? undefined : Number(sp);
  const place = frameAddress(excReturn, handlerSp, caller, state);
  if ('missing' in place) return problem(texts.stackEnds.registerUnknown(place.missing));
  const context = readFrame(excReturn, place.address, state);
  // Thread mode has no exception number, a handler has one; exception return checks it too (DDI0403 B1.5.8).
  const isMismatch =
    'special' in context && (((context.special.get('xpsr') ?? 0n) & 0x1ffn) === 0n) !== excReturn.toThreadMode;
  const failed = fault === undefined ? undefined : failedStacking(state);
  if (failed !== undefined && ('problem' in context || isMismatch || name(context.pc) === undefined))
    return problem(texts.stackEnds.notStacked(place.address, failed));
  if ('problem' in context) return problem(context.problem);
  if (isMismatch) return problem(texts.stackEnds.frameMismatch(place.address));
  const seen = fault === undefined || version !== 6 ? fault : seenAt(fault, context, caller, state);
  const special = new Map([...context.special, ...stacksAfter(excReturn, handlerSp, place.stack, context.sp)]);
  const interrupted = { ...context, special, isFault: fault !== undefined };
  return { label: seen?.summary ?? label, fault: seen, interrupted, problem: undefined };
}

/** The number of the exception whose handler runs; 0 in thread mode or where it is not known. */
function exceptionNumber({ caller, state }: ExceptionEntry): number {
  const xpsr = caller.special('xpsr') ?? state.register('xpsr');
  return xpsr === undefined ? 0 : Number(xpsr & 0x1ffn);
}

/** What pc reads as in lockup: Armv6-M and Armv7-M (DDI0403 B1.5.15), Armv8-M (DDI0553 B3.31). */
const isLockup = (pc: bigint) => pc === 0xfffffffen || pc === 0xeffffffen;

/**
 * A fault while HardFault or NMI was handled. Nothing is stacked then: where the handler has not used its stack, EXC_RETURN in LR
 * still leads to what the first exception interrupted.
 */
function lockup(entry: ExceptionEntry, version: 6 | 7 | 8 | undefined): ExceptionFrame {
  const exception = exceptionNumber(entry);
  const handled = exception === 0 ? 'a fault' : exceptionName(exception, entry.state, entry.name);
  const summary = `Lockup: a fault while ${handled} was handled`;
  const cause = explainFault(isFaultNumber(exception) ? exception : 3, version, entry.state);
  const fault: FaultReport = { name: 'Lockup', summary, details: [cause.summary, ...cause.details] };
  const returnAddress = entry.caller.get(armDwarf.lr) ?? 0n;
  const first = isExcReturn(returnAddress) ? exceptionFrame({ ...entry, returnAddress }, version) : undefined;
  const interrupted = first?.interrupted;
  return interrupted !== undefined && entry.name(interrupted.pc) !== undefined
    ? { label: summary, fault, interrupted, problem: undefined }
    : { label: summary, fault, interrupted: undefined, problem: texts.stackEnds.lockup() };
}

/** Where no cause is recorded, the instruction itself tells it. */
function seenAt(
  fault: FaultReport,
  context: Pick<InterruptedContext, 'pc' | 'registers' | 'special'>,
  caller: FrameRegisters,
  state: MachineState,
): FaultReport {
  const value = (dwarf: number) => context.registers.get(dwarf) ?? caller.get(dwarf);
  const register = (dwarf: number) => {
    const bits = value(dwarf);
    return bits === undefined ? undefined : Number(bits);
  };
  const xpsr = Number(context.special.get('xpsr') ?? 0x01000000n);
  const cause = explainInstruction(context.pc, xpsr, register, state, isDevice);
  if (cause === undefined) return fault;
  const details = ['This core (Armv6-M) does not record the cause: it was read from the instruction that faulted.'];
  return { ...fault, summary: `${fault.name}: ${cause}`, details };
}
