// The .eh_frame_hdr section (LSB Core, “The .eh_frame_hdr section”): a sorted table from function addresses to FDEs that the
// linker made. It only says where to look first; the FDE itself decides.

import { DebugInfoError } from '../errors';
import type { SectionData } from '../sections';
import { DW_EH_PE_omit, readEncodedPointer } from './pointerEncoding';

/** The only table encoding in which entries have one size and can be searched: datarel | sdata4. */
const searchable = 0x3b;

export class EhFrameHeader {
  private constructor(
    private readonly view: DataView,
    private readonly isLittleEndian: boolean,
    private readonly count: number,
    private readonly headerAddress: number,
    private readonly frameAddress: number,
  ) {}

  /** @throws DebugInfoError when the section is not one that can be searched. */
  static read(header: SectionData, ehFrameAddress: number, addressSize: number): EhFrameHeader {
    const reader = header.reader();
    const version = reader.u8();
    if (version !== 1) reader.fail(`version ${version} is not known`, 0);
    const [framePointerEncoding, countEncoding, tableEncoding] = [reader.u8(), reader.u8(), reader.u8()];
    const bases = { section: header.address, data: header.address, text: undefined, addressSize };
    readEncodedPointer(reader, framePointerEncoding, bases);
    if (countEncoding === DW_EH_PE_omit || tableEncoding !== searchable) reader.fail('there is no search table', 0);
    const start = reader.position;
    const count = readEncodedPointer(reader, countEncoding, bases) ?? 0;
    if (count < 0 || count * 8 > reader.remaining) {
      throw new DebugInfoError(header.name, start, `a table of ${count} entries passes the end of the section`);
    }
    const table = reader.slice(count * 8);
    const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    return new EhFrameHeader(view, !reader.isBigEndian, count, header.address, ehFrameAddress);
  }

  /** Offset in .eh_frame of the FDE that may cover the address. */
  fdeOffsetFor(address: number): number | undefined {
    const wanted = address - this.headerAddress;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.view.getInt32(middle * 8, this.isLittleEndian) <= wanted) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    return this.view.getInt32(low * 8 - 4, this.isLittleEndian) + this.headerAddress - this.frameAddress;
  }
}
