// The tables of names that compilers and linkers put beside the entries, and what they have in common. Each form is read in a file
// of its own; which of their answers are believed is decided in nameSearch.ts.
import type { DwarfFile } from '../unit/dwarfFile';
import type { Unit } from '../unit/unit';

/** The name that is looked for. */
export interface WantedName {
  /** The name without scopes and template arguments. */
  readonly base: string;
  /** Where `.debug_str` has it, alone or followed by template arguments. */
  readonly strings: ReadonlySet<number>;
}

/** What a table says: a unit has an entry with the name. */
export interface NameHit {
  readonly unit: Unit;
  /** Unit-relative offset of the entry, where the table tells it. */
  readonly entry: number | undefined;
  /** DW_TAG_* of the entry, where the table tells it. */
  readonly tag: number | undefined;
  /** Offset in the table's section, for a warning. */
  readonly offset: number;
}

export interface NameTable {
  readonly section: string;
  /** The units whose names it lists; of others it knows nothing. */
  readonly covered: ReadonlySet<Unit>;
  /** False when a variable with the name may be missing although another is listed. */
  readonly listsAllVariables: boolean;
  /** @throws DebugInfoError when the table is damaged. */
  find(wanted: WantedName): Iterable<NameHit>;
}

/** The units of a file by where they begin. */
export function unitsByOffset(file: DwarfFile, section: string): ReadonlyMap<number, Unit> {
  const units = file.units.filter((unit) => unit.section.name === section);
  return new Map(units.map((unit) => [unit.header.offset, unit]));
}
