// Chooses the architecture of a program or target. The only place that knows which ones there are.
import type { Machine } from '../../debuginfo/api';
import { errors } from '../messages';
import type { Architecture } from './architecture';
import { armClassic } from './arm/classic';
import { armMProfile } from './arm/mProfile';
import { riscv } from './riscv/riscv';

export type { Architecture } from './architecture';

/**
 * @param coreType how the target calls its core (`armv7m`, `cortex_m`, `cortex_a`, `riscv`), where known
 * @param registers names (lower case) of the target's registers, to tell the Arm profiles apart where the type is not known
 * Throws an EngineError for a machine that is not supported.
 */
export function architectureFor(
  machine: Machine,
  coreType?: string,
  registers?: { has(name: string): boolean },
): Architecture {
  switch (machine) {
    case 'arm':
      return isClassic(coreType, registers) ? armClassic : armMProfile(profileVersion(coreType));
    case 'riscv32':
      return riscv(4);
    case 'riscv64':
      return riscv(8);
    default:
      throw errors.unsupportedMachine(machine);
  }
}

function isClassic(coreType: string | undefined, registers: { has(name: string): boolean } | undefined): boolean {
  if (coreType !== undefined)
    return /cortex_[ar]|^arm(7|9|11|v4|v5|v6$|v7[ar]|v8r)|arm926|arm946|arm966|arm920/i.test(coreType);
  return registers?.has('cpsr') === true && !registers.has('xpsr');
}

/** 6, 7 or 8; undefined when the type does not say (OpenOCD's `cortex_m` covers all three). */
function profileVersion(coreType: string | undefined): 6 | 7 | 8 | undefined {
  const match = /armv([678])e?-?m/i.exec(coreType ?? '');
  return match === null ? undefined : (Number(match[1]) as 6 | 7 | 8);
}
