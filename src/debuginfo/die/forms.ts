// How many bytes the value of an attribute takes, by its form (DWARF 5 §7.5.6). Values themselves are read in die.ts.
import type { Reader } from '../bytes';
import * as dw from '../dwarf/constants';

/** What the size of some forms depends on. */
export interface UnitSizes {
  readonly version: number;
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
}

/** Size in bytes, or one of the kinds below for values whose length stands in the file. */
export function formSize(form: number, sizes: UnitSizes): number {
  switch (form) {
    case dw.DW_FORM_flag_present:
    case dw.DW_FORM_implicit_const:
      return 0;
    case dw.DW_FORM_data1:
    case dw.DW_FORM_ref1:
    case dw.DW_FORM_flag:
    case dw.DW_FORM_strx1:
    case dw.DW_FORM_addrx1:
      return 1;
    case dw.DW_FORM_data2:
    case dw.DW_FORM_ref2:
    case dw.DW_FORM_strx2:
    case dw.DW_FORM_addrx2:
      return 2;
    case dw.DW_FORM_strx3:
    case dw.DW_FORM_addrx3:
      return 3;
    case dw.DW_FORM_data4:
    case dw.DW_FORM_ref4:
    case dw.DW_FORM_strx4:
    case dw.DW_FORM_addrx4:
    case dw.DW_FORM_ref_sup4:
      return 4;
    case dw.DW_FORM_data8:
    case dw.DW_FORM_ref8:
    case dw.DW_FORM_ref_sig8:
    case dw.DW_FORM_ref_sup8:
      return 8;
    case dw.DW_FORM_data16:
      return 16;
    case dw.DW_FORM_addr:
      return sizes.addressSize;
    case dw.DW_FORM_ref_addr:
      // DWARF 2 made it as large as an address.
      return sizes.version <= 2 ? sizes.addressSize : sizes.offsetSize;
    case dw.DW_FORM_strp:
    case dw.DW_FORM_line_strp:
    case dw.DW_FORM_strp_sup:
    case dw.DW_FORM_sec_offset:
    case dw.DW_FORM_GNU_ref_alt:
    case dw.DW_FORM_GNU_strp_alt:
      return sizes.offsetSize;
    case dw.DW_FORM_sdata:
    case dw.DW_FORM_udata:
    case dw.DW_FORM_ref_udata:
    case dw.DW_FORM_strx:
    case dw.DW_FORM_addrx:
    case dw.DW_FORM_loclistx:
    case dw.DW_FORM_rnglistx:
    case dw.DW_FORM_GNU_addr_index:
    case dw.DW_FORM_GNU_str_index:
      return SIZE_LEB;
    case dw.DW_FORM_block1:
      return SIZE_BLOCK1;
    case dw.DW_FORM_block2:
      return SIZE_BLOCK2;
    case dw.DW_FORM_block4:
      return SIZE_BLOCK4;
    case dw.DW_FORM_block:
    case dw.DW_FORM_exprloc:
      return SIZE_BLOCK;
    case dw.DW_FORM_string:
      return SIZE_STRING;
    case dw.DW_FORM_indirect:
      return SIZE_INDIRECT;
    default:
      return SIZE_UNKNOWN;
  }
}

export const SIZE_LEB = -1;
export const SIZE_BLOCK1 = -2;
export const SIZE_BLOCK2 = -3;
export const SIZE_BLOCK4 = -4;
export const SIZE_BLOCK = -5;
export const SIZE_STRING = -6;
export const SIZE_INDIRECT = -7;
export const SIZE_UNKNOWN = -8;

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
