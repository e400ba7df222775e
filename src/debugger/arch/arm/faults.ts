// The fault status registers of Arm M-profile in plain words: CFSR, HFSR, DFSR, MMFAR, BFAR, SFSR, SFAR
// (Armv7-M DDI0403 B3.2.15–18, Armv8-M DDI0553 D1.2).
import { hex, readUnsigned } from '../../numbers';
import type { FaultReport, MachineState } from '../architecture';

const CFSR = 0xe000ed28;
const HFSR = 0xe000ed2c;
const DFSR = 0xe000ed30;
const MMFAR = 0xe000ed34;
const BFAR = 0xe000ed38;
const SFSR = 0xe000ede4;
const SFAR = 0xe000ede8;

interface FaultBit {
  readonly bit: number;
  readonly name: string;
  readonly text: string;
  /** The address register that is meant when the “valid” bit of the same register is set. */
  readonly address?: 'MMFAR' | 'BFAR' | 'SFAR';
}

const cfsrBits: readonly FaultBit[] = [
  { bit: 0, name: 'IACCVIOL', text: 'instruction fetched from a region that must not be executed' },
  { bit: 1, name: 'DACCVIOL', text: 'data access that the memory protection forbids', address: 'MMFAR' },
  { bit: 3, name: 'MUNSTKERR', text: 'memory protection fault while leaving an exception (stack not accessible)' },
  { bit: 4, name: 'MSTKERR', text: 'memory protection fault while entering an exception (stack not accessible)' },
  { bit: 5, name: 'MLSPERR', text: 'memory protection fault while saving floating-point registers' },
  { bit: 8, name: 'IBUSERR', text: 'bus error on an instruction fetch' },
  { bit: 9, name: 'PRECISERR', text: 'bus error on a data access', address: 'BFAR' },
  { bit: 10, name: 'IMPRECISERR', text: 'bus error on an earlier data access; the program counter is past the cause' },
  { bit: 11, name: 'UNSTKERR', text: 'bus error while leaving an exception (stack not accessible)' },
  { bit: 12, name: 'STKERR', text: 'bus error while entering an exception (stack not accessible)' },
  { bit: 13, name: 'LSPERR', text: 'bus error while saving floating-point registers' },
  { bit: 16, name: 'UNDEFINSTR', text: 'undefined instruction' },
  { bit: 17, name: 'INVSTATE', text: 'jump to an address without the Thumb bit, or illegal EPSR state' },
  { bit: 18, name: 'INVPC', text: 'illegal exception return (bad EXC_RETURN or stack frame)' },
  { bit: 19, name: 'NOCP', text: 'coprocessor or floating-point instruction while that unit is disabled' },
  { bit: 20, name: 'STKOF', text: 'stack overflow: the stack pointer went below its limit' },
  { bit: 24, name: 'UNALIGNED', text: 'unaligned memory access' },
  { bit: 25, name: 'DIVBYZERO', text: 'division by zero' },
];

const hfsrBits: readonly FaultBit[] = [
  { bit: 1, name: 'VECTTBL', text: 'the vector table could not be read' },
  { bit: 31, name: 'DEBUGEVT', text: 'debug event without a debugger (BKPT instruction)' },
];

const sfsrBits: readonly FaultBit[] = [
  { bit: 0, name: 'INVEP', text: 'non-secure code entered secure code at an address that is no entry point' },
  { bit: 1, name: 'INVIS', text: 'wrong integrity signature on the secure stack' },
  { bit: 2, name: 'INVER', text: 'illegal exception return between the security states' },
  { bit: 3, name: 'AUVIOL', text: 'non-secure access to a secure address', address: 'SFAR' },
  { bit: 4, name: 'INVTRAN', text: 'illegal branch from secure to non-secure code' },
  { bit: 5, name: 'LSPERR', text: 'security fault while saving floating-point registers', address: 'SFAR' },
  { bit: 7, name: 'LSERR', text: 'illegal state of lazily saved floating-point registers' },
];

const names: Readonly<Record<number, string>> = {
  3: 'HardFault',
  4: 'MemManage',
  5: 'BusFault',
  6: 'UsageFault',
  7: 'SecureFault',
};

export const isFaultNumber = (exception: number) => exception >= 3 && exception <= 7;

/** Explains a fault by its exception number (3 HardFault … 7 SecureFault) from the status registers, as far as they can be read. */
export function explainFault(exception: number, version: 6 | 7 | 8 | undefined, state: MachineState): FaultReport {
  const name = names[exception] ?? `Exception ${exception}`;
  const cfsr = version === 6 ? undefined : word(state, CFSR);
  if (cfsr === undefined) {
    const why =
      version === 6 ? 'this core (Armv6-M) does not record the cause' : 'the fault status registers cannot be read';
    return { name, summary: `${name}: ${why}`, details: [] };
  }
  const hfsr = word(state, HFSR) ?? 0;
  const sfsr = version === 8 || exception === 7 ? (word(state, SFSR) ?? 0) : 0;
  const details: string[] = [];
  const causes: string[] = [];
  const add = (
    register: string,
    value: number,
    bits: readonly FaultBit[],
    addressOf: (bit: FaultBit) => number | undefined,
  ) => {
    for (const bit of bits) {
      if (((value >>> bit.bit) & 1) === 0) continue;
      const address = addressOf(bit);
      const cause = address === undefined ? bit.text : `${bit.text}, at address ${hex(address, 8)}`;
      causes.push(cause);
      details.push(`${register}.${bit.name}: ${cause}`);
    }
  };
  if (exception === 3) add('HFSR', hfsr, hfsrBits, () => undefined);
  const shown = exception === 3 ? ~0 : ([0, 0, 0, 0, 0xff, 0xff00, ~0xffff, 0][exception] ?? 0);
  add('CFSR', (cfsr & shown) >>> 0, cfsrBits, (bit) => {
    if (bit.address === 'MMFAR') return (cfsr & 0x80) !== 0 ? word(state, MMFAR) : undefined;
    return bit.address === 'BFAR' && (cfsr & 0x8000) !== 0 ? word(state, BFAR) : undefined;
  });
  if (sfsr !== 0)
    add('SFSR', sfsr, sfsrBits, (bit) =>
      bit.address !== undefined && (sfsr & 0x40) !== 0 ? word(state, SFAR) : undefined,
    );
  if (exception === 3 && (hfsr & 0x40000000) !== 0) {
    details.unshift(
      `HFSR.FORCED: ${escalatedFrom(cfsr, sfsr)} could not be taken by its own handler and became a HardFault`,
    );
  }
  const dfsr = word(state, DFSR) ?? 0;
  if ((dfsr & 2) !== 0 && causes.length === 0) details.push('DFSR.BKPT: a breakpoint instruction was executed');
  details.push(
    `CFSR = ${hex(cfsr >>> 0, 8)}, HFSR = ${hex(hfsr >>> 0, 8)}${sfsr === 0 ? '' : `, SFSR = ${hex(sfsr >>> 0, 8)}`}`,
  );
  const cause = causes.length > 0 ? causes.join('; ') : 'no cause is recorded';
  return { name, summary: `${name}: ${cause}`, details };
}

function escalatedFrom(cfsr: number, sfsr: number): string {
  const kinds: string[] = [];
  if ((cfsr & 0xff) !== 0) kinds.push('a MemManage fault');
  if ((cfsr & 0xff00) !== 0) kinds.push('a BusFault');
  if (cfsr >>> 16 !== 0) kinds.push('a UsageFault');
  if (sfsr !== 0) kinds.push('a SecureFault');
  return kinds.length > 0 ? kinds.join(' and ') : 'an exception';
}

function word(state: MachineState, address: number): number | undefined {
  const bytes = state.memory(address, 4);
  return bytes === undefined ? undefined : Number(readUnsigned(bytes, false));
}
