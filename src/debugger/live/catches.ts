// Vector catch: halting when the core takes a fault or leaves reset (DEMCR.VC_*, DDI0403 C1.6.5).

import { liveTexts } from './messages';
import type { OpenOcdTarget } from './openocdTarget';

export interface Catch {
  /** Id for clients. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** OpenOCD's word for `cortex_m vector_catch`. */
  readonly word: string;
  readonly isDefault: boolean;
  /** False: Armv6-M has no such bit. */
  readonly inArmv6: boolean;
}

const make = (id: keyof typeof liveTexts.catches, word: string, isDefault = false, inArmv6 = false): Catch => ({
  id,
  ...liveTexts.catches[id],
  word,
  isDefault,
  inArmv6,
});

export const catches: readonly Catch[] = [
  make('hardFault', 'hard_err', true, true),
  make('busFault', 'bus_err'),
  make('memManage', 'mm_err'),
  make('usageChecks', 'chk_err'),
  make('usageState', 'state_err'),
  make('noCoprocessor', 'nocp_err'),
  make('exceptionEntry', 'int_err'),
  make('reset', 'reset', false, true),
];

/** Catches that this core has; none where OpenOCD has no vector catch. */
export function catchesOf(target: OpenOcdTarget): readonly Catch[] {
  const { coreType } = target;
  if (coreType === undefined || !/^armv[678]m$|cortex_m/.test(coreType)) return [];
  return coreType === 'armv6m' ? catches.filter(({ inArmv6 }) => inArmv6) : catches;
}

/** Catches exactly these from now on, also while the core runs. @throws EngineError */
export async function setCatches(target: OpenOcdTarget, ids: readonly string[]): Promise<void> {
  const available = catchesOf(target);
  if (available.length === 0) return;
  const words = available.filter(({ id }) => ids.includes(id)).map(({ word }) => word);
  await target.onEach(`cortex_m vector_catch ${words.length === 0 ? 'none' : words.join(' ')}`);
}
