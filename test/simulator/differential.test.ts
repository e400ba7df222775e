// Random instructions on this core and on the one of rp2040js: registers, flags and memory must agree, except where the
// other core is known to leave the architecture manual (each such class is named below, with the manual's section).
import assert from 'node:assert/strict';
// rp2040js exports its RP2040 alone; the core is reached by its path.
import { CortexM0Core } from '../../node_modules/rp2040js/dist/cjs/cortex-m0-core';
import { SimulatedCore } from './simulatedCore';

const RAM = 0x20000000;
const RAM_BYTES = 16 * 1024;
const CODE = 0x20001000;
const DATA = 0x20002000;
const ROUNDS = 60_000;
const CARRY = 2;
const OVERFLOW = 1;
const EDGES = [0, 1, 2, 31, 32, 33, 255, 256, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x8000];

/** Repeatable random numbers (Numerical Recipes). */
function randomNumbers(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed ^ (seed >>> 15)) >>> 0;
  };
}

/** The other core on a RAM of its own; `fault` is set by any access outside it. */
class OtherCore {
  readonly bytes = new Uint8Array(RAM_BYTES);
  private readonly view = new DataView(this.bytes.buffer);
  fault = false;
  readonly core = new CortexM0Core({
    logger: { warn: () => this.failed(), error: () => undefined, info: () => undefined, debug: () => undefined },
    onBreak: () => undefined,
    readUint32: (address: number) => this.access(address, 4, (o) => this.view.getUint32(o, true)),
    readUint16: (address: number) => this.access(address, 2, (o) => this.view.getUint16(o, true)),
    readUint8: (address: number) => this.access(address, 1, (o) => this.view.getUint8(o)),
    writeUint32: (address: number, x: number) => this.access(address, 4, (o) => this.view.setUint32(o, x, true)),
    writeUint16: (address: number, x: number) => this.access(address, 2, (o) => this.view.setUint16(o, x, true)),
    writeUint8: (address: number, x: number) => this.access(address, 1, (o) => this.view.setUint8(o, x)),
  } as unknown as ConstructorParameters<typeof CortexM0Core>[0]);

  private failed(): void {
    this.fault = true;
  }

  private access<T>(address: number, size: number, act: (offset: number) => T): T | number {
    const offset = (address >>> 0) - RAM;
    if (offset >= 0 && offset + size <= RAM_BYTES && offset % size === 0) return act(offset);
    this.failed();
    return 0;
  }
}

/** Instructions that the comparison leaves out: system instructions, and what the manual calls unpredictable. */
function isSkipped(opcode: number): boolean {
  if (opcode === 0x47f0) return true; // BLX lr: the other core sets LR before it reads it (A6.7.20)
  const top = opcode >> 8;
  if (opcode >> 11 >= 29 || top === 0xbe || top === 0xbf || top === 0xdf || top === 0xde || top === 0xb6) return true;
  if (opcode >> 10 === 17) {
    const usesPc = ((opcode >> 3) & 15) === 15 || ((opcode & 7) | ((opcode >> 4) & 8)) === 15;
    const kind = (opcode >> 8) & 3;
    return kind === 1 ? usesPc || (opcode & 0xc0) === 0 : kind === 3 && (usesPc || (opcode & 7) !== 0);
  }
  const list = opcode & 255;
  return (opcode >> 12 === 12 && list === 0) || ((opcode & 0xf600) === 0xb400 && (opcode & 0x1ff) === 0);
}

/** Flags that are not compared: the other core's deviations from the manual. */
function ignoredFlags(opcode: number, shift: number): number {
  if (opcode >> 10 !== 16) return 0;
  switch ((opcode >> 6) & 15) {
    case 2: // LSLS by 33 and more leaves C set (A2.2.1, LSL_C)
      return (shift & 255) > 32 ? CARRY : 0;
    case 3: // LSRS, ASRS, RORS by 0 change C (A2.2.1, Shift_C)
    case 4:
    case 7:
      return (shift & 255) === 0 ? CARRY : 0;
    case 5: // ADCS, SBCS forget the carry in V (A2.2.1, AddWithCarry)
    case 6:
      return OVERFLOW;
    default:
      return 0;
  }
}

/** STM with its base in the list loses the write-back (A6.7.58). */
function ignoredRegister(opcode: number): number | undefined {
  const base = (opcode >> 8) & 7;
  return opcode >> 11 === 24 && opcode & (1 << base) ? base : undefined;
}

describe('The Armv6-M interpreter and another one', () => {
  it(`agree on ${ROUNDS} random instructions`, () => {
    const random = randomNumbers(12345);
    const value = () => (random() & 0x100 ? (EDGES[random() % EDGES.length] as number) : random());
    const own = new SimulatedCore();
    const other = new OtherCore();
    let compared = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const opcode = random() >>> 16;
      if (isSkipped(opcode)) continue;
      const registers = Array.from({ length: 15 }, value);
      const pointers = random() & 1 ? random() & 0xff : 0; // registers that point into the data
      for (let i = 0; i < 8; i++) if ((pointers >> i) & 1) registers[i] = DATA + (random() & 0xffc);
      registers[13] = 0x20003000 + (random() & 0x7fc);
      const flags = random() & 0xf0000000;
      if (flags >>> 30 === 3) continue; // never negative and zero
      for (let at = DATA; at < DATA + 0x1900; at += 4 * (1 + (random() & 15))) own.bus.write(at, random(), 4);
      own.setCode([opcode, 0xbf00], CODE);
      other.bytes.set(own.bus.ram.u8);
      other.fault = false;
      Object.assign(other.core, { APSR: flags, PM: true, waiting: false, IPSR: 0, currentMode: 0 });
      registers.forEach((x, i) => {
        own.r[i] = x;
        other.core.registers[i] = x;
      });
      own.exceptions.reset();
      own.registers.xpsr = (flags | 0x01000000) >>> 0;
      own.registers.primask = 1;
      own.registers.pc = CODE;
      other.core.registers[15] = CODE;
      other.core.executeInstruction();
      own.step();
      const faulted = own.registers.ipsr !== 0 || own.core.lockup || own.registers.thumb === false;
      if (faulted || other.fault) continue;
      compared++;
      const what = `opcode ${opcode.toString(16)}, registers ${registers.map((x) => x.toString(16))}, flags ${flags >>> 28}`;
      const ignored = ignoredRegister(opcode);
      for (let i = 0; i < 15; i++) {
        if (i !== ignored)
          assert.equal((own.r[i] as number) >>> 0, (other.core.registers[i] as number) >>> 0, `r${i}: ${what}`);
      }
      assert.equal(own.registers.pc >>> 0, ((other.core.registers[15] as number) & ~1) >>> 0, `pc: ${what}`);
      const mask = 15 & ~ignoredFlags(opcode, registers[(opcode >> 3) & 7] as number);
      assert.equal((own.registers.flags >>> 28) & mask, (other.core.APSR >>> 28) & mask, `NZCV: ${what}`);
      assert(Buffer.from(own.bus.ram.u8.buffer).equals(Buffer.from(other.bytes.buffer)), `memory: ${what}`);
    }
    assert(compared > ROUNDS / 3, `only ${compared} were compared`);
  });
});
