// Ranges of addresses: joining those that lie beside each other, so that they are read in one piece.

/** From `low` up to `high`, which is not part of it. */
export interface AddressRange {
  readonly low: number;
  readonly high: number;
}

/** What lies between two ranges that are this near to each other is read along, where it may be read. */
const mergedGap = 32;

/**
 * The same addresses in fewer ranges, in ascending order.
 * @param mayReadBetween whether memory from an address on may be read though nobody asked for it
 */
export function joinRanges(
  ranges: readonly AddressRange[],
  mayReadBetween: (address: number) => boolean,
): AddressRange[] {
  const joined: { low: number; high: number }[] = [];
  for (const { low, high } of [...ranges].sort((a, b) => a.low - b.low)) {
    const last = joined.at(-1);
    const gap = last === undefined ? Number.POSITIVE_INFINITY : low - last.high;
    if (last !== undefined && (gap <= 0 || (gap <= mergedGap && mayReadBetween(last.high)))) {
      last.high = Math.max(last.high, high);
    } else {
      joined.push({ low, high });
    }
  }
  return joined;
}
