// Opens a program and answers `Program`'s questions by passing each to the reader that knows. Nothing is decoded here.
import type {
  AddressRange,
  BreakpointLocation,
  ElfSymbol,
  Enumerator,
  EvaluationContext,
  FunctionInfo,
  InlineFrame,
  LineQuery,
  LineRow,
  Location,
  LocationSource,
  OpenOptions,
  Program,
  Section,
  Segment,
  SourceFile,
  Type,
  UnitHandle,
  UnwindRow,
  Variable,
  Warning,
} from './api';
import type { DebugInfo } from './debugInfo';
import { ElfImage } from './elf/image';
import { openAlternateFile, openDebugFile } from './elf/separateFiles';
import { SymbolTable } from './elf/symbols';
import type { WarningList } from './errors';
import { Locator } from './expressions/locator';
import { frameSources } from './frames/frameSources';
import { FrameTable } from './frames/frameTable';
import { LineTables } from './line/tables';
import { AddressMap } from './lookup/addressMap';
import { callSiteAt } from './lookup/callSiteAt';
import { Functions } from './lookup/functions';
import { KnownAnswers } from './lookup/knownAnswers';
import { LineLocations } from './lookup/lineLocations';
import { isMeant, parseName } from './lookup/nameQuery';
import { SourceFiles } from './lookup/sourceFiles';
import { SymbolsByName } from './lookup/symbolsByName';
import { NameIndex } from './names/nameIndex';
import { NameSearch } from './names/nameSearch';
import { unitVariables } from './scopes/variables';
import { Types } from './types/types';
import { ProgramContext } from './unit/context';
import { DwarfFile } from './unit/dwarfFile';
import { SplitUnits } from './unit/splitUnits';
import type { Unit } from './unit/unit';
import { ExpressionUnit } from './unit/unitContext';

/**
 * Opens an ELF file for reading. Reads the headers only; everything else when it is asked for.
 * @throws DebugInfoError when it is not an ELF file; the system's error (ENOENT …) when it cannot be opened.
 */
export function openProgram(path: string, options: OpenOptions = {}): Program {
  return new OpenProgram(ElfImage.open(path), options);
}

/** The same for a file whose bytes are already in memory. @throws DebugInfoError when it is not an ELF file. */
export function openProgramImage(image: ElfImage, options: OpenOptions = {}): Program {
  return new OpenProgram(image, options);
}

class OpenProgram implements Program {
  readonly path: string;
  readonly segments: readonly Segment[];
  private readonly list: WarningList;
  private readonly debugImage: ElfImage;
  private readonly alternateImages: ElfImage[] = [];
  private readonly split: SplitUnits;
  private readonly file: DwarfFile;
  private readonly info: DebugInfo;
  private readonly map: AddressMap;
  private readonly functions: Functions;
  private readonly byName: SymbolsByName;
  private readonly sources: SourceFiles;
  private readonly lineLocations: LineLocations;
  private readonly nameIndex: NameIndex;
  private readonly locator: Locator;
  private readonly known = {
    functions: new KnownAnswers<FunctionInfo>(),
    variables: new KnownAnswers<Variable>(),
    types: new KnownAnswers<Type>(),
    enumerators: new KnownAnswers<Enumerator>(),
  };
  private symbolTable: SymbolTable | undefined;
  private frames: FrameTable | undefined;
  private compileUnits: readonly Unit[] | undefined;

  constructor(
    private readonly image: ElfImage,
    options: OpenOptions,
  ) {
    this.path = image.path;
    this.segments = image.header.segments;
    this.list = image.warnings;
    const directories = options.debugDirectories ?? [];
    this.debugImage =
      (image.section('.debug_info') === undefined ? openDebugFile(image, directories) : undefined) ?? image;
    this.split = new SplitUnits(image.path, this.list);
    const symbolAtZero = () => image.hasCodeSectionAtZero && this.table.hasFunctionAtZero;
    const context = new ProgramContext(this.list, symbolAtZero, this.split.load);
    let alternate: DwarfFile | undefined | null = null;
    const openAlternate = () => {
      if (alternate === null) {
        const shared = openAlternateFile(this.debugImage, directories);
        if (shared !== undefined) this.alternateImages.push(shared);
        alternate = shared && new DwarfFile(shared, context);
      }
      return alternate;
    };
    this.file = new DwarfFile(this.debugImage, context, { alternate: openAlternate });

    const lines = new LineTables();
    const units = () => this.units();
    this.map = new AddressMap(this.file, units, lines, this.list);
    const typeOf = (die: Parameters<Types['of']>[0]) => types.of(die);
    const definitionOf = (die: Parameters<Types['of']>[0]) => this.byName.definitionOf(die);
    this.info = {
      file: this.file,
      context,
      warnings: this.list,
      lines,
      get units() {
        return units();
      },
      typeOf,
      definitionOf,
    };
    this.nameIndex = new NameIndex(
      this.info,
      () => this.allFiles(),
      () => this.table.displayNames(),
    );
    const search = new NameSearch(this.list, () => this.allFiles());
    this.functions = new Functions(this.info, search, this.map, (query) => {
      const matching = this.nameIndex.now().filter((name) => isMeant(query, name));
      return [...new Set(matching.map((name) => parseName(name).base))];
    });
    const types = new Types(this.info, this.functions.of);
    this.byName = new SymbolsByName(this.info, search);
    this.sources = new SourceFiles(this.info, () => this.file.unitsOfInfo().filter((unit) => unit.isCompileUnit));
    this.lineLocations = new LineLocations(this.info, this.sources, (address) => this.functions.at(address));
    this.locator = new Locator({
      isBigEndian: image.isBigEndian,
      unit: (handle) => this.contextOf(handle),
      callSite: (returnAddress, calleePc) => callSiteAt(this.functions, returnAddress, calleePc),
    });
  }

  private contextOf(handle: UnitHandle): ExpressionUnit {
    return new ExpressionUnit(this.info.context.units[handle.index] as Unit);
  }

  /** Damage that makes a question as a whole unanswerable becomes a warning too. */
  private answer<T>(read: () => T, otherwise: T): T {
    return this.list.guard(read, otherwise);
  }

  /** Units with code, split ones opened. */
  private units(): readonly Unit[] {
    this.compileUnits ??= this.file
      .unitsOfInfo()
      .filter((unit) => unit.isCompileUnit)
      .map((unit) => unit.full);
    return this.compileUnits;
  }

  /** The files to search for names, dwz’s shared one too. Split units are opened: there is no other way to know what they hold. */
  private allFiles(): readonly DwarfFile[] {
    this.units();
    const { alternate } = this.file;
    return [this.file, ...(alternate === undefined ? [] : [alternate]), ...this.split.files];
  }

  private get table(): SymbolTable {
    if (this.symbolTable === undefined) {
      const own = new SymbolTable(this.image);
      const isStripped = own.isEmpty && this.debugImage !== this.image;
      this.symbolTable = isStripped ? new SymbolTable(this.debugImage) : own;
    }
    return this.symbolTable;
  }

  // ------------------------------------------------------------ the file

  get machine() {
    return this.image.machine;
  }

  get is64Bit(): boolean {
    return this.image.is64Bit;
  }

  get isBigEndian(): boolean {
    return this.image.isBigEndian;
  }

  get entry(): number {
    return this.image.header.entry;
  }

  get buildId(): string | undefined {
    return this.answer(() => this.image.buildId(), undefined);
  }

  get sections(): readonly Section[] {
    return this.image.header.sections;
  }

  get hasDebugInfo(): boolean {
    return this.debugImage.section('.debug_info') !== undefined;
  }

  get warnings(): readonly Warning[] {
    return this.list.list;
  }

  bytesAt(address: number, length: number): Uint8Array | undefined {
    return this.image.bytesAt(address, length);
  }

  sectionBytes(name: string): Uint8Array | undefined {
    const read = (image: ElfImage) => this.list.guard(() => image.section(name)?.bytes(), undefined);
    return read(this.image) ?? read(this.debugImage);
  }

  symbols(): readonly ElfSymbol[] {
    return this.answer(() => this.table.symbols(), []);
  }

  symbolAt(address: number): { readonly symbol: ElfSymbol; readonly offset: number } | undefined {
    return this.answer(() => this.table.at(address), undefined);
  }

  symbolNamed(name: string): ElfSymbol | undefined {
    return this.answer(() => this.table.named(name), undefined);
  }

  codeKindAt(address: number) {
    return this.table.codeKindAt(address);
  }

  // ------------------------------------------------------------ lines

  sourceFiles(): readonly SourceFile[] {
    return this.answer(() => this.sources.list(), []);
  }

  matchFile(userPath: string): readonly SourceFile[] {
    return this.answer(() => this.sources.ranked(userPath), []);
  }

  rowAt(address: number): LineRow | undefined {
    return this.answer(() => {
      const unit = this.map.unitAt(address);
      return unit && this.info.lines.of(unit)?.rowAt(address);
    }, undefined);
  }

  statementRowAt(address: number): LineRow | undefined {
    return this.answer(() => {
      const unit = this.map.unitAt(address);
      return unit && this.info.lines.of(unit)?.statementRowAt(address);
    }, undefined);
  }

  rowsIn(range: AddressRange): readonly LineRow[] {
    return this.answer(() => this.collectRows(range), []);
  }

  private collectRows(range: AddressRange): LineRow[] {
    const rows: LineRow[] = [];
    let address = range.low;
    while (address < range.high) {
      const unit = this.map.unitAt(address);
      const sequence = unit && this.info.lines.of(unit)?.sequenceAt(address);
      if (unit === undefined || sequence === undefined) {
        // Code without lines: on to the next symbol.
        const next = this.table.nextAfter(address);
        if (next === undefined) break;
        address = next;
        continue;
      }
      const high = Math.min(range.high, sequence.high);
      rows.push(...(this.info.lines.of(unit)?.rowsIn({ low: address, high }) ?? []));
      address = high;
    }
    return rows;
  }

  locationsOf(query: LineQuery): readonly BreakpointLocation[] {
    return this.answer(() => this.lineLocations.of(query), []);
  }

  possibleLocations(path: string, firstLine: number, lastLine: number): readonly BreakpointLocation[] {
    return this.answer(() => this.lineLocations.possible(path, firstLine, lastLine), []);
  }

  // ------------------------------------------------------------ functions, variables, types

  functionAt(address: number): FunctionInfo | undefined {
    return this.answer(() => this.functions.at(address), undefined);
  }

  inlineChainAt(address: number): readonly InlineFrame[] {
    return this.answer(() => this.functions.inlineChainAt(address), []);
  }

  findFunctions(name: string): readonly FunctionInfo[] {
    return this.answer(() => this.known.functions.of(name, undefined, () => this.functions.named(name)), []);
  }

  breakpointLocations(wanted: FunctionInfo): readonly BreakpointLocation[] {
    return this.answer(() => this.functions.breakpointLocations(wanted), []);
  }

  findVariables(name: string, near?: number): readonly Variable[] {
    return this.answer(() => {
      const unit = this.unitNear(near);
      return this.known.variables.of(name, unit?.index, () => this.byName.variables(name, unit));
    }, []);
  }

  globals(): readonly Variable[] {
    return this.answer(() => this.units().flatMap((unit) => this.variablesOfUnit(unit)), []);
  }

  unitVariables(address: number): readonly Variable[] {
    return this.answer(() => {
      const unit = this.map.unitAt(address);
      return unit === undefined ? [] : this.variablesOfUnit(unit);
    }, []);
  }

  private variablesOfUnit(unit: Unit): readonly Variable[] {
    return this.list.guard(() => unitVariables(this.info, unit), []);
  }

  findTypes(name: string, near?: number): readonly Type[] {
    return this.answer(() => {
      const unit = this.unitNear(near);
      return this.known.types.of(name, unit?.index, () => this.byName.types(name, unit));
    }, []);
  }

  findEnumerators(name: string, near?: number): readonly Enumerator[] {
    return this.answer(() => {
      const unit = this.unitNear(near);
      const found = this.known.enumerators.of(name, unit?.index, () => this.byName.enumerators(name, unit));
      const isVisible = ({ visibleIn }: Enumerator) =>
        visibleIn === undefined || visibleIn.some(({ low, high }) => near !== undefined && near >= low && near < high);
      return [...found.filter(isVisible), ...found.filter((each) => !isVisible(each))];
    }, []);
  }

  private unitNear(address: number | undefined): Unit | undefined {
    return address === undefined ? undefined : this.map.unitAt(address);
  }

  owns(unit: UnitHandle): boolean {
    return this.info.context.units[unit.index] === unit;
  }

  typeAt(unit: UnitHandle, dieOffset: number): Type | undefined {
    const owner = this.info.context.units[unit.index];
    return owner && this.list.guard(() => this.info.typeOf(owner.dieAt(dieOffset)), undefined);
  }

  // ------------------------------------------------------------ values and frames

  locate(source: LocationSource, context: EvaluationContext): Location {
    return this.locator.locate(source, context);
  }

  evaluate(source: LocationSource, context: EvaluationContext): bigint | undefined {
    return this.locator.evaluate(source, context);
  }

  unwindRowAt(address: number): UnwindRow | undefined {
    return this.answer(() => {
      this.frames ??= new FrameTable(frameSources(this.image, this.debugImage));
      return this.frames.rowAt(address);
    }, undefined);
  }

  async names(prefix: string, limit: number): Promise<readonly string[]> {
    const names = await this.nameIndex.ready();
    const found: string[] = [];
    for (let at = firstNotBelow(names, prefix); at < names.length && found.length < limit; at++) {
      const name = names[at] as string;
      if (!name.startsWith(prefix)) break;
      found.push(name);
    }
    return found;
  }

  close(): void {
    this.nameIndex.close();
    this.split.close();
    for (const image of this.alternateImages) image.close();
    if (this.debugImage !== this.image) this.debugImage.close();
    this.image.close();
  }
}

function firstNotBelow(names: readonly string[], wanted: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] as string) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
