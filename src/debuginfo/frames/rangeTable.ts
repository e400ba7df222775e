// Address ranges sorted for look-up, each with a number (an offset in a section). Made for hundreds of thousands of ranges.

/** Collects ranges in any order. */
export class RangeTableBuilder {
  private readonly lows: number[] = [];
  private readonly highs: number[] = [];
  private readonly items: number[] = [];

  add(low: number, high: number, value: number): void {
    this.lows.push(low);
    this.highs.push(high);
    this.items.push(value);
  }

  build(): RangeTable {
    const { lows, highs, items } = this;
    const order = Uint32Array.from(lows, (_, index) => index);
    const lowOf = (index: number) => lows[index] as number;
    if (lows.some((low, index) => index > 0 && low < lowOf(index - 1)))
      order.sort((a, b) => lowOf(a) - lowOf(b) || a - b);
    // More than one range at address 0 are what linkers leave of dropped functions: which of them is real, if any, nobody
    // knows, and the same holds for one that runs into the next function.
    const atZero = order.filter((index) => lowOf(index) === 0);
    const [zero] = atZero;
    const next = order.find((index) => lowOf(index) > 0);
    const isZeroLive = atZero.length === 1 && (next === undefined || (highs[zero as number] as number) <= lowOf(next));
    const live = isZeroLive ? order : order.filter((index) => lowOf(index) !== 0);
    return new RangeTable(
      Float64Array.from(live, lowOf),
      Float64Array.from(live, (index) => highs[index] as number),
      Float64Array.from(live, (index) => items[index] as number),
    );
  }
}

export class RangeTable {
  /** The greatest `high` up to each index: ranges that overlap can be found by walking back while it passes the address. */
  private readonly reach: Float64Array;

  constructor(
    private readonly lows: Float64Array,
    private readonly highs: Float64Array,
    private readonly items: Float64Array,
  ) {
    let reach = Number.NEGATIVE_INFINITY;
    this.reach = highs.map((high) => {
      reach = Math.max(reach, high);
      return reach;
    });
  }

  values(): Float64Array {
    return this.items;
  }

  /** The value of the range that covers the address; of several, the one that begins last. */
  find(address: number): number | undefined {
    let low = 0;
    let high = this.lows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.lows[middle] as number) <= address) low = middle + 1;
      else high = middle;
    }
    for (let index = low - 1; index >= 0 && (this.reach[index] as number) > address; index--) {
      if ((this.highs[index] as number) > address) return this.items[index];
    }
    return undefined;
  }
}
