// Location lists: .debug_loc of DWARF 2 to 4, its GNU form in .dwo files, and .debug_loclists of DWARF 5 (§2.6.2, §7.7.3).
// Which expression holds where; the expressions themselves are run elsewhere.
import type { AddressRange } from '../api';
import type { Reader } from '../bytes';
import type { UnitContext } from '../sections';

export interface LocationListEntry extends AddressRange {
  /** True for DW_LLE_default_location: it holds where no other entry does, and the range is empty. */
  readonly isDefault: boolean;
  readonly expression: Uint8Array;
}

/**
 * The entries of a list in file order, empty ranges and those of dropped functions left out. `offset` counts from the start of
 * the unit's section.
 * @throws DebugInfoError at a damaged entry, after the ones before it were given; at once when the section is absent.
 */
export function* locationList(unit: UnitContext, offset: number): Generator<LocationListEntry, void, void> {
  const name = unit.version >= 5 ? '.debug_loclists' : '.debug_loc';
  const reader = unit.sections.section(name)?.reader(offset);
  if (!reader) return;
  const entries =
    unit.version >= 5 ? modernList(reader, unit) : unit.isGnuSplit ? gnuSplitList(reader, unit) : oldList(reader, unit);
  for (const entry of entries) {
    if (entry.isDefault || (entry.high > entry.low && !isTombstone(entry.low, unit.addressSize))) yield entry;
  }
}

/** The expression that holds at `pc`. */
export function locationAt(unit: UnitContext, offset: number, pc: number): Uint8Array | undefined {
  let otherwise: Uint8Array | undefined;
  for (const { low, high, isDefault, expression } of locationList(unit, offset)) {
    if (isDefault) otherwise ??= expression;
    else if (low <= pc && pc < high) return expression;
  }
  return otherwise;
}

/** lld marks what was dropped by the last address (or, in lists, the one before). */
function isTombstone(low: number, addressSize: number): boolean {
  const last = addressSize === 8 ? -1 : 2 ** (8 * addressSize) - 1;
  return low === last || low === last - 1;
}

function entry(low: number, high: number, expression: Uint8Array): LocationListEntry {
  return { low, high, isDefault: false, expression };
}

/** Sums stay in the address space of the unit. */
function add(base: number, offset: number, addressSize: number): number {
  return addressSize === 4 ? (base + offset) >>> 0 : base + offset;
}

/** DWARF 4 §2.6.2: pairs of addresses, the largest address as first of a pair sets a new base. */
function* oldList(reader: Reader, unit: UnitContext): Generator<LocationListEntry, void, void> {
  const { addressSize } = unit;
  const selection = addressSize === 8 ? -1 : 2 ** (8 * addressSize) - 1;
  let base = unit.lowPc ?? 0;
  for (;;) {
    const low = reader.address(addressSize);
    const high = reader.address(addressSize);
    if (low === 0 && high === 0) return;
    if (low === selection) base = high;
    else {
      const expression = reader.slice(reader.u16());
      yield entry(add(base, low, addressSize), add(base, high, addressSize), expression);
    }
  }
}

/** GNU's split DWARF before DWARF 5: kinds as in DWARF 5's first drafts, lengths of 4 bytes. */
function* gnuSplitList(reader: Reader, unit: UnitContext): Generator<LocationListEntry, void, void> {
  const { addressSize } = unit;
  let base = unit.lowPc ?? 0;
  for (;;) {
    const start = reader.position;
    const kind = reader.u8();
    if (kind === 0) return;
    if (kind === 1) {
      base = unit.addressAt(reader.uleb());
      continue;
    }
    let range: [low: number, high: number];
    if (kind === 2) range = [unit.addressAt(reader.uleb()), unit.addressAt(reader.uleb())];
    else if (kind === 3) {
      const low = unit.addressAt(reader.uleb());
      range = [low, add(low, reader.u32(), addressSize)];
    } else if (kind === 4) range = [add(base, reader.u32(), addressSize), add(base, reader.u32(), addressSize)];
    else reader.fail(`location list entry kind ${kind} is not known`, start);
    yield entry(...range, reader.slice(reader.u16()));
  }
}

/** DWARF 5 §7.7.3. */
function* modernList(reader: Reader, unit: UnitContext): Generator<LocationListEntry, void, void> {
  const { addressSize } = unit;
  let base = unit.lowPc ?? 0;
  const expression = () => reader.slice(reader.uleb());
  for (;;) {
    const start = reader.position;
    const kind = reader.u8();
    switch (kind) {
      case 0x00: // DW_LLE_end_of_list
        return;
      case 0x01: // DW_LLE_base_addressx
        base = unit.addressAt(reader.uleb());
        break;
      case 0x02: // DW_LLE_startx_endx
        yield entry(unit.addressAt(reader.uleb()), unit.addressAt(reader.uleb()), expression());
        break;
      case 0x03: {
        // DW_LLE_startx_length
        const low = unit.addressAt(reader.uleb());
        yield entry(low, add(low, reader.uleb(), addressSize), expression());
        break;
      }
      case 0x04: {
        // DW_LLE_offset_pair; offsets from a dropped function's base lead nowhere
        const [low, high] = [reader.uleb(), reader.uleb()];
        const place = expression();
        if (!isTombstone(base, addressSize))
          yield entry(add(base, low, addressSize), add(base, high, addressSize), place);
        break;
      }
      case 0x05: // DW_LLE_default_location
        yield { low: 0, high: 0, isDefault: true, expression: expression() };
        break;
      case 0x06: // DW_LLE_base_address
        base = reader.address(addressSize);
        break;
      case 0x07: // DW_LLE_start_end
        yield entry(reader.address(addressSize), reader.address(addressSize), expression());
        break;
      case 0x08: {
        // DW_LLE_start_length
        const low = reader.address(addressSize);
        yield entry(low, add(low, reader.uleb(), addressSize), expression());
        break;
      }
      case 0x09: // DW_LLE_GNU_view_pair: numbers the views of line rows at the ends of the next entry's range
        reader.skipLeb();
        reader.skipLeb();
        break;
      default:
        reader.fail(`location list entry kind ${kind} is not known`, start);
    }
  }
}
