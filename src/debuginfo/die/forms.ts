// How many bytes the value of an attribute takes, by its form (DWARF 5 §7.5.6). Values themselves are read in die.ts.
import type { Reader } from '../bytes';
import * as dw from '../dwarf/constants';

/** What the size of some forms depends on. */
export interface UnitSizes {
  readonly version: number;
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
}

/** Kinds of values whose length stands in the file, in place of a size. */
const SIZE_LEB = -1;
const SIZE_BLOCK1 = -2;
const SIZE_BLOCK2 = -3;
const SIZE_BLOCK4 = -4;
const SIZE_BLOCK = -5;
const SIZE_STRING = -6;
const SIZE_INDIRECT = -7;
export const SIZE_UNKNOWN = -8;

/** Sizes of the forms that have the same in every unit, or the kinds above; by form. */
const SIZES = new Map<number, number>([
  [dw.DW_FORM_flag_present, 0],
  [dw.DW_FORM_implicit_const, 0],
  [dw.DW_FORM_data1, 1],
  [dw.DW_FORM_ref1, 1],
  [dw.DW_FORM_flag, 1],
  [dw.DW_FORM_strx1, 1],
  [dw.DW_FORM_addrx1, 1],
  [dw.DW_FORM_data2, 2],
  [dw.DW_FORM_ref2, 2],
  [dw.DW_FORM_strx2, 2],
  [dw.DW_FORM_addrx2, 2],
  [dw.DW_FORM_strx3, 3],
  [dw.DW_FORM_addrx3, 3],
  [dw.DW_FORM_data4, 4],
  [dw.DW_FORM_ref4, 4],
  [dw.DW_FORM_strx4, 4],
  [dw.DW_FORM_addrx4, 4],
  [dw.DW_FORM_ref_sup4, 4],
  [dw.DW_FORM_data8, 8],
  [dw.DW_FORM_ref8, 8],
  [dw.DW_FORM_ref_sig8, 8],
  [dw.DW_FORM_ref_sup8, 8],
  [dw.DW_FORM_data16, 16],
  [dw.DW_FORM_sdata, SIZE_LEB],
  [dw.DW_FORM_udata, SIZE_LEB],
  [dw.DW_FORM_ref_udata, SIZE_LEB],
  [dw.DW_FORM_strx, SIZE_LEB],
  [dw.DW_FORM_addrx, SIZE_LEB],
  [dw.DW_FORM_loclistx, SIZE_LEB],
  [dw.DW_FORM_rnglistx, SIZE_LEB],
  [dw.DW_FORM_GNU_addr_index, SIZE_LEB],
  [dw.DW_FORM_GNU_str_index, SIZE_LEB],
  [dw.DW_FORM_block1, SIZE_BLOCK1],
  [dw.DW_FORM_block2, SIZE_BLOCK2],
  [dw.DW_FORM_block4, SIZE_BLOCK4],
  [dw.DW_FORM_block, SIZE_BLOCK],
  [dw.DW_FORM_exprloc, SIZE_BLOCK],
  [dw.DW_FORM_string, SIZE_STRING],
  [dw.DW_FORM_indirect, SIZE_INDIRECT],
]);

/** Forms as large as an offset of the unit. */
const OFFSETS: ReadonlySet<number> = new Set([
  dw.DW_FORM_strp,
  dw.DW_FORM_line_strp,
  dw.DW_FORM_strp_sup,
  dw.DW_FORM_sec_offset,
  dw.DW_FORM_GNU_ref_alt,
  dw.DW_FORM_GNU_strp_alt,
]);

/** Forms up to this one are looked up in a table. */
const SMALL_FORMS = 0x40;
const tables = new Map<number, Int8Array>();

/** Size in bytes, or one of the kinds above for values whose length stands in the file. */
export function formSize(form: number, sizes: UnitSizes): number {
  return form < SMALL_FORMS ? (tableFor(sizes)[form] as number) : sizeOf(form, sizes);
}

function tableFor(sizes: UnitSizes): Int8Array {
  const key = sizes.addressSize * 32 + sizes.offsetSize * 2 + (sizes.version <= 2 ? 1 : 0);
  let table = tables.get(key);
  if (table === undefined) {
    table = Int8Array.from({ length: SMALL_FORMS }, (_, form) => sizeOf(form, sizes));
    tables.set(key, table);
  }
  return table;
}

function sizeOf(form: number, { version, addressSize, offsetSize }: UnitSizes): number {
  if (form === dw.DW_FORM_addr) return addressSize;
  // DWARF 2 made references as large as addresses.
  if (form === dw.DW_FORM_ref_addr) return version <= 2 ? addressSize : offsetSize;
  return OFFSETS.has(form) ? offsetSize : (SIZES.get(form) ?? SIZE_UNKNOWN);
}

/** Passes over a value of one of the kinds above. @throws DebugInfoError past the end, or for a form that does not exist. */
export function skipVariable(reader: Reader, kind: number, sizes: UnitSizes): void {
  switch (kind) {
    case SIZE_LEB:
      reader.skipLeb();
      break;
    case SIZE_BLOCK1:
      reader.skip(reader.u8());
      break;
    case SIZE_BLOCK2:
      reader.skip(reader.u16());
      break;
    case SIZE_BLOCK4:
      reader.skip(reader.u32());
      break;
    case SIZE_BLOCK:
      reader.skip(reader.uleb());
      break;
    case SIZE_STRING:
      reader.skipCstring();
      break;
    case SIZE_INDIRECT: {
      const size = formSize(reader.uleb(), sizes);
      if (size === SIZE_INDIRECT) reader.fail('DW_FORM_indirect leads to itself');
      if (size >= 0) reader.skip(size);
      else skipVariable(reader, size, sizes);
      break;
    }
    default:
      reader.fail('the form of an attribute is not known, so its length is not');
  }
}
