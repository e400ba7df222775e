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
    const count = this.lows.length;
    const order = new Uint32Array(count);
    let isSorted = true;
    for (let index = 0; index < count; index++) {
      order[index] = index;
      if (index > 0 && this.lowOf(index) < this.lowOf(index - 1)) isSorted = false;
    }
    if (!isSorted) order.sort((a, b) => this.lowOf(a) - this.lowOf(b) || a - b);
    const live = this.withoutDroppedAtZero(order);
    return new RangeTable(picked(this.lows, live), picked(this.highs, live), picked(this.items, live));
  }

  private lowOf(index: number): number {
    return this.lows[index] as number;
  }

  /**
   * More than one range at address 0 are what linkers leave of dropped functions: which of them is real, if any, nobody knows, and
   * the same holds for one that runs into the next function.
   */
  private withoutDroppedAtZero(order: Uint32Array): Uint32Array {
    const firstLive = order.findIndex((index) => this.lowOf(index) > 0);
    const atZero = order.filter((index) => this.lowOf(index) === 0);
    const [zero] = atZero;
    if (zero === undefined) return order;
    const next = firstLive < 0 ? Number.POSITIVE_INFINITY : this.lowOf(order[firstLive] as number);
    if (atZero.length === 1 && (this.highs[zero] as number) <= next) return order;
    return order.filter((index) => this.lowOf(index) !== 0);
  }
}

/** The numbers at some places, in that order. */
function picked(numbers: readonly number[], order: Uint32Array): Float64Array {
  const result = new Float64Array(order.length);
  for (let index = 0; index < order.length; index++) result[index] = numbers[order[index] as number] as number;
  return result;
}

export class RangeTable {
  /** The greatest `high` up to each index: ranges that overlap can be found by walking back while it passes the address. */
  private readonly reach: Float64Array;

  constructor(
    private readonly lows: Float64Array,
    private readonly highs: Float64Array,
    private readonly items: Float64Array,
  ) {
    this.reach = highs.slice();
    for (let index = 1; index < highs.length; index++) {
      this.reach[index] = Math.max(this.reach[index] as number, this.reach[index - 1] as number);
    }
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
