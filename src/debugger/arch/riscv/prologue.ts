// Unwinds RISC-V code without unwind tables: follows the first straight-line instructions of a function, what they store and
// how they move the stack pointer. Encodings: RISC-V Unprivileged ISA, RV32I/RV64I and C.
import type { RegisterRule } from '../../../debuginfo/api';
import type { CodeContext, FallbackRow } from '../architecture';
import { riscvDwarf } from './registers';

/** Trap entries store all registers, so the part that is looked at is larger than a plain prologue. */
const maximumBytes = 256;

class Prologue {
  /** CFA − SP. */
  depth = 0;
  framePointerDepth: number | undefined;
  /** Stores relative to SP; they become CFA offsets at once. */
  readonly saved = new Map<number, RegisterRule>();
  /** Registers that hold a constant, for frames beyond the reach of one immediate. */
  readonly constants = new Map<number, number>();

  store(register: number, offset: number): void {
    if (!this.saved.has(register)) this.saved.set(register, { kind: 'offset', offset: offset - this.depth });
  }

  add(to: number, from: number, immediate: number): void {
    if (to === riscvDwarf.sp && from === riscvDwarf.sp) this.depth -= immediate;
    else if (to === riscvDwarf.s0 && from === riscvDwarf.sp) this.framePointerDepth = this.depth - immediate;
    else if (from === 0) this.constants.set(to, immediate);
    else if (from === to && this.constants.has(to)) this.constants.set(to, (this.constants.get(to) ?? 0) + immediate);
    else this.constants.delete(to);
  }

  addRegister(to: number, left: number, right: number, sign: 1 | -1): void {
    const constant = this.constants.get(right);
    if (to === riscvDwarf.sp && left === riscvDwarf.sp && constant !== undefined) this.depth -= sign * constant;
    else this.constants.delete(to);
  }
}

/** The unwind row of the code at `context`, or undefined when its function's start is unknown or ra is lost. */
export function analyseRiscvPrologue(context: CodeContext, addressSize: number): FallbackRow | undefined {
  const prologue = new Prologue();
  const start = context.functionStart;
  if (start !== undefined) {
    const length = Math.min(context.pc - start, maximumBytes);
    const code = length > 0 ? context.code(start, length) : undefined;
    if (code !== undefined) follow(code, prologue, addressSize);
  }
  if (!prologue.saved.has(riscvDwarf.ra) && !context.isInnermost) return undefined;
  return {
    cfa:
      prologue.framePointerDepth === undefined
        ? { kind: 'registerOffset', register: riscvDwarf.sp, offset: prologue.depth }
        : { kind: 'registerOffset', register: riscvDwarf.s0, offset: prologue.framePointerDepth },
    rules: prologue.saved,
    returnAddressRegister: riscvDwarf.ra,
  };
}

function follow(code: Uint8Array, prologue: Prologue, addressSize: number): void {
  for (let at = 0; at + 2 <= code.length; ) {
    const first = half(code, at);
    const isWide = (first & 3) === 3;
    if (isWide && at + 4 > code.length) return;
    const goesOn = isWide
      ? followWide((first | (half(code, at + 2) << 16)) >>> 0, prologue)
      : followCompressed(first, prologue, addressSize);
    if (!goesOn) return;
    at += isWide ? 4 : 2;
  }
}

/** Returns false at the first jump or branch: the prologue is over. */
function followWide(code: number, prologue: Prologue): boolean {
  const rd = (code >>> 7) & 31;
  const rs1 = (code >>> 15) & 31;
  const rs2 = (code >>> 20) & 31;
  const funct3 = (code >>> 12) & 7;
  const signed = code | 0;
  switch (code & 0x7f) {
    case 0x13:
      if (funct3 === 0) prologue.add(rd, rs1, signed >> 20);
      return true;
    case 0x23:
    case 0x27:
      if (rs1 === riscvDwarf.sp && funct3 >= 2) {
        const register = (code & 0x7f) === 0x27 ? riscvDwarf.f0 + rs2 : rs2;
        prologue.store(register, ((signed >> 25) << 5) | rd);
      }
      return true;
    case 0x33:
      if (funct3 === 0) prologue.addRegister(rd, rs1, rs2, code >>> 25 === 0x20 ? -1 : 1);
      return true;
    case 0x37:
      prologue.constants.set(rd, signed & ~0xfff);
      return true;
    case 0x63: // branches
    case 0x67: // JALR
    case 0x6f: // JAL
      return false;
    default:
      return true;
  }
}

function followCompressed(code: number, prologue: Prologue, addressSize: number): boolean {
  const quadrant = code & 3;
  const funct3 = code >> 13;
  const rd = (code >> 7) & 31;
  const imm6 = (((code >> 12) & 1) << 5) | ((code >> 2) & 31);
  const signed6 = (imm6 << 26) >> 26;
  if (quadrant === 0 && funct3 === 0) {
    // C.ADDI4SPN
    const immediate = ((code >> 7) & 0x30) | ((code >> 1) & 0x3c0) | ((code >> 4) & 4) | ((code >> 2) & 8);
    prologue.add(8 + ((code >> 2) & 7), riscvDwarf.sp, immediate);
  } else if (quadrant === 1) {
    if (funct3 === 0) prologue.add(rd, rd, signed6);
    else if (funct3 === 2) prologue.add(rd, 0, signed6);
    else if (funct3 === 3 && rd === riscvDwarf.sp) {
      // C.ADDI16SP
      const bits =
        ((code >> 3) & 0x200) |
        ((code >> 2) & 0x10) |
        ((code << 1) & 0x40) |
        ((code << 4) & 0x180) |
        ((code << 3) & 0x20);
      prologue.add(rd, rd, (bits << 22) >> 22);
    } else if (funct3 === 3) prologue.constants.set(rd, signed6 << 12);
    else if (funct3 >= 5 || (funct3 === 1 && addressSize === 4)) return false; // C.J, C.BEQZ, C.BNEZ, C.JAL
  } else if (quadrant === 2) {
    const rs2 = (code >> 2) & 31;
    if (funct3 === 6)
      prologue.store(rs2, ((code >> 7) & 0x3c) | ((code >> 1) & 0xc0)); // C.SWSP
    else if (funct3 === 7) {
      const register = addressSize === 8 ? rs2 : riscvDwarf.f0 + rs2;
      prologue.store(register, ((code >> 7) & 0x38) | ((code >> 1) & 0x1c0)); // C.SDSP, C.FSWSP
    } else if (funct3 === 4) {
      if (rs2 === 0) return (code & 0x1000) !== 0 && rd === 0; // C.JR, C.JALR end it; C.EBREAK does not
      if ((code & 0x1000) !== 0)
        prologue.addRegister(rd, rd, rs2, 1); // C.ADD
      else prologue.add(rd, rs2, 0); // C.MV
    }
  }
  return true;
}

const half = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
