// One unit of debug information: its own attributes, its entries, and where entries refer to. Meaning is given elsewhere.
import type { AbbreviationTable } from '../abbrev/abbreviations';
import type { Language } from '../api';
import type { Reader } from '../bytes';
import { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { DebugInfoError } from '../errors';
import type { SectionData } from '../sections';
import { DieTable } from './dieTable';
import type { DwarfFile } from './dwarfFile';
import type { UnitHeader } from './header';
import { importerOf } from './importers';
import { languageOf } from './language';

/** A unit. Its bytes and tree of entries are loaded when needed and may be dropped again; the object stays. */
export class Unit {
  private loadedReader: Reader | undefined;
  private loadedTable: DieTable | undefined;
  private rootEntry: Die | undefined;
  private split: Unit | undefined | null = null;

  constructor(
    readonly file: DwarfFile,
    readonly header: UnitHeader,
    readonly section: SectionData,
    /** `UnitHandle.index` */
    readonly index: number,
  ) {}

  /** A cursor of its own over the unit; positions are unit-relative. @throws DebugInfoError */
  reader(position = 0): Reader {
    this.loadedReader ??= this.file.unitReader(this);
    return this.loadedReader.at(position);
  }

  /** A cursor that all share: position it, read, and forget it before anything else reads. @throws DebugInfoError */
  sharedReader(position: number): Reader {
    this.loadedReader ??= this.file.unitReader(this);
    this.loadedReader.position = position;
    return this.loadedReader;
  }

  /** @throws DebugInfoError */
  get abbreviations(): AbbreviationTable {
    return this.file.abbreviationsOf(this.header);
  }

  /** The tree of entries; damage ends it early, with a warning. */
  get table(): DieTable {
    if (this.loadedTable === undefined) {
      const { warnings } = this.file.context;
      this.loadedTable = DieTable.read(this.reader(), this.header.headerSize, this.abbreviations, warnings);
    }
    return this.loadedTable;
  }

  unload(): void {
    this.loadedReader = undefined;
    this.loadedTable = undefined;
  }

  /** The unit's own entry. @throws DebugInfoError when it cannot be read. */
  get root(): Die {
    this.rootEntry ??= this.readRoot(this.file.unitHead(this)) ?? this.readRoot(this.reader());
    if (this.rootEntry === undefined)
      throw new DebugInfoError(this.section.name, this.header.offset, 'the unit is cut off');
    return this.rootEntry;
  }

  /** Undefined when the entry reaches beyond what the cursor has. @throws DebugInfoError for other damage */
  private readRoot(head: Reader): Die | undefined {
    const reader: Reader = head.at(this.header.headerSize);
    const code = reader.uleb();
    const abbreviation = this.file.abbreviation(this.header, code);
    if (abbreviation === undefined) reader.fail(`abbreviation ${code} is not declared`, this.header.headerSize);
    const values = reader.position;
    try {
      abbreviation.skip(reader);
    } catch (error) {
      if (error instanceof DebugInfoError) return undefined;
      throw error;
    }
    return new Die(this, this.header.headerSize, abbreviation, values, 0, reader);
  }

  /** The entry with a number in `table`. */
  die(index: number): Die {
    const { table } = this;
    const offset = table.offsets[index] as number;
    const abbreviation = table.abbreviation(index);
    return new Die(this, offset, abbreviation, offset + lebLength(abbreviation.code), index);
  }

  /** The entry at an offset in the unit. @throws DebugInfoError when none begins there. */
  dieAt(offset: number): Die {
    const index = this.table.indexAt(offset);
    if (index === undefined)
      throw new DebugInfoError(
        this.section.name,
        this.header.offset + offset,
        'no entry begins here, although one is referred to',
      );
    return this.die(index);
  }

  // ------------------------------------------------------------ the unit's own attributes

  /** With damage taken as absence. */
  private ofRoot<T>(read: (root: Die) => T | undefined): T | undefined {
    return this.file.context.warnings.guard(() => read(this.root), undefined);
  }

  private cachedName: string | undefined;
  get name(): string {
    this.cachedName ??= this.ofRoot((root) => root.string(dw.DW_AT_name)) ?? this.file.skeleton?.name ?? '';
    return this.cachedName;
  }

  get directory(): string {
    return this.ofRoot((root) => root.string(dw.DW_AT_comp_dir)) ?? this.file.skeleton?.directory ?? '';
  }

  get producer(): string {
    return this.ofRoot((root) => root.string(dw.DW_AT_producer)) ?? '';
  }

  private cachedLanguage: Language | undefined;
  get language(): Language {
    if (this.cachedLanguage === undefined) {
      const code = this.ofRoot((root) => root.number(dw.DW_AT_language));
      const user = code === undefined && this.isPartial ? this.ofRoot(() => importerOf(this)) : undefined;
      this.cachedLanguage = user?.language ?? languageOf(code);
    }
    return this.cachedLanguage;
  }

  private cachedLowPc: number | undefined | null = null;
  get lowPc(): number | undefined {
    if (this.cachedLowPc === null)
      this.cachedLowPc = this.ofRoot((root) => root.address(dw.DW_AT_low_pc)) ?? this.file.skeleton?.lowPc;
    return this.cachedLowPc;
  }

  /** Offset of its line program in `.debug_line` of `lineFile`. */
  get lineOffset(): number | undefined {
    return this.ofRoot((root) => root.number(dw.DW_AT_stmt_list));
  }

  private baseOf(attribute: number, gnuAttribute?: number): number | undefined {
    return this.ofRoot(
      (root) => root.number(attribute) ?? (gnuAttribute === undefined ? undefined : root.number(gnuAttribute)),
    );
  }

  private cachedAddressBase: number | undefined;
  get addressBase(): number {
    this.cachedAddressBase ??=
      this.file.skeleton?.addressBase ??
      this.baseOf(dw.DW_AT_addr_base, dw.DW_AT_GNU_addr_base) ??
      (this.header.version >= 5 ? this.tableHeaderSize : 0);
    return this.cachedAddressBase;
  }

  private cachedStringOffsetsBase: number | undefined;
  get stringOffsetsBase(): number {
    this.cachedStringOffsetsBase ??=
      this.baseOf(dw.DW_AT_string_offsets_base) ??
      (this.header.version >= 5 ? (this.header.offsetSize === 4 ? 8 : 16) : 0);
    return this.cachedStringOffsetsBase;
  }

  get rangeListsBase(): number {
    return this.baseOf(dw.DW_AT_rnglists_base) ?? (this.header.offsetSize === 4 ? 12 : 20);
  }

  get locationListsBase(): number {
    return this.baseOf(dw.DW_AT_loclists_base) ?? (this.header.offsetSize === 4 ? 12 : 20);
  }

  /** What DW_AT_ranges of a GNU split unit counts from. */
  get gnuRangesBase(): number {
    return this.file.skeleton?.ofRoot((root) => root.number(dw.DW_AT_GNU_ranges_base)) ?? 0;
  }

  /** Length of the header of a version 5 table with entries of one address each. */
  private get tableHeaderSize(): number {
    return this.header.offsetSize === 4 ? 8 : 16;
  }

  /** True for units that describe code: not type units, partial units or skeletons whose split unit was found. */
  get isCompileUnit(): boolean {
    return this.header.kind === 'compile' || this.header.kind === 'skeleton' || this.header.kind === 'splitCompile';
  }

  private cachedIsPartial: boolean | undefined;
  /** True for what dwz took out of several units: code is never there, others refer to it. */
  get isPartial(): boolean {
    this.cachedIsPartial ??= this.ofRoot((root) => root.tag === dw.DW_TAG_partial_unit) ?? false;
    return this.cachedIsPartial;
  }

  /** The split unit of a skeleton when it can be had, else the unit itself. */
  get full(): Unit {
    if (this.split === null) this.split = this.isSkeleton ? this.file.context.loadSplitUnit(this) : undefined;
    return this.split ?? this;
  }

  /** The unit of the program itself: the skeleton of a split unit. */
  get skeleton(): Unit {
    return this.file.skeleton ?? this;
  }

  get isSkeleton(): boolean {
    if (this.file.isSplit || this.header.kind === 'type') return false;
    if (this.header.version >= 5) return this.header.kind === 'skeleton';
    return this.ofRoot((root) => root.has(dw.DW_AT_GNU_dwo_name)) ?? false;
  }
}

function lebLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}
