// `.gdb_index`, versions 4 to 9, as gdb-add-index, gold and lld write it (GDB manual, appendix “.gdb_index section format”). It lists
// units for qualified names. Its hashes are not needed: names are searched as bytes in the pool of strings.
import { decodeText, Reader } from '../bytes';
import { parseName } from '../lookup/nameQuery';
import { lastNotAbove } from '../search';
import type { SectionData } from '../sections';
import type { DwarfFile } from '../unit/dwarfFile';
import type { Unit } from '../unit/unit';
import { type NameHit, type NameTable, unitsByOffset, type WantedName } from './nameTable';

interface IndexParts {
  /** Compile units, then type units, as the index numbers them. */
  readonly units: readonly Unit[];
  readonly symbols: number;
  readonly symbolsEnd: number;
  readonly pool: number;
  /** Offsets in the pool of all names, sorted. */
  readonly names: Uint32Array;
}

/** @throws DebugInfoError when the header or the lists of units are damaged. */
export function readGdbIndex(file: DwarfFile): NameTable | undefined {
  const section = file.sections.section('.gdb_index');
  if (section === undefined) return undefined;
  // Little endian, whatever the program is.
  const open = () => new Reader(section.bytes(), section.name, false);
  const index = readParts(open(), file);
  return {
    section: section.name,
    covered: new Set(index.units.filter((unit) => !unit.isSkeleton)),
    // GDB writes one static variable of several with the same name.
    listsAllVariables: false,
    find: (wanted) => findIn(open(), section, index, wanted),
  };
}

function readParts(reader: Reader, file: DwarfFile): IndexParts {
  const version = reader.u32();
  if (version < 4 || version > 9) reader.fail(`version ${version} of .gdb_index is not known`, 0);
  const compileUnits = reader.u32();
  const typeUnits = reader.u32();
  const addresses = reader.u32();
  const symbols = reader.u32();
  // Version 9 has a table of shortcuts between the symbols and the pool.
  const symbolsEnd = reader.u32();
  const pool = version >= 9 ? reader.u32() : symbolsEnd;
  const bounds = [reader.position, compileUnits, typeUnits, addresses, symbols, symbolsEnd, pool, reader.end];
  if (bounds.some((bound, at) => at > 0 && bound < (bounds[at - 1] as number)))
    reader.fail('the parts of .gdb_index are not in order', 4);
  const units: Unit[] = [];
  const info = unitsByOffset(file, '.debug_info');
  const types = unitsByOffset(file, '.debug_types');
  const add = (known: readonly ReadonlyMap<number, Unit>[], size: number, end: number) => {
    while (reader.position + size <= end) {
      const at = reader.position;
      const offset = reader.unsigned(8);
      const unit = known.map((all) => all.get(offset)).find((found) => found !== undefined);
      units.push(unit ?? reader.fail(`no unit begins at 0x${offset.toString(16)}`, at));
      reader.position = at + size;
    }
  };
  reader.seek(compileUnits);
  add([info], 16, typeUnits);
  reader.seek(typeUnits);
  // Type units of DWARF 5 are in .debug_info.
  add(types.size > 0 ? [types] : [info], 24, addresses);
  const names = readNames(reader, symbols, symbolsEnd);
  if (names.length > 0 && (reader.bytes.at(-1) !== 0 || pool + (names.at(-1) as number) >= reader.end))
    reader.fail('the names of .gdb_index are cut off', pool);
  return { units, symbols, symbolsEnd, pool, names };
}

function readNames(reader: Reader, symbols: number, symbolsEnd: number): Uint32Array {
  const slots = Math.floor((symbolsEnd - symbols) / 8);
  const names = new Uint32Array(slots);
  let count = 0;
  reader.seek(symbols);
  for (let slot = 0; slot < slots; slot++) {
    const name = reader.u32();
    // An empty slot is all zeros.
    if (name !== 0 || reader.u32() !== 0) names[count++] = name;
    reader.position = symbols + (slot + 1) * 8;
  }
  return names.slice(0, count).sort();
}

function* findIn(reader: Reader, section: SectionData, index: IndexParts, wanted: WantedName): Iterable<NameHit> {
  const names = namesInPool(section.bytes(), index, wanted.base);
  if (names.size === 0) return;
  for (let slot = index.symbols; slot + 8 <= index.symbolsEnd; slot += 8) {
    reader.position = slot;
    const name = reader.u32();
    const list = reader.u32();
    if ((name === 0 && list === 0) || !names.has(name)) continue;
    reader.seek(index.pool + list);
    const count = reader.u32();
    if (count * 4 > reader.remaining) reader.fail(`a list of ${count} units does not fit`);
    for (let left = count; left > 0; left--) {
      // The upper byte says what kind of symbol it is.
      const number = reader.u32() & 0xff_ffff;
      const unit = index.units[number] ?? reader.fail(`the index has no unit ${number}`);
      if (!unit.isSkeleton) yield { unit, entry: undefined, tag: undefined, offset: slot };
    }
  }
}

/** Offsets in the pool of the qualified names whose last part is the wanted one. */
function namesInPool(bytes: Uint8Array, { pool, names }: IndexParts, base: string): Set<number> {
  const found = new Set<number>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pattern = Buffer.from(base);
  for (let at = buffer.indexOf(pattern, pool); at >= 0; at = buffer.indexOf(pattern, at + 1)) {
    const name = names[lastNotAbove(names, at - pool)];
    const end = bytes.indexOf(0, at);
    if (name !== undefined && end >= 0 && parseName(decodeText(bytes, pool + name, end)).base === base) found.add(name);
  }
  return found;
}
