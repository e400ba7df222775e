// TIM2 of an STM32F0, as far as a counter goes (RM0091 §18): counts up from 0 to ARR at the core clock divided by
// PSC + 1, with update events and their interrupt. No capture, no compare, no counting down.
import { type Register, RegisterBlock, type ResetCause, type Scheduler, type TimedDevice } from './registerBlock';

const CEN = 1;
const UDIS = 2;
const URS = 4;
const OPM = 8;
const UIF = 1;
const UIE = 1;
const UG = 1;
export const TIM2_IRQ = 15;

export class Tim2 extends RegisterBlock implements TimedDevice {
  private readonly cr1: Register = this.register('CR1', 0x00, {
    writable: 0x38f,
    written: () => this.restart(this.count()),
  });
  private readonly dier: Register = this.register('DIER', 0x0c, { writable: UIE, written: () => this.changed() });
  private readonly sr: Register = this.register('SR', 0x10, {
    read: () => {
      this.catchUp();
      return this.sr.value;
    },
    written: (value) => {
      this.catchUp();
      this.sr.value &= value; // flags clear where zeros are written
      this.changed();
    },
  });
  private readonly arr: Register;
  private readonly psc: Register;
  /** The prescaler in use: PSC is taken over at an update event. */
  private prescaler = 0;
  /** Board cycle at which the counter had the value `countAtStart`. */
  private start = 0;
  private countAtStart = 0;
  private running = false;

  constructor(private readonly scheduler: Scheduler) {
    super('TIM2', 0x40000000);
    this.register('EGR', 0x14, { read: () => 0, written: (value) => this.generate(value) });
    this.register('CNT', 0x24, { read: () => this.count(), written: (value) => this.restart(value) });
    this.psc = this.register('PSC', 0x28, { writable: 0xffff, written: () => this.changed() });
    this.arr = this.register('ARR', 0x2c, {
      reset: 0xffffffff,
      writable: 0xffffffff,
      written: () => this.restart(this.count()),
    });
  }

  override reset(cause: ResetCause): void {
    super.reset(cause);
    this.prescaler = 0;
    this.running = false;
    this.restart(0);
  }

  get nextEvent(): number {
    const matters = (this.sr.value & UIF) === 0 || (this.cr1.value & OPM) !== 0 || this.psc.value !== this.prescaler;
    return this.running && matters ? this.overflowAt : Number.POSITIVE_INFINITY;
  }

  service(): void {
    this.catchUp();
    this.changed();
  }

  /** Lets `cycles` pass without counting them (the core is halted and DBGMCU says to stop). */
  freeze(cycles: number): void {
    this.start += cycles;
  }

  private get clocksPerCount(): number {
    return this.prescaler + 1;
  }

  private get overflowAt(): number {
    const counts = this.arr.value + 1 - this.countAtStart;
    // A counter beyond ARR runs on to 2^32 before it wraps.
    return this.start + (counts > 0 ? counts : 2 ** 32 - this.countAtStart) * this.clocksPerCount;
  }

  private count(): number {
    this.catchUp();
    if (!this.running) return this.countAtStart;
    return this.countAtStart + Math.floor((this.scheduler.now() - this.start) / this.clocksPerCount);
  }

  /** Goes on counting from `count` as CR1 and ARR now say. ARR of 0 stops the counter (§18.3.1). */
  private restart(count: number): void {
    this.countAtStart = count >>> 0;
    this.start = this.scheduler.now();
    this.running = (this.cr1.value & CEN) !== 0 && this.arr.value !== 0;
    this.changed();
  }

  /** Performs the overflows that are due; many at once where nothing changes from one to the next. */
  private catchUp(): void {
    const now = this.scheduler.now();
    while (this.running && now >= this.overflowAt) {
      this.start = this.overflowAt;
      this.countAtStart = 0;
      this.update(true);
      const period = (this.arr.value + 1) * this.clocksPerCount;
      this.start += Math.floor((now - this.start) / period) * period;
      if ((this.cr1.value & OPM) !== 0) {
        this.cr1.value &= ~CEN;
        this.running = false;
      }
    }
  }

  /** An update event (§18.3.2). */
  private update(setsFlag: boolean): void {
    if (this.cr1.value & UDIS) return;
    this.prescaler = this.psc.value;
    if (setsFlag) this.sr.value |= UIF;
  }

  private generate(value: number): void {
    if (!(value & UG)) return;
    this.update((this.cr1.value & URS) === 0);
    this.restart(0);
  }

  private changed(): void {
    this.scheduler.setInterrupt(TIM2_IRQ, (this.sr.value & this.dier.value & UIF) !== 0);
    this.scheduler.rescheduled();
  }
}
