// What single RISC-V instructions do to registers, memory and CSRs, as far as frames are built and taken down by them; flow.ts says
// where they lead. Encodings: RISC-V Unprivileged ISA, RV32I/RV64I, Zicsr, C, Zcmp.
import { signExtend } from '../flow';
import { riscvDwarf } from './registers';

/** Registers by DWARF number: x0–x31 = 0–31, f0–f31 = 32–63. */
export type Operation =
  | { readonly kind: 'addImmediate'; readonly rd: number; readonly rs1: number; readonly immediate: number }
  | { readonly kind: 'add'; readonly rd: number; readonly rs1: number; readonly rs2: number; readonly sign: 1 | -1 }
  | { readonly kind: 'constant'; readonly rd: number; readonly value: number }
  /** AUIPC: relative to the instruction's own address. */
  | { readonly kind: 'relative'; readonly rd: number; readonly offset: number }
  | { readonly kind: 'load'; readonly rd: number; readonly rs1: number; readonly offset: number; readonly bytes: 4 | 8 }
  | {
      readonly kind: 'store';
      readonly register: number;
      readonly rs1: number;
      readonly offset: number;
      readonly bytes: 4 | 8;
    }
  | { readonly kind: 'csr'; readonly rd: number; readonly csr: number; readonly write: CsrWrite | undefined }
  /** CM.PUSH and CM.POP…: registers from the highest address down. */
  | {
      readonly kind: 'push' | 'pop';
      readonly registers: readonly number[];
      readonly bytes: 4 | 8;
      readonly adjustment: number;
    }
  /** Changes a register in another way. */
  | { readonly kind: 'write'; readonly rd: number }
  | { readonly kind: 'none' };

export interface CsrWrite {
  /** CSRRW writes, CSRRS and CSRRC only change bits. */
  readonly isWhole: boolean;
  /** Undefined for the forms with an immediate. */
  readonly from: number | undefined;
}

const none: Operation = { kind: 'none' };
const { sp } = riscvDwarf;

/** @param op the instruction: 16 bits where its low two bits are not both set, else 32 */
export function operationOf(op: number, addressSize: number): Operation {
  if ((op & 3) === 3) return standard(op);
  const quadrant = op & 3;
  if (quadrant === 0) return quadrant0(op, addressSize);
  return quadrant === 1 ? quadrant1(op, addressSize) : quadrant2(op, addressSize);
}

function standard(op: number): Operation {
  const rd = (op >>> 7) & 31;
  const rs1 = (op >>> 15) & 31;
  const rs2 = (op >>> 20) & 31;
  const funct3 = (op >>> 12) & 7;
  const immediate = (op | 0) >> 20;
  const bytes = funct3 === 3 ? 8 : 4;
  switch (op & 0x7f) {
    case 0x03:
      return funct3 === 2 || funct3 === 3 ? { kind: 'load', rd, rs1, offset: immediate, bytes } : { kind: 'write', rd };
    case 0x07:
      return { kind: 'load', rd: riscvDwarf.f0 + rd, rs1, offset: immediate, bytes };
    case 0x13:
      return funct3 === 0 ? { kind: 'addImmediate', rd, rs1, immediate } : { kind: 'write', rd };
    case 0x17:
      return { kind: 'relative', rd, offset: (op | 0) & ~0xfff };
    case 0x23:
    case 0x27: {
      if (funct3 < 2) return none;
      const register = (op & 0x7f) === 0x27 ? riscvDwarf.f0 + rs2 : rs2;
      return { kind: 'store', register, rs1, offset: (((op | 0) >> 25) << 5) | rd, bytes };
    }
    case 0x33:
      return funct3 === 0 && (op >>> 25 === 0 || op >>> 25 === 0x20)
        ? { kind: 'add', rd, rs1, rs2, sign: op >>> 25 === 0 ? 1 : -1 }
        : { kind: 'write', rd };
    case 0x37:
      return { kind: 'constant', rd, value: (op | 0) & ~0xfff };
    case 0x73: {
      if (funct3 === 0) return none;
      const changes = (funct3 & 3) === 1 || rs1 !== 0;
      const write = { isWhole: (funct3 & 3) === 1, from: (funct3 & 4) === 0 ? rs1 : undefined };
      return { kind: 'csr', rd, csr: op >>> 20, write: changes ? write : undefined };
    }
    case 0x63:
      return none;
    default:
      return { kind: 'write', rd };
  }
}

const low = (op: number) => 8 + ((op >> 2) & 7);
const high = (op: number) => 8 + ((op >> 7) & 7);
/** Offsets of C.LW/C.SW and C.LD/C.SD. */
const wordOffset = (op: number) => ((op >> 7) & 0x38) | ((op >> 4) & 4) | ((op << 1) & 0x40);
const doubleOffset = (op: number) => ((op >> 7) & 0x38) | ((op << 1) & 0xc0);

function quadrant0(op: number, addressSize: number): Operation {
  const float = riscvDwarf.f0;
  const isLong = addressSize === 8;
  switch (op >> 13) {
    case 0: {
      const immediate = ((op >> 7) & 0x30) | ((op >> 1) & 0x3c0) | ((op >> 4) & 4) | ((op >> 2) & 8);
      return { kind: 'addImmediate', rd: low(op), rs1: sp, immediate };
    }
    case 1:
      return { kind: 'load', rd: float + low(op), rs1: high(op), offset: doubleOffset(op), bytes: 8 };
    case 2:
      return { kind: 'load', rd: low(op), rs1: high(op), offset: wordOffset(op), bytes: 4 };
    case 3:
      return isLong
        ? { kind: 'load', rd: low(op), rs1: high(op), offset: doubleOffset(op), bytes: 8 }
        : { kind: 'load', rd: float + low(op), rs1: high(op), offset: wordOffset(op), bytes: 4 };
    case 5:
      return { kind: 'store', register: float + low(op), rs1: high(op), offset: doubleOffset(op), bytes: 8 };
    case 6:
      return { kind: 'store', register: low(op), rs1: high(op), offset: wordOffset(op), bytes: 4 };
    case 7:
      return isLong
        ? { kind: 'store', register: low(op), rs1: high(op), offset: doubleOffset(op), bytes: 8 }
        : { kind: 'store', register: float + low(op), rs1: high(op), offset: wordOffset(op), bytes: 4 };
    default:
      return none;
  }
}

function quadrant1(op: number, addressSize: number): Operation {
  const rd = (op >> 7) & 31;
  const immediate = signExtend((((op >> 12) & 1) << 5) | ((op >> 2) & 31), 6);
  switch (op >> 13) {
    case 0:
      return { kind: 'addImmediate', rd, rs1: rd, immediate };
    case 1:
      return addressSize === 8 ? { kind: 'write', rd } : none; // C.ADDIW; C.JAL
    case 2:
      return { kind: 'addImmediate', rd, rs1: 0, immediate };
    case 3: {
      if (rd !== sp) return { kind: 'constant', rd, value: immediate << 12 };
      const bits =
        ((op >> 3) & 0x200) | ((op >> 2) & 0x10) | ((op << 1) & 0x40) | ((op << 4) & 0x180) | ((op << 3) & 0x20);
      return { kind: 'addImmediate', rd, rs1: rd, immediate: signExtend(bits, 10) };
    }
    case 4:
      return { kind: 'write', rd: high(op) };
    default:
      return none;
  }
}

function quadrant2(op: number, addressSize: number): Operation {
  const rd = (op >> 7) & 31;
  const rs2 = (op >> 2) & 31;
  const float = riscvDwarf.f0;
  const isLong = addressSize === 8;
  const loadWord = ((op >> 7) & 0x20) | ((op >> 2) & 0x1c) | ((op << 4) & 0xc0);
  const loadDouble = ((op >> 7) & 0x20) | ((op >> 2) & 0x18) | ((op << 4) & 0x1c0);
  const storeWord = ((op >> 7) & 0x3c) | ((op >> 1) & 0xc0);
  const storeDouble = ((op >> 7) & 0x38) | ((op >> 1) & 0x1c0);
  switch (op >> 13) {
    case 0:
      return { kind: 'write', rd };
    case 1:
      return { kind: 'load', rd: float + rd, rs1: sp, offset: loadDouble, bytes: 8 };
    case 2:
      return { kind: 'load', rd, rs1: sp, offset: loadWord, bytes: 4 };
    case 3:
      return isLong
        ? { kind: 'load', rd, rs1: sp, offset: loadDouble, bytes: 8 }
        : { kind: 'load', rd: float + rd, rs1: sp, offset: loadWord, bytes: 4 };
    case 4:
      if (rs2 === 0) return none;
      return (op & 0x1000) !== 0
        ? { kind: 'add', rd, rs1: rd, rs2, sign: 1 }
        : { kind: 'addImmediate', rd, rs1: rs2, immediate: 0 };
    case 5:
      return (
        pushOrPop(op, addressSize) ?? { kind: 'store', register: float + rs2, rs1: sp, offset: storeDouble, bytes: 8 }
      );
    case 6:
      return { kind: 'store', register: rs2, rs1: sp, offset: storeWord, bytes: 4 };
    default:
      return isLong
        ? { kind: 'store', register: rs2, rs1: sp, offset: storeDouble, bytes: 8 }
        : { kind: 'store', register: float + rs2, rs1: sp, offset: storeWord, bytes: 4 };
  }
}

/** ra, s0–s11 in the order of Zcmp's register lists. */
const listed = [1, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];

/** Zcmp. On cores with D the same bits store a double, and these never are the first thing in a frame. */
function pushOrPop(op: number, addressSize: number): Operation | undefined {
  const list = (op >> 4) & 15;
  const which = op & 0xff03;
  if (list < 4 || ![0xb802, 0xba02, 0xbc02, 0xbe02].includes(which)) return undefined;
  // There is no list with s10 and without s11.
  const registers = listed.slice(0, list === 15 ? 13 : list - 3);
  const bytes = addressSize === 8 ? 8 : 4;
  const adjustment = Math.ceil((registers.length * bytes) / 16) * 16 + ((op >> 2) & 3) * 16;
  return { kind: which === 0xb802 ? 'push' : 'pop', registers: [...registers].reverse(), bytes, adjustment };
}
