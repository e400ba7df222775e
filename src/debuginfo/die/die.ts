// One debugging information entry and the values of its attributes, decoded when asked for (DWARF 5 §7.5.5).
import type { Abbreviation } from '../abbrev/abbreviations';
import { addressAtIndex } from '../addr/addresses';
import type { Reader } from '../bytes';
import * as dw from '../dwarf/constants';
import { DebugInfoError } from '../errors';
import { stringOfForm } from '../str/strings';
import type { Unit } from '../unit/unit';
import { formSize } from './forms';

/** An attribute's value before it is given a meaning: its form, and a cursor that stands on it. */
export interface RawValue {
  readonly form: number;
  readonly reader: Reader;
  /** Value of DW_FORM_implicit_const. */
  readonly implicit: bigint | undefined;
}

/** An entry. All reads throw DebugInfoError when the bytes are damaged. */
export class Die {
  constructor(
    readonly unit: Unit,
    /** Offset in the unit. */
    readonly offset: number,
    readonly abbreviation: Abbreviation,
    /** Position of the first value. */
    private readonly values: number,
    private knownIndex = -1,
    /** A cursor of its own, for entries that are read without their unit. */
    private readonly ownReader?: Reader,
  ) {}

  get tag(): number {
    return this.abbreviation.tag;
  }

  /** Offset in the section. */
  get sectionOffset(): number {
    return this.unit.header.offset + this.offset;
  }

  /** Number in the unit's table. */
  get index(): number {
    if (this.knownIndex < 0) this.knownIndex = this.unit.table.indexAt(this.offset) ?? 0;
    return this.knownIndex;
  }

  /** Two objects may stand for one entry. */
  is(other: Die | undefined): boolean {
    return other !== undefined && other.offset === this.offset && other.unit === this.unit;
  }

  get parent(): Die | undefined {
    const parent = this.unit.table.parents[this.index] as number;
    return parent < 0 ? undefined : this.unit.die(parent);
  }

  *children(): Iterable<Die> {
    for (const child of this.unit.table.children(this.index)) yield this.unit.die(child);
  }

  has(attribute: number): boolean {
    return this.abbreviation.attributes.includes(attribute);
  }

  /** The attribute's form and value, or undefined when the entry lacks it. */
  raw(attribute: number): RawValue | undefined {
    const index = this.abbreviation.attributes.indexOf(attribute);
    if (index < 0) return undefined;
    const reader = this.ownReader ?? this.unit.sharedReader(this.values);
    reader.position = this.values;
    this.abbreviation.moveTo(reader, index);
    let form = this.abbreviation.forms[index] as number;
    if (form === dw.DW_FORM_indirect) form = reader.uleb();
    return { form, reader, implicit: this.abbreviation.implicit?.get(index) };
  }

  string(attribute: number): string | undefined {
    const value = this.raw(attribute);
    return value === undefined ? undefined : stringOfForm(this.unit, value.form, value.reader);
  }

  flag(attribute: number): boolean {
    const value = this.raw(attribute);
    if (value === undefined) return false;
    return value.form === dw.DW_FORM_flag_present || (value.form === dw.DW_FORM_flag && value.reader.u8() !== 0);
  }

  /** A constant or section offset as a number; undefined when it has another class (an expression, a reference). */
  number(attribute: number): number | undefined {
    const value = this.raw(attribute);
    if (value === undefined) return undefined;
    const { form, reader } = value;
    switch (form) {
      case dw.DW_FORM_data1:
        return reader.u8();
      case dw.DW_FORM_data2:
        return reader.u16();
      case dw.DW_FORM_data4:
        return reader.u32();
      case dw.DW_FORM_data8:
        return reader.address(8);
      case dw.DW_FORM_udata:
        return Number(reader.ulebBig());
      case dw.DW_FORM_sdata:
        return Number(reader.slebBig());
      case dw.DW_FORM_sec_offset:
        return reader.dwarfOffset(this.unit.header.offsetSize);
      case dw.DW_FORM_implicit_const:
        return Number(value.implicit);
      default:
        return undefined;
    }
  }

  /** A constant with all its bits; fixed-size forms are taken as unsigned, or as signed on request. */
  constant(attribute: number, isSigned = false): bigint | undefined {
    const value = this.raw(attribute);
    if (value === undefined) return undefined;
    const { form, reader } = value;
    switch (form) {
      case dw.DW_FORM_sdata:
        return reader.slebBig();
      case dw.DW_FORM_udata:
        return reader.ulebBig();
      case dw.DW_FORM_implicit_const:
        return value.implicit;
      case dw.DW_FORM_data1:
      case dw.DW_FORM_data2:
      case dw.DW_FORM_data4: {
        const size = formSize(form, this.unit.header);
        const number = BigInt(reader.unsigned(size));
        return isSigned ? BigInt.asIntN(size * 8, number) : number;
      }
      case dw.DW_FORM_data8:
        return isSigned ? reader.i64() : reader.u64();
      case dw.DW_FORM_data16:
      case dw.DW_FORM_block1: {
        const bytes = reader.slice(form === dw.DW_FORM_data16 ? 16 : reader.u8());
        return integerOf(bytes, this.unit.file.sections.isBigEndian, isSigned);
      }
      default:
        return undefined;
    }
  }

  address(attribute: number): number | undefined {
    const value = this.raw(attribute);
    return value === undefined ? undefined : this.addressOf(value);
  }

  private addressOf({ form, reader }: RawValue): number | undefined {
    switch (form) {
      case dw.DW_FORM_addr:
        return reader.address(this.unit.header.addressSize);
      case dw.DW_FORM_addrx:
      case dw.DW_FORM_GNU_addr_index:
        return addressAtIndex(this.unit, reader.uleb());
      case dw.DW_FORM_addrx1:
      case dw.DW_FORM_addrx2:
      case dw.DW_FORM_addrx3:
      case dw.DW_FORM_addrx4:
        return addressAtIndex(this.unit, reader.unsigned(form - dw.DW_FORM_addrx1 + 1));
      default:
        return undefined;
    }
  }

  /** Bytes of a block or expression; undefined when the value has another class. */
  block(attribute: number): Uint8Array | undefined {
    const value = this.raw(attribute);
    if (value === undefined) return undefined;
    const { form, reader } = value;
    switch (form) {
      case dw.DW_FORM_exprloc:
      case dw.DW_FORM_block:
        return reader.slice(reader.uleb());
      case dw.DW_FORM_block1:
        return reader.slice(reader.u8());
      case dw.DW_FORM_block2:
        return reader.slice(reader.u16());
      case dw.DW_FORM_block4:
        return reader.slice(reader.u32());
      case dw.DW_FORM_data16:
        return reader.slice(16);
      default:
        return undefined;
    }
  }

  /** The entry that is referred to, in whichever unit or file. */
  reference(attribute: number): Die | undefined {
    const value = this.raw(attribute);
    return value === undefined ? undefined : this.referenceOf(value);
  }

  private referenceOf({ form, reader }: RawValue): Die | undefined {
    const { unit } = this;
    switch (form) {
      case dw.DW_FORM_ref1:
      case dw.DW_FORM_ref2:
      case dw.DW_FORM_ref4:
      case dw.DW_FORM_ref8:
        return unit.dieAt(reader.unsigned(formSize(form, unit.header)));
      case dw.DW_FORM_ref_udata:
        return unit.dieAt(reader.uleb());
      case dw.DW_FORM_ref_addr:
        return this.dieInFile(unit.file, reader.unsigned(formSize(form, unit.header)));
      case dw.DW_FORM_GNU_ref_alt:
      case dw.DW_FORM_ref_sup4:
      case dw.DW_FORM_ref_sup8:
        return this.dieInFile(unit.file.alternate, reader.unsigned(formSize(form, unit.header)));
      case dw.DW_FORM_ref_sig8: {
        const typeUnit = unit.file.typeUnit(reader.u64());
        return typeUnit?.dieAt(typeUnit.header.typeOffset ?? 0);
      }
      default:
        return undefined;
    }
  }

  private dieInFile(file: Unit['file'] | undefined, offset: number): Die | undefined {
    if (file === undefined) return undefined;
    const unit = file.unitAt(offset);
    if (unit === undefined)
      throw new DebugInfoError(
        this.unit.section.name,
        this.sectionOffset,
        `a reference to 0x${offset.toString(16)} leads out of all units`,
      );
    return unit.dieAt(offset - unit.header.offset);
  }
}

/** A number of any size in the target's byte order. */
export function integerOf(bytes: Uint8Array, isBigEndian: boolean, isSigned: boolean): bigint {
  let value = 0n;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[isBigEndian ? index : bytes.length - 1 - index] as number;
    value = (value << 8n) | BigInt(byte);
  }
  return isSigned ? BigInt.asIntN(bytes.length * 8, value) : value;
}
