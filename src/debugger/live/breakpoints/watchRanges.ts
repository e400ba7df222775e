// Cuts a byte range into pieces that a watchpoint comparator can cover: a power of two, aligned to its size
// (Armv7-M DDI0403 C1.8.1 DWT_MASK; OpenOCD's cortex_m.c refuses others).

export interface WatchRange {
  readonly address: number;
  readonly length: number;
}

export function watchRanges(address: number, length: number): WatchRange[] {
  const ranges: WatchRange[] = [];
  let at = address;
  for (let left = length; left > 0; ) {
    let size = 1;
    while (size * 2 <= left && at % (size * 2) === 0) size *= 2;
    ranges.push({ address: at, length: size });
    at += size;
    left -= size;
  }
  return ranges;
}
