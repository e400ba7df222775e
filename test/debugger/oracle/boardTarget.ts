// A simulated board in this process as a stopped target: runs to a point, then only reads.

import { describeArmRegister } from '../../../src/debugger/arch/arm/registers';
import type { MemoryRead, RegisterDescription, RunState, Target } from '../../../src/debugger/target';
import { Board } from '../../../src/simulator/board';
import { readImage } from '../../../src/simulator/image';

const ram = { low: 0x20000000, high: 0x20000000 + 0x8000 };
const names = [
  ...Array.from({ length: 13 }, (_, i) => `r${i}`),
  'sp',
  'lr',
  'pc',
  'xPSR',
  'msp',
  'psp',
  'primask',
  'control',
];

export class BoardTarget implements Target {
  readonly kind = 'core';
  readonly threads = [{ id: 1, name: 'armv6m' }];
  readonly addressSize = 4;
  readonly isBigEndian = false;
  readonly #board = new Board();

  constructor(file: string) {
    this.#board.load(readImage(file));
  }

  get pc(): number {
    return this.#core.registers.pc;
  }

  get #core() {
    const [core] = this.#board.cores;
    if (core === undefined) throw new Error('the board has no core');
    return core.core;
  }

  /** Lets some cycles pass. */
  run(cycles: number): void {
    this.#board.advance(cycles);
  }

  /** Runs instruction by instruction until `isThere`; false when `limit` instructions were not enough. */
  runTo(isThere: (pc: number) => boolean, limit = 2_000_000): boolean {
    for (let i = 0; i < limit; i++) {
      this.#board.advance(1);
      if (isThere(this.pc)) return true;
    }
    return false;
  }

  state(): RunState {
    return { kind: 'halted', reason: { kind: 'core' } };
  }

  registers(): readonly RegisterDescription[] {
    return names.map(describeArmRegister);
  }

  readRegisters(_thread: number, wanted: readonly string[]) {
    const { registers } = this.#core;
    const value = (name: string): bigint => {
      const index = /^r(\d+)$/.exec(name);
      if (index !== null) return BigInt((registers.r[Number(index[1])] ?? 0) >>> 0);
      switch (name) {
        case 'sp':
          return BigInt((registers.r[13] ?? 0) >>> 0);
        case 'lr':
          return BigInt((registers.r[14] ?? 0) >>> 0);
        case 'pc':
          return BigInt(registers.pc >>> 0);
        case 'xPSR':
          return BigInt(registers.xpsr >>> 0);
        case 'msp':
        case 'psp':
        case 'primask':
        case 'control':
          return BigInt(registers[name] >>> 0);
        default:
          return 0n;
      }
    };
    return Promise.resolve(new Map(wanted.map((name) => [name, value(name)])));
  }

  /** Flash and RAM; nothing else is memory for this purpose. */
  readMemory(address: number, length: number): Promise<MemoryRead> {
    const { bus } = this.#board;
    const inRam = address >= ram.low && address < ram.high;
    const inFlash = address >= 0x08000000 && address < 0x08040000;
    if (!inRam && !inFlash) return Promise.resolve({ bytes: new Uint8Array(0), problem: 'there is no memory' });
    const memory = inRam ? bus.ram : bus.flash;
    const start = address - memory.base;
    const bytes = memory.u8.slice(start, start + length);
    return Promise.resolve({ bytes, problem: bytes.length < length ? 'the memory ends' : undefined });
  }

  writeRegister(): Promise<void> {
    return Promise.reject(new Error('read-only'));
  }

  writeMemory(): Promise<void> {
    return Promise.reject(new Error('read-only'));
  }

  on() {
    return { dispose: () => undefined };
  }

  close() {
    return Promise.resolve();
  }
}
