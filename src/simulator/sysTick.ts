// SysTick, the timer inside the core (DDI0419 B3.3). It counts the core's cycles and so stands still in Debug state.
import type { Core } from './core/core';
import { SYSTICK } from './core/exceptions';

const ENABLE = 1;
const TICKINT = 2;
const CLKSOURCE = 4;
const COUNTFLAG = 0x10000;
/** SYST_CALIB of an STM32F0: 1 ms at 8 MHz/8 (RM0091 §11.1.2); NOREF clear, SKEW set. */
const CALIB = 0x400003e8;

export class SysTick {
  private control = 0;
  private reload = 0;
  private countFlag = false;
  /** Core cycle at which the counter reaches 0; Infinity while it does not count. */
  private zeroAt = Number.POSITIVE_INFINITY;
  /** Value of the counter while it does not count. */
  private stopped = 0;

  constructor(private readonly core: Core) {
    core.onEvent = () => this.expire();
  }

  reset(): void {
    this.control = 0;
    this.reload = 0;
    this.countFlag = false;
    this.stopped = 0;
    this.schedule(Number.POSITIVE_INFINITY);
  }

  /** @param byDebugger a read through the access port leaves COUNTFLAG as it is */
  read(offset: number, byDebugger: boolean): number {
    switch (offset) {
      case 0x0: {
        const value = this.control | (this.countFlag ? COUNTFLAG : 0);
        if (!byDebugger) this.countFlag = false;
        return value;
      }
      case 0x4:
        return this.reload;
      case 0x8:
        return this.value;
      default:
        return CALIB;
    }
  }

  write(offset: number, value: number): void {
    if (offset === 0x0) {
      const count = this.value;
      this.control = value & (ENABLE | TICKINT | CLKSOURCE);
      this.start(count);
    } else if (offset === 0x4) this.reload = value & 0xffffff;
    else if (offset === 0x8) {
      this.countFlag = false;
      this.start(0);
    }
  }

  /** Core cycles per count: the external reference is an eighth of the core clock. */
  private get divider(): number {
    return this.control & CLKSOURCE ? 1 : 8;
  }

  private get value(): number {
    if (this.zeroAt === Number.POSITIVE_INFINITY) return this.stopped;
    const count = Math.ceil((this.zeroAt - this.core.cycles) / this.divider);
    return count > this.reload ? 0 : Math.max(count, 0);
  }

  /** Goes on from `count`; from 0 the next clock loads the reload value. */
  private start(count: number): void {
    this.stopped = count;
    const clocks = count || (this.reload ? this.reload + 1 : Number.POSITIVE_INFINITY);
    this.schedule(this.control & ENABLE ? this.core.cycles + clocks * this.divider : Number.POSITIVE_INFINITY);
  }

  private expire(): void {
    const period = (this.reload + 1) * this.divider;
    while (this.core.cycles >= this.zeroAt) {
      this.countFlag = true;
      if (this.control & TICKINT) this.core.exceptions.pend(SYSTICK);
      this.zeroAt = this.reload ? this.zeroAt + period : Number.POSITIVE_INFINITY;
    }
    this.stopped = 0;
    this.schedule(this.zeroAt);
  }

  private schedule(cycle: number): void {
    this.zeroAt = cycle;
    this.core.nextEvent = cycle;
    this.core.attention();
  }
}
