// .debug_aranges (DWARF 5 §6.1.2): which unit has the code at an address. Never trusted alone: the caller asks the unit itself.
import { Reader } from '../bytes';
import type { WarningList } from '../errors';
import { lastNotAbove } from '../search';
import type { SectionData } from '../sections';

/** The table, sorted by address. */
export class AddressRanges {
  private readonly lows: Float64Array;
  private readonly highs: Float64Array;
  private readonly offsets: Float64Array;

  /** Damage ends the table early, with a warning. */
  constructor(section: SectionData, isBigEndian: boolean, warnings: WarningList) {
    const found: { low: number; high: number; offset: number }[] = [];
    try {
      const reader = new Reader(section.bytes(), section.name, isBigEndian);
      while (reader.remaining > 4) readSet(reader, found);
    } catch (error) {
      warnings.addError(error);
    }
    found.sort((a, b) => a.low - b.low);
    this.lows = Float64Array.from(found, (entry) => entry.low);
    this.highs = Float64Array.from(found, (entry) => entry.high);
    this.offsets = Float64Array.from(found, (entry) => entry.offset);
  }

  /** Offset in .debug_info of the unit that the table names for an address. */
  unitOffsetAt(address: number): number | undefined {
    const index = lastNotAbove(this.lows, address);
    return index >= 0 && address < (this.highs[index] as number) ? this.offsets[index] : undefined;
  }
}

function readSet(reader: Reader, found: { low: number; high: number; offset: number }[]): void {
  const start = reader.position;
  const { length, offsetSize } = reader.initialLength();
  if (length > reader.remaining) reader.fail(`a set of ${length} bytes does not fit`, start);
  const end = reader.position + length;
  if (length === 0) return;
  const version = reader.u16();
  const offset = reader.dwarfOffset(offsetSize);
  const addressSize = reader.u8();
  const segmentSize = reader.u8();
  if (version === 2 && segmentSize === 0 && (addressSize === 4 || addressSize === 8)) {
    // Pairs begin at a multiple of their own size, counted from the start of the set.
    const pairSize = addressSize * 2;
    const header = reader.position - start;
    reader.skip((pairSize - (header % pairSize)) % pairSize);
    while (reader.position + pairSize <= end) {
      const low = reader.address(addressSize);
      const size = reader.address(addressSize);
      if (low === 0 && size === 0) break;
      if (size > 0) found.push({ low, high: low + size, offset });
    }
  }
  reader.seek(end);
}
