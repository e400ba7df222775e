// `.debug_names`, the name index of DWARF 5 (§6.1.1). Its hash buckets are not needed: the string offsets of all names are compared
// with the few that are wanted, which also finds every template instance.
import type { Reader } from '../bytes';
import { decodeText } from '../bytes';
import { formSize, SIZE_UNKNOWN } from '../die/forms';
import * as dw from '../dwarf/constants';
import type { DwarfFile } from '../unit/dwarfFile';
import type { Unit } from '../unit/unit';
import { type NameHit, type NameTable, unitsByOffset, type WantedName } from './nameTable';

const DW_IDX_compile_unit = 1;
const DW_IDX_type_unit = 2;
const DW_IDX_die_offset = 3;

/** The header of one index (§6.1.1.4.1) and where its parts begin in the section. */
interface IndexParts {
  readonly offsetSize: 4 | 8;
  readonly compileUnits: readonly Unit[];
  /** Local type units; foreign ones, in `.dwo` files, are not looked up here. */
  readonly typeUnits: readonly Unit[];
  readonly nameCount: number;
  /** Zero when the index has no hashes. */
  readonly bucketCount: number;
  readonly hashes: number;
  readonly stringOffsets: number;
  readonly entryOffsets: number;
  readonly abbreviations: ReadonlyMap<number, IndexAbbreviation>;
  readonly entryPool: number;
  readonly end: number;
}

interface IndexAbbreviation {
  readonly tag: number;
  readonly attributes: readonly { readonly index: number; readonly form: number }[];
}

/** @throws DebugInfoError when a header is damaged. */
export function readDebugNames(file: DwarfFile): NameTable | undefined {
  const section = file.sections.section('.debug_names');
  if (section === undefined) return undefined;
  const units = unitsByOffset(file, '.debug_info');
  const indexes: IndexParts[] = [];
  const reader: Reader = section.reader();
  while (reader.remaining > 4) {
    const index = readIndex(reader, units);
    indexes.push(index);
    reader.seek(index.end);
  }
  // What a skeleton's index lists is in its `.dwo`, which has to be searched in any case.
  const listed = indexes.flatMap(({ compileUnits, typeUnits }) => [...compileUnits, ...typeUnits]);
  return {
    section: section.name,
    covered: new Set(listed.filter((unit) => !unit.isSkeleton)),
    // Variables without an address, such as constants, are left out (§6.1.1.1).
    listsAllVariables: false,
    *find(wanted) {
      for (const index of indexes) yield* findIn(section.reader(), index, wanted, file);
    },
  };
}

function readIndex(reader: Reader, units: ReadonlyMap<number, Unit>): IndexParts {
  const { length, offsetSize } = reader.initialLength();
  const end = reader.position + length;
  if (end > reader.end) reader.fail(`the index claims to end at 0x${end.toString(16)}, the section ends before`);
  const version = reader.u16();
  if (version !== 5) reader.fail(`version ${version} of a name index is not known`, reader.position - 2);
  reader.skip(2);
  const compileUnitCount = reader.u32();
  const typeUnitCount = reader.u32();
  const foreignCount = reader.u32();
  const bucketCount = reader.u32();
  const nameCount = reader.u32();
  const abbreviationsSize = reader.u32();
  // Padded to four bytes, although the length may not say so.
  reader.skip((reader.u32() + 3) & ~3);
  const readUnits = (count: number) => {
    if (count * offsetSize > reader.remaining) reader.fail(`a list of ${count} units does not fit`);
    return Array.from({ length: count }, () => {
      const at = reader.position;
      const offset = reader.dwarfOffset(offsetSize);
      return units.get(offset) ?? reader.fail(`no unit begins at 0x${offset.toString(16)}`, at);
    });
  };
  const compileUnits = readUnits(compileUnitCount);
  const typeUnits = readUnits(typeUnitCount);
  reader.skip(foreignCount * 8);
  reader.skip(bucketCount * 4);
  const hashes = reader.position;
  if (bucketCount > 0) reader.skip(nameCount * 4);
  const stringOffsets = reader.position;
  reader.skip(nameCount * offsetSize);
  const entryOffsets = reader.position;
  reader.skip(nameCount * offsetSize);
  const entryPool = reader.position + abbreviationsSize;
  const abbreviations = readAbbreviations(reader, entryPool);
  if (entryPool > end) reader.fail('the abbreviations reach beyond the index');
  return {
    ...{ offsetSize, compileUnits, typeUnits, nameCount, bucketCount, hashes, stringOffsets, entryOffsets },
    ...{ abbreviations, entryPool, end },
  };
}

function readAbbreviations(reader: Reader, end: number): Map<number, IndexAbbreviation> {
  const abbreviations = new Map<number, IndexAbbreviation>();
  while (reader.position < end) {
    const code = reader.uleb();
    if (code === 0) break;
    const tag = reader.uleb();
    const attributes: { index: number; form: number }[] = [];
    for (;;) {
      const [index, form] = [reader.uleb(), reader.uleb()];
      if (index === 0 && form === 0) break;
      attributes.push({ index, form });
    }
    abbreviations.set(code, { tag, attributes });
  }
  return abbreviations;
}

function* findIn(reader: Reader, index: IndexParts, wanted: WantedName, file: DwarfFile): Iterable<NameHit> {
  const { offsetSize, nameCount, stringOffsets, entryOffsets } = index;
  for (let name = 0; name < nameCount; name++) {
    reader.position = stringOffsets + name * offsetSize;
    const string = reader.dwarfOffset(offsetSize);
    if (!wanted.strings.has(string)) continue;
    checkHash(reader, index, name, string, file);
    reader.position = entryOffsets + name * offsetSize;
    reader.seek(index.entryPool + reader.dwarfOffset(offsetSize));
    yield* entriesAt(reader, index);
  }
}

/** The series of entries of one name (§6.1.1.4.8). */
function* entriesAt(reader: Reader, index: IndexParts): Iterable<NameHit> {
  let next = reader.position;
  while (next < index.end) {
    reader.position = next;
    const code = reader.uleb();
    if (code === 0) return;
    const abbreviation = index.abbreviations.get(code);
    if (abbreviation === undefined) return reader.fail(`index abbreviation ${code} is not declared`, next);
    const hit = readEntry(reader, index, abbreviation, next);
    next = reader.position;
    if (hit !== undefined) yield hit;
  }
}

function readEntry(
  reader: Reader,
  index: IndexParts,
  { tag, attributes }: IndexAbbreviation,
  offset: number,
): NameHit | undefined {
  let entry: number | undefined;
  // With a single unit its number may be left out.
  let unit: Unit | undefined = index.compileUnits.length === 1 ? index.compileUnits[0] : undefined;
  let isForeign = false;
  for (const { index: attribute, form } of attributes) {
    const value = readValue(reader, form, index.offsetSize);
    if (attribute === DW_IDX_die_offset) entry = value;
    else if (attribute === DW_IDX_compile_unit)
      unit = index.compileUnits[value] ?? reader.fail(`the index has no unit ${value}`, offset);
    else if (attribute === DW_IDX_type_unit) {
      unit = index.typeUnits[value];
      isForeign = unit === undefined;
    }
  }
  if (isForeign || unit?.isSkeleton === true) return undefined;
  // GDB up to version 14 leaves the entry out.
  if (unit === undefined) return reader.fail('an entry of the index does not say in which unit it is', offset);
  return { unit, entry, tag, offset };
}

/** The value of an index attribute; those without a number are zero. @throws DebugInfoError */
function readValue(reader: Reader, form: number, offsetSize: 4 | 8): number {
  if (form === dw.DW_FORM_udata || form === dw.DW_FORM_ref_udata) return reader.uleb();
  const size = formSize(form, { version: 5, offsetSize, addressSize: 4 });
  if (size === SIZE_UNKNOWN || size < 0) return reader.fail(`form 0x${form.toString(16)} in a name index is not known`);
  if (size === 0 || size > 4) {
    reader.skip(size);
    return 0;
  }
  return reader.unsigned(size);
}

/** A wrong hash tells that the names are not those that the index was made of. */
function checkHash(reader: Reader, index: IndexParts, name: number, string: number, file: DwarfFile): void {
  const bytes = file.sections.section('.debug_str')?.bytes();
  if (index.bucketCount === 0 || bytes === undefined) return;
  reader.position = index.hashes + name * 4;
  const stored = reader.u32();
  const computed = caseFoldingHash(decodeText(bytes, string, bytes.indexOf(0, string)));
  if (computed !== undefined && computed !== stored)
    reader.fail(`the hash of name ${name} is 0x${stored.toString(16)} and not 0x${computed.toString(16)}`);
}

/** DJB's hash of the name in lower case (§6.1.1.4.5); undefined outside ASCII, where case folding differs among producers. */
function caseFoldingHash(name: string): number | undefined {
  let hash = 5381;
  for (let at = 0; at < name.length; at++) {
    let code = name.charCodeAt(at);
    if (code >= 0x80) return undefined;
    if (code >= 0x41 && code <= 0x5a) code += 0x20;
    hash = (Math.imul(hash, 33) + code) >>> 0;
  }
  return hash;
}
