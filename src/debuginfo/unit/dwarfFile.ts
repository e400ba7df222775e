// The units of one object file: the program, its separate debug file, a `.dwo`, a unit of a `.dwp`, or dwz's shared file.
import { type Abbreviation, AbbreviationTable, findAbbreviation } from '../abbrev/abbreviations';
import { Reader } from '../bytes';
import { DebugInfoError } from '../errors';
import { lastNotAbove } from '../search';
import type { SectionData, SectionSource } from '../sections';
import type { ProgramContext } from './context';
import { readUnitHeaders, type UnitHeader } from './header';
import { Unit } from './unit';

/** Above this size a section is read unit by unit and only the latest units are kept. */
const LARGE_SECTION_BYTES = 32 * 1024 * 1024;
const KEPT_ABBREVIATION_TABLES = 64;
const KEPT_UNIT_BYTES = 12 * 1024 * 1024;

/** Where a unit's neighbours are found. */
interface DwarfFileLinks {
  /** The skeleton whose split unit this file holds. */
  readonly skeleton?: Unit;
  /** The file that DW_FORM_GNU_ref_alt and DW_FORM_ref_sup refer to. */
  readonly alternate?: () => DwarfFile | undefined;
}

/** One object file with debug information. */
export class DwarfFile {
  private infoUnits: readonly Unit[] | undefined;
  private typesUnits: readonly Unit[] | undefined;
  private infoStarts: Float64Array | undefined;
  private readonly abbreviations = new Map<string, AbbreviationTable | DebugInfoError>();
  private readonly kept: Unit[] = [];
  private keptBytes = 0;

  constructor(
    readonly sections: SectionSource,
    readonly context: ProgramContext,
    private readonly links: DwarfFileLinks = {},
  ) {}

  get isSplit(): boolean {
    return this.links.skeleton !== undefined;
  }

  get skeleton(): Unit | undefined {
    return this.links.skeleton;
  }

  get alternate(): DwarfFile | undefined {
    return this.links.alternate?.();
  }

  /** All units, those of .debug_types last. */
  get units(): readonly Unit[] {
    return [...this.unitsOfInfo(), ...this.unitsOfTypes()];
  }

  unitsOfInfo(): readonly Unit[] {
    this.infoUnits ??= this.read('.debug_info', false);
    return this.infoUnits;
  }

  private unitsOfTypes(): readonly Unit[] {
    this.typesUnits ??= this.read('.debug_types', true);
    return this.typesUnits;
  }

  /** The unit of .debug_info that contains an offset. */
  unitAt(offset: number): Unit | undefined {
    const units = this.unitsOfInfo();
    this.infoStarts ??= Float64Array.from(units, (unit) => unit.header.offset);
    const unit = units[lastNotAbove(this.infoStarts, offset)];
    return unit !== undefined && offset < unit.header.end ? unit : undefined;
  }

  /** The type unit with a signature, in this file or another of the program. */
  typeUnit(signature: bigint): Unit | undefined {
    this.unitsOfInfo();
    this.unitsOfTypes();
    return this.context.typeUnits.get(signature);
  }

  private read(name: string, isTypes: boolean): readonly Unit[] {
    const section = this.sections.section(name);
    if (section === undefined) return [];
    const headers = readUnitHeaders(section, this.sections.isBigEndian, isTypes, this.context.warnings);
    return headers.map((header) => this.makeUnit(header, section));
  }

  private makeUnit(header: UnitHeader, section: SectionData): Unit {
    const unit = new Unit(this, header, section, this.context.units.length);
    this.context.units.push(unit);
    if (header.kind === 'type' || header.kind === 'splitType') {
      const signature = header.signature as bigint;
      if (!this.context.typeUnits.has(signature)) this.context.typeUnits.set(signature, unit);
    }
    return unit;
  }

  /** A cursor over exactly one unit; positions are unit-relative. @throws DebugInfoError */
  unitReader(unit: Unit): Reader {
    const { header, section } = unit;
    const length = header.end - header.offset;
    const bytes =
      section.size <= LARGE_SECTION_BYTES
        ? section.bytes().subarray(header.offset, header.end)
        : this.keep(unit, section.slice(header.offset, length));
    return new Reader(bytes, section.name, this.sections.isBigEndian, 0, length, header.offset);
  }

  /** Like `unitReader`, but in the caller's memory where that saves keeping the unit. @throws DebugInfoError */
  passingReader(unit: Unit, memory: Uint8Array): Reader {
    const { header, section } = unit;
    const length = header.end - header.offset;
    if (section.size <= LARGE_SECTION_BYTES || length > memory.length || section.readInto === undefined)
      return this.unitReader(unit);
    const bytes = section.readInto(memory, header.offset, length);
    return new Reader(bytes, section.name, this.sections.isBigEndian, 0, length, header.offset);
  }

  /** Remembers that a unit is in memory, and lets go of the ones that came first. */
  private keep(unit: Unit, bytes: Uint8Array): Uint8Array {
    this.kept.push(unit);
    this.keptBytes += bytes.length;
    while (this.keptBytes > KEPT_UNIT_BYTES && this.kept.length > 1) {
      const oldest = this.kept.shift() as Unit;
      this.keptBytes -= oldest.header.end - oldest.header.offset;
      oldest.unload();
    }
    return bytes;
  }

  /** The unit's first bytes, mostly enough for its own entry. */
  unitHead({ header, section }: Unit): Reader {
    return new Reader(header.head, section.name, this.sections.isBigEndian, 0, undefined, header.offset);
  }

  /** The abbreviation with a code, without reading the unit's whole table. @throws DebugInfoError */
  abbreviation(header: UnitHeader, code: number): Abbreviation | undefined {
    const section = this.sections.section('.debug_abbrev');
    if (section === undefined) throw new DebugInfoError('.debug_abbrev', 0, 'the section is missing');
    return findAbbreviation(section.reader(header.abbreviationOffset), code, header);
  }

  /** @throws DebugInfoError when the table is damaged. */
  abbreviationsOf(header: UnitHeader): AbbreviationTable {
    const { abbreviationOffset, addressSize, offsetSize, version } = header;
    const key = `${abbreviationOffset}.${addressSize}.${offsetSize}.${version === 2 ? 2 : 5}`;
    let table = this.abbreviations.get(key);
    if (table === undefined) {
      try {
        table = this.readAbbreviations(header);
      } catch (error) {
        if (!(error instanceof DebugInfoError)) throw error;
        table = error;
      }
      if (this.abbreviations.size >= KEPT_ABBREVIATION_TABLES) this.abbreviations.clear();
      this.abbreviations.set(key, table);
    }
    if (table instanceof DebugInfoError) throw table;
    return table;
  }

  private readAbbreviations(header: UnitHeader): AbbreviationTable {
    const section = this.sections.section('.debug_abbrev');
    if (section === undefined) throw new DebugInfoError('.debug_abbrev', 0, 'the section is missing');
    return new AbbreviationTable(section.reader(header.abbreviationOffset), header);
  }
}
