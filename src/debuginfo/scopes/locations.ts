// DW_AT_location, DW_AT_const_value and their kin as the unevaluated LocationSource of the API. Evaluation is in expressions/.
import type { LocationSource } from '../api';
import type { Die, RawValue } from '../die/die';
import * as dw from '../dwarf/constants';
import { DebugInfoError } from '../errors';
import type { Unit } from '../unit/unit';

const NONE: LocationSource = { kind: 'none' };

/** Where a variable is, or what it is when it is a constant. @throws DebugInfoError */
export function variableLocation(die: Die): LocationSource {
  const location = locationAttribute(die, dw.DW_AT_location);
  return location.kind === 'none' ? constantValue(die) : location;
}

/** An attribute of class exprloc or loclist; anything else is `none`. @throws DebugInfoError */
export function locationAttribute(die: Die, attribute: number): LocationSource {
  const { unit } = die;
  const expression = die.block(attribute);
  if (expression !== undefined) {
    // An empty expression says that the object has no place (DWARF 5 §2.6.1.1.4).
    return expression.length === 0 ? NONE : { kind: 'expression', expression, unit };
  }
  const value = die.raw(attribute);
  if (value === undefined) return NONE;
  switch (value.form) {
    case dw.DW_FORM_loclistx:
      return { kind: 'list', offset: locationListOffset(unit, value.reader.uleb()), unit };
    case dw.DW_FORM_sec_offset:
    case dw.DW_FORM_data4:
    case dw.DW_FORM_data8:
      return { kind: 'list', offset: die.number(attribute) ?? 0, unit };
    default:
      return NONE;
  }
}

/** True for an attribute that is a list of locations by its form. */
export function isLocationListForm(form: number, version: number): boolean {
  if (form === dw.DW_FORM_sec_offset || form === dw.DW_FORM_loclistx) return true;
  return version < 4 && (form === dw.DW_FORM_data4 || form === dw.DW_FORM_data8);
}

function locationListOffset(unit: Unit, index: number): number {
  const section = unit.file.sections.section('.debug_loclists');
  if (section === undefined) throw new DebugInfoError('.debug_loclists', 0, 'the section is missing');
  const base = unit.locationListsBase;
  const { offsetSize } = unit.header;
  return base + section.reader(base + index * offsetSize).dwarfOffset(offsetSize);
}

/** DW_AT_const_value as the bytes the object would have in memory (more than the type needs for LEB128 forms). */
function constantValue(die: Die): LocationSource {
  const value = die.raw(dw.DW_AT_const_value);
  if (value === undefined) return NONE;
  const bytes = constantBytes(die, value);
  return bytes === undefined ? NONE : { kind: 'constant', bytes };
}

function constantBytes(die: Die, { form, reader, implicit }: RawValue): Uint8Array | undefined {
  const { isBigEndian } = die.unit.file.sections;
  switch (form) {
    case dw.DW_FORM_data1:
      return reader.slice(1);
    case dw.DW_FORM_data2:
      return reader.slice(2);
    case dw.DW_FORM_data4:
      return reader.slice(4);
    case dw.DW_FORM_data8:
      return reader.slice(8);
    case dw.DW_FORM_sdata:
      return bytesOf(reader.slebBig(), isBigEndian);
    case dw.DW_FORM_udata:
      return bytesOf(reader.ulebBig(), isBigEndian);
    case dw.DW_FORM_implicit_const:
      return bytesOf(implicit ?? 0n, isBigEndian);
    case dw.DW_FORM_string:
    case dw.DW_FORM_strp:
      return new TextEncoder().encode(`${die.string(dw.DW_AT_const_value) ?? ''}\0`);
    case dw.DW_FORM_addr: {
      const address = die.address(dw.DW_AT_const_value);
      return address === undefined
        ? undefined
        : bytesOf(BigInt(address), isBigEndian).slice(0, die.unit.header.addressSize);
    }
    default:
      return die.block(dw.DW_AT_const_value);
  }
}

function bytesOf(value: bigint, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, value), !isBigEndian);
  return bytes;
}

/** True for an expression that is one fixed address: a static object. */
export function isFixedAddress(source: LocationSource): boolean {
  if (source.kind !== 'expression') return false;
  const operation = source.expression[0];
  // DW_OP_addr, DW_OP_addrx, DW_OP_GNU_addr_index
  return operation === 0x03 || operation === 0xa1 || operation === 0xfb;
}
