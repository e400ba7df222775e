// .debug_abbrev (DWARF 5 §7.5.3): what attributes an entry has, prepared so that whole entries are skipped in a few steps.
import type { Reader } from '../bytes';
import { formSize, SIZE_UNKNOWN, skipVariable, type UnitSizes } from '../die/forms';
import * as dw from '../dwarf/constants';
import { DebugInfoError } from '../errors';

/** Where the values of an entry lie, worked out when first needed: most declarations are read and never used. */
interface Layout {
  readonly sizes: readonly number[];
  /** Distance of each value from the first, or -1 once one of variable size came before it. */
  readonly distances: readonly number[];
  /** Fixed bytes, kind of variable value, fixed bytes, kind … ; ends with fixed bytes. */
  readonly steps: readonly number[];
}

/** One abbreviation declaration. */
export class Abbreviation {
  /** Bytes of all values when each has a fixed size, else -1. */
  readonly fixedSize: number;
  readonly isDeclaration: boolean;
  private cachedLayout: Layout | undefined;

  constructor(
    readonly code: number,
    readonly tag: number,
    readonly hasChildren: boolean,
    readonly attributes: readonly number[],
    readonly forms: readonly number[],
    /** Values of DW_FORM_implicit_const by position. */
    readonly implicit: ReadonlyMap<number, bigint> | undefined,
    private readonly unitSizes: UnitSizes,
  ) {
    let total = 0;
    for (const form of forms) {
      const size = formSize(form, unitSizes);
      total = total < 0 || size < 0 ? -1 : total + size;
    }
    this.fixedSize = total;
    // Compilers write the attribute only where it is true, before DWARF 4 as a byte in the entry.
    this.isDeclaration = attributes.includes(dw.DW_AT_declaration);
  }

  private get layout(): Layout {
    this.cachedLayout ??= layoutOf(this.forms, this.unitSizes);
    return this.cachedLayout;
  }

  /** Moves from the entry's first value to behind its last. @throws DebugInfoError */
  skip(reader: Reader): void {
    if (this.fixedSize >= 0) {
      reader.skip(this.fixedSize);
      return;
    }
    const { steps } = this.layout;
    for (let index = 0; ; index += 2) {
      reader.skip(steps[index] as number);
      if (index + 1 >= steps.length) return;
      skipVariable(reader, steps[index + 1] as number, this.unitSizes);
    }
  }

  /** Moves from the entry's first value to the value at `index`. @throws DebugInfoError */
  moveTo(reader: Reader, index: number): void {
    const { distances, sizes } = this.layout;
    const distance = distances[index] as number;
    if (distance >= 0) {
      reader.skip(distance);
      return;
    }
    for (let before = 0; before < index; before++) {
      const size = sizes[before] as number;
      if (size >= 0) reader.skip(size);
      else skipVariable(reader, size, this.unitSizes);
    }
  }

  /** Bytes between the entry's first value and the value at `index`; -1 when that varies. */
  distanceTo(index: number): number {
    return this.layout.distances[index] as number;
  }
}

function layoutOf(forms: readonly number[], unitSizes: UnitSizes): Layout {
  const sizes = forms.map((form) => formSize(form, unitSizes));
  const distances: number[] = [];
  const steps: number[] = [];
  let run = 0;
  let distance = 0;
  for (const size of sizes) {
    distances.push(distance);
    if (size >= 0) {
      run += size;
      if (distance >= 0) distance += size;
    } else {
      steps.push(run, size);
      run = 0;
      distance = -1;
    }
  }
  steps.push(run);
  return { sizes, distances, steps };
}

/** All abbreviations of a unit. */
export class AbbreviationTable {
  private readonly dense: (Abbreviation | undefined)[] = [];
  private readonly sparse = new Map<number, Abbreviation>();

  /** Reads to the end of the table. @throws DebugInfoError when the section ends in it. */
  constructor(reader: Reader, sizes: UnitSizes) {
    for (;;) {
      // Some linkers leave the last table without its closing zero.
      if (reader.atEnd) break;
      const start = reader.offset;
      const code = reader.uleb();
      if (code === 0) break;
      const abbreviation = readAbbreviation(reader, code, start, sizes);
      if (code < 65_536) this.dense[code] ??= abbreviation;
      else if (!this.sparse.has(code)) this.sparse.set(code, abbreviation);
    }
  }

  get(code: number): Abbreviation | undefined {
    return code < 65_536 ? this.dense[code] : this.sparse.get(code);
  }

  /** In the order of their codes. */
  *all(): Iterable<Abbreviation> {
    for (const abbreviation of this.dense) if (abbreviation !== undefined) yield abbreviation;
    yield* this.sparse.values();
  }
}

/**
 * The one declaration with a code, without making objects of those before it: for the units' own entries, of which there are
 * thousands in a large program. @throws DebugInfoError
 */
export function findAbbreviation(reader: Reader, wanted: number, sizes: UnitSizes): Abbreviation | undefined {
  while (!reader.atEnd) {
    const start = reader.offset;
    const code = reader.uleb();
    if (code === 0) return undefined;
    if (code === wanted) return readAbbreviation(reader, code, start, sizes);
    reader.skipLeb();
    reader.skip(1);
    for (;;) {
      const attribute = reader.uleb();
      const form = reader.uleb();
      if (attribute === 0 && form === 0) break;
      if (form === dw.DW_FORM_implicit_const) reader.skipLeb();
    }
  }
  return undefined;
}

/** No compiler gives an entry more attributes; a table without end is damage. */
const MAX_ATTRIBUTES = 4096;

function readAbbreviation(reader: Reader, code: number, start: number, sizes: UnitSizes): Abbreviation {
  const tag = reader.uleb();
  const hasChildren = reader.u8() !== 0;
  const attributes: number[] = [];
  const forms: number[] = [];
  let implicit: Map<number, bigint> | undefined;
  for (;;) {
    const attribute = reader.uleb();
    const form = reader.uleb();
    if (attribute === 0 && form === 0) break;
    if (form === dw.DW_FORM_implicit_const) {
      implicit ??= new Map();
      implicit.set(attributes.length, reader.slebBig());
    } else if (formSize(form, sizes) === SIZE_UNKNOWN) {
      throw new DebugInfoError(reader.section, start, `form 0x${form.toString(16)} of an attribute is not known`);
    }
    attributes.push(attribute);
    forms.push(form);
    if (attributes.length > MAX_ATTRIBUTES)
      throw new DebugInfoError(reader.section, start, 'too many attributes in one entry');
  }
  return new Abbreviation(code, tag, hasChildren, attributes, forms, implicit, sizes);
}
