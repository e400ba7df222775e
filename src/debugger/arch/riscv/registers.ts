// RISC-V register names, groups and DWARF numbers (RISC-V ELF psABI, DWARF register numbers: x0–x31 = 0–31, f0–f31 = 32–63,
// v0–v31 = 96–127, CSRs from 4096).
import type { RegisterDescription } from '../../target';

/** ABI names of x0–x31; OpenOCD uses them for the general registers. */
const abiNames = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'],
  ...['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
] as const;

const floatNames = [
  ...Array.from({ length: 8 }, (_, i) => `ft${i}`),
  'fs0',
  'fs1',
  ...Array.from({ length: 8 }, (_, i) => `fa${i}`),
  ...Array.from({ length: 10 }, (_, i) => `fs${i + 2}`),
  ...Array.from({ length: 4 }, (_, i) => `ft${i + 8}`),
];

export const riscvDwarf = { ra: 1, sp: 2, s0: 8, f0: 32, csr0: 4096, pc: 65_535 } as const;

export function riscvRegisterName(dwarf: number): string {
  return abiNames[dwarf] ?? floatNames[dwarf - 32] ?? (dwarf === riscvDwarf.pc ? 'pc' : `DWARF register ${dwarf}`);
}

/** The DWARF number behind any spelling of a register: `x8`, `s0`, `fp`, `f8`, `fs0`. */
export function riscvDwarfOf(name: string): number | undefined {
  const lower = name.toLowerCase();
  if (lower === 'pc') return riscvDwarf.pc;
  if (lower === 'fp') return riscvDwarf.s0;
  const numbered = /^([xfv])([0-9]|[12][0-9]|3[01])$/.exec(lower);
  if (numbered !== null) return Number(numbered[2]) + (numbered[1] === 'x' ? 0 : numbered[1] === 'f' ? 32 : 96);
  const general = (abiNames as readonly string[]).indexOf(lower);
  if (general >= 0) return general;
  const float = floatNames.indexOf(lower);
  return float >= 0 ? float + 32 : undefined;
}

export function describeRiscvRegister(name: string, addressSize: number): RegisterDescription {
  const lower = name.toLowerCase();
  const dwarf = riscvDwarfOf(lower);
  const bits = addressSize * 8;
  if (dwarf === undefined) return { name: lower, bits, group: 'system', dwarf: undefined };
  if (dwarf >= 96 && dwarf < 128) return { name: lower, bits: 128, group: 'vector', dwarf };
  const shown = riscvRegisterName(dwarf);
  return dwarf >= 32 && dwarf < 64
    ? { name: shown, bits: 64, group: 'fpu', dwarf }
    : { name: shown, bits, group: 'core', dwarf };
}

/** Every spelling of a DWARF register, as a target may name it. */
export function spellings(dwarf: number): readonly string[] {
  if (dwarf === riscvDwarf.pc) return ['pc'];
  if (dwarf === riscvDwarf.s0) return ['s0', 'fp', 'x8'];
  if (dwarf < 32) return [abiNames[dwarf] ?? '', `x${dwarf}`];
  if (dwarf < 64) return [floatNames[dwarf - 32] ?? '', `f${dwarf - 32}`];
  if (dwarf >= 96 && dwarf < 128) return [`v${dwarf - 96}`];
  return [];
}

/** psABI: sp, gp, tp, s0–s11 and fs0–fs11 survive a call. */
export function isRiscvPreserved(dwarf: number): boolean {
  return (
    (dwarf >= 2 && dwarf <= 4) ||
    dwarf === 8 ||
    dwarf === 9 ||
    (dwarf >= 18 && dwarf <= 27) ||
    dwarf === 40 ||
    dwarf === 41 ||
    (dwarf >= 50 && dwarf <= 59)
  );
}
