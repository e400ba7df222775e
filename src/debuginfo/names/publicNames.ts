// `.debug_gnu_pubnames` and `.debug_gnu_pubtypes` (GCC and Clang, -ggnu-pubnames), `.debug_pubnames` and `.debug_pubtypes` (DWARF 4
// §6.1.1): for each unit its names and their entries.
import type { Reader } from '../bytes';
import { parseName } from '../lookup/nameQuery';
import { lastNotAbove } from '../search';
import type { SectionData } from '../sections';
import type { DwarfFile } from '../unit/dwarfFile';
import type { Unit } from '../unit/unit';
import { type NameHit, type NameTable, unitsByOffset, type WantedName } from './nameTable';

interface UnitSet {
  readonly unit: Unit;
  readonly offsetSize: 4 | 8;
  /** Where its first name begins. */
  readonly first: number;
  readonly end: number;
}

/** @throws DebugInfoError when a header is damaged. */
export function readPublicNames(file: DwarfFile, isGnu: boolean): NameTable | undefined {
  const prefix = isGnu ? '.debug_gnu_pub' : '.debug_pub';
  const names = file.sections.section(`${prefix}names`);
  const types = file.sections.section(`${prefix}types`);
  if (names === undefined || types === undefined) return undefined;
  const units = unitsByOffset(file, '.debug_info');
  const sections = [names, types].map((section) => ({ section, sets: readSets(section.reader(), units) }));
  // A unit that one of the two leaves out is not known well.
  const [named, typed] = sections.map(({ sets }) => new Set(sets.map(({ unit }) => unit)));
  const isBoth = (unit: Unit) => typed?.has(unit) === true && (isGnu || listsAll(unit));
  return {
    section: names.name,
    covered: new Set([...(named ?? [])].filter(isBoth)),
    listsAllVariables: true,
    *find(wanted) {
      for (const { section, sets } of sections) yield* findIn(section, sets, isGnu, wanted);
    },
  };
}

/** The standard asks for external names only; GCC and Clang also list what is static. */
function listsAll(unit: Unit): boolean {
  return unit.producer.startsWith('GNU ') || unit.producer.includes('clang version');
}

function readSets(reader: Reader, units: ReadonlyMap<number, Unit>): UnitSet[] {
  const sets: UnitSet[] = [];
  while (reader.remaining > 4) {
    const { length, offsetSize } = reader.initialLength();
    const end = reader.position + length;
    if (end > reader.end) reader.fail(`the set claims to end at 0x${end.toString(16)}, the section ends before`);
    const version = reader.u16();
    if (version !== 2) reader.fail(`version ${version} of a name set is not known`, reader.position - 2);
    const at = reader.position;
    const offset = reader.dwarfOffset(offsetSize);
    const unit = units.get(offset) ?? reader.fail(`no unit begins at 0x${offset.toString(16)}`, at);
    reader.dwarfOffset(offsetSize);
    if (!unit.isSkeleton) sets.push({ unit, offsetSize, first: reader.position, end });
    reader.seek(end);
  }
  return sets;
}

function* findIn(
  section: SectionData,
  sets: readonly UnitSet[],
  isGnu: boolean,
  wanted: WantedName,
): Iterable<NameHit> {
  const bytes = section.bytes();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pattern = Buffer.from(wanted.base);
  const starts = Float64Array.from(sets, ({ first }) => first);
  // Only the sets that have the bytes of the name anywhere are read.
  for (let at = buffer.indexOf(pattern); at >= 0; ) {
    const set = sets[lastNotAbove(starts, at)];
    if (set === undefined || at >= set.end) at = buffer.indexOf(pattern, at + 1);
    else {
      yield* findInSet(section.reader(set.first), set, isGnu, wanted);
      at = buffer.indexOf(pattern, set.end);
    }
  }
}

function* findInSet(reader: Reader, set: UnitSet, isGnu: boolean, wanted: WantedName): Iterable<NameHit> {
  while (reader.position < set.end) {
    const offset = reader.position;
    const entry = reader.dwarfOffset(set.offsetSize);
    if (entry === 0) return;
    // The kind and linkage of the symbol.
    if (isGnu) reader.skip(1);
    const name = reader.cstring();
    if (name.includes(wanted.base) && parseName(name).base === wanted.base)
      yield { unit: set.unit, entry, tag: undefined, offset };
  }
}
