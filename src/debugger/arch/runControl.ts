// What running, stepping and breaking need to know of an architecture, beside what looking at it needs (architecture.ts).
import type { Machine } from '../../debuginfo/api';
import { decodeArm } from './arm/armFlow';
import { decodeThumb } from './arm/thumbFlow';
import type { FlowDecoder } from './flow';
import { decodeRiscV } from './riscv/flow';
import { haltCause, type MemoryAccess, memoryAccess } from './riscv/haltCause';

/** Registers of the core that tell how many comparators it has. Addresses and layouts are the core's. */
export interface ComparatorRegisters {
  readonly breakpoints: number;
  readonly watchpoints: number;
  countBreakpoints(register: number): number;
  countWatchpoints(register: number): number;
  /** The first watchpoint comparator; each has `wordsEach` words. Reading them forgets which have matched. */
  readonly watchpointBlock: { readonly address: number; readonly wordsEach: number };
  /** Addresses of the comparators in a block of them that have matched since it was read last. */
  matched(block: Uint8Array): readonly number[];
}

export interface RunControl {
  decoder(isThumb: boolean): FlowDecoder;
  /** Length to give OpenOCD for a breakpoint: the size of the instruction that takes its place. @param code the bytes there, where known */
  breakpointLength(isThumb: boolean, code: Uint8Array | undefined): 2 | 4;
  /** True where code can lie in memory that a software breakpoint can be written to. Flash is told by OpenOCD's banks. */
  softwareBreakpointsWork(address: number): boolean;
  readonly comparators: ComparatorRegisters | undefined;
  /** True for the two bytes before the program counter of a core that sleeps until an interrupt. */
  isSleep(code: Uint8Array): boolean;
  /** Tcl that holds interrupts back while stepping, and that serves them again. */
  readonly maskInterrupts: { readonly on: string; readonly off: string } | undefined;
  /** True when all cores of a target run in the same memory, so that a breakpoint in it is one for all of them. */
  readonly sharesMemory?: boolean;
  /** True when memory can be read while the core runs, without asking more. */
  readonly memoryWhileRunning: boolean;
  /**
   * For cores whose memory OpenOCD up to 0.12 reads with the program buffer: its names of the registers that an access which failed leaves
   * changed. Block reads that failed answer zeros there.
   */
  readonly spoiltByFailedAccess?: readonly string[];
  /** For cores whose driver does not tell why they stand: the register that does, and the reason in OpenOCD's words. */
  readonly haltCause?: { readonly register: string; wordOf(value: bigint): string | undefined };
  /**
   * For cores whose watchpoints stop before the access: what the instruction there is about to access.
   * @param register value of a register by DWARF number
   */
  accessAt?(code: Uint8Array, register: (dwarf: number) => bigint | undefined): MemoryAccess | undefined;
}

/** DWT_FUNCTIONn.MATCHED (DDI0403 C1.8.17; Armv6-M DDI0419 C1.8.15; Armv8-M DDI0553 D1.2.70). */
const MATCHED = 1 << 24;
/** DWT_COMPn, DWT_MASKn, DWT_FUNCTIONn, reserved. */
const WORDS_OF_WATCHPOINT = 4;

function matchedInDwt(block: Uint8Array): readonly number[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const addresses: number[] = [];
  for (let at = 0; at + WORDS_OF_WATCHPOINT * 4 <= block.byteLength; at += WORDS_OF_WATCHPOINT * 4) {
    if ((view.getUint32(at + 8, true) & MATCHED) !== 0) addresses.push(view.getUint32(at, true));
  }
  return addresses;
}

/** Flash Patch and Breakpoint unit, Data Watchpoint and Trace unit (DDI0403 C1.11.3, C1.8.7; Armv6-M DDI0419 C1.9, C1.8). */
const mProfileComparators: ComparatorRegisters = {
  breakpoints: 0xe0002000,
  watchpoints: 0xe0001000,
  countBreakpoints: (control) => ((control >>> 4) & 0xf) | ((control >>> 8) & 0x70),
  countWatchpoints: (control) => control >>> 28,
  watchpointBlock: { address: 0xe0001020, wordsEach: WORDS_OF_WATCHPOINT },
  matched: matchedInDwt,
};

const mProfile: RunControl = {
  decoder: () => decodeThumb,
  breakpointLength: () => 2,
  // Comparators of the first FPB revision reach the code region only; above it lies RAM.
  softwareBreakpointsWork: (address) => address >= 0x20000000,
  comparators: mProfileComparators,
  // WFI and WFE (DDI0403 A7.7.261, A7.7.260).
  isSleep: ([low, high]) => high === 0xbf && (low === 0x30 || low === 0x20),
  maskInterrupts: { on: 'cortex_m maskisr on', off: 'cortex_m maskisr auto' },
  memoryWhileRunning: true,
};

const classic: RunControl = {
  decoder: (isThumb) => (isThumb ? decodeThumb : decodeArm),
  breakpointLength: (isThumb) => (isThumb ? 2 : 4),
  softwareBreakpointsWork: () => true,
  comparators: undefined,
  isSleep: () => false,
  maskInterrupts: { on: 'cortex_a maskisr on', off: 'cortex_a maskisr off' },
  memoryWhileRunning: false,
};

/**
 * `riscv set_maskisr` holds interrupts back for single instructions only, and a step runs at full speed between breakpoints. So `mie` is
 * cleared for the whole of it, where the core has one; what the program writes to it meanwhile is lost.
 */
const maskByMie = {
  on:
    'if {[catch {set ::openocd_debug_mie [string trim [lindex [split [reg mie] :] 1]]; reg mie 0}]} ' +
    '{unset -nocomplain ::openocd_debug_mie; riscv set_maskisr steponly}',
  off:
    'if {[info exists ::openocd_debug_mie]} {reg mie $::openocd_debug_mie; unset ::openocd_debug_mie} ' +
    'else {riscv set_maskisr off}',
};

const riscv = (is64Bit: boolean): RunControl => ({
  decoder: () => decodeRiscV(is64Bit),
  breakpointLength: (_, code) => (((code?.[0] ?? 3) & 3) === 3 ? 4 : 2),
  softwareBreakpointsWork: () => true,
  comparators: undefined,
  isSleep: () => false,
  maskInterrupts: maskByMie,
  memoryWhileRunning: false,
  sharesMemory: true,
  spoiltByFailedAccess: ['fp', 's1'],
  haltCause: { register: 'dcsr', wordOf: haltCause },
  accessAt: (code, register) => memoryAccess(code, register, is64Bit),
});

/** @param isMProfile as the architecture's disassembly mode says */
export function runControlFor(machine: Machine, isMProfile: boolean): RunControl {
  if (machine === 'arm') return isMProfile ? mProfile : classic;
  return riscv(machine === 'riscv64');
}
