// Several programs in one session, such as an application and the bootloader before it, as one: what lies at an address is asked of the
// program that occupies it, names are looked for in all of them. The first program is the one that is debugged.
import type {
  AddressRange,
  BreakpointLocation,
  CodeKind,
  ElfSymbol,
  Enumerator,
  EvaluationContext,
  FunctionInfo,
  InlineFrame,
  LineQuery,
  LineRow,
  Location,
  LocationSource,
  Machine,
  Program,
  Section,
  Segment,
  SourceFile,
  Type,
  UnitHandle,
  UnwindRow,
  Variable,
  Warning,
} from '../debuginfo/api';

const SHF_ALLOC = 2;

export class Programs implements Program {
  #all: readonly Program[];
  #sections: readonly Section[];
  #segments: readonly Segment[];
  readonly #occupied = new Map<Program, readonly AddressRange[]>();
  /** Whose a function is that was found by name. */
  readonly #owners = new WeakMap<FunctionInfo, Program>();

  constructor(readonly main: Program) {
    this.#all = [main];
    this.#sections = main.sections;
    this.#segments = main.segments;
    this.#occupied.set(main, rangesOf(main));
  }

  get all(): readonly Program[] {
    return this.#all;
  }

  /** The program must be for the machine of the first one; it is closed with the others. */
  add(program: Program): void {
    this.#all = [...this.#all, program];
    this.#sections = this.#all.flatMap(({ sections }) => sections);
    this.#segments = this.#all.flatMap(({ segments }) => segments);
    this.#occupied.set(program, rangesOf(program));
  }

  /** The program that occupies an address; the first one where none does. */
  at(address: number): Program {
    return this.#around(address)[0] ?? this.main;
  }

  close(): void {
    for (const program of this.#all) program.close();
  }

  #around(address: number): readonly Program[] {
    if (this.#all.length === 1) return this.#all;
    const covers = ({ low, high }: AddressRange) => address >= low && address < high;
    const around = this.#all.filter((program) => this.#occupied.get(program)?.some(covers));
    return around.length === 0 ? [this.main] : around;
  }

  /** The first answer of the programs at an address. */
  #firstAt<T>(address: number, ask: (program: Program) => T | undefined): T | undefined {
    for (const program of this.#around(address)) {
      const answer = ask(program);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** All programs, those at an address first. */
  #near(address: number | undefined): readonly Program[] {
    return address === undefined ? this.#all : [...new Set([this.at(address), ...this.#all])];
  }

  #ownerOf(source: LocationSource, pc: number): Program {
    const owner = 'unit' in source ? this.#all.find((program) => program.owns(source.unit)) : undefined;
    return owner ?? this.at(pc);
  }

  // ---- the files

  get path(): string {
    return this.main.path;
  }
  get machine(): Machine {
    return this.main.machine;
  }
  get is64Bit(): boolean {
    return this.main.is64Bit;
  }
  get isBigEndian(): boolean {
    return this.main.isBigEndian;
  }
  get entry(): number {
    return this.main.entry;
  }
  get buildId(): string | undefined {
    return this.main.buildId;
  }
  get sections(): readonly Section[] {
    return this.#sections;
  }
  get segments(): readonly Segment[] {
    return this.#segments;
  }
  get hasDebugInfo(): boolean {
    return this.#all.some(({ hasDebugInfo }) => hasDebugInfo);
  }
  get warnings(): readonly Warning[] {
    return this.#all.flatMap(({ warnings }) => warnings);
  }

  bytesAt(address: number, length: number): Uint8Array | undefined {
    return this.#firstAt(address, (program) => program.bytesAt(address, length));
  }

  sectionBytes(name: string): Uint8Array | undefined {
    return this.main.sectionBytes(name);
  }

  symbols(): readonly ElfSymbol[] {
    return this.#all.flatMap((program) => program.symbols());
  }

  symbolAt(address: number): { readonly symbol: ElfSymbol; readonly offset: number } | undefined {
    return this.#firstAt(address, (program) => program.symbolAt(address));
  }

  symbolNamed(name: string): ElfSymbol | undefined {
    for (const program of this.#all) {
      const symbol = program.symbolNamed(name);
      if (symbol !== undefined) return symbol;
    }
    return undefined;
  }

  codeKindAt(address: number): CodeKind {
    return this.at(address).codeKindAt(address);
  }

  // ---- lines

  sourceFiles(): readonly SourceFile[] {
    const files = new Map<string, SourceFile>();
    for (const program of this.#all) {
      for (const file of program.sourceFiles()) if (!files.has(file.path)) files.set(file.path, file);
    }
    return [...files.values()];
  }

  matchFile(userPath: string): readonly SourceFile[] {
    return this.#all.flatMap((program) => program.matchFile(userPath));
  }

  rowAt(address: number): LineRow | undefined {
    return this.#firstAt(address, (program) => program.rowAt(address));
  }

  statementRowAt(address: number): LineRow | undefined {
    return this.#firstAt(address, (program) => program.statementRowAt(address));
  }

  rowsIn(range: AddressRange): readonly LineRow[] {
    return this.at(range.low).rowsIn(range);
  }

  /** In each program that has the file; where some have code for the very line, the others do not move it to a later one. */
  locationsOf(query: LineQuery): readonly BreakpointLocation[] {
    const found = this.#all.map((program) => program.locationsOf(query));
    const line = Math.min(...found.flatMap(([first]) => (first === undefined ? [] : [first.line])));
    return found.filter(([first]) => first?.line === line).flat();
  }

  possibleLocations(path: string, firstLine: number, lastLine: number): readonly BreakpointLocation[] {
    return this.#all.flatMap((program) => program.possibleLocations(path, firstLine, lastLine));
  }

  // ---- functions, variables, types

  functionAt(address: number): FunctionInfo | undefined {
    return this.#firstAt(address, (program) => program.functionAt(address));
  }

  inlineChainAt(address: number): readonly InlineFrame[] {
    return (
      this.#firstAt(address, (program) => {
        const chain = program.inlineChainAt(address);
        return chain.length > 0 ? chain : undefined;
      }) ?? []
    );
  }

  findFunctions(name: string): readonly FunctionInfo[] {
    return this.#all.flatMap((program) => {
      const functions = program.findFunctions(name);
      for (const info of functions) this.#owners.set(info, program);
      return functions;
    });
  }

  breakpointLocations(wanted: FunctionInfo): readonly BreakpointLocation[] {
    const owner = this.#owners.get(wanted) ?? (wanted.entry === undefined ? this.main : this.at(wanted.entry));
    return owner.breakpointLocations(wanted);
  }

  findVariables(name: string, near?: number): readonly Variable[] {
    return this.#near(near).flatMap((program) => program.findVariables(name, near));
  }

  globals(): readonly Variable[] {
    return this.#all.flatMap((program) => program.globals());
  }

  unitVariables(address: number): readonly Variable[] {
    return this.at(address).unitVariables(address);
  }

  findTypes(name: string, near?: number): readonly Type[] {
    return this.#near(near).flatMap((program) => program.findTypes(name, near));
  }

  findEnumerators(name: string, near?: number): readonly Enumerator[] {
    return this.#near(near).flatMap((program) => program.findEnumerators(name, near));
  }

  owns(unit: UnitHandle): boolean {
    return this.#all.some((program) => program.owns(unit));
  }

  typeAt(unit: UnitHandle, dieOffset: number): Type | undefined {
    return this.#all.find((program) => program.owns(unit))?.typeAt(unit, dieOffset);
  }

  // ---- values and frames

  locate(source: LocationSource, context: EvaluationContext): Location {
    return this.#ownerOf(source, context.pc).locate(source, context);
  }

  evaluate(source: LocationSource, context: EvaluationContext): bigint | undefined {
    return this.#ownerOf(source, context.pc).evaluate(source, context);
  }

  unwindRowAt(address: number): UnwindRow | undefined {
    return this.#firstAt(address, (program) => program.unwindRowAt(address));
  }

  async names(prefix: string, limit: number): Promise<readonly string[]> {
    const lists = await Promise.all(this.#all.map((program) => program.names(prefix, limit)));
    return [...new Set(lists.flat())].sort().slice(0, limit);
  }
}

/** What a program occupies: its segments, or its sections where it has none. */
function rangesOf(program: Program): readonly AddressRange[] {
  const segments = program.segments.filter(({ memorySize }) => memorySize > 0);
  if (segments.length > 0)
    return segments.map(({ address, memorySize }) => ({ low: address, high: address + memorySize }));
  return program.sections
    .filter(({ flags, size }) => (flags & SHF_ALLOC) !== 0 && size > 0)
    .map(({ address, size }) => ({ low: address, high: address + size }));
}
