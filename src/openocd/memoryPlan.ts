// Cuts a memory range into accesses OpenOCD can do in one command each. Pure arithmetic; memory.ts sends them.

export interface Access {
  readonly address: bigint;
  readonly bits: 8 | 16 | 32;
  /** Elements, not bytes. */
  readonly count: number;
}

/**
 * Bytes per command. Far below OpenOCD's limit of 65,536 elements, because one command occupies OpenOCD for all its clients
 * (4 KiB are a few milliseconds on a fast probe, some 50 ms on a slow one), and the output of later versions takes
 * quadratic time in the number of elements.
 */
export const CHUNK_BYTES = 4096;

/**
 * The widest aligned accesses that cover `size` bytes from `address`, in order, none touching a byte outside the range.
 * 64-bit accesses are left out: 32-bit cores refuse them.
 */
export function planAccesses(address: bigint, size: number, chunkBytes = CHUNK_BYTES): Access[] {
  const accesses: Access[] = [];
  let at = address;
  let left = size;
  const take = (bits: Access['bits'], count: number) => {
    accesses.push({ address: at, bits, count });
    at += BigInt((bits / 8) * count);
    left -= (bits / 8) * count;
  };
  if (left >= 1 && (at & 1n) === 1n) take(8, 1);
  if (left >= 2 && (at & 2n) === 2n) take(16, 1);
  while (left >= 4) {
    // Of several chunks the first ends at a chunk boundary, so that the others are aligned to it.
    const room = left <= chunkBytes ? left : chunkBytes - Number(at % BigInt(chunkBytes));
    take(32, Math.floor(room / 4));
  }
  if (left >= 2) take(16, 1);
  if (left >= 1) take(8, 1);
  return accesses;
}
