// The face of the debug information reader: what it answers, in the words of ELF and DWARF. Types only; the readers live
// in elf/ and dwarf/. Nothing here knows a target: memory and registers come in through `EvaluationContext`.
//
// Addresses are JavaScript numbers holding the signed 64-bit reading of the address: below 2^63 the address itself, above it
// the negative two's complement number (so that the canonical addresses of every 64-bit architecture stay exact).
// On 32-bit machines they are simply 0 … 0xffffffff. Offsets and lengths are bytes unless the name says otherwise.

/** Something that was wrong in the file and was worked around: which section, where in it (byte offset), and what. */
export interface Warning {
  readonly section: string;
  readonly offset: number;
  readonly message: string;
}

export type Machine = 'arm' | 'aarch64' | 'riscv32' | 'riscv64' | 'xtensa' | 'other';

export interface Section {
  readonly index: number;
  readonly name: string;
  /** SHT_* */
  readonly type: number;
  /** SHF_* */
  readonly flags: number;
  readonly address: number;
  readonly size: number;
}

/** A PT_LOAD segment; `physicalAddress` (LMA) is where it is programmed, `address` (VMA) where it runs. */
export interface Segment {
  readonly address: number;
  readonly physicalAddress: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly writable: boolean;
  readonly executable: boolean;
}

export interface ElfSymbol {
  /** As in the file (mangled). */
  readonly name: string;
  /** Demangled where the name is a C++ or Rust one, else the same as `name`. */
  readonly displayName: string;
  /** Without the Thumb bit. */
  readonly address: number;
  readonly size: number;
  readonly kind: 'function' | 'object' | 'section' | 'file' | 'tls' | 'none';
  readonly binding: 'local' | 'global' | 'weak';
  /** True for an Arm function symbol whose bit 0 was set. */
  readonly isThumb: boolean;
}

/** What the bytes at an address are, by Arm's `$a $t $d` and RISC-V's `$x $d` mapping symbols. */
export type CodeKind = 'arm' | 'thumb' | 'riscv' | 'data' | 'unknown';

export interface SourceFile {
  /** Normalised: `/` between parts, `.` and `..` resolved, relative only if the compiler recorded no directory. */
  readonly path: string;
  readonly name: string;
  readonly md5: string | undefined;
}

export interface SourcePosition {
  readonly file: SourceFile;
  /** 1-based; 0 = the compiler says “no line”. */
  readonly line: number;
  /** 1-based; 0 = left edge or not recorded. */
  readonly column: number;
}

export interface AddressRange {
  readonly low: number;
  /** Exclusive. */
  readonly high: number;
}

/** One row of a line program (DWARF 5 §6.2.2) with the range it covers. */
export interface LineRow extends SourcePosition, AddressRange {
  readonly isStatement: boolean;
  readonly prologueEnd: boolean;
  readonly epilogueBegin: boolean;
  readonly discriminator: number;
}

/** A place where a breakpoint for a source line can go. */
export interface BreakpointLocation extends SourcePosition {
  readonly address: number;
  readonly function: FunctionInfo | undefined;
}

export type Language = 'c' | 'c++' | 'rust' | 'ada' | 'zig' | 'd' | 'assembler' | 'other';

/** A DW_TAG_subprogram with code (or an abstract one that is only inlined: then `ranges` is empty). */
export interface FunctionInfo {
  /** Plain name: `push_back`. */
  readonly name: string;
  /** With namespaces, classes and, where the source distinguishes by them, template arguments: `std::vector<int>::push_back`, `core::fmt::write`. */
  readonly qualifiedName: string;
  readonly linkageName: string | undefined;
  readonly language: Language;
  readonly ranges: readonly AddressRange[];
  /** First instruction. Undefined for an abstract function. */
  readonly entry: number | undefined;
  readonly declaration: SourcePosition | undefined;
  readonly isExternal: boolean;
  readonly isNoreturn: boolean;
  readonly isArtificial: boolean;
  readonly returnType: Type | undefined;
  readonly parameters: readonly Variable[];
  /**
   * Where “break at NAME” goes: DWARF's prologue_end, else the second line-table address; the entry itself in code that GCC
   * optimised, which describes its variables at every address.
   */
  readonly afterPrologue: number | undefined;
  /** Where stepping into the function ends: behind its first line, also in optimised code. Undefined without lines. */
  readonly stepEntry: number | undefined;
  /** DW_AT_frame_base, to be evaluated in a frame of this function. */
  readonly frameBase: LocationSource | undefined;
  readonly callSites: readonly CallSite[];
}

/** DW_TAG_call_site / DW_TAG_GNU_call_site. */
export interface CallSite {
  /** Return address of the call. */
  readonly returnAddress: number;
  readonly isTail: boolean;
  readonly target: FunctionInfo | undefined;
  /** DWARF expressions of the arguments: location in the callee at entry → its value expressed in the caller. */
  readonly parameters: readonly {
    /** Empty when only `parameterOffset` says which argument it is. */
    readonly location: Uint8Array;
    readonly value: Uint8Array;
    /** DW_AT_call_parameter: the callee's DW_TAG_formal_parameter, as an offset in the unit. */
    readonly parameterOffset?: number;
  }[];
}

/** One frame of the inline chain at an address, innermost first. The outermost is the real function. */
export interface InlineFrame {
  readonly function: FunctionInfo;
  /** True for DW_TAG_inlined_subroutine. */
  readonly isInlined: boolean;
  /** Where execution stands in this frame: the line table's row for the innermost, the call site for the others. */
  readonly position: SourcePosition | undefined;
  readonly ranges: readonly AddressRange[];
  /** Scopes at the address inside this frame, innermost block first, ending with the function's own. */
  readonly scopes: readonly Scope[];
}

export interface Scope {
  readonly kind: 'block' | 'function' | 'inlined';
  readonly ranges: readonly AddressRange[];
  readonly variables: readonly Variable[];
}

export interface Variable {
  readonly name: string;
  readonly qualifiedName: string;
  readonly linkageName: string | undefined;
  readonly kind: 'parameter' | 'local' | 'static' | 'global';
  readonly type: Type | undefined;
  readonly declaration: SourcePosition | undefined;
  readonly isArtificial: boolean;
  /** DW_AT_location, DW_AT_const_value, or neither (optimised out or declared only). */
  readonly location: LocationSource;
  readonly unitName: string;
}

/** An unevaluated location: opaque outside; `Program.locate` and `Program.locationRanges` understand it. */
export type LocationSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'constant'; readonly bytes: Uint8Array }
  | { readonly kind: 'expression'; readonly expression: Uint8Array; readonly unit: UnitHandle }
  | { readonly kind: 'list'; readonly offset: number; readonly unit: UnitHandle };

/** Names the unit that an expression's address size, base addresses and type references belong to. */
export interface UnitHandle {
  readonly index: number;
}

/** What a location expression may ask of the program that is being debugged. Each answers undefined when it cannot. */
export interface EvaluationContext {
  /** Address of the instruction that is looked at (for callers: inside the call instruction), for location lists. */
  readonly pc: number;
  /** By DWARF register number; undefined = not recoverable in this frame. */
  register(dwarfNumber: number): bigint | undefined;
  memory(address: number, length: number): Uint8Array | undefined;
  frameBase(): number | undefined;
  canonicalFrameAddress(): number | undefined;
  /** Context of the caller for DW_OP_entry_value, with the call site's parameters; undefined at the outermost frame. */
  caller?(): { readonly context: EvaluationContext; readonly returnAddress: number } | undefined;
  /** Object address for DW_OP_push_object_address and member locations. */
  readonly objectAddress?: number;
}

/** A part of a value. `bitSize` undefined = all of the object. */
export interface Piece {
  readonly bitSize: number | undefined;
  readonly bitOffset: number;
  readonly place:
    | { readonly kind: 'memory'; readonly address: number }
    | { readonly kind: 'register'; readonly register: number }
    | { readonly kind: 'value'; readonly bytes: Uint8Array }
    /** DW_OP_implicit_pointer: points to an object that has no address; `target` is that object. */
    | { readonly kind: 'implicitPointer'; readonly target: LocationSource; readonly offset: number }
    | { readonly kind: 'optimizedOut' };
}

/** Where a value is. `unavailable` says in words why not (register not saved, memory missing, TLS, …). */
export type Location =
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'optimizedOut' }
  | { readonly kind: 'unavailable'; readonly reason: string };

// ---------------------------------------------------------------- types

interface TypeCommon {
  /** As the language writes it: `struct point`, `std::vector<int>`, `const char *`, `[u8; 4]`. */
  readonly name: string;
  /** Undefined for incomplete types and arrays of unknown length. */
  readonly byteSize: number | undefined;
  readonly language: Language;
  readonly declaration: SourcePosition | undefined;
}

export type Encoding =
  | 'signed'
  | 'unsigned'
  | 'signedChar'
  | 'unsignedChar'
  | 'utf'
  | 'boolean'
  | 'float'
  | 'complexFloat'
  | 'address'
  | 'other';

export interface BaseType extends TypeCommon {
  readonly kind: 'base';
  readonly encoding: Encoding;
  /** DW_AT_bit_size of the value inside its storage, when smaller (e.g. `_BitInt`). */
  readonly bitSize: number | undefined;
  readonly isBigEndian: boolean;
}

export interface PointerType extends TypeCommon {
  readonly kind: 'pointer';
  readonly flavour: 'pointer' | 'reference' | 'rvalueReference';
  /** Undefined = void. */
  readonly target: Type | undefined;
}

export interface Dimension {
  readonly lowerBound: number;
  /** Undefined for a flexible or undeclared bound. */
  readonly count: number | ComputedCount | undefined;
}

/** The number of elements of an array of variable length (C17 6.7.6.2): a number known at run time, plus `more`. */
export interface ComputedCount {
  readonly source: LocationSource;
  /** Set when `source` is the place of a variable of so many bytes that holds the number; else it computes the number. */
  readonly variableBytes: number | undefined;
  readonly more: number;
}

export interface ArrayType extends TypeCommon {
  readonly kind: 'array';
  readonly element: Type;
  /** Outermost first. */
  readonly dimensions: readonly Dimension[];
  /** Bytes between elements. */
  readonly stride: number | undefined;
  readonly isVector: boolean;
}

export interface Member {
  /** Undefined for an anonymous struct or union. */
  readonly name: string | undefined;
  readonly type: Type | undefined;
  /** Byte offset in the object; a LocationSource where it must be evaluated with the object's address (virtual bases). */
  readonly offset: number | LocationSource;
  /** Set for bit-fields: both DWARF encodings are brought to this one form. */
  readonly bits: BitField | undefined;
  readonly accessibility: 'public' | 'protected' | 'private';
  readonly isArtificial: boolean;
}

/**
 * Bit-field: `bitOffset` (0 … 7) from the least significant bit of the byte at the member's `offset` (little endian; from the most
 * significant on big endian). It may reach over several bytes.
 */
export interface BitField {
  readonly bitOffset: number;
  readonly bitSize: number;
}

export interface BaseClass {
  readonly type: Type | undefined;
  readonly offset: number | LocationSource;
  readonly isVirtual: boolean;
  readonly accessibility: 'public' | 'protected' | 'private';
}

/** DW_TAG_variant_part: Rust enums with payload. */
export interface VariantPart {
  /** Undefined: there is but one variant. */
  readonly discriminant: Member | undefined;
  readonly variants: readonly Variant[];
}

export interface Variant {
  /** Discriminant values that select it (inclusive ranges); empty = the default variant. */
  readonly values: readonly { readonly low: bigint; readonly high: bigint }[];
  readonly members: readonly Member[];
}

export interface TemplateArgument {
  readonly name: string | undefined;
  readonly type: Type | undefined;
  readonly value: bigint | undefined;
}

export interface StructType extends TypeCommon {
  readonly kind: 'struct' | 'class' | 'union';
  readonly members: readonly Member[];
  readonly bases: readonly BaseClass[];
  readonly staticMembers: readonly Variable[];
  readonly variantPart: VariantPart | undefined;
  readonly templateArguments: readonly TemplateArgument[];
  readonly methods: readonly FunctionInfo[];
  /** True when no definition was found anywhere in the program. */
  readonly isIncomplete: boolean;
  readonly isPolymorphic: boolean;
}

export interface EnumType extends TypeCommon {
  readonly kind: 'enum';
  readonly underlying: Type | undefined;
  readonly isSigned: boolean;
  readonly enumerators: readonly { readonly name: string; readonly value: bigint }[];
  readonly isScoped: boolean;
}

/** An enumerator on its own, as a name of the program. */
export interface Enumerator {
  /** With the scopes that it is written with: the enumeration's own name is one of them where the language wants it so. */
  readonly qualifiedName: string;
  readonly value: bigint;
  readonly type: EnumType;
  /** Where it can be seen: the code of the function that declares it. Undefined outside functions. */
  readonly visibleIn: readonly AddressRange[] | undefined;
}

export interface TypedefType extends TypeCommon {
  readonly kind: 'typedef';
  readonly target: Type | undefined;
}

export interface QualifiedType extends TypeCommon {
  readonly kind: 'qualified';
  readonly qualifier: 'const' | 'volatile' | 'restrict' | 'atomic' | 'immutable';
  readonly target: Type | undefined;
}

export interface SubroutineType extends TypeCommon {
  readonly kind: 'subroutine';
  readonly returnType: Type | undefined;
  readonly parameters: readonly (Type | undefined)[];
  readonly isVariadic: boolean;
}

export interface MemberPointerType extends TypeCommon {
  readonly kind: 'memberPointer';
  readonly containing: Type | undefined;
  readonly target: Type | undefined;
}

/** DW_TAG_unspecified_type: `decltype(nullptr)`, Rust's `!`. */
export interface UnspecifiedType extends TypeCommon {
  readonly kind: 'unspecified';
}

/** The same entry of the file always gives the same object, so cycles can be walked and types compared with `===`. */
export type Type =
  | BaseType
  | PointerType
  | ArrayType
  | StructType
  | EnumType
  | TypedefType
  | QualifiedType
  | SubroutineType
  | MemberPointerType
  | UnspecifiedType;

// ---------------------------------------------------------------- unwinding

/** How a register of the caller is found (DWARF 5 §6.4.1). */
export type RegisterRule =
  | { readonly kind: 'undefined' }
  | { readonly kind: 'sameValue' }
  /** Saved at CFA + offset. */
  | { readonly kind: 'offset'; readonly offset: number }
  /** Is CFA + offset. */
  | { readonly kind: 'valueOffset'; readonly offset: number }
  | { readonly kind: 'register'; readonly register: number }
  /** Saved at the address the expression gives; the CFA is on the stack when it starts. */
  | { readonly kind: 'expression'; readonly expression: Uint8Array }
  | { readonly kind: 'valueExpression'; readonly expression: Uint8Array }
  /** Is a number, as an .ARM.exidx row or an assembler annotation may say. */
  | { readonly kind: 'constant'; readonly value: bigint };

export type CfaRule =
  | { readonly kind: 'registerOffset'; readonly register: number; readonly offset: number }
  | { readonly kind: 'expression'; readonly expression: Uint8Array };

/** The unwind row at an address. Registers not in the map have no rule (see the ABI of the architecture). */
export interface UnwindRow {
  readonly source: '.debug_frame' | '.eh_frame' | '.ARM.exidx';
  readonly range: AddressRange;
  readonly cfa: CfaRule;
  readonly rules: ReadonlyMap<number, RegisterRule>;
  readonly returnAddressRegister: number;
  readonly isSignalFrame: boolean;
  /** True when the entry says that there is no caller (EXIDX_CANTUNWIND, undefined return address). */
  readonly isOutermost: boolean;
}

// ---------------------------------------------------------------- the program

export interface LineQuery {
  /** A path as the user has it; matched against the program's files by the longest common tail, case rules of the user's platform. */
  readonly path: string;
  readonly line: number;
  readonly column?: number;
}

export interface OpenOptions {
  /** Folders searched for `.gnu_debuglink` and build-id files besides the program's own. */
  readonly debugDirectories?: readonly string[];
}

/** One ELF with its debug information (and the separate files it names). All answers are lazy and cached. */
export interface Program {
  readonly path: string;
  readonly machine: Machine;
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  readonly entry: number;
  /** Hexadecimal, lower case. */
  readonly buildId: string | undefined;
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
  readonly hasDebugInfo: boolean;
  /** Grows as damaged parts are met. */
  readonly warnings: readonly Warning[];

  /** Bytes of the file at a virtual address range, from segments that have file contents; undefined where there are none. */
  bytesAt(address: number, length: number): Uint8Array | undefined;
  sectionBytes(name: string): Uint8Array | undefined;

  symbols(): readonly ElfSymbol[];
  /** The best symbol that covers the address (functions and objects first, then the nearest before it without a size). */
  symbolAt(address: number): { readonly symbol: ElfSymbol; readonly offset: number } | undefined;
  symbolNamed(name: string): ElfSymbol | undefined;
  codeKindAt(address: number): CodeKind;

  sourceFiles(): readonly SourceFile[];
  /** The program's files that the user's path may mean, best first. */
  matchFile(userPath: string): readonly SourceFile[];
  /** The line-table row that covers the address. */
  rowAt(address: number): LineRow | undefined;
  /** The row to show for a stop: as `rowAt`, but of several rows at one address the last that begins a statement. */
  statementRowAt(address: number): LineRow | undefined;
  /** Rows that cover a range, in address order. */
  rowsIn(range: AddressRange): readonly LineRow[];
  /** All addresses where the line starts as a statement (after the prologue for a function's first line); moved to the next line with code when it has none, up to the end of the function or file. */
  locationsOf(query: LineQuery): readonly BreakpointLocation[];
  /** Every (line, column) with code of a file between two lines, inclusive. */
  possibleLocations(path: string, firstLine: number, lastLine: number): readonly BreakpointLocation[];

  functionAt(address: number): FunctionInfo | undefined;
  inlineChainAt(address: number): readonly InlineFrame[];
  /** By plain name, qualified name (any number of trailing parts), linkage name, or pattern with `*`; with or without parameter list. */
  findFunctions(name: string): readonly FunctionInfo[];
  /** Where a breakpoint on the function goes: behind its prologue, and into each of its inlined copies. */
  breakpointLocations(wanted: FunctionInfo): readonly BreakpointLocation[];
  /** Global and static variables by plain or qualified name; `near` (a unit address) ranks the unit's own first; `file.c::name` selects one file's. */
  findVariables(name: string, near?: number): readonly Variable[];
  globals(): readonly Variable[];
  /** File-level variables of the unit that contains the address. */
  unitVariables(address: number): readonly Variable[];
  /**
   * `struct point`, `point`, `ns::T<int>`, `unsigned int`: one per qualified name, the definition in the unit at `near` before others;
   * declarations only where the program has no definition.
   */
  findTypes(name: string, near?: number): readonly Type[];
  /**
   * By plain or qualified name, with or without the enumeration's own (`app::Mode::IDLE`, `app::IDLE`; `file.c::IDLE`); those of the
   * unit at `near` before others, and what functions there do not see last.
   */
  findEnumerators(name: string, near?: number): readonly Enumerator[];
  /** True for a unit of this program: of several programs in one session, this tells whose a LocationSource is. */
  owns(unit: UnitHandle): boolean;
  /** Follows a DW_OP_*_type reference. */
  typeAt(unit: UnitHandle, dieOffset: number): Type | undefined;

  locate(source: LocationSource, context: EvaluationContext): Location;
  /** Evaluates an expression to a number (frame base, VLA bound, CFA expression); undefined when it cannot be had. */
  evaluate(source: LocationSource, context: EvaluationContext): bigint | undefined;
  unwindRowAt(address: number): UnwindRow | undefined;

  /** Names for completion; waits for the background index. */
  names(prefix: string, limit: number): Promise<readonly string[]>;
  close(): void;
}
