// The names that completion offers: collected from all units in the background, a little at a time. Lookups do not need it.
import type { DebugInfo } from '../debugInfo';
import { DebugInfoError } from '../errors';
import type { DwarfFile } from '../unit/dwarfFile';
import { collectUnitNames, SeenStrings } from './unitNames';

/** How long the index may keep the thread at a time. */
const SLICE_MS = 5;

/** Room for a unit that is read in passing; larger ones are rare. */
const UNIT_BYTES = 2 * 1024 * 1024;

/** Names are sorted in heaps that share their first letters, so that no sorting takes long. */
const HEAP_LETTERS = 3;

/** How many symbols are read between two chances to pause: demangling is not cheap. */
const SYMBOLS_PER_STEP = 100;

export class NameIndex {
  private readonly heaps = new Map<string, Set<string>>();
  private sorted: string[] | undefined;
  private background: Promise<readonly string[]> | undefined;
  private readonly steps: Iterator<void>;
  private isClosed = false;

  constructor(
    private readonly info: DebugInfo,
    private readonly files: () => readonly DwarfFile[],
    private readonly symbolNames: () => Iterable<string>,
  ) {
    this.steps = this.collect();
  }

  /** All names, sorted; collected in slices so that other work goes on meanwhile. */
  ready(): Promise<readonly string[]> {
    this.background ??= this.run();
    return this.background;
  }

  /** All names, sorted; waits for them here and now. */
  now(): readonly string[] {
    while (this.steps.next().done !== true);
    return this.sorted ?? [];
  }

  /** Ends the work in the background; what waits for it gets nothing. */
  close(): void {
    this.isClosed = true;
  }

  private async run(): Promise<readonly string[]> {
    while (!this.isClosed) {
      const end = performance.now() + SLICE_MS;
      while (performance.now() < end) if (this.steps.next().done === true) return this.sorted ?? [];
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return [];
  }

  private readonly add = (name: string): void => {
    const letters = name.slice(0, HEAP_LETTERS);
    const heap = this.heaps.get(letters);
    if (heap === undefined) this.heaps.set(letters, new Set([name]));
    else heap.add(name);
  };

  private *collect(): Iterator<void> {
    // Each of these takes its time in a large program.
    for (const name of ['.debug_abbrev', '.debug_str']) {
      this.info.warnings.guard(() => this.info.file.sections.section(name)?.bytes(), undefined);
      yield;
    }
    this.info.file.unitsOfInfo();
    yield;
    const memory = new Uint8Array(UNIT_BYTES);
    const seen = new Map<unknown, SeenStrings>();
    const units = this.files().flatMap((file) => file.units);
    for (const unit of units) {
      // Of a split unit the skeleton has no names.
      if (unit.full !== unit) continue;
      // String offsets count within one file.
      const strings = seen.get(unit.file) ?? new SeenStrings();
      seen.set(unit.file, strings);
      try {
        for (const _ of collectUnitNames(unit, memory, strings, this.add)) yield;
      } catch (error) {
        if (!(error instanceof DebugInfoError)) throw error;
        this.info.warnings.addError(error);
      }
      yield;
    }
    let count = 0;
    for (const name of this.symbolNames()) {
      if (name !== '') this.add(name);
      if (++count % SYMBOLS_PER_STEP === 0) yield;
    }
    yield* this.sort();
  }

  private *sort(): Iterable<void> {
    const sorted: string[] = [];
    for (const letters of [...this.heaps.keys()].sort()) {
      for (const name of [...(this.heaps.get(letters) as Set<string>)].sort()) sorted.push(name);
      this.heaps.delete(letters);
      yield;
    }
    this.sorted = sorted;
  }
}
