// What readelf and llvm-dwarfdump call the registers of each machine.
import type { Machine } from '../../../src/debuginfo/api';

export type Words = 'readelf' | 'llvm';

const riscvAbi = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
];

/** DWARF register number → name. */
export function dwarfRegisterName(machine: Machine, register: number, words: Words): string {
  switch (machine) {
    case 'arm':
      if (words === 'readelf') return `r${register}`;
      if (register >= 256) return `D${register - 256}`;
      return (
        { 12: 'R12', 13: 'SP', 14: 'LR', 15: 'PC' }[register] ?? (register < 16 ? `R${register}` : `reg${register}`)
      );
    case 'riscv32':
    case 'riscv64':
      if (words === 'readelf') return riscvAbi[register] ?? `r${register}`;
      return `X${register}`;
    case 'aarch64':
      if (register >= 64 && register < 96) return `${words === 'readelf' ? 'v' : 'B'}${register - 64}`;
      if (words === 'readelf') return register === 31 ? 'sp' : `x${register}`;
      // LLVM names the 64-bit registers by their lower halves here.
      return register === 31 ? 'WSP' : `W${register}`;
    default:
      return `r${register}`;
  }
}
