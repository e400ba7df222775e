// What was wrong with an instruction that faulted, found by looking at it: for Armv6-M, which records no cause.
// Source: Armv6-M Architecture Reference Manual (DDI0419) A5.2, A6.7, B1.5.6.
import { hex, readUnsigned } from '../../numbers';
import type { MachineState } from '../architecture';
import { armDwarf } from './registers';

/** Registers of the interrupted code by DWARF number (0–15 are r0–pc). */
export type Registers = (dwarf: number) => number | undefined;

interface Access {
  readonly kind: 'read' | 'write';
  readonly address: number;
  readonly bytes: 1 | 2 | 4;
}

/** @param xpsr as it was stacked @param isDevice where peeking could have side effects */
export function explainInstruction(
  pc: number,
  xpsr: number,
  registers: Registers,
  state: MachineState,
  isDevice: (address: number) => boolean,
): string | undefined {
  if ((xpsr & 0x01000000) === 0) return `jump to ${hex(pc, 8)} without the Thumb bit`;
  const code = state.memory(pc, 2);
  if (code === undefined) return `execution at ${hex(pc, 8)}, which cannot be read`;
  const op = Number(readUnsigned(code, false));
  if (op === 0xffff || op === 0x0000) return `execution at ${hex(pc, 8)}, where there is no program (${hex(op, 4)})`;
  if (op >> 8 === 0xde) return 'undefined instruction (UDF)';
  if (op >> 8 === 0xdf) return 'SVC where its exception cannot be taken, its priority being too low';
  if (op >> 8 === 0xbe) return 'breakpoint instruction (BKPT) without a debugger';
  const access = accessOf(op, pc, registers);
  if (access === undefined) return undefined;
  const { kind, address, bytes } = access;
  const what = `${bytes}-byte ${kind} at address ${hex(address, 8)}`;
  if (address % bytes !== 0) return `unaligned ${what}`;
  if (isDevice(address)) return `${what}: nothing answers there, or it refuses this access`;
  return state.memory(address, bytes) === undefined ? `${what}, which cannot be read` : `${what} was refused`;
}

/** The first memory access of an instruction; undefined when it makes none or a register is not known. */
function accessOf(op: number, pc: number, registers: Registers): Access | undefined {
  const low = (shift: number) => registers((op >> shift) & 7);
  const at = (kind: Access['kind'], bytes: Access['bytes'], base: number | undefined, offset: number | undefined) =>
    base === undefined || offset === undefined ? undefined : { kind, bytes, address: (base + offset) >>> 0 };
  const isLoad = (op & 0x0800) !== 0;
  const kind = isLoad ? 'read' : 'write';
  switch (op >> 12) {
    case 4:
      return (op & 0xf800) === 0x4800 ? at('read', 4, (pc + 4) & ~3, (op & 0xff) * 4) : undefined;
    case 5: {
      // STR, STRH, STRB, LDRSB, LDR, LDRH, LDRB, LDRSH with a register offset.
      const code = (op >> 9) & 7;
      const bytes = ([4, 2, 1, 1, 4, 2, 1, 2] as const)[code] ?? 4;
      return at(code < 3 ? 'write' : 'read', bytes, low(3), low(6));
    }
    case 6:
      return at(kind, 4, low(3), ((op >> 6) & 31) * 4);
    case 7:
      return at(kind, 1, low(3), (op >> 6) & 31);
    case 8:
      return at(kind, 2, low(3), ((op >> 6) & 31) * 2);
    case 9:
      return at(kind, 4, registers(armDwarf.sp), (op & 0xff) * 4);
    case 11:
      if ((op & 0x0600) !== 0x0400) return undefined;
      return isLoad
        ? at('read', 4, registers(armDwarf.sp), 0)
        : at('write', 4, registers(armDwarf.sp), -4 * bitCount(op & 0x1ff));
    case 12:
      return at(kind, 4, low(8), 0);
    default:
      return undefined;
  }
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
