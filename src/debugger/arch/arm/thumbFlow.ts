// Flow of control in Thumb and Thumb-2 code, incl. Armv8.1-M's low-overhead loops.
// Source: Arm Architecture Reference Manuals, Armv7-M (DDI0403) A5–A7 and Armv8-M (DDI0553) C2.
import { type DecodedFlow, type Flow, jumpOrBranch, sequential, signExtend } from '../flow';

/** True when a halfword begins a 32-bit instruction (DDI0403 A5.1). */
export const isWide = (halfword: number): boolean => (halfword & 0xe000) === 0xe000 && (halfword & 0x1800) !== 0;

export function decodeThumb(bytes: Uint8Array, address: number, isConditional: boolean): DecodedFlow | undefined {
  const [b0, b1, b2, b3] = bytes;
  if (b0 === undefined || b1 === undefined) return undefined;
  const first = b0 | (b1 << 8);
  if (!isWide(first)) return decodeNarrow(first, address, isConditional);
  if (b2 === undefined || b3 === undefined) return undefined;
  return { length: 4, flow: wideFlow(first, b2 | (b3 << 8), address, isConditional) };
}

function decodeNarrow(op: number, address: number, isConditional: boolean): DecodedFlow {
  const it = op & 0xf;
  if ((op & 0xff00) === 0xbf00 && it !== 0) {
    // IT: the lowest set bit of the mask ends the block.
    return { length: 2, flow: sequential, conditionalNext: 4 - (31 - Math.clz32(it & -it)) };
  }
  return { length: 2, flow: narrowFlow(op, address, isConditional) };
}

function narrowFlow(op: number, address: number, isConditional: boolean): Flow {
  const pc = address + 4;
  if ((op & 0xf000) === 0xd000) {
    const condition = (op >> 8) & 0xf;
    if (condition >= 14) return sequential; // UDF, SVC
    return { kind: 'branch', target: pc + signExtend(op & 0xff, 8) * 2 };
  }
  if ((op & 0xf800) === 0xe000) return jumpOrBranch(pc + signExtend(op & 0x7ff, 11) * 2, isConditional);
  if ((op & 0xff80) === 0x4700) return { kind: 'indirect', isConditional }; // BX, BXNS
  if ((op & 0xff80) === 0x4780) return { kind: 'call', target: undefined, isConditional }; // BLX, BLXNS
  if ((op & 0xff00) === 0xbd00) return { kind: 'indirect', isConditional }; // POP {…, pc}
  if ((op & 0xff87) === 0x4487 || (op & 0xff87) === 0x4687) return { kind: 'indirect', isConditional }; // ADD, MOV to pc
  if ((op & 0xf500) === 0xb100) {
    // CBZ, CBNZ
    return { kind: 'branch', target: pc + (((op >> 3) & 0x40) | ((op >> 2) & 0x3e)) };
  }
  if ((op & 0xff00) === 0xbe00) return { kind: 'trap' };
  return sequential;
}

function wideFlow(first: number, second: number, address: number, isConditional: boolean): Flow {
  const pc = address + 4;
  if ((first & 0xf800) === 0xf000 && (second & 0x8000) !== 0) return branchOrControl(first, second, pc, isConditional);
  const tableBranch = (first & 0xfff0) === 0xe8d0 && (second & 0xffe0) === 0xf000;
  const loadPc = (first & 0xff70) === 0xf850 && second >> 12 === 15;
  const popPc = (first & 0xfe50) === 0xe810 && (second & 0x8000) !== 0;
  return tableBranch || loadPc || popPc ? { kind: 'indirect', isConditional } : sequential;
}

/** BL, BLX, B.W, B<c>.W, loops, and the few control instructions that load the pc (DDI0403 A5.3.4). */
function branchOrControl(first: number, second: number, pc: number, isConditional: boolean): Flow {
  const s = (first >> 10) & 1;
  const j1 = (second >> 13) & 1;
  const j2 = (second >> 11) & 1;
  const far = () => {
    const i1 = ~(j1 ^ s) & 1;
    const i2 = ~(j2 ^ s) & 1;
    return signExtend((s << 24) | (i1 << 23) | (i2 << 22) | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1), 25);
  };
  switch (second & 0x5000) {
    case 0x5000:
      return { kind: 'call', target: pc + far(), isConditional };
    case 0x4000: {
      if ((second & 1) === 0) return { kind: 'call', target: ((pc & ~3) >>> 0) + (far() & ~3), isConditional }; // BLX
      const offset = (((second >> 1) & 0x3ff) << 2) | (((second >> 11) & 1) << 1);
      if ((first & 0xfff0) === 0xf040) return { kind: 'branch', target: pc + offset }; // WLS
      return (first & 0xff8f) === 0xf00f ? { kind: 'branch', target: pc - offset } : sequential; // LE, LETP
    }
    case 0x1000:
      return jumpOrBranch(pc + far(), isConditional);
    default: {
      if (((first >> 6) & 0xf) < 14) {
        const offset = (s << 20) | (j2 << 19) | (j1 << 18) | ((first & 0x3f) << 12) | ((second & 0x7ff) << 1);
        return { kind: 'branch', target: pc + signExtend(offset, 21) };
      }
      const leavesByRegister =
        (first & 0xfff0) === 0xf3c0 || ((first & 0xfff0) === 0xf3d0 && (second & 0xff00) === 0x8f00);
      return leavesByRegister ? { kind: 'indirect', isConditional } : sequential; // BXJ, ERET
    }
  }
}
