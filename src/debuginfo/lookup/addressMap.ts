// From an address to the unit that has code there.
import type { AddressRange } from '../api';
import type { WarningList } from '../errors';
import type { LineTables } from '../line/tables';
import { AddressRanges } from '../ranges/aranges';
import { rangesOf } from '../ranges/ranges';
import { FunctionTable } from '../scopes/functionTable';
import { lastNotAbove } from '../search';
import type { DwarfFile } from '../unit/dwarfFile';
import type { Unit } from '../unit/unit';

/** How far back a lookup goes for a range that covers the address; ranges of units hardly ever overlap. */
const MAX_OVERLAP = 16;

export class AddressMap {
  private quick: AddressRanges | undefined | null = null;
  private ranges:
    | { readonly lows: Float64Array; readonly highs: Float64Array; readonly units: readonly Unit[] }
    | undefined;
  private readonly tables = new Map<Unit, FunctionTable>();
  private latest: Unit | undefined;

  constructor(
    private readonly file: DwarfFile,
    private readonly compileUnits: () => readonly Unit[],
    private readonly lines: LineTables,
    private readonly warnings: WarningList,
  ) {}

  /** The functions of a unit. */
  functionsOf(unit: Unit): FunctionTable {
    let table = this.tables.get(unit);
    if (table === undefined) {
      table = new FunctionTable(unit);
      this.tables.set(unit, table);
    }
    return table;
  }

  /**
   * The unit that has code at the address. Units may claim too much: GNU as takes the sizes of RISC-V functions before the linker
   * shortens them. So the unit whose line table covers the address goes before those that only say that it is theirs.
   */
  unitAt(address: number): Unit | undefined {
    if (this.latest !== undefined && this.hasLinesAt(this.latest, address)) return this.latest;
    const quick = this.quickUnitAt(address);
    const unit = quick !== undefined && this.hasLinesAt(quick, address) ? quick : this.slowUnitAt(address, quick);
    if (unit !== undefined) this.latest = unit;
    return unit;
  }

  /** By .debug_aranges, which may be wrong. */
  private quickUnitAt(address: number): Unit | undefined {
    if (this.quick === null) {
      const section = this.file.sections.section('.debug_aranges');
      this.quick = section && new AddressRanges(section, this.file.sections.isBigEndian, this.warnings);
    }
    const offset = this.quick?.unitOffsetAt(address);
    return offset === undefined ? undefined : this.file.unitAt(offset)?.full;
  }

  /** By what the units say of themselves; `quick` is a further candidate. */
  private slowUnitAt(address: number, quick: Unit | undefined): Unit | undefined {
    this.ranges ??= this.readRanges();
    const { lows, highs, units } = this.ranges;
    const claims: Unit[] = [];
    const last = lastNotAbove(lows, address);
    for (let index = last; index >= 0 && index > last - MAX_OVERLAP; index--)
      if (address < (highs[index] as number)) claims.push(units[index] as Unit);
    const all = quick === undefined ? claims : [quick, ...claims];
    return (
      all.find((unit) => this.hasLinesAt(unit, address)) ??
      all.find((unit) => this.functionsOf(unit).at(address) !== undefined) ??
      claims[0]
    );
  }

  private hasLinesAt(unit: Unit, address: number): boolean {
    return this.lines.of(unit)?.sequenceAt(address) !== undefined;
  }

  /** What every unit says of itself; of units that say nothing, what their functions say. */
  private readRanges() {
    const found: { range: AddressRange; unit: Unit }[] = [];
    for (const unit of this.compileUnits()) {
      let ranges = this.warnings.guard(() => rangesOf(unit.skeleton.root), []);
      if (ranges.length === 0) ranges = this.warnings.guard(() => rangesOf(unit.root), []);
      if (ranges.length === 0) ranges = this.functionsOf(unit).ranges();
      for (const range of ranges) found.push({ range, unit });
    }
    found.sort((a, b) => a.range.low - b.range.low || b.range.high - a.range.high);
    return {
      lows: Float64Array.from(found, (entry) => entry.range.low),
      highs: Float64Array.from(found, (entry) => entry.range.high),
      units: found.map((entry) => entry.unit),
    };
  }
}
