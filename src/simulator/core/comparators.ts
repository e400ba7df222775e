// The matching side of the breakpoint unit (BPU) and the watchpoint unit (DWT): which accesses and fetches stop the
// core. Their registers are in debugUnit.ts.

/** What a DWT comparator watches for (DDI0419 C1.8.4, DWT_FUNCTIONn). */
const Watch = { none: 0, pc: 4, read: 5, write: 6, access: 7 } as const;

export interface Watchpoint {
  address: number;
  /** Address bits that are not compared. */
  ignore: number;
  /** One of `Watch`; other values watch nothing. */
  kind: number;
  /** DWT_FUNCTION.MATCHED, cleared when read. */
  matched: boolean;
}

export class Comparators {
  private breakpoints: readonly number[] = [];
  private pcWatches: readonly Watchpoint[] = [];
  private dataWatches: readonly Watchpoint[] = [];
  /** One bit per `address >> 1 & 31` at which a fetch may match, so that the interpreter need not ask about others. */
  fetchFilter = 0;
  /** A watched access happened since this was last cleared. */
  hit = false;

  get watchesData(): boolean {
    return this.dataWatches.length > 0;
  }

  setBreakpoints(addresses: readonly number[]): void {
    this.breakpoints = addresses;
    this.updateFilter();
  }

  setWatchpoints(watchpoints: readonly Watchpoint[]): void {
    this.pcWatches = watchpoints.filter((w) => w.kind === Watch.pc);
    this.dataWatches = watchpoints.filter((w) => w.kind >= Watch.read && w.kind <= Watch.access);
    this.updateFilter();
  }

  isBreakpoint(address: number): boolean {
    return this.breakpoints.includes(address);
  }

  /** Marks the PC watchpoints at `address`; true when there is one. */
  matchPc(address: number): boolean {
    return this.match(this.pcWatches, address);
  }

  matchRead(address: number): boolean {
    return this.match(
      this.dataWatches.filter((w) => w.kind !== Watch.write),
      address,
    );
  }

  matchWrite(address: number): boolean {
    return this.match(
      this.dataWatches.filter((w) => w.kind !== Watch.read),
      address,
    );
  }

  private match(watchpoints: readonly Watchpoint[], address: number): boolean {
    let any = false;
    for (const watchpoint of watchpoints) {
      if ((address ^ watchpoint.address) & ~watchpoint.ignore) continue;
      watchpoint.matched = true;
      this.hit = true;
      any = true;
    }
    return any;
  }

  private updateFilter(): void {
    this.fetchFilter = this.pcWatches.length > 0 ? -1 : 0;
    for (const address of this.breakpoints) this.fetchFilter |= 1 << ((address >> 1) & 31);
  }
}
