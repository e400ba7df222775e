// The names of functions, variables and types that one unit declares, in one pass over its bytes without building its tree.
import type { Abbreviation } from '../abbrev/abbreviations';
import type { Reader } from '../bytes';
import * as dw from '../dwarf/constants';
import { stringOfForm } from '../str/strings';
import type { Unit } from '../unit/unit';

const NAMED: ReadonlySet<number> = new Set([
  dw.DW_TAG_subprogram,
  dw.DW_TAG_variable,
  dw.DW_TAG_structure_type,
  dw.DW_TAG_class_type,
  dw.DW_TAG_union_type,
  dw.DW_TAG_enumeration_type,
  dw.DW_TAG_typedef,
  dw.DW_TAG_base_type,
  dw.DW_TAG_enumerator,
]);

/** Entries whose children are names of the program too. */
const SCOPES: ReadonlySet<number> = new Set([
  dw.DW_TAG_compile_unit,
  dw.DW_TAG_partial_unit,
  dw.DW_TAG_type_unit,
  dw.DW_TAG_namespace,
  dw.DW_TAG_module,
  dw.DW_TAG_structure_type,
  dw.DW_TAG_class_type,
  dw.DW_TAG_union_type,
  dw.DW_TAG_enumeration_type,
]);

/** How many entries are read between two chances to pause. */
const ENTRIES_PER_STEP = 1000;

/** Strings that were seen under a scope, so that the thousand units of a C program add each name once. */
export class SeenStrings {
  private readonly seen = new Set<number>();

  /** True at the first sight of a string offset outside all scopes. */
  isNew(offset: number): boolean {
    if (this.seen.has(offset)) return false;
    this.seen.add(offset);
    return true;
  }
}

/**
 * Adds the unit's names, qualified by their scopes. Yields now and then; what follows must not use the same `memory`.
 * @throws DebugInfoError
 */
export function* collectUnitNames(
  unit: Unit,
  memory: Uint8Array,
  seen: SeenStrings,
  add: (name: string) => void,
): Iterable<void> {
  const reader = unit.file.passingReader(unit, memory);
  const { abbreviations } = unit;
  const isFlat = unit.language === 'c';
  const prefixes = [''];
  /** Full names of declared types: GCC completes the type of a type unit outside the namespace that declares it. */
  const declared = new Map<number, string>();
  reader.position = unit.header.headerSize;
  let count = 0;
  while (reader.position < reader.end && prefixes.length > 0) {
    const start = reader.position;
    const code = reader.uleb();
    if (code === 0) {
      prefixes.pop();
      // The unit's own children end with it.
      if (prefixes.length <= 1) return;
      continue;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) return reader.fail(`abbreviation ${code} is not declared`, start);
    const { tag } = abbreviation;
    const values = reader.position;
    const prefix = prefixes.at(-1) as string;
    const isScope = SCOPES.has(tag);
    const isUnit = prefixes.length === 1;
    let name: string | undefined;
    if (!isUnit && (NAMED.has(tag) || (isScope && !isFlat))) {
      name = readName(unit, reader, abbreviation, prefix === '' && (isFlat || !isScope) ? seen : undefined);
      if (name !== undefined && NAMED.has(tag))
        add(declared.get(specified(reader, abbreviation, values)) ?? prefix + name);
      if (name !== undefined && abbreviation.isDeclaration && isScope && prefix !== '')
        declared.set(start, prefix + name);
    }
    reader.position = values;
    abbreviation.skip(reader);
    const behind = reader.position;
    if (abbreviation.hasChildren) {
      if (isScope) {
        const full = declared.get(specified(reader, abbreviation, values)) ?? `${prefix}${name}`;
        reader.position = behind;
        prefixes.push(isFlat || isUnit || name === undefined ? prefix : `${full}::`);
      } else skipChildren(unit, reader, abbreviation, values);
    }
    if (++count % ENTRIES_PER_STEP === 0) yield;
  }
}

/** The unit-relative offset of the declaration that an entry completes, or -1. */
function specified(reader: Reader, abbreviation: Abbreviation, values: number): number {
  const index = abbreviation.attributes.indexOf(dw.DW_AT_specification);
  if (index < 0 || abbreviation.forms[index] !== dw.DW_FORM_ref4) return -1;
  reader.position = values;
  abbreviation.moveTo(reader, index);
  return reader.u32();
}

/** Undefined for entries without a name, and for strings that were `seen`. */
function readName(
  unit: Unit,
  reader: Reader,
  abbreviation: Abbreviation,
  seen: SeenStrings | undefined,
): string | undefined {
  const index = abbreviation.attributes.indexOf(dw.DW_AT_name);
  if (index < 0) return undefined;
  abbreviation.moveTo(reader, index);
  const form = abbreviation.forms[index] as number;
  if (form === dw.DW_FORM_strp && seen !== undefined) {
    const { position } = reader;
    if (!seen.isNew(reader.dwarfOffset(unit.header.offsetSize))) return undefined;
    reader.position = position;
  }
  return stringOfForm(unit, form, reader);
}

/** Passes over everything below an entry: by its DW_AT_sibling, or entry by entry. */
function skipChildren(unit: Unit, cursor: Reader, abbreviation: Abbreviation, values: number): void {
  // Named with its type, so that the compiler knows that fail() does not return.
  const reader: Reader = cursor;
  const behind = reader.position;
  const index = abbreviation.attributes.indexOf(dw.DW_AT_sibling);
  if (index >= 0 && abbreviation.forms[index] === dw.DW_FORM_ref4) {
    reader.position = values;
    abbreviation.moveTo(reader, index);
    const sibling = reader.u32();
    if (sibling > behind && sibling <= reader.end) {
      reader.position = sibling;
      return;
    }
    reader.position = behind;
  }
  const { abbreviations } = unit;
  for (let depth = 1; depth > 0 && reader.position < reader.end; ) {
    const start = reader.position;
    const code = reader.uleb();
    if (code === 0) {
      depth--;
      continue;
    }
    const child = abbreviations.get(code);
    if (child === undefined) reader.fail(`abbreviation ${code} is not declared`, start);
    child.skip(reader);
    if (child.hasChildren) depth++;
  }
}
