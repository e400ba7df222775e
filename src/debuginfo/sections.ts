// What the readers of DWARF and unwind tables see of a file: sections by name, as bytes. Nothing here knows where they come from
// (elf/ implements it on a file; tests implement it on arrays).
import type { LocationSource, Machine } from './api';
import type { Reader } from './bytes';
import type { WarningList } from './errors';

/** One section's contents, decompressed when the file stores it compressed. */
export interface SectionData {
  /** As DWARF names it: `.debug_info`, also when the file says `.zdebug_info` or `.debug_info.dwo`. */
  readonly name: string;
  /** sh_addr, as api.ts counts addresses. */
  readonly address: number;
  /** Bytes after decompression. */
  readonly size: number;
  /** All bytes; read once, then kept. @throws DebugInfoError when compressed data is damaged or the file ends early. */
  bytes(): Uint8Array;
  /** Some bytes without loading the rest when the section is large and stored plainly. @throws DebugInfoError outside. */
  slice(offset: number, length: number): Uint8Array;
  /** Like `slice`, into memory of the caller where that saves allocating; for going through a large section once. */
  readInto?(memory: Uint8Array, offset: number, length: number): Uint8Array;
  /** A cursor over all bytes. */
  reader(offset?: number): Reader;
}

/** The sections of one object: the program, its separate debug file, or a `.dwo`. */
export interface SectionSource {
  readonly machine: Machine;
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  readonly warnings: WarningList;
  /** Undefined when the file has none, or none with contents (SHT_NOBITS). */
  section(name: string): SectionData | undefined;
}

/** What an expression or a location list needs to know of the unit that it stands in. */
export interface UnitContext {
  readonly version: number;
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
  readonly isBigEndian: boolean;
  /** Where the unit's own sections are: of the `.dwo` for a split unit. */
  readonly sections: SectionSource;
  /** The unit's DW_AT_low_pc: the base of location and range lists until one changes it. */
  readonly lowPc: number | undefined;
  /** DW_AT_loclists_base, or where the only list table of a split unit begins. */
  readonly locListsBase: number;
  /** True for `.dwo` units of DWARF 4's GNU extension, whose lists are in `.debug_loc.dwo` with their own entry kinds. */
  readonly isGnuSplit: boolean;
  /** Entry `index` of the unit's part of `.debug_addr`. @throws DebugInfoError when there is none. */
  addressAt(index: number): number;
  /** The base type at a unit-relative offset (DW_OP_convert and friends); undefined when it is none. */
  baseType(dieOffset: number): { readonly encoding: number; readonly byteSize: number } | undefined;
  /** DW_AT_location (or DW_AT_const_value) of the entry at an offset: DW_OP_call*, DW_OP_implicit_pointer. */
  locationOf(dieOffset: number, relativeTo: 'unit' | 'section'): LocationSource;
}
