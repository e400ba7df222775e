// DWARF package files (`.dwp`, DWARF 5 §7.3.5, and GNU's version 2): many units' sections in one file, found by two hash tables.
import type { Machine } from '../api';
import { Reader } from '../bytes';
import type { ElfImage } from '../elf/image';
import { DebugInfoError, type WarningList } from '../errors';
import type { SectionData, SectionSource } from '../sections';

/** DW_SECT_* (DWARF 5 table 7.1) by version of the index. */
const SECTION_NAMES: Readonly<Record<number, readonly (string | undefined)[]>> = {
  2: [undefined, 'info', 'types', 'abbrev', 'line', 'loc', 'str_offsets', 'macinfo', 'macro'],
  5: [undefined, 'info', undefined, 'abbrev', 'line', 'loclists', 'str_offsets', 'macro', 'rnglists'],
};

interface Contribution {
  readonly offset: number;
  readonly size: number;
}

/** A `.dwp` file. */
export class DwarfPackage {
  private readonly units = new Map<bigint, ReadonlyMap<string, Contribution>>();

  /** @throws DebugInfoError when the index is damaged. */
  constructor(
    private readonly image: ElfImage,
    /** DWARF version of the program that it belongs to. */
    version: number,
  ) {
    this.readIndex('.debug_cu_index', version);
  }

  /** The sections of one unit, cut to its parts; undefined when the package lacks it. */
  sectionsOf(signature: bigint): SectionSource | undefined {
    const parts = this.units.get(signature);
    return parts && new PackagedSections(this.image, parts);
  }

  private readIndex(name: string, programVersion: number): void {
    const reader = this.image.section(name)?.reader();
    if (reader === undefined) return;
    // A 4-byte 2, or in version 5 a 2-byte version and padding.
    const version = reader.u16();
    reader.skip(2);
    const columns = reader.u32();
    const rows = reader.u32();
    const slots = reader.u32();
    if (version !== 2 && version !== 5)
      reader.fail(`index version ${version} is not known (DWARF ${programVersion})`, 0);
    if (slots * 12 > reader.remaining || columns * rows * 8 > reader.remaining)
      reader.fail('the index does not fit its section', 0);
    const signatures = Array.from({ length: slots }, () => reader.u64());
    const indexes = Array.from({ length: slots }, () => reader.u32());
    const kinds = Array.from({ length: columns }, () => reader.u32());
    const offsetsAt = reader.position;
    const sizesAt = offsetsAt + columns * rows * 4;
    for (const [slot, row] of indexes.entries()) {
      if (row === 0 || row > rows) continue;
      const parts = new Map<string, Contribution>();
      for (const [column, kind] of kinds.entries()) {
        const cell = ((row - 1) * columns + column) * 4;
        const offset = reader.at(offsetsAt + cell).u32();
        const size = reader.at(sizesAt + cell).u32();
        const section = SECTION_NAMES[version]?.[kind];
        if (section !== undefined) parts.set(`.debug_${section}`, { offset, size });
      }
      this.units.set(signatures[slot] as bigint, parts);
    }
  }
}

class PackagedSections implements SectionSource {
  readonly machine: Machine;
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  readonly warnings: WarningList;
  private readonly parts = new Map<string, SectionData | undefined>();

  constructor(
    private readonly image: ElfImage,
    private readonly contributions: ReadonlyMap<string, Contribution>,
  ) {
    ({ machine: this.machine, is64Bit: this.is64Bit, isBigEndian: this.isBigEndian, warnings: this.warnings } = image);
  }

  section(name: string): SectionData | undefined {
    const whole = this.image.section(`${name}.dwo`);
    // Strings are shared by all units.
    if (whole === undefined || name === '.debug_str') return whole;
    const contribution = this.contributions.get(name);
    if (contribution === undefined) return undefined;
    if (!this.parts.has(name)) this.parts.set(name, new SectionPart(whole, contribution, this.isBigEndian));
    return this.parts.get(name);
  }
}

/** A piece of a section that counts from 0. */
class SectionPart implements SectionData {
  readonly name: string;
  readonly address = 0;
  readonly size: number;

  constructor(
    private readonly whole: SectionData,
    private readonly contribution: Contribution,
    private readonly isBigEndian: boolean,
  ) {
    this.name = whole.name;
    this.size = contribution.size;
  }

  bytes(): Uint8Array {
    return this.whole.slice(this.contribution.offset, this.size);
  }

  slice(offset: number, length: number): Uint8Array {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size))
      throw new DebugInfoError(
        this.name,
        Math.max(0, offset),
        `${length} bytes expected, the unit's part ends at 0x${this.size.toString(16)}`,
      );
    return this.whole.slice(this.contribution.offset + offset, length);
  }

  reader(offset = 0): Reader {
    return new Reader(this.bytes(), this.name, this.isBigEndian).at(offset);
  }
}
