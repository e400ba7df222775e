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

  /** The unit that has code at the address. */
  unitAt(address: number): Unit | undefined {
    if (this.latest !== undefined && this.hasCodeAt(this.latest, address)) return this.latest;
    const unit = this.quickUnitAt(address) ?? this.slowUnitAt(address);
    if (unit !== undefined) this.latest = unit;
    return unit;
  }

  /** By .debug_aranges, believed only when the unit itself agrees. */
  private quickUnitAt(address: number): Unit | undefined {
    if (this.quick === null) {
      const section = this.file.sections.section('.debug_aranges');
      this.quick = section && new AddressRanges(section, this.file.sections.isBigEndian, this.warnings);
    }
    const offset = this.quick?.unitOffsetAt(address);
    const unit = offset === undefined ? undefined : this.file.unitAt(offset)?.full;
    return unit !== undefined && this.hasCodeAt(unit, address) ? unit : undefined;
  }

  private hasCodeAt(unit: Unit, address: number): boolean {
    return this.functionsOf(unit).at(address) !== undefined || this.lines.of(unit)?.sequenceAt(address) !== undefined;
  }

  private slowUnitAt(address: number): Unit | undefined {
    this.ranges ??= this.readRanges();
    const { lows, highs, units } = this.ranges;
    const last = lastNotAbove(lows, address);
    for (let index = last; index >= 0 && index > last - MAX_OVERLAP; index--)
      if (address < (highs[index] as number)) return units[index];
    return undefined;
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
