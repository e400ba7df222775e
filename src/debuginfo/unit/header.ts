// Headers of units in .debug_info and .debug_types (DWARF 5 §7.5.1), versions 2 to 5.
import { Reader } from '../bytes';
import * as dw from '../dwarf/constants';
import type { DebugInfoError, WarningList } from '../errors';
import type { SectionData } from '../sections';

export interface UnitHeader {
  /** Offset of the unit in its section. */
  readonly offset: number;
  /** Offset of the first byte behind it. */
  readonly end: number;
  /** Bytes from `offset` to the first entry. */
  readonly headerSize: number;
  readonly version: number;
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
  readonly abbreviationOffset: number;
  readonly kind: 'compile' | 'type' | 'partial' | 'skeleton' | 'splitCompile' | 'splitType';
  /** DWO id of skeleton and split units, signature of type units. */
  readonly signature: bigint | undefined;
  /** Unit-relative offset of a type unit's type. */
  readonly typeOffset: number | undefined;
  /** The unit's first bytes, mostly enough for its own entry. */
  readonly head: Uint8Array;
}

const KINDS: Readonly<Record<number, UnitHeader['kind']>> = {
  [dw.DW_UT_compile]: 'compile',
  [dw.DW_UT_type]: 'type',
  [dw.DW_UT_partial]: 'partial',
  [dw.DW_UT_skeleton]: 'skeleton',
  [dw.DW_UT_split_compile]: 'splitCompile',
  [dw.DW_UT_split_type]: 'splitType',
};

/** More than the longest header (40 bytes) and what a unit's own entry usually takes (60). */
const HEAD_BYTES = 192;

/**
 * All unit headers of a section, in order. A damaged one ends the list with a warning, or is left out when the next can still
 * be found.
 */
export function readUnitHeaders(
  section: SectionData,
  isBigEndian: boolean,
  isTypes: boolean,
  warnings: WarningList,
): UnitHeader[] {
  const headers: UnitHeader[] = [];
  for (let offset = 0; offset < section.size; ) {
    const window = warnings.guard(() => section.slice(offset, Math.min(HEAD_BYTES, section.size - offset)), undefined);
    if (window === undefined) break;
    const reader = new Reader(window, section.name, isBigEndian, 0, undefined, offset);
    let end = section.size;
    try {
      const { length, offsetSize } = reader.initialLength();
      end = offset + reader.position + length;
      if (end > section.size) {
        warnings.add(section.name, offset, `the unit claims to end at 0x${end.toString(16)}, the section ends before`);
        end = section.size;
      }
      // Linkers pad with zeros between units.
      if (length > 0) headers.push(readHeader(reader, window, offset, end, offsetSize, isTypes));
    } catch (error) {
      warnings.addError(error as DebugInfoError);
    }
    if (end <= offset) break;
    offset = end;
  }
  return headers;
}

function readHeader(
  reader: Reader,
  window: Uint8Array,
  offset: number,
  end: number,
  offsetSize: 4 | 8,
  isTypes: boolean,
): UnitHeader {
  const version = reader.u16();
  if (version < 2 || version > 5) reader.fail(`DWARF version ${version} is not known`, reader.position - 2);
  let kind: UnitHeader['kind'] = isTypes ? 'type' : 'compile';
  let addressSize: number;
  let abbreviationOffset: number;
  let signature: bigint | undefined;
  let typeOffset: number | undefined;
  if (version >= 5) {
    const type = reader.u8();
    kind = KINDS[type] ?? reader.fail(`unit type ${type} is not known`, reader.position - 1);
    addressSize = reader.u8();
    abbreviationOffset = reader.dwarfOffset(offsetSize);
    if (kind === 'skeleton' || kind === 'splitCompile') signature = reader.u64();
  } else {
    abbreviationOffset = reader.dwarfOffset(offsetSize);
    addressSize = reader.u8();
  }
  if (kind === 'type' || kind === 'splitType') {
    signature = reader.u64();
    typeOffset = reader.dwarfOffset(offsetSize);
  }
  if (addressSize !== 4 && addressSize !== 8 && addressSize !== 2)
    reader.fail(`addresses of ${addressSize} bytes are not known`);
  const headerSize = reader.position;
  const head = window.subarray(0, Math.min(window.length, end - offset));
  return {
    offset,
    end,
    headerSize,
    version,
    offsetSize,
    addressSize,
    abbreviationOffset,
    kind,
    signature,
    typeOffset,
    head,
  };
}
