// Where “break at a function” goes: behind the prologue, when the arguments are where the debug information says. Where a step into a
// function ends: behind its first line.
import type { AddressRange } from '../api';
import type { DebugInfo } from '../debugInfo';
import * as dw from '../dwarf/constants';
import { type LineTable, PROLOGUE_END, type Sequence } from '../line/table';
import type { Unit } from '../unit/unit';
import { isLocationListForm } from './locations';

interface Subprogram {
  readonly entry: number | undefined;
  readonly ranges: readonly AddressRange[];
}

/** The part of the line table that the function's entry lies in; undefined where it has no lines. */
function linesAt(info: DebugInfo, unit: Unit, entry: number, ranges: readonly AddressRange[]) {
  const range = ranges.find(({ low, high }) => entry >= low && entry < high);
  const table = info.lines.of(unit);
  const sequence = table?.sequenceAt(entry);
  return range === undefined || table === undefined || sequence === undefined ? undefined : { range, table, sequence };
}

/** Address behind the prologue of a function with code, else undefined. */
export function afterPrologue(info: DebugInfo, unit: Unit, { entry, ranges }: Subprogram): number | undefined {
  if (entry === undefined) return undefined;
  const found = linesAt(info, unit, entry, ranges);
  if (found === undefined) return entry;
  const { range, table, sequence } = found;
  // The compiler's own word (DWARF 5 §6.2.2, prologue_end).
  const marked = firstRow(
    table,
    sequence,
    range,
    (index) => ((table.rows.flags[index] as number) & PROLOGUE_END) !== 0,
  );
  if (marked !== undefined) return marked;
  // GCC's optimised code describes variables at every address (location lists), so that there is nothing to wait for.
  if (unit.producer.startsWith('GNU') && (unit.language === 'assembler' || hasLocationLists(unit))) return entry;
  return secondLine(table, sequence, range, entry);
}

function firstRow(
  table: LineTable,
  sequence: Sequence,
  range: AddressRange,
  isWanted: (index: number) => boolean,
): number | undefined {
  const { addresses } = table.rows;
  let start = table.indexAt(range.low, sequence) ?? sequence.first;
  while (start > sequence.first && addresses[start - 1] === addresses[start]) start--;
  for (let index = start; index < sequence.end; index++) {
    const address = addresses[index] as number;
    if (address >= range.high) return undefined;
    if (address >= range.low && isWanted(index)) return address;
  }
  return undefined;
}

/**
 * The function's first line is its prologue: the next address with a row of its own is behind it. Several lines at the first
 * address say that the prologue has no instructions (the compiler then moved the body's first line there).
 */
function secondLine(table: LineTable, sequence: Sequence, range: AddressRange, entry: number): number {
  const { addresses, lines } = table.rows;
  let firstLine: number | undefined;
  const next = firstRow(table, sequence, range, (index) => {
    const line = lines[index] as number;
    if (line === 0 || (addresses[index] as number) < entry) return false;
    if (addresses[index] !== entry) return true;
    firstLine ??= line;
    return line !== firstLine;
  });
  return next ?? entry;
}

/** Address behind a function's first line, where stepping into it ends; undefined where it has no lines. */
export function stepEntry(info: DebugInfo, unit: Unit, subprogram: Subprogram): number | undefined {
  const { entry } = subprogram;
  const found = entry === undefined ? undefined : linesAt(info, unit, entry, subprogram.ranges);
  if (entry === undefined || found === undefined) return undefined;
  const { range, table, sequence } = found;
  const marked = afterPrologue(info, unit, subprogram);
  if (marked !== undefined && marked !== entry) return marked;
  const { addresses, lines } = table.rows;
  const first = table.indexAt(entry, sequence);
  if (first === undefined) return undefined;
  // Several rows at the first address: the prologue has no instructions, or the compiler has moved the body's first line there.
  const isShared = first > sequence.first && addresses[first - 1] === addresses[first] && lines[first - 1] !== 0;
  if (isShared || unit.language === 'assembler') return entry;
  const next = first + 1 < sequence.end ? (addresses[first + 1] as number) : range.high;
  return next < range.high ? next : entry;
}

const listUse = new WeakMap<Unit, boolean>();

/** True when any variable of the unit has a location list. */
function hasLocationLists(unit: Unit): boolean {
  let has = listUse.get(unit);
  if (has === undefined) {
    has = false;
    for (const { tag, attributes, forms } of unit.abbreviations.all()) {
      if (tag !== dw.DW_TAG_variable && tag !== dw.DW_TAG_formal_parameter) continue;
      const at = attributes.indexOf(dw.DW_AT_location);
      if (at >= 0 && isLocationListForm(forms[at] as number, unit.header.version)) has = true;
    }
    listUse.set(unit, has);
  }
  return has;
}
