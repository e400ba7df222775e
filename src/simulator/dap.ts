// The debug access port: an ADIv5 debug port of the JTAG kind (IHI0031 B2) with one memory access port per core.
import { type Bus, BusFault, type Device, type Size } from './bus';
import { PRIVATE_BUS } from './core/core';

const AHB_AP_IDR = 0x04770021;
const ROM_TABLE = 0xe00ff003;
const STICKYORUN = 1 << 1;
const STICKYCMP = 1 << 4;
const STICKYERR = 1 << 5;
const STICKY = STICKYORUN | STICKYCMP | STICKYERR;
const CDBGPWRUPREQ = 1 << 28;
const POWER_REQUESTS = CDBGPWRUPREQ | (1 << 30);

/** A MEM-AP: the bus as a debugger reaches it, together with the private peripheral bus of one core. */
export class MemoryAccessPort {
  private csw = 0;
  private tar = 0;
  /** The core behind it has no clock or power: each access fails. */
  isDead = false;

  /** @param packed answer packed transfers (AddrInc 2), which a real Cortex-M0 does not: four times the speed in bytes */
  constructor(
    private readonly bus: Bus,
    private readonly privateBus: Device,
    private readonly packed: boolean,
  ) {
    this.reset();
  }

  reset(): void {
    this.csw = 0x03000042;
    this.tar = 0;
  }

  /** @throws BusFault */
  readRegister(address: number): number {
    switch (address) {
      case 0x00:
        return this.csw;
      case 0x04:
        return this.tar;
      case 0x0c:
        return this.readData();
      case 0x10:
      case 0x14:
      case 0x18:
      case 0x1c:
        return this.read(((this.tar & ~15) | (address & 15)) >>> 0, 4);
      case 0xf8:
        return ROM_TABLE;
      case 0xfc:
        return AHB_AP_IDR;
      default:
        return 0;
    }
  }

  /** @throws BusFault */
  writeRegister(address: number, value: number): void {
    switch (address) {
      case 0x00: {
        const increment = (value >> 4) & 3;
        const allowed = increment === 1 || (increment === 2 && this.packed) ? increment : 0;
        this.csw = ((value & 0x7f000000) | 0x40 | (allowed << 4) | Math.min(value & 7, 2)) >>> 0;
        break;
      }
      case 0x04:
        this.tar = value;
        break;
      case 0x0c:
        this.writeData(value);
        break;
      case 0x10:
      case 0x14:
      case 0x18:
      case 0x1c:
        this.write(((this.tar & ~15) | (address & 15)) >>> 0, value, 4);
        break;
    }
  }

  private readData(): number {
    const size = (1 << (this.csw & 3)) as Size;
    const increment = (this.csw >> 4) & 3;
    let value = 0;
    for (let left = increment === 2 ? 4 / size : 1; left > 0; left--) {
      value |= this.read(this.tar, size) << ((this.tar & 3) * 8);
      if (increment) this.advance(size);
    }
    return value;
  }

  private writeData(value: number): void {
    const size = (1 << (this.csw & 3)) as Size;
    const increment = (this.csw >> 4) & 3;
    const mask = size === 4 ? -1 : (1 << (8 * size)) - 1;
    for (let left = increment === 2 ? 4 / size : 1; left > 0; left--) {
      this.write(this.tar, (value >>> ((this.tar & 3) * 8)) & mask, size);
      if (increment) this.advance(size);
    }
  }

  /** The increment wraps within 1 KB (IHI0031 C2.2.2). */
  private advance(bytes: number): void {
    this.tar = ((this.tar & ~0x3ff) | ((this.tar + bytes) & 0x3ff)) >>> 0;
  }

  private read(address: number, size: Size): number {
    if (this.isDead) throw new BusFault(address, false);
    if (address >>> 20 !== PRIVATE_BUS >>> 20) return this.bus.read(address, size, true);
    if (address & (size - 1)) throw new BusFault(address, false);
    return this.privateBus.read((address - PRIVATE_BUS) >>> 0, size, true);
  }

  private write(address: number, value: number, size: Size): void {
    if (this.isDead) throw new BusFault(address, true);
    if (address >>> 20 !== PRIVATE_BUS >>> 20) this.bus.write(address, value, size, true);
    else if (address & (size - 1)) throw new BusFault(address, true);
    else this.privateBus.write((address - PRIVATE_BUS) >>> 0, value >>> 0, size, true);
  }
}

export class DebugPort {
  private control = 0;
  private select = 0;
  private result = 0;
  /** Transactions that reached an access port. */
  transfers = 0;

  constructor(
    readonly idcode: number,
    private readonly accessPorts: readonly MemoryAccessPort[],
  ) {}

  /** What the next DPACC or APACC scan captures: the result of the transaction before it. */
  get captured(): number {
    return this.result;
  }

  reset(): void {
    this.control = 0;
    this.select = 0;
    this.result = 0;
    for (const port of this.accessPorts) port.reset();
  }

  /** A DPACC transaction; `register` is A[3:2]. Reads of RDBUFF return 0: the capture carried the result out. */
  accessDp(register: number, read: boolean, value: number): void {
    this.result = 0;
    if (register === 0 && read) this.result = this.idcode;
    else if (register === 2 && read) this.result = this.select;
    else if (register === 2) this.select = value;
    else if (register === 1 && (this.select & 15) === 0) {
      // Power-up requests are granted at once; the sticky flags clear where ones are written.
      if (read) this.result = (this.control | ((this.control & POWER_REQUESTS) << 1)) >>> 0;
      else this.control = (value & (POWER_REQUESTS | 0xf0d)) | (this.control & STICKY & ~value);
    }
  }

  /** An APACC transaction. Dropped while an error is sticky; an absent access port reads as 0 (IHI0031 B1.2.1). */
  accessAp(register: number, read: boolean, value: number): void {
    this.result = 0;
    if (this.control & STICKYERR) return;
    if (!(this.control & CDBGPWRUPREQ)) {
      this.control |= STICKYERR;
      return;
    }
    const port = this.accessPorts[this.select >>> 24];
    if (!port) return;
    this.transfers++;
    const address = (this.select & 0xf0) | (register << 2);
    try {
      if (read) this.result = port.readRegister(address) >>> 0;
      else port.writeRegister(address, value);
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.control |= STICKYERR;
    }
  }

  /** A JTAG-DP's ABORT register has DAPABORT alone; nothing here takes long enough to be aborted. */
  abort(): void {
    this.result = 0;
  }
}
