// The names that completion offers: collected from all units in the background, a little at a time. Lookups do not need it.
import type { DebugInfo } from '../debugInfo';
import { nameOf } from '../die/origin';
import * as dw from '../dwarf/constants';
import { plainName, qualifiedName } from '../naming/names';
import type { Unit } from '../unit/unit';

/** How long the index may keep the thread at a time. */
const SLICE_MS = 10;

const NAMED: ReadonlySet<number> = new Set([
  dw.DW_TAG_subprogram,
  dw.DW_TAG_variable,
  dw.DW_TAG_structure_type,
  dw.DW_TAG_class_type,
  dw.DW_TAG_union_type,
  dw.DW_TAG_enumeration_type,
  dw.DW_TAG_typedef,
  dw.DW_TAG_base_type,
  dw.DW_TAG_enumerator,
]);

/** Entries whose children are names of the program too. */
const SCOPES: ReadonlySet<number> = new Set([
  dw.DW_TAG_namespace,
  dw.DW_TAG_module,
  dw.DW_TAG_structure_type,
  dw.DW_TAG_class_type,
  dw.DW_TAG_union_type,
  dw.DW_TAG_enumeration_type,
]);

export class NameIndex {
  private readonly names = new Set<string>();
  private sorted: readonly string[] | undefined;
  private background: Promise<readonly string[]> | undefined;
  private readonly steps: Iterator<void>;
  private isClosed = false;

  constructor(
    private readonly info: DebugInfo,
    private readonly extra: () => Iterable<string>,
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
    while (this.sorted === undefined && this.steps.next().done !== true);
    return this.finish();
  }

  /** Ends the work in the background; what waits for it gets the names found so far. */
  close(): void {
    this.isClosed = true;
  }

  private async run(): Promise<readonly string[]> {
    while (this.sorted === undefined && !this.isClosed) {
      const end = performance.now() + SLICE_MS;
      while (performance.now() < end) if (this.steps.next().done === true) return this.finish();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return this.finish();
  }

  private finish(): readonly string[] {
    this.sorted ??= [...this.names].sort();
    return this.sorted;
  }

  private *collect(): Iterator<void> {
    for (const unit of this.info.units) {
      yield* this.collectUnit(unit);
      yield;
    }
    for (const name of this.extra()) this.names.add(name);
  }

  private *collectUnit(unit: Unit): Iterable<void> {
    const table = this.info.warnings.guard(() => unit.table, undefined);
    if (table === undefined) return;
    let seen = 0;
    for (let index = 1; index < table.count; ) {
      const tag = table.tag(index);
      if (NAMED.has(tag)) this.info.warnings.guard(() => this.add(unit, index), undefined);
      index = SCOPES.has(tag) ? index + 1 : (table.ends[index] as number);
      if (++seen % 2000 === 0) yield;
    }
  }

  private add(unit: Unit, index: number): void {
    const die = unit.die(index);
    if (unit.language === 'c') {
      const name = die.string(dw.DW_AT_name);
      if (name !== undefined) this.names.add(name);
      return;
    }
    if (nameOf(die) === undefined) return;
    const name = plainName(die);
    if (name !== undefined) this.names.add(qualifiedName(die, name));
  }
}
