// The flash controller of an STM32F0 (RM0091 §3.5): programming, erasing, protection, option bytes. Operations take no
// time, so BSY is never seen.
import { type Bus, BusFault, type Size } from '../bus';
import { type Register, RegisterBlock, type ResetCause } from './registerBlock';
import { OPTION_BYTES } from './systemMemory';

const PAGE_BYTES = 2048;
/** One bit of WRPR protects two pages; the last bit all that follow. */
const BLOCK_BYTES = 2 * PAGE_BYTES;
const KEY1 = 0x45670123;
const KEY2 = 0xcdef89ab;
const OPTION_COUNT = 8;

const PG = 1 << 0;
const PER = 1 << 1;
const MER = 1 << 2;
const OPTPG = 1 << 4;
const OPTER = 1 << 5;
const STRT = 1 << 6;
const LOCK = 1 << 7;
const OPTWRE = 1 << 9;
const OBL_LAUNCH = 1 << 13;
/** What a write to CR may set; LOCK is set, never cleared, and OPTWRE cleared, never set, by it. */
const CR_WRITABLE = PG | PER | MER | OPTPG | OPTER | STRT | (1 << 10) | (1 << 12) | OBL_LAUNCH;

const PGERR = 1 << 2;
const WRPRTERR = 1 << 4;
const EOP = 1 << 5;

/** A register that opens when two keys are written in order and stays shut until reset after a wrong one (§3.2.2). */
class KeySequence {
  private state: 'shut' | 'halfway' | 'spoiled' = 'shut';

  constructor(private readonly open: () => void) {}

  reset(): void {
    this.state = 'shut';
  }

  write(key: number): void {
    if (this.state === 'halfway' && key === KEY2) {
      this.state = 'shut';
      this.open();
    } else this.state = this.state === 'shut' && key === KEY1 ? 'halfway' : 'spoiled';
  }
}

export class FlashController extends RegisterBlock {
  private readonly unlock = new KeySequence(() => {
    this.cr.value &= ~LOCK;
  });
  private readonly unlockOptions = new KeySequence(() => {
    if (!(this.cr.value & LOCK)) this.cr.value |= OPTWRE;
  });
  private readonly sr: Register;
  private readonly cr: Register;
  private readonly ar: Register;
  private readonly obr: Register;
  private readonly wrpr: Register;
  /** OBL_LAUNCH asks for a system reset in which the option bytes are loaded. */
  onOptionLoad: () => void = () => undefined;

  constructor(private readonly bus: Bus) {
    super('FLASH', 0x40022000);
    this.register('ACR', 0x00, { writable: 0x17 });
    this.register('KEYR', 0x04, { read: () => 0, written: (key) => this.cr.value & LOCK && this.unlock.write(key) });
    this.register('OPTKEYR', 0x08, { read: () => 0, written: (key) => this.unlockOptions.write(key) });
    this.sr = this.register('SR', 0x0c, { written: (flags) => this.clearFlags(flags) });
    this.cr = this.register('CR', 0x10, { reset: LOCK, written: (value) => this.control(value) });
    this.ar = this.register('AR', 0x14, { read: () => 0, written: (address) => this.setAddress(address) });
    this.obr = this.register('OBR', 0x1c, { reset: 0xffffff00 });
    this.wrpr = this.register('WRPR', 0x20, { reset: 0xffffffff });
    bus.writeFlash = (offset, value, size) => this.program(offset, value, size);
    bus.writeSystem = (offset, value, size) => this.programOption(bus.system.base + offset, value, size);
    this.loadOptions();
  }

  override reset(cause: ResetCause): void {
    super.reset(cause);
    this.unlock.reset();
    this.unlockOptions.reset();
    this.loadOptions();
  }

  private option(index: number): number {
    return this.bus.system.load(OPTION_BYTES - this.bus.system.base + 2 * index, 1);
  }

  /** RDP, USER, DATA0, DATA1, WRP0–3 (§4.1). RDP other than 0xAA is level 1, or level 2 for 0xCC. */
  private loadOptions(): void {
    const [rdp = 0, user = 0, data0 = 0, data1 = 0, ...wrp] = Array.from({ length: OPTION_COUNT }, (_, i) =>
      this.option(i),
    );
    const level = rdp === 0xaa ? 0 : rdp === 0xcc ? 3 : 1;
    this.obr.value = ((level << 1) | (user << 8) | (data0 << 16) | (data1 << 24)) >>> 0;
    this.wrpr.value = wrp.reduceRight((word, byte) => (word << 8) | byte, 0) >>> 0;
  }

  private isProtected(offset: number): boolean {
    return ((this.wrpr.value >>> Math.min(31, Math.floor(offset / BLOCK_BYTES))) & 1) === 0;
  }

  /** A write into the flash: half-words, onto erased cells or to 0, while PG is set; else a bus error (§3.2.2). */
  private program(offset: number, value: number, size: Size): void {
    const { flash } = this.bus;
    if (!(this.cr.value & PG) || size !== 2) throw new BusFault(flash.base + offset, true);
    if (this.isProtected(offset)) this.sr.value |= WRPRTERR;
    else if (flash.u16[offset >> 1] !== 0xffff && value !== 0) this.sr.value |= PGERR;
    else {
      flash.u16[offset >> 1] = value;
      this.sr.value |= EOP;
    }
  }

  /** A write of an option byte; the controller adds the complement (§4.1.1). */
  private programOption(address: number, value: number, size: Size): void {
    const armed = (this.cr.value & (OPTPG | OPTWRE)) === (OPTPG | OPTWRE);
    if (!armed || size !== 2 || address < OPTION_BYTES) throw new BusFault(address, true);
    this.bus.system.store(address - this.bus.system.base, (value & 0xff) | ((~value & 0xff) << 8), 2);
    this.sr.value |= EOP;
  }

  private clearFlags(flags: number): void {
    this.sr.value &= ~(flags & (PGERR | WRPRTERR | EOP));
  }

  private setAddress(address: number): void {
    if (!(this.cr.value & LOCK)) this.ar.value = address;
  }

  private control(value: number): void {
    if (this.cr.value & LOCK) return;
    const optionsOpen = this.cr.value & value & OPTWRE;
    this.cr.value = (value & (CR_WRITABLE | LOCK)) | optionsOpen;
    if (value & STRT) {
      this.erase();
      this.cr.value &= ~STRT;
    }
    if (value & OBL_LAUNCH) {
      this.cr.value &= ~OBL_LAUNCH;
      this.onOptionLoad();
    }
  }

  private erase(): void {
    const { flash, system } = this.bus;
    const { value: cr } = this.cr;
    const page = (this.ar.value - flash.base) & ~(PAGE_BYTES - 1);
    if (cr & OPTER) {
      if (!(cr & OPTWRE)) return;
      const options = OPTION_BYTES - system.base;
      system.u8.fill(0xff, options, options + 2 * OPTION_COUNT);
    } else if (cr & MER) {
      if (this.wrpr.value !== 0xffffffff) {
        this.sr.value |= WRPRTERR;
        return;
      }
      flash.u8.fill(0xff);
    } else if (cr & PER && page >= 0 && page < flash.size) {
      if (this.isProtected(page)) {
        this.sr.value |= WRPRTERR;
        return;
      }
      flash.u8.fill(0xff, page, page + PAGE_BYTES);
    } else return;
    this.sr.value |= EOP;
  }
}
