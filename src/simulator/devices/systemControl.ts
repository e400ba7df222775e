// The small peripherals around the core of an STM32F072: RCC, PWR, SYSCFG, DBGMCU. Clocks are remembered, not obeyed:
// every peripheral is clocked, and the speed of the board is an option of the simulator.
import type { Bus } from '../bus';
import { type Register, RegisterBlock, type ResetCause } from './registerBlock';

/** Ready bits of RCC_CR and the request bits that they follow (RM0091 §6.4.1). */
const READY: readonly (readonly [request: number, ready: number])[] = [
  [1 << 0, 1 << 1], // HSI
  [1 << 16, 1 << 17], // HSE
  [1 << 24, 1 << 25], // PLL
];
const RMVF = 1 << 24;
/** Reset flags of RCC_CSR that each cause sets. */
const RESET_FLAGS: Record<ResetCause, number> = {
  power: (1 << 27) | (1 << 26),
  pin: 1 << 26,
  software: (1 << 28) | (1 << 26),
  options: (1 << 25) | (1 << 26),
};

export class Rcc extends RegisterBlock {
  private readonly cr: Register;
  private readonly cfgr: Register;
  private readonly bdcr: Register;
  private readonly csr: Register;
  private readonly cr2: Register;

  constructor() {
    super('RCC', 0x40021000);
    this.cr = this.register('CR', 0x00, { reset: 0x83, writable: 0x010d00f9, written: () => this.settleClocks() });
    this.cfgr = this.register('CFGR', 0x04, { writable: 0xff7fc7f3, written: () => this.settleClocks() });
    this.register('CIR', 0x08, { writable: 0x00003f00 });
    this.register('APB2RSTR', 0x0c, { writable: 0x00475a01 });
    this.register('APB1RSTR', 0x10, { writable: 0x7afe4933 });
    this.register('AHBENR', 0x14, { reset: 0x14, writable: 0x017e0057 });
    this.register('APB2ENR', 0x18, { writable: 0x00475a01 });
    this.register('APB1ENR', 0x1c, { writable: 0x7afe4933 });
    this.bdcr = this.register('BDCR', 0x20, { writable: 0x0001831d, written: () => this.settleClocks() });
    this.csr = this.register('CSR', 0x24, {
      reset: RESET_FLAGS.power,
      writable: 1,
      written: (value) => {
        if (value & RMVF) this.csr.value &= 1;
        this.csr.value = (this.csr.value & ~2) | ((this.csr.value & 1) << 1);
      },
    });
    this.register('AHBRSTR', 0x28, { writable: 0x017e0000 });
    this.register('CFGR2', 0x2c, { writable: 0xf });
    this.register('CFGR3', 0x30, { writable: 0x000f01d3 });
    this.cr2 = this.register('CR2', 0x34, { reset: 0x80, writable: 0x000100fd, written: () => this.settleClocks() });
  }

  /** Reset flags add up until software clears them; the backup domain outlives everything but power (§6.1). */
  override reset(cause: ResetCause): void {
    const flags = cause === 'power' ? 0 : this.csr.value;
    const backup = cause === 'power' ? 0 : this.bdcr.value;
    super.reset(cause);
    this.csr.value = (flags | RESET_FLAGS[cause]) >>> 0;
    this.bdcr.value = backup;
  }

  /** Oscillators are ready, and switches made, at once. */
  private settleClocks(): void {
    for (const [request, ready] of READY) {
      this.cr.value = this.cr.value & request ? this.cr.value | ready : this.cr.value & ~ready;
    }
    this.cfgr.value = ((this.cfgr.value & ~0xc) | ((this.cfgr.value & 3) << 2)) >>> 0;
    this.bdcr.value = (this.bdcr.value & ~2) | ((this.bdcr.value & 1) << 1);
    const hsi14 = (this.cr2.value & 1) << 1;
    const hsi48 = this.cr2.value & (1 << 16) ? 1 << 17 : 0;
    this.cr2.value = (this.cr2.value & ~0x20002) | hsi14 | hsi48;
  }
}

/** Power control: the registers alone; the board does not stop its clocks in Stop mode. */
export class Pwr extends RegisterBlock {
  constructor() {
    super('PWR', 0x40007000);
    this.register('CR', 0x00, { writable: 0x1f3 });
    this.register('CSR', 0x04, { reset: 0x8, writable: 0xff00 });
  }
}

/** SYSCFG, whose MEM_MODE chooses what is seen at address 0 (RM0091 §9.1.1). */
export class Syscfg extends RegisterBlock {
  private readonly cfgr1: Register;

  constructor(private readonly bus: Bus) {
    super('SYSCFG', 0x40010000);
    this.cfgr1 = this.register('CFGR1', 0x00, { writable: 0x7f7f1f13, written: () => this.remap() });
    for (let i = 0; i < 4; i++) this.register(`EXTICR${i + 1}`, 0x08 + 4 * i, { writable: 0xffff });
    this.register('CFGR2', 0x18, { writable: 0x7 });
  }

  /** Boots from flash, or where flash is blank from system memory (RM0091 §2.5, “empty check”). */
  override reset(cause: ResetCause): void {
    super.reset(cause);
    this.cfgr1.value = this.bus.flash.s32[0] === -1 ? 1 : 0;
    this.remap();
  }

  private remap(): void {
    const { flash, ram, system } = this.bus;
    this.bus.alias = [flash, system, flash, ram][this.cfgr1.value & 3] ?? flash;
  }
}

/** DBGMCU: identity of the part, and what stops while the core is halted (RM0091 §32.9). */
export class Dbgmcu extends RegisterBlock {
  private readonly apb1Freeze: Register;

  constructor() {
    super('DBGMCU', 0x40015800);
    this.register('IDCODE', 0x00, { reset: 0x20010448 });
    this.register('CR', 0x04, { writable: 0x6 });
    this.apb1Freeze = this.register('APB1_FZ', 0x08, { writable: 0x02201d33 });
    this.register('APB2_FZ', 0x0c, { writable: 0x00070800 });
  }

  /** Only losing power resets these: a debugger sets them before a reset and wants them after it. */
  override reset(cause: ResetCause): void {
    if (cause === 'power') super.reset(cause);
  }

  get stopsTim2(): boolean {
    return (this.apb1Freeze.value & 1) === 1;
  }
}
