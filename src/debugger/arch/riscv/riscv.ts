// RISC-V, 32 and 64 bits: everything in arch/riscv put together as an `Architecture`.
import type { RegisterDescription } from '../../target';
import type { Architecture } from '../architecture';
import { fallsThrough } from '../flow';
import { decodeRiscV } from './flow';
import { analyseRiscvPrologue } from './prologue';
import {
  describeRiscvRegister,
  isRiscvPreserved,
  riscvDwarf,
  riscvDwarfOf,
  riscvRegisterName,
  spellings,
} from './registers';
import { isRiscvTrapHandler, riscvExceptionFrame } from './traps';

const groups = ['core', 'fpu', 'vector', 'system'] as const;

export function riscv(addressSize: 4 | 8): Architecture {
  return {
    name: `RISC-V ${addressSize * 8}-bit`,
    addressSize,
    programCounter: riscvDwarf.pc,
    stackPointer: riscvDwarf.sp,
    returnAddress: riscvDwarf.ra,
    framePointer: riscvDwarf.s0,
    registerName: riscvRegisterName,
    describeRegister: (name) => describeRiscvRegister(name, addressSize),
    sortRegisters: (registers) => {
      const rank = (register: RegisterDescription) =>
        groups.indexOf(register.group) * 100_000 + (register.dwarf === riscvDwarf.pc ? -1 : (register.dwarf ?? 90_000));
      return [...registers].sort((a, b) => rank(a) - rank(b));
    },
    readDwarf: (dwarf, byName) => {
      if (dwarf === 0) return 0n;
      for (const spelling of spellings(dwarf)) {
        const value = byName(spelling);
        if (value !== undefined) return value;
      }
      return undefined;
    },
    registerSize: (dwarf) => (dwarf >= 32 && dwarf < 64 ? 8 : addressSize),
    alias: (name) => {
      const dwarf = riscvDwarfOf(name);
      return dwarf === undefined ? undefined : riscvRegisterName(dwarf);
    },
    isPreserved: isRiscvPreserved,
    codeAddress: (value) => Number(addressSize === 8 ? BigInt.asIntN(64, value) : BigInt.asUintN(32, value)),
    codePointer: (address) => BigInt(address),
    virtualMark: 'pointer',
    // There is no architected map: nothing is read ahead but what the program itself occupies.
    isDevice: () => true,
    isExceptionReturn: () => false,
    isExceptionState: () => false,
    mayReturnTo: (returnAddress) => (returnAddress & 1n) === 0n,
    isTrapHandler: (context) => isRiscvTrapHandler(context, addressSize),
    exceptionFrame: (entry) => riscvExceptionFrame(entry, addressSize),
    endOfStack: (returnAddress) => (returnAddress === 0n ? { label: undefined } : undefined),
    analysePrologue: (context) => analyseRiscvPrologue(context, addressSize),
    fallsThrough: (code, address) => fallsThrough(decodeRiscV(addressSize === 8), code, address),
    disassembly: () => ({
      architecture: 'riscv',
      bits: addressSize === 8 ? 64 : 32,
      isThumb: false,
      isMProfile: false,
    }),
    instructionLength: (bytes) => (((bytes[0] ?? 0) & 3) === 3 ? 4 : 2),
  };
}
