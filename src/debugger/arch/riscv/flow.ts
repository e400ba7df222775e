// Flow of control in RISC-V code, incl. the compressed instructions (C, Zcmp, Zcmt).
// Source: RISC-V Instruction Set Manual, volume I: RV32I 2.5, C 16.4, Zc 27.
import { type DecodedFlow, type Flow, sequential, signExtend } from '../flow';

/** @param is64Bit RV64 has no C.JAL: its encoding is C.ADDIW there. */
export const decodeRiscV =
  (is64Bit: boolean) =>
  (bytes: Uint8Array, address: number): DecodedFlow | undefined => {
    const [b0, b1, b2, b3] = bytes;
    if (b0 === undefined || b1 === undefined) return undefined;
    const low = b0 | (b1 << 8);
    if ((low & 3) !== 3) return { length: 2, flow: compressed(low, address, is64Bit) };
    if (b2 === undefined || b3 === undefined) return undefined;
    return { length: 4, flow: standard((low | (b2 << 16) | (b3 << 24)) >>> 0, address) };
  };

const indirect: Flow = { kind: 'indirect', isConditional: false };

function standard(op: number, address: number): Flow {
  const rd = (op >> 7) & 31;
  switch (op & 0x7f) {
    case 0x6f: {
      const imm =
        (((op >> 31) & 1) << 20) | (((op >> 12) & 0xff) << 12) | (((op >> 20) & 1) << 11) | (((op >> 21) & 0x3ff) << 1);
      const target = address + signExtend(imm, 21);
      return rd === 0 ? { kind: 'jump', target } : { kind: 'call', target, isConditional: false };
    }
    case 0x67:
      return rd === 0 ? indirect : { kind: 'call', target: undefined, isConditional: false };
    case 0x63: {
      const imm =
        (((op >> 31) & 1) << 12) | (((op >> 7) & 1) << 11) | (((op >> 25) & 0x3f) << 5) | (((op >> 8) & 0xf) << 1);
      return { kind: 'branch', target: address + signExtend(imm, 13) };
    }
    case 0x73:
      if (op === 0x00100073) return { kind: 'trap' };
      // MRET, SRET, MNRET, DRET
      return op === 0x30200073 || op === 0x10200073 || op === 0x70200073 || op === 0x7b200073 ? indirect : sequential;
    default:
      return sequential;
  }
}

function compressed(op: number, address: number, is64Bit: boolean): Flow {
  const bit = (from: number, to: number) => ((op >> from) & 1) << to;
  const funct3 = op >> 13;
  if ((op & 3) === 1) {
    if (funct3 === 5 || (funct3 === 1 && !is64Bit)) {
      const imm =
        bit(12, 11) |
        bit(11, 4) |
        (((op >> 9) & 3) << 8) |
        bit(8, 10) |
        bit(7, 6) |
        bit(6, 7) |
        (((op >> 3) & 7) << 1) |
        bit(2, 5);
      const target = address + signExtend(imm, 12);
      return funct3 === 5 ? { kind: 'jump', target } : { kind: 'call', target, isConditional: false };
    }
    if (funct3 >= 6) {
      const imm = bit(12, 8) | (((op >> 10) & 3) << 3) | (((op >> 5) & 3) << 6) | (((op >> 3) & 3) << 1) | bit(2, 5);
      return { kind: 'branch', target: address + signExtend(imm, 9) };
    }
    return sequential;
  }
  if ((op & 3) !== 2) return sequential;
  if (funct3 === 4 && (op & 0x7c) === 0) {
    if (op === 0x9002) return { kind: 'trap' };
    return (op & 0x1000) === 0 ? indirect : { kind: 'call', target: undefined, isConditional: false }; // C.JR, C.JALR
  }
  // CM.POPRET, CM.POPRETZ, CM.JT, CM.JALT. On cores with D the same bits store a double: then this costs one more stop, no more.
  if (funct3 === 5 && ((op & 0x1d00) === 0x1c00 || (op & 0x1c00) === 0)) return indirect;
  return sequential;
}
