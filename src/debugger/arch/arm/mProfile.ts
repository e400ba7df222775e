// Arm M-profile (Cortex-M): everything in arch/arm put together as an `Architecture`.
import { texts } from '../../messages';
import { hex, readUnsigned } from '../../numbers';
import type {
  Architecture,
  CodeContext,
  ExceptionFrame,
  FaultReport,
  FrameRegisters,
  InterruptedContext,
  MachineState,
  SymbolNamer,
} from '../architecture';
import { analyseThumbEpilogue } from './epilogue';
import { decodeExcReturn, frameAddress, isExcReturn, isFncReturn, readFrame } from './exceptionFrames';
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
  analysePrologue: (context: CodeContext) => analyseThumbEpilogue(context) ?? analyseArmPrologue(context),
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
    isExceptionReturn: (returnAddress) => isExcReturn(returnAddress) || isFncReturn(returnAddress),
    // There is only Thumb code, so bit 0 of a return address is set (DDI0403 A2.3.1).
    mayReturnTo: (returnAddress) => (returnAddress & 1n) === 1n,
    isTrapHandler: () => false,
    exceptionFrame: (returnAddress, caller, state, name) =>
      isFncReturn(returnAddress)
        ? secureCaller(caller, state)
        : exceptionFrame(returnAddress, version, caller, state, name),
    // LR is 0xffffffff after reset (DDI0403 B1.5.5).
    endOfStack: (returnAddress) =>
      returnAddress === 0xffffffffn ? { label: 'Reset' } : returnAddress === 0n ? { label: undefined } : undefined,
    disassembly: () => ({ architecture: 'arm', bits: 32, isThumb: true, isMProfile: true }),
  };
}

function exceptionFrame(
  returnAddress: bigint,
  version: 6 | 7 | 8 | undefined,
  caller: FrameRegisters,
  state: MachineState,
  name: SymbolNamer,
): ExceptionFrame {
  const xpsr = caller.special('xpsr') ?? state.register('xpsr');
  const exception = xpsr === undefined ? 0 : Number(xpsr & 0x1ffn);
  const title = exception === 0 ? 'Exception' : exceptionName(exception, state, name);
  const fault = isFaultNumber(exception) ? explainFault(exception, version, state) : undefined;
  const label = fault?.summary ?? title;
  const excReturn = decodeExcReturn(returnAddress, version);
  if (excReturn === undefined) {
    return { label, fault, interrupted: undefined, problem: texts.stackEnds.badExceptionReturn(Number(returnAddress)) };
  }
  const handlerSp = caller.get(armDwarf.sp);
  const place = frameAddress(excReturn, handlerSp === undefined ? undefined : Number(handlerSp), caller, state);
  if ('missing' in place) {
    return { label, fault, interrupted: undefined, problem: texts.stackEnds.registerUnknown(place.missing) };
  }
  const context = readFrame(excReturn, place.address, state);
  if ('problem' in context) return { label, fault, interrupted: undefined, problem: context.problem };
  const seen = fault === undefined || version !== 6 ? fault : seenAt(fault, context, caller, state);
  const interrupted = { ...context, isFault: fault !== undefined };
  return { label: seen?.summary ?? label, fault: seen, interrupted, problem: undefined };
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

/** Non-secure code called by secure code: the return address lies on the secure stack (DDI0553 B3.17). */
function secureCaller(caller: FrameRegisters, state: MachineState): ExceptionFrame {
  const label = 'Call from secure state';
  const control = state.register('control_s') ?? 0n;
  const stack = (control & 2n) !== 0n ? 'psp_s' : 'msp_s';
  const pointer = state.register(stack);
  const problem = (text: string): ExceptionFrame => ({
    label,
    interrupted: undefined,
    problem: text,
    fault: undefined,
  });
  if (pointer === undefined) return problem(texts.stackEnds.registerUnknown(stack));
  const frame = state.memory(Number(pointer), 8);
  if (frame === undefined) return problem(texts.stackEnds.missingMemory(Number(pointer), 'the return address'));
  const pc = Number(readUnsigned(frame.subarray(0, 4), false) & 0xfffffffen);
  if (pc === 0) return problem(texts.stackEnds.notCode(pc));
  const sp = Number(pointer) + 8;
  const registers = new Map([
    [armDwarf.pc as number, BigInt(pc)],
    [armDwarf.sp, BigInt(sp)],
  ]);
  const special = new Map<string, bigint>();
  const xpsr = caller.special('xpsr') ?? state.register('xpsr');
  if (xpsr !== undefined) special.set('xpsr', xpsr);
  return {
    label: `${label} (${hex(pc)})`,
    interrupted: { pc, sp, registers, special, isFault: false },
    problem: undefined,
    fault: undefined,
  };
}
