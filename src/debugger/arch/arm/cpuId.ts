// Which architecture a Cortex-M implements, by its CPUID register (DDI0403 B3.2.3, DDI0553 D1.2.30).

export const CPUID = 0xe000ed00;

const partsOfArmv6 = new Set([0xc20, 0xc21, 0xc60]);
const partsOfArmv7 = new Set([0xc23, 0xc24, 0xc27]);

/** `armv6m`, `armv7m` or `armv8m`; undefined for parts of other makers. */
export function coreTypeOf(cpuId: number): 'armv6m' | 'armv7m' | 'armv8m' | undefined {
  if (cpuId >>> 24 !== 0x41) return undefined;
  const part = (cpuId >>> 4) & 0xfff;
  if (partsOfArmv6.has(part)) return 'armv6m';
  if (partsOfArmv7.has(part)) return 'armv7m';
  return (part & 0xf00) === 0xd00 ? 'armv8m' : undefined;
}
