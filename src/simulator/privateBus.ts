// The private peripheral bus of one core: where SysTick, NVIC, SCB, debug registers and the ROM table are found, and the
// NVIC and SCB registers themselves (DDI0419 B3.2, B3.4).
import type { Device, Size } from './bus';
import type { Core } from './core/core';
import { IRQ0, NMI, PENDSV, SVCALL, SYSTICK } from './core/exceptions';
import type { DebugUnit } from './debugUnit';
import type { SysTick } from './sysTick';

/** Cortex-M0 r0p0. */
const CPUID = 0x410cc200;
const VECTKEY = 0x05fa;
const PAGE = { dwt: 0x01000, bpu: 0x02000, scs: 0x0e000, romTable: 0xff000 } as const;

/** CoreSight identification registers, 0xFD0–0xFFC of a 4 KB component (IHI0029). */
function componentId(offset: number, part: number, componentClass: number, arm: boolean): number {
  const jep106 = arm ? 0x3b : 0x20;
  switch (offset) {
    case 0xfd0:
      return arm ? 4 : 0;
    case 0xfe0:
      return part & 255;
    case 0xfe4:
      return ((jep106 & 15) << 4) | (part >> 8);
    case 0xfe8:
      return 8 | (jep106 >> 4);
    case 0xff0:
      return 0x0d;
    case 0xff4:
      return componentClass << 4;
    case 0xff8:
      return 0x05;
    case 0xffc:
      return 0xb1;
    default:
      return 0;
  }
}

/** Entries point from 0xE00FF000 to SCS, DWT and BPU; the part number is the STM32F072's. */
function romTable(offset: number): number {
  if (offset < 12) return [0xfff0f003, 0xfff02003, 0xfff03003][offset >> 2] as number;
  return offset === 0xfcc ? 1 : componentId(offset, 0x448, 1, false);
}

export class PrivateBus implements Device {
  private scr = 0;
  /** The reset line is held: the debugger may look, but the core does not move. */
  inReset = false;
  onSystemReset: () => void = () => undefined;

  constructor(
    private readonly core: Core,
    private readonly sysTick: SysTick,
    private readonly debugUnit: DebugUnit,
  ) {}

  reset(): void {
    this.scr = 0;
    this.sysTick.reset();
  }

  read(offset: number, size: Size, byDebugger: boolean): number {
    const word = this.readWord(offset & ~3, byDebugger) >>> 0;
    return size === 4 ? word : (word >>> ((offset & 3) * 8)) & (size === 2 ? 0xffff : 0xff);
  }

  /** Narrow writes change their part of the register: priorities are bytes to many programs. */
  write(offset: number, value: number, size: Size, byDebugger: boolean): void {
    if (size === 4) {
      this.writeWord(offset, value, byDebugger);
      return;
    }
    const shift = (offset & 3) * 8;
    const mask = (size === 2 ? 0xffff : 0xff) << shift;
    const old = this.readWord(offset & ~3, true);
    this.writeWord(offset & ~3, ((old & ~mask) | ((value << shift) & mask)) >>> 0, byDebugger);
  }

  private readWord(offset: number, byDebugger: boolean): number {
    const register = offset & 0xfff;
    switch (offset & 0xff000) {
      case PAGE.dwt:
        if (register >= 0xfd0) return componentId(register, 0x00a, 14, true);
        return byDebugger ? this.debugUnit.readDwt(register) : 0;
      case PAGE.bpu:
        if (register >= 0xfd0) return componentId(register, 0x00b, 14, true);
        return byDebugger ? this.debugUnit.readBpu(register) : 0;
      case PAGE.romTable:
        return romTable(register);
      case PAGE.scs:
        if (register >= 0xfd0) return componentId(register, 0x008, 14, true);
        if (register >= 0x010 && register < 0x020) return this.sysTick.read(register - 0x010, byDebugger);
        if (register === 0xd30 || register >= 0xdf0) {
          return byDebugger ? this.debugUnit.readControl(register, this.inReset) : 0;
        }
        return this.readControl(register);
      default:
        return 0;
    }
  }

  private writeWord(offset: number, value: number, byDebugger: boolean): void {
    const register = offset & 0xfff;
    switch (offset & 0xff000) {
      case PAGE.dwt:
        if (byDebugger) this.debugUnit.writeDwt(register, value);
        break;
      case PAGE.bpu:
        if (byDebugger) this.debugUnit.writeBpu(register, value);
        break;
      case PAGE.scs:
        if (register >= 0x010 && register < 0x020) this.sysTick.write(register - 0x010, value);
        else if (register === 0xd30 || register >= 0xdf0) {
          if (byDebugger) this.debugUnit.writeControl(register, value, this.inReset);
        } else this.writeControl(register, value, byDebugger);
        break;
    }
  }

  private readControl(register: number): number {
    const { exceptions } = this.core;
    const priorities = exceptions.systemPriority;
    switch (register) {
      case 0x100:
      case 0x180:
        return exceptions.irqEnabled;
      case 0x200:
      case 0x280:
        return exceptions.irqPending;
      case 0xd00:
        return CPUID;
      case 0xd04:
        return this.readIcsr();
      case 0xd0c:
        return 0xfa050000;
      case 0xd10:
        return this.scr;
      case 0xd14:
        return 0x208; // STKALIGN, UNALIGN_TRP
      case 0xd1c:
        return (priorities[SVCALL] as number) << 24;
      case 0xd20:
        return ((priorities[PENDSV] as number) << 16) | ((priorities[SYSTICK] as number) << 24);
      case 0xd24:
        return exceptions.isPending(SVCALL) ? 1 << 15 : 0;
    }
    if (register < 0x400 || register >= 0x420) return 0;
    const at = register - 0x400;
    return exceptions.irqPriority.subarray(at, at + 4).reduceRight((word, byte) => (word << 8) | byte, 0);
  }

  private readIcsr(): number {
    const { exceptions, registers } = this.core;
    const next = exceptions.pendingAbove(exceptions.executionPriority(true), false);
    return (
      (exceptions.isPending(NMI) ? 1 << 31 : 0) |
      (exceptions.isPending(PENDSV) ? 1 << 28 : 0) |
      (exceptions.isPending(SYSTICK) ? 1 << 26 : 0) |
      (exceptions.irqPending ? 1 << 22 : 0) |
      (next << 12) |
      registers.ipsr
    );
  }

  private writeControl(register: number, value: number, byDebugger: boolean): void {
    const { exceptions } = this.core;
    switch (register) {
      case 0x100:
        exceptions.irqEnabled |= value;
        break;
      case 0x180:
        exceptions.irqEnabled &= ~value;
        break;
      case 0x200:
        for (let irq = 0; irq < 32; irq++) if ((value >>> irq) & 1) exceptions.pend(IRQ0 + irq);
        break;
      case 0x280:
        for (let irq = 0; irq < 32; irq++) if ((value >>> irq) & 1) exceptions.unpend(IRQ0 + irq);
        break;
      case 0xd04:
        this.writeIcsr(value);
        break;
      case 0xd0c:
        if (value >>> 16 === VECTKEY) this.writeAircr(value, byDebugger);
        break;
      case 0xd10:
        this.scr = value & 0x16;
        exceptions.sleepOnExit = (value & 2) !== 0;
        exceptions.sevOnPend = (value & 16) !== 0;
        break;
      case 0xd1c:
        exceptions.systemPriority[SVCALL] = (value >>> 24) & 0xc0;
        break;
      case 0xd20:
        exceptions.systemPriority[PENDSV] = (value >>> 16) & 0xc0;
        exceptions.systemPriority[SYSTICK] = (value >>> 24) & 0xc0;
        break;
      case 0xd24:
        if (byDebugger && value & (1 << 15)) exceptions.pend(SVCALL);
        else if (byDebugger) exceptions.unpend(SVCALL);
        break;
      default:
        if (register < 0x400 || register >= 0x420) return;
        for (let i = 0; i < 4; i++) exceptions.irqPriority[register - 0x400 + i] = (value >>> (8 * i)) & 0xc0;
    }
    this.core.attention();
  }

  private writeIcsr(value: number): void {
    const { exceptions } = this.core;
    if (value & (1 << 31)) exceptions.pend(NMI);
    if (value & (1 << 28)) exceptions.pend(PENDSV);
    else if (value & (1 << 27)) exceptions.unpend(PENDSV);
    if (value & (1 << 26)) exceptions.pend(SYSTICK);
    else if (value & (1 << 25)) exceptions.unpend(SYSTICK);
  }

  private writeAircr(value: number, byDebugger: boolean): void {
    if (value & 2 && byDebugger && this.core.halted) this.core.exceptions.clearActive();
    if (!(value & 4)) return;
    if (byDebugger) this.onSystemReset();
    else this.core.requestReset();
  }
}
