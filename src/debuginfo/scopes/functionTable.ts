// The functions of one unit: which entries are functions, and which of them has the code at an address.
import type { AddressRange } from '../api';
import * as dw from '../dwarf/constants';
import { rangesOf } from '../ranges/ranges';
import { lastNotAbove } from '../search';
import type { Unit } from '../unit/unit';

/** How far back a lookup goes for a function that covers the address; only nested functions overlap. */
const MAX_OVERLAP = 16;

/** Functions by entry number in the unit's table. */
export class FunctionTable {
  /** Definitions: with code, inlined everywhere, or (link-time optimisation) with their code described in another unit. */
  readonly definitions: readonly number[];
  private readonly lows: Float64Array;
  private readonly highs: Float64Array;
  private readonly owners: Uint32Array;

  constructor(readonly unit: Unit) {
    const definitions: number[] = [];
    const spans: { range: AddressRange; owner: number }[] = [];
    // A unit that cannot be read at all has no functions.
    unit.file.context.warnings.guard(() => collect(unit, definitions, spans), undefined);
    spans.sort((a, b) => a.range.low - b.range.low || b.range.high - a.range.high);
    this.definitions = definitions;
    this.lows = Float64Array.from(spans, (span) => span.range.low);
    this.highs = Float64Array.from(spans, (span) => span.range.high);
    this.owners = Uint32Array.from(spans, (span) => span.owner);
  }

  /** The innermost function with code at the address. */
  at(address: number): number | undefined {
    const last = lastNotAbove(this.lows, address);
    for (let index = last; index >= 0 && index > last - MAX_OVERLAP; index--)
      if (address < (this.highs[index] as number)) return this.owners[index];
    return undefined;
  }

  /** All code of the unit, by function: for units that do not say their own ranges. */
  ranges(): AddressRange[] {
    return Array.from(this.lows, (low, index) => ({ low, high: this.highs[index] as number }));
  }
}

function collect(unit: Unit, definitions: number[], spans: { range: AddressRange; owner: number }[]): void {
  const { table } = unit;
  for (let index = 0; index < table.count; index++) {
    const abbreviation = table.abbreviation(index);
    if (abbreviation.tag !== dw.DW_TAG_subprogram || abbreviation.isDeclaration) continue;
    const { attributes } = abbreviation;
    const hasCode = attributes.includes(dw.DW_AT_low_pc) || attributes.includes(dw.DW_AT_ranges);
    const ranges = hasCode ? unit.file.context.warnings.guard(() => rangesOf(unit.die(index)), []) : [];
    // A function whose code the linker dropped is as good as none.
    if (hasCode && ranges.length === 0) continue;
    definitions.push(index);
    for (const range of ranges) spans.push({ range, owner: index });
  }
}
