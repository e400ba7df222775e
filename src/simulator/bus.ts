// The memory map of the microcontroller: memories with fast views, and register blocks. What is private to one core
// (0xE0000000–0xE00FFFFF) is not here but in privateBus.ts.

/** Thrown for an access that the bus answers with an error: unmapped, misaligned, or refused by the device. */
export class BusFault extends Error {
  constructor(
    readonly address: number,
    readonly write: boolean,
  ) {
    super(`Bus fault ${write ? 'writing' : 'reading'} 0x${(address >>> 0).toString(16).padStart(8, '0')}.`);
  }
}

/** Width of an access in bytes. */
export type Size = 1 | 2 | 4;

/** Something with registers. Offsets count bytes from its base; values are unsigned. A refusal is a thrown BusFault. */
export interface Device {
  read(offset: number, size: Size, byDebugger: boolean): number;
  write(offset: number, value: number, size: Size, byDebugger: boolean): void;
}

/** An array of bytes in the map, with the three typed views that the interpreter reads directly. */
export class Memory {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly s32: Int32Array;

  /** @param size bytes, a multiple of 4 */
  constructor(
    readonly base: number,
    readonly size: number,
    fill = 0,
  ) {
    const buffer = new ArrayBuffer(size);
    this.u8 = new Uint8Array(buffer).fill(fill);
    this.u16 = new Uint16Array(buffer);
    this.s32 = new Int32Array(buffer);
  }

  load(offset: number, size: Size): number {
    if (size === 4) return (this.s32[offset >> 2] as number) >>> 0;
    return (size === 2 ? this.u16[offset >> 1] : this.u8[offset]) as number;
  }

  store(offset: number, value: number, size: Size): void {
    if (size === 4) this.s32[offset >> 2] = value;
    else if (size === 2) this.u16[offset >> 1] = value;
    else this.u8[offset] = value;
  }
}

interface Region {
  readonly base: number;
  readonly size: number;
  readonly device: Device;
}

/** A memory and the address its first byte is seen at. */
export interface MemoryView {
  readonly memory: Memory;
  readonly base: number;
}

/** Writes into a memory that is not simply RAM go to its controller, which decides what they mean. */
export type WriteRule = (offset: number, value: number, size: Size) => void;

export class Bus {
  private readonly regions: Region[] = [];
  private readonly views: readonly MemoryView[];
  private aliasView: MemoryView;
  writeFlash: WriteRule = (offset) => {
    throw new BusFault(this.flash.base + offset, true);
  };
  writeSystem: WriteRule = (offset) => {
    throw new BusFault(this.system.base + offset, true);
  };

  /** @param system boot ROM, identity and option bytes */
  constructor(
    readonly flash: Memory,
    readonly ram: Memory,
    readonly system: Memory,
  ) {
    this.views = [ram, flash, system].map((memory) => ({ memory, base: memory.base }));
    this.aliasView = { memory: flash, base: 0 };
  }

  /** The memory seen at address 0, chosen at boot (RM0091 §2.5): flash, system memory or RAM. */
  get alias(): Memory {
    return this.aliasView.memory;
  }

  set alias(memory: Memory) {
    this.aliasView = { memory, base: 0 };
  }

  map(base: number, size: number, device: Device): void {
    this.regions.push({ base, size, device });
  }

  /** The memory at `address`: what instructions can come from. */
  executable(address: number): MemoryView | undefined {
    for (const view of this.views) if ((address - view.base) >>> 0 < view.memory.size) return view;
    return address >>> 0 < this.aliasView.memory.size ? this.aliasView : undefined;
  }

  /** @throws BusFault */
  read(address: number, size: Size, byDebugger = false): number {
    address >>>= 0;
    if (address & (size - 1)) throw new BusFault(address, false);
    const found = this.executable(address);
    if (found) return found.memory.load(address - found.base, size);
    const region = this.find(address, false);
    return region.device.read(address - region.base, size, byDebugger) >>> 0;
  }

  /** @throws BusFault */
  write(address: number, value: number, size: Size, byDebugger = false): void {
    address >>>= 0;
    if (address & (size - 1)) throw new BusFault(address, true);
    const found = this.executable(address);
    if (!found) {
      const region = this.find(address, true);
      region.device.write(address - region.base, value >>> 0, size, byDebugger);
    } else if (found.memory === this.ram) this.ram.store(address - found.base, value, size);
    else if (found.memory === this.flash) this.writeFlash(address - found.base, value, size);
    else this.writeSystem(address - found.base, value, size);
  }

  private find(address: number, write: boolean): Region {
    for (const region of this.regions) {
      if (address >= region.base && address - region.base < region.size) return region;
    }
    throw new BusFault(address, write);
  }
}
