// Arm register names, groups and DWARF numbers (DWARF for the Arm Architecture, IHI0040: r0–r15 = 0–15, S0–S31 = 64–95,
// D0–D31 = 256–287), and the S/D aliasing of the floating-point registers.
import type { RegisterDescription } from '../../target';

const core = [...Array.from({ length: 13 }, (_, i) => `r${i}`), 'sp', 'lr', 'pc'];
const status: ReadonlyMap<string, string> = new Map([
  ['xpsr', 'xPSR'],
  ['cpsr', 'cpsr'],
  ['spsr', 'spsr'],
]);
const narrow: ReadonlyMap<string, number> = new Map([
  ['primask', 1],
  ['basepri', 8],
  ['faultmask', 1],
  ['control', 3],
  ['primask_s', 1],
  ['basepri_s', 8],
  ['faultmask_s', 1],
  ['control_s', 3],
  ['primask_ns', 1],
  ['basepri_ns', 8],
  ['faultmask_ns', 1],
  ['control_ns', 3],
]);

export const armDwarf = { r0: 0, r7: 7, r11: 11, sp: 13, lr: 14, pc: 15, s0: 64, d0: 256 } as const;

export function armRegisterName(dwarf: number): string {
  const general = core[dwarf];
  if (general !== undefined) return general;
  if (dwarf >= 64 && dwarf <= 95) return `s${dwarf - 64}`;
  if (dwarf >= 256 && dwarf <= 287) return `d${dwarf - 256}`;
  return `DWARF register ${dwarf}`;
}

export function describeArmRegister(name: string): RegisterDescription {
  const lower = name.toLowerCase();
  const index = core.indexOf(lower);
  if (index >= 0) return { name: lower, bits: 32, group: 'core', dwarf: index };
  const shown = status.get(lower);
  if (shown !== undefined) return { name: shown, bits: 32, group: 'core', dwarf: undefined };
  const float = /^([sd])([0-9]{1,2})$/.exec(lower);
  if (float !== null) {
    const number = Number(float[2]);
    return float[1] === 's'
      ? { name: lower, bits: 32, group: 'fpu', dwarf: 64 + number }
      : { name: lower, bits: 64, group: 'fpu', dwarf: 256 + number };
  }
  if (lower === 'fpscr') return { name: lower, bits: 32, group: 'fpu', dwarf: undefined };
  return { name: lower, bits: narrow.get(lower) ?? 32, group: 'system', dwarf: undefined };
}

const groups = ['core', 'fpu', 'vector', 'system'] as const;

export function sortArmRegisters(registers: readonly RegisterDescription[]): RegisterDescription[] {
  const rank = (register: RegisterDescription) =>
    groups.indexOf(register.group) * 1000 + (register.dwarf ?? (register.name === 'xPSR' ? 16 : 900));
  return [...registers].sort((a, b) => rank(a) - rank(b));
}

export function armAlias(name: string): string | undefined {
  switch (name.toLowerCase()) {
    case 'r13':
      return 'sp';
    case 'r14':
      return 'lr';
    case 'r15':
      return 'pc';
    case 'ip':
      return 'r12';
    case 'sl':
      return 'r10';
    case 'fp':
      return 'r11';
    default:
      return undefined;
  }
}

/** Reads by whichever of the S and D names the target has. */
export function readArmDwarf(dwarf: number, byName: (name: string) => bigint | undefined): bigint | undefined {
  if (dwarf >= 64 && dwarf <= 95) {
    const single = byName(`s${dwarf - 64}`);
    if (single !== undefined) return single;
    const pair = byName(`d${(dwarf - 64) >> 1}`);
    return pair === undefined ? undefined : BigInt.asUintN(32, pair >> ((dwarf & 1) === 1 ? 32n : 0n));
  }
  if (dwarf >= 256 && dwarf <= 287) {
    const double = byName(`d${dwarf - 256}`);
    if (double !== undefined || dwarf > 271) return double;
    const low = byName(`s${(dwarf - 256) * 2}`);
    const high = byName(`s${(dwarf - 256) * 2 + 1}`);
    return low === undefined || high === undefined ? undefined : (high << 32n) | low;
  }
  const general = core[dwarf];
  return general === undefined ? undefined : byName(general);
}

/** AAPCS (IHI0042 §6.1): r4–r11, sp and d8–d15 survive a call. */
export function isArmPreserved(dwarf: number): boolean {
  return (dwarf >= 4 && dwarf <= 11) || (dwarf >= 80 && dwarf <= 95) || (dwarf >= 264 && dwarf <= 271);
}

export const armRegisterSize = (dwarf: number) => (dwarf >= 256 && dwarf <= 287 ? 8 : 4);
