// General-purpose I/O ports of an STM32F0 (RM0091 §8), and the outside world at their pins.
import { type Register, RegisterBlock } from './registerBlock';

/** Port A has the debug pins PA13 and PA14 in alternate function after reset. */
const PORT_A_RESET = { moder: 0x28000000, ospeedr: 0x0c000000, pupdr: 0x24000000 } as const;
const OTHER_RESET = { moder: 0, ospeedr: 0, pupdr: 0 } as const;

export class Gpio extends RegisterBlock {
  private readonly resets: typeof PORT_A_RESET | typeof OTHER_RESET;
  /** Level that something outside drives each pin to; pins without one follow their pull resistor. */
  private readonly driven = new Map<number, boolean>();
  private readonly moder: Register;
  private readonly pupdr: Register;
  private readonly odr: Register;

  constructor(
    readonly port: string,
    base: number,
  ) {
    super(`GPIO${port}`, base);
    this.resets = port === 'A' ? PORT_A_RESET : OTHER_RESET;
    const all = 0xffffffff;
    this.moder = this.register('MODER', 0x00, { reset: this.resets.moder, writable: all });
    this.register('OTYPER', 0x04, { writable: 0xffff });
    this.register('OSPEEDR', 0x08, { reset: this.resets.ospeedr, writable: all });
    this.pupdr = this.register('PUPDR', 0x0c, { reset: this.resets.pupdr, writable: all });
    this.register('IDR', 0x10, { read: () => this.levels });
    this.odr = this.register('ODR', 0x14, { writable: 0xffff });
    this.register('BSRR', 0x18, { read: () => 0, written: (x) => this.setReset(x & 0xffff, x >>> 16) });
    this.register('LCKR', 0x1c, { writable: 0x1ffff });
    this.register('AFRL', 0x20, { writable: all });
    this.register('AFRH', 0x24, { writable: all });
    this.register('BRR', 0x28, { read: () => 0, written: (x) => this.setReset(0, x & 0xffff) });
  }

  /** Drives a pin from outside, or lets it go. Stays over a reset, as a finger on a button does. */
  drive(pin: number, level: boolean | undefined): void {
    if (level === undefined) this.driven.delete(pin);
    else this.driven.set(pin, level);
  }

  /** Level of each pin, one bit each: outputs as written, others as driven, then as pulled, else low. */
  get levels(): number {
    let levels = 0;
    for (let pin = 0; pin < 16; pin++) {
      const mode = (this.moder.value >>> (2 * pin)) & 3;
      const pullUp = ((this.pupdr.value >>> (2 * pin)) & 3) === 1;
      const high = mode === 1 ? ((this.odr.value >>> pin) & 1) === 1 : (this.driven.get(pin) ?? pullUp);
      if (high && mode !== 3) levels |= 1 << pin;
    }
    return levels;
  }

  /** Where a pin is in both, setting wins (RM0091 §8.4.7). */
  private setReset(set: number, reset: number): void {
    this.odr.value = (this.odr.value & ~reset) | set;
  }
}
