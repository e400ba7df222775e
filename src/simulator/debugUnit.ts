// The debug registers of a Cortex-M0 (DDI0419 C1): DHCSR, DCRSR, DCRDR, DEMCR, DFSR, the breakpoint unit and the
// watchpoint unit. Only the access port reaches them; software reads zero.
import type { Comparators, Watchpoint } from './core/comparators';
import { type Core, Dfsr } from './core/core';

const BREAKPOINTS = 4;
const WATCHPOINTS = 2;

const DBGKEY = 0xa05f;
const C_DEBUGEN = 1;
const C_HALT = 2;
const C_STEP = 4;
const C_MASKINTS = 8;
const DWTENA = 0x01000000;
const VC_HARDERR = 0x400;
const VC_CORERESET = 1;
const REGWNR = 0x10000;

export class DebugUnit {
  private dcrdr = 0;
  private demcr = 0;
  private bpuEnabled = 0;
  private step = false;
  private readonly bpuComparators = new Uint32Array(BREAKPOINTS);
  private readonly watchpoints: Watchpoint[] = Array.from({ length: WATCHPOINTS }, () => ({
    address: 0,
    ignore: 0,
    kind: 0,
    matched: false,
  }));
  private readonly comparators: Comparators;
  /** C_HALT was written while the core was held in reset: it halts when it is let go. */
  haltRequested = false;

  constructor(private readonly core: Core) {
    this.comparators = core.comparators;
  }

  /** Power-on: a system reset leaves all of this as it is. */
  powerOnReset(): void {
    const { core } = this;
    this.dcrdr = 0;
    this.demcr = 0;
    this.bpuEnabled = 0;
    this.bpuComparators.fill(0);
    for (const w of this.watchpoints) Object.assign(w, { address: 0, ignore: 0, kind: 0, matched: false });
    this.applyBreakpoints();
    this.applyWatchpoints();
    this.haltRequested = false;
    this.step = false;
    core.debugEnabled = false;
    core.maskInterrupts = false;
    core.catchReset = false;
    core.catchHardFault = false;
    core.halted = false;
    core.dfsr = 0;
  }

  /** Registers of the System Control Space from 0xE000ED30, by offset in that page. */
  readControl(offset: number, inReset: boolean): number {
    const { core } = this;
    switch (offset) {
      case 0xd30:
        return core.dfsr;
      case 0xdf0:
        return this.readDhcsr(inReset);
      case 0xdf8:
        return this.dcrdr;
      case 0xdfc:
        return this.demcr;
      default:
        return 0;
    }
  }

  writeControl(offset: number, value: number, inReset: boolean): void {
    const { core } = this;
    if (offset === 0xd30) core.dfsr &= ~value;
    else if (offset === 0xdf0) this.writeDhcsr(value, inReset);
    else if (offset === 0xdf4) this.writeDcrsr(value);
    else if (offset === 0xdf8) this.dcrdr = value;
    else if (offset === 0xdfc) {
      this.demcr = value & (DWTENA | VC_HARDERR | VC_CORERESET);
      core.catchReset = (value & VC_CORERESET) !== 0;
      core.catchHardFault = (value & VC_HARDERR) !== 0;
      this.applyWatchpoints();
    }
  }

  readBpu(offset: number): number {
    if (offset === 0) return (BREAKPOINTS << 4) | this.bpuEnabled;
    return this.bpuComparators[(offset - 8) >> 2] ?? 0;
  }

  writeBpu(offset: number, value: number): void {
    if (offset === 0) {
      if (value & 2) this.bpuEnabled = value & 1;
    } else if (offset >= 8 && (offset - 8) >> 2 < BREAKPOINTS) {
      this.bpuComparators[(offset - 8) >> 2] = value & 0xdffffffd;
    }
    this.applyBreakpoints();
  }

  readDwt(offset: number): number {
    if (offset === 0) return (WATCHPOINTS << 28) >>> 0;
    if (offset === 0x1c) return this.core.halted ? 0xffffffff : this.core.registers.pc >>> 0;
    const watchpoint = this.watchpoints[(offset - 0x20) >> 4];
    if (!watchpoint) return 0;
    if ((offset & 15) === 0) return watchpoint.address >>> 0;
    if ((offset & 15) === 4) return 32 - Math.clz32(watchpoint.ignore);
    if ((offset & 15) !== 8) return 0;
    const value = watchpoint.kind | (watchpoint.matched ? 1 << 24 : 0);
    watchpoint.matched = false;
    return value;
  }

  writeDwt(offset: number, value: number): void {
    const watchpoint = this.watchpoints[(offset - 0x20) >> 4];
    if (!watchpoint) return;
    if ((offset & 15) === 0) watchpoint.address = value;
    else if ((offset & 15) === 4) watchpoint.ignore = 2 ** (value & 31) - 1;
    else if ((offset & 15) === 8) {
      watchpoint.kind = value & 15;
      watchpoint.matched = false;
    }
    this.applyWatchpoints();
  }

  private readDhcsr(inReset: boolean): number {
    const { core } = this;
    const value =
      (core.debugEnabled ? C_DEBUGEN : 0) |
      (core.halted || this.haltRequested ? C_HALT : 0) |
      (this.step ? C_STEP : 0) |
      (core.maskInterrupts ? C_MASKINTS : 0) |
      (1 << 16) | // S_REGRDY
      (core.halted ? 1 << 17 : 0) |
      (core.sleeping !== 'awake' ? 1 << 18 : 0) |
      (core.lockup ? 1 << 19 : 0) |
      (core.takeRetired() ? 1 << 24 : 0) |
      (core.resetSeen ? 1 << 25 : 0);
    core.resetSeen = inReset;
    return value >>> 0;
  }

  private writeDhcsr(value: number, inReset: boolean): void {
    const { core } = this;
    if (value >>> 16 !== DBGKEY) return;
    core.debugEnabled = (value & C_DEBUGEN) !== 0;
    core.maskInterrupts = core.debugEnabled && (value & C_MASKINTS) !== 0;
    this.step = core.debugEnabled && (value & C_STEP) !== 0;
    const halt = core.debugEnabled && (value & C_HALT) !== 0;
    if (inReset) this.haltRequested = halt;
    else if (halt) core.halt(Dfsr.halted);
    else if (core.halted && this.step) core.step();
    else if (core.halted) core.resume();
    core.attention();
  }

  private writeDcrsr(value: number): void {
    if (!this.core.halted) return;
    if (value & REGWNR) this.core.registers.write(value & 31, this.dcrdr | 0);
    else this.dcrdr = this.core.registers.read(value & 31);
  }

  /** BP_COMPn matches the lower, the upper, or both half-words of a word in the code region (C1.9.4). */
  private applyBreakpoints(): void {
    const addresses: number[] = [];
    for (const comparator of this.bpuEnabled ? this.bpuComparators : []) {
      if (!(comparator & 1)) continue;
      if (comparator & 0x40000000) addresses.push(comparator & 0x1ffffffc);
      if (comparator & 0x80000000) addresses.push((comparator & 0x1ffffffc) + 2);
    }
    this.comparators.setBreakpoints(addresses);
    this.core.attention();
  }

  private applyWatchpoints(): void {
    this.comparators.setWatchpoints(this.demcr & DWTENA ? this.watchpoints : []);
    this.core.attention();
  }
}
