// Members of structures and where they lie (DWARF 5 §5.7.6, and the bit-field encoding of DWARF 2 and 3).
import type { BitField, LocationSource, Member } from '../api';
import { Reader } from '../bytes';
import { type DebugInfo, typeAttribute } from '../debugInfo';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { locationAttribute } from '../scopes/locations';
import { byteSizeOf } from './size';

const DW_OP_plus_uconst = 0x23;
const DW_OP_constu = 0x10;
const DW_OP_plus = 0x22;

/** DW_ACCESS_* */
export function accessibilityOf(die: Die, isClass: boolean): Member['accessibility'] {
  switch (die.number(dw.DW_AT_accessibility)) {
    case 1:
      return 'public';
    case 2:
      return 'protected';
    case 3:
      return 'private';
    default:
      return isClass ? 'private' : 'public';
  }
}

/** DW_AT_data_member_location: bytes from the object's start, or how to compute them. @throws DebugInfoError */
export function memberOffset(die: Die): number | LocationSource {
  const value = die.number(dw.DW_AT_data_member_location);
  if (value !== undefined) return value;
  const source = locationAttribute(die, dw.DW_AT_data_member_location);
  if (source.kind !== 'expression') return source.kind === 'none' ? 0 : source;
  // DWARF 2 wrote even fixed offsets as expressions.
  const reader = new Reader(source.expression, die.unit.section.name, die.unit.file.sections.isBigEndian);
  const operation = reader.u8();
  if (operation === DW_OP_plus_uconst || operation === DW_OP_constu) {
    const offset = reader.uleb();
    const isWhole =
      operation === DW_OP_plus_uconst ? reader.atEnd : reader.remaining === 1 && reader.u8() === DW_OP_plus;
    if (isWhole) return offset;
  }
  return source;
}

/** A DW_TAG_member that belongs to each object. @throws DebugInfoError */
export function readMember(info: DebugInfo, die: Die, isClass: boolean): Member {
  const type = typeAttribute(info, die);
  const place = placeOf(info, die);
  return {
    name: die.string(dw.DW_AT_name),
    type,
    ...place,
    accessibility: accessibilityOf(die, isClass),
    isArtificial: die.flag(dw.DW_AT_artificial),
  };
}

function placeOf(info: DebugInfo, die: Die): { offset: number | LocationSource; bits: BitField | undefined } {
  const bitSize = die.number(dw.DW_AT_bit_size);
  const offset = memberOffset(die);
  if (bitSize === undefined || typeof offset !== 'number') return { offset, bits: undefined };
  const total = bitPosition(info, die, offset, bitSize);
  return { offset: Math.floor(total / 8), bits: { bitOffset: ((total % 8) + 8) % 8, bitSize } };
}

/**
 * Bits from the start of the object; on little endian from the least significant bit, on big endian from the most.
 * DW_AT_bit_offset (DWARF 2, 3) counts from the most significant bit of a storage unit of DW_AT_byte_size.
 */
function bitPosition(info: DebugInfo, die: Die, offset: number, bitSize: number): number {
  const fromStart = die.number(dw.DW_AT_data_bit_offset);
  if (fromStart !== undefined) return offset * 8 + fromStart;
  const fromTop = die.constant(dw.DW_AT_bit_offset, true);
  if (fromTop === undefined) return offset * 8;
  if (die.unit.file.sections.isBigEndian) return offset * 8 + Number(fromTop);
  const storage = die.number(dw.DW_AT_byte_size) ?? byteSizeOf(info, die.reference(dw.DW_AT_type)) ?? 4;
  return offset * 8 + storage * 8 - Number(fromTop) - bitSize;
}
