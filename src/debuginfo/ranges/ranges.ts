// The code ranges of an entry: DW_AT_low_pc/high_pc, or DW_AT_ranges through .debug_ranges (DWARF 2–4) and .debug_rnglists
// (DWARF 5 §7.28). Ranges that the linker discarded are left out.
import { addressAtIndex } from '../addr/addresses';
import type { AddressRange } from '../api';
import type { Reader } from '../bytes';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { DebugInfoError } from '../errors';
import type { Unit } from '../unit/unit';

/** No compiler writes more ranges for one entry; a list that never ends is damage. */
const MAX_RANGES = 1_000_000;

/** Ranges in file order, empty ones left out. @throws DebugInfoError */
export function rangesOf(die: Die): AddressRange[] {
  const { unit } = die;
  // GNU as writes addresses of Thumb code with the bit that tells the instruction set.
  const instructionBit = unit.file.sections.machine === 'arm' ? 1 : 0;
  const addressIn = (attribute: number) => {
    const address = die.address(attribute);
    return address === undefined ? undefined : address - (address & instructionBit);
  };
  const low = addressIn(dw.DW_AT_low_pc);
  const list = die.raw(dw.DW_AT_ranges);
  if (list !== undefined) {
    const { form, reader } = list;
    if (form === dw.DW_FORM_rnglistx) return rangeListAt(unit, rangeListOffset(unit, reader.uleb()));
    const offset = die.number(dw.DW_AT_ranges);
    if (offset === undefined) return [];
    return unit.header.version >= 5 ? rangeListAt(unit, offset) : oldRangesAt(unit, offset);
  }
  if (low === undefined) return [];
  const high = addressIn(dw.DW_AT_high_pc) ?? low + (die.number(dw.DW_AT_high_pc) ?? 0);
  return alive(unit, [{ low, high }]);
}

function alive(unit: Unit, ranges: AddressRange[]): AddressRange[] {
  const { addressSize } = unit.header;
  const { context } = unit.file;
  return ranges.filter(({ low, high }) => high > low && !context.isDiscarded(low, addressSize));
}

function rangeListOffset(unit: Unit, index: number): number {
  const section = unit.file.sections.section('.debug_rnglists');
  if (section === undefined) throw new DebugInfoError('.debug_rnglists', 0, 'the section is missing');
  const base = unit.rangeListsBase;
  const { offsetSize } = unit.header;
  return base + section.reader(base + index * offsetSize).dwarfOffset(offsetSize);
}

function rangeListAt(unit: Unit, offset: number): AddressRange[] {
  const section = unit.file.sections.section('.debug_rnglists');
  if (section === undefined) throw new DebugInfoError('.debug_rnglists', offset, 'the section is missing');
  return alive(unit, readRangeList(unit, section.reader(offset)));
}

function readRangeList(unit: Unit, reader: Reader): AddressRange[] {
  const { addressSize } = unit.header;
  const { context } = unit.file;
  const ranges: AddressRange[] = [];
  let base = unit.lowPc ?? 0;
  while (ranges.length < MAX_RANGES) {
    const kind = reader.u8();
    switch (kind) {
      case dw.DW_RLE_end_of_list:
        return ranges;
      case dw.DW_RLE_base_addressx:
        base = addressAtIndex(unit, reader.uleb());
        break;
      case dw.DW_RLE_base_address:
        base = reader.address(addressSize);
        break;
      case dw.DW_RLE_offset_pair: {
        const low = base + reader.uleb();
        const high = base + reader.uleb();
        if (!context.isDiscarded(base, addressSize) || base === 0) ranges.push({ low, high });
        break;
      }
      case dw.DW_RLE_startx_endx: {
        const low = addressAtIndex(unit, reader.uleb());
        ranges.push({ low, high: addressAtIndex(unit, reader.uleb()) });
        break;
      }
      case dw.DW_RLE_startx_length: {
        const low = addressAtIndex(unit, reader.uleb());
        ranges.push({ low, high: low + reader.uleb() });
        break;
      }
      case dw.DW_RLE_start_end: {
        const low = reader.address(addressSize);
        ranges.push({ low, high: reader.address(addressSize) });
        break;
      }
      case dw.DW_RLE_start_length: {
        const low = reader.address(addressSize);
        ranges.push({ low, high: low + reader.uleb() });
        break;
      }
      default:
        reader.fail(`range list entry of kind ${kind} is not known`, reader.position - 1);
    }
  }
  return reader.fail('the range list does not end');
}

/** .debug_ranges: pairs of offsets from a base; (-1, address) sets the base, (0, 0) ends the list. */
function oldRangesAt(unit: Unit, attributeOffset: number): AddressRange[] {
  // Split units of the GNU extension leave their ranges in the program, counted from the skeleton's DW_AT_GNU_ranges_base.
  const offset = attributeOffset + (unit.file.isSplit ? unit.gnuRangesBase : 0);
  const section = unit.skeleton.file.sections.section('.debug_ranges');
  if (section === undefined) throw new DebugInfoError('.debug_ranges', offset, 'the section is missing');
  const reader = section.reader(offset);
  const { addressSize } = unit.header;
  const selector = addressSize === 4 ? 0xffff_ffff : addressSize === 2 ? 0xffff : -1;
  const ranges: AddressRange[] = [];
  let base = unit.lowPc ?? 0;
  while (ranges.length < MAX_RANGES) {
    const low = reader.address(addressSize);
    const high = reader.address(addressSize);
    if (low === 0 && high === 0) return alive(unit, ranges);
    if (low === selector) base = high;
    else if (high > low) ranges.push({ low: base + low, high: base + high });
  }
  return reader.fail('the range list does not end');
}
