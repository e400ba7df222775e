// Which units mention a name, and in which entries: by searching the raw bytes of .debug_info for the name's string offset. It
// needs no index, so that the first question to a large program is answered at once. Nothing that has the name is missed.
import type { Abbreviation } from '../abbrev/abbreviations';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import type { SectionData } from '../sections';
import type { DwarfFile } from '../unit/dwarfFile';
import type { Unit } from '../unit/unit';
import { findBytes, findNumbers, numberBytes } from './findBytes';

/** With more different strings (tails of longer ones, templates with many instances) all are searched for at once. */
const FEW_STRINGS = 8;

/** `<`, with which the arguments of a template begin. */
const TEMPLATE = 0x3c;

/** A unit that mentions the name. */
export interface UnitMention {
  readonly unit: Unit;
  /** Unit-relative positions of the values that refer to the name; empty when it may be anywhere in the unit. */
  readonly positions: readonly number[];
}

/** Units of one file, or those of the `chosen`, that mention a name or the name with template arguments; in file order. */
export function unitsMentioning(file: DwarfFile, name: string, chosen?: ReadonlySet<Unit>): UnitMention[] {
  const candidates = chosen === undefined ? file.units : file.units.filter((unit) => chosen.has(unit));
  const positions = new Map<Unit, number[]>();
  const whole = new Set<Unit>();
  const pattern = new TextEncoder().encode(name);
  const strings = stringOffsets(file, '.debug_str', pattern);
  const alternate = file.alternate === undefined ? [] : stringOffsets(file.alternate, '.debug_str', pattern);
  const lineStrings = stringOffsets(file, '.debug_line_str', pattern);
  const offsets = [...new Set([...strings, ...alternate, ...lineStrings])];
  const sizes = offsetSizes(file);
  const areMany = offsets.length > FEW_STRINGS;
  // Hardly any file is of 64-bit DWARF: all of its units are looked into then.
  if (areMany && sizes.has(8)) return candidates.map((unit) => ({ unit, positions: [] }));

  addByIndex(file, strings, whole);
  const { isBigEndian } = file.sections;
  // In the entries themselves; the bytes of a short name stand in many places.
  const wanted: Uint8Array[] = [Uint8Array.of(...pattern, 0), Uint8Array.of(...pattern, TEMPLATE)];
  if (!areMany)
    for (const size of sizes) wanted.push(...offsets.map((offset) => numberBytes(offset, size, isBigEndian)));
  const info = file.sections.section('.debug_info');
  if (info !== undefined) {
    const found = (offset: number) => {
      const unit = file.unitAt(offset);
      if (unit !== undefined) {
        const known = positions.get(unit);
        if (known === undefined) positions.set(unit, [offset - unit.header.offset]);
        else known.push(offset - unit.header.offset);
      }
      return true;
    };
    for (const { from, to } of chosen === undefined ? [{ from: 0, to: info.size }] : stretches(candidates, info)) {
      findBytes(info, wanted, found, from, to);
      if (areMany) findNumbers(info, offsets, isBigEndian, found, from, to);
    }
  }
  // Type units of DWARF 4 have a section of their own; they are few and small.
  const mentions: UnitMention[] = [];
  for (const unit of candidates) {
    if (whole.has(unit) || unit.section !== info) mentions.push({ unit, positions: [] });
    else {
      const found = positions.get(unit);
      if (found !== undefined) mentions.push({ unit, positions: found.sort((a, b) => a - b) });
    }
  }
  return mentions;
}

/** Offsets in `.debug_str` of a name and its template instances. */
export function stringsNamed(file: DwarfFile, name: string): ReadonlySet<number> {
  return new Set(stringOffsets(file, '.debug_str', new TextEncoder().encode(name)));
}

/** The parts of a section that units take, neighbours joined. */
function stretches(units: readonly Unit[], section: SectionData): { readonly from: number; readonly to: number }[] {
  const parts: { from: number; to: number }[] = [];
  for (const { section: own, header } of units) {
    const last = parts.at(-1);
    if (own !== section) continue;
    if (last !== undefined && last.to === header.offset) last.to = header.end;
    else parts.push({ from: header.offset, to: header.end });
  }
  return parts;
}

/** 64-bit DWARF writes offsets of 8 bytes; hardly any file has both. */
function offsetSizes(file: DwarfFile): Set<4 | 8> {
  return new Set(file.units.map((unit) => unit.header.offsetSize));
}

/** Where a string section has the name; also as the tail of a longer string, since linkers share tails. */
function stringOffsets(file: DwarfFile, section: string, name: Uint8Array): number[] {
  const offsets: number[] = [];
  const bytes = file.sections.section(section)?.bytes();
  if (bytes === undefined) return offsets;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(name); at >= 0; at = buffer.indexOf(name, at + 1)) {
    const next = bytes[at + name.length];
    if (next === 0 || next === TEMPLATE) offsets.push(at);
  }
  return offsets;
}

/** Units whose part of .debug_str_offsets holds one of the strings: entries give only its number there. */
function addByIndex(file: DwarfFile, strings: readonly number[], units: Set<Unit>): void {
  const section = file.sections.section('.debug_str_offsets');
  if (section === undefined || strings.length === 0) return;
  const byBase = file.units.map((unit) => ({ unit, base: unit.stringOffsetsBase })).sort((a, b) => a.base - b.base);
  const size = byBase[0]?.unit.header.offsetSize ?? 4;
  const { isBigEndian } = file.sections;
  const found = (offset: number) => {
    // Several units (a unit and its type units) may share one part.
    let at = byBase.length - 1;
    while (at >= 0 && (byBase[at] as { base: number }).base > offset) at--;
    const base = byBase[at]?.base;
    for (; at >= 0 && byBase[at]?.base === base; at--) units.add((byBase[at] as { unit: Unit }).unit);
    return true;
  };
  if (strings.length > FEW_STRINGS && size === 4) findNumbers(section, strings, isBigEndian, found);
  else {
    const patterns = strings.map((offset) => numberBytes(offset, size, isBigEndian));
    findBytes(section, patterns, found);
  }
}

/** The wanted entries at the places where the unit mentions the name; all of the wanted where it may be anywhere. */
export function* entriesAt(
  { unit, positions }: UnitMention,
  isWanted: (abbreviation: Abbreviation) => boolean,
): Iterable<Die> {
  const { table } = unit;
  if (positions.length === 0) {
    for (let index = 0; index < table.count; index++) if (isWanted(table.abbreviation(index))) yield unit.die(index);
    return;
  }
  const indexes = new Set(positions.map((position) => table.indexAround(position)));
  for (const index of indexes) if (index !== undefined && isWanted(table.abbreviation(index))) yield unit.die(index);
}

/**
 * False only when no entry that `isWanted` can have its name at any of the mentioned places: then the unit's entries need not be
 * read. It compares the bytes before the place with the codes of the unit's abbreviations.
 */
export function mayContain(
  { unit, positions }: UnitMention,
  isWanted: (abbreviation: Abbreviation) => boolean,
): boolean {
  if (positions.length === 0) return true;
  const reader = unit.reader();
  for (const abbreviation of unit.abbreviations.all()) {
    if (!isWanted(abbreviation)) continue;
    for (const [index, attribute] of abbreviation.attributes.entries()) {
      if (
        attribute !== dw.DW_AT_name &&
        attribute !== dw.DW_AT_linkage_name &&
        attribute !== dw.DW_AT_MIPS_linkage_name
      )
        continue;
      const distance = abbreviation.distanceTo(index);
      if (distance < 0) return true;
      const { code } = abbreviation;
      for (const position of positions) {
        if (endsWithCode(reader.bytes, position - distance, code)) return true;
      }
    }
  }
  return false;
}

/** True when the LEB128 form of the code ends before `end`. */
function endsWithCode(bytes: Uint8Array, end: number, code: number): boolean {
  let rest = code;
  let length = 1;
  while (code >= 0x80 ** length) length++;
  for (let at = end - length; at < end; at++) {
    const isLast = at === end - 1;
    if (bytes[at] !== ((rest & 0x7f) | (isLast ? 0 : 0x80))) return false;
    rest = Math.floor(rest / 0x80);
  }
  return true;
}
