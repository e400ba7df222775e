// Flow of control in A32 (Arm state) code. Source: Arm Architecture Reference Manual, Armv7-A and Armv7-R (DDI0406) A5.
import { type DecodedFlow, type Flow, jumpOrBranch, sequential, signExtend } from '../flow';

export function decodeArm(bytes: Uint8Array, address: number): DecodedFlow | undefined {
  const [b0, b1, b2, b3] = bytes;
  if (b0 === undefined || b1 === undefined || b2 === undefined || b3 === undefined) return undefined;
  return { length: 4, flow: flowOf((b0 | (b1 << 8) | (b2 << 16) | (b3 << 24)) >>> 0, address) };
}

function flowOf(op: number, address: number): Flow {
  const pc = address + 8;
  const condition = op >>> 28;
  const isConditional = condition < 14;
  if ((op & 0x0e000000) === 0x0a000000) {
    const target = pc + signExtend(op & 0xffffff, 24) * 4;
    if (condition === 15) return { kind: 'call', target: target + ((op >> 23) & 2), isConditional: false }; // BLX
    return (op & 0x01000000) !== 0 ? { kind: 'call', target, isConditional } : jumpOrBranch(target, isConditional);
  }
  if (condition === 15)
    return (op & 0xfe500000) >>> 0 === 0xf8100000 ? { kind: 'indirect', isConditional: false } : sequential; // RFE
  if ((op & 0x0ffffff0) === 0x012fff30) return { kind: 'call', target: undefined, isConditional }; // BLX register
  if ((op & 0x0fffffd0) === 0x012fff10) return { kind: 'indirect', isConditional }; // BX; BXJ has bit 5 set
  if ((op & 0x0ffffff0) === 0x012fff20) return { kind: 'indirect', isConditional };
  if ((op & 0x0ff000f0) === 0x01200070) return { kind: 'trap' };
  if ((op & 0x0e108000) === 0x08108000) return { kind: 'indirect', isConditional }; // LDM {…, pc}
  const toPc = ((op >> 12) & 15) === 15;
  if (!toPc) return sequential;
  const isLoad = (op & 0x0c100000) === 0x04100000 && (op & 0x02000010) !== 0x02000010;
  return isLoad || isDataProcessing(op) ? { kind: 'indirect', isConditional } : sequential;
}

/** Data processing that writes a register: not TST, TEQ, CMP, CMN, nor what shares their space (multiplies, MRS, MSR). */
function isDataProcessing(op: number): boolean {
  if ((op & 0x0c000000) !== 0) return false;
  if ((op & 0x02000090) === 0x00000090) return false;
  const code = (op >> 21) & 15;
  return code < 8 || code > 11;
}
