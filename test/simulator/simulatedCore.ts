// A core on the board's memories for unit tests: code in RAM, vectors for every exception, no debugger.
import { Board } from '../../src/simulator/board';
import type { Bus } from '../../src/simulator/bus';
import type { Core } from '../../src/simulator/core/core';
import { PRIVATE_BUS } from '../../src/simulator/core/core';
import type { CoreComplex } from '../../src/simulator/coreComplex';

const ORIGIN = 0x20001000;
export const STACK_TOP = 0x20003000;
/** Handler of exception `n`: `HANDLERS + 0x20 × n`, each an endless loop of NOPs. */
const HANDLERS = 0x08001000;
export const handler = (n: number) => HANDLERS + 0x20 * n;

export interface Frame {
  r0: number;
  r1: number;
  r2: number;
  r3: number;
  r12: number;
  lr: number;
  pc: number;
  xpsr: number;
}

export class SimulatedCore {
  readonly origin = ORIGIN;
  readonly board: Board;
  readonly complex: CoreComplex;
  readonly core: Core;
  readonly bus: Bus;

  /** @param code half-words to execute */
  constructor(code: readonly number[] = []) {
    this.board = new Board();
    this.bus = this.board.bus;
    this.complex = this.board.cores[0] as CoreComplex;
    this.core = this.complex.core;
    const { flash, ram } = this.bus;
    flash.s32[0] = STACK_TOP;
    for (let n = 1; n < 48; n++) {
      flash.s32[n] = handler(n) | 1;
      flash.u16.fill(0xbf00, (handler(n) - flash.base) >> 1, ((handler(n) - flash.base) >> 1) + 15);
      flash.u16[((handler(n) - flash.base) >> 1) + 15] = 0xe7ef; // back to the beginning
    }
    this.board.holdReset('button', true);
    this.board.holdReset('button', false);
    ram.u16.fill(0xbf00, (ORIGIN - ram.base) >> 1, ((ORIGIN - ram.base) >> 1) + 64);
    this.setCode(code);
    this.registers.pc = ORIGIN;
  }

  get registers() {
    return this.core.registers;
  }

  get r(): Int32Array {
    return this.registers.r;
  }

  get exceptions() {
    return this.core.exceptions;
  }

  set debugEnabled(on: boolean) {
    this.core.debugEnabled = on;
  }

  setCode(code: readonly number[], address = ORIGIN): void {
    code.forEach((halfword, i) => {
      const memory = address >= this.bus.ram.base ? this.bus.ram : this.bus.flash;
      memory.store(address - memory.base + 2 * i, halfword, 2);
    });
  }

  /** One instruction, as a debugger steps. */
  step(): void {
    this.core.debugEnabled = true;
    this.core.halted = true;
    this.core.step();
  }

  /** Runs for `cycles` cycles. */
  run(cycles: number): void {
    this.core.halted = false;
    this.core.run(cycles);
  }

  /** A register of the private peripheral bus. */
  readPrivate(address: number, byDebugger = false): number {
    return this.complex.privateBus.read((address - PRIVATE_BUS) >>> 0, 4, byDebugger);
  }

  writePrivate(address: number, value: number, byDebugger = false): void {
    this.complex.privateBus.write((address - PRIVATE_BUS) >>> 0, value >>> 0, 4, byDebugger);
  }

  /** The exception frame at `sp`, the present stack pointer where none is given. */
  frame(sp = this.r[13] as number): Frame {
    const [r0, r1, r2, r3, r12, lr, pc, xpsr] = Array.from({ length: 8 }, (_, i) => this.bus.read(sp + 4 * i, 4));
    return { r0, r1, r2, r3, r12, lr, pc, xpsr } as Frame;
  }
}
