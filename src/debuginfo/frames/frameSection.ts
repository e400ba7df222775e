// One section of frame descriptions, .debug_frame or .eh_frame: which FDE covers an address, and its rows. The sections are
// gone through once, at the first question; nothing is kept of an FDE but its range and place.

import type { Reader } from '../bytes';
import type { WarningList } from '../errors';
import type { SectionData } from '../sections';
import { type FrameRow, frameRows } from './callFrameInstructions';
import { type CommonInformationEntry, type EntryDefaults, readCommonInformationEntry } from './commonInformationEntry';
import type { EhFrameHeader } from './ehFrameHeader';
import { readEncodedPointer, readValue } from './pointerEncoding';
import { type RangeTable, RangeTableBuilder } from './rangeTable';

export interface FrameDescriptionEntry {
  /** Of the entry's length field. */
  readonly offset: number;
  readonly cie: CommonInformationEntry;
  readonly low: number;
  /** Exclusive. */
  readonly high: number;
  readonly instructionsStart: number;
  readonly instructionsEnd: number;
}

export interface FrameSectionOptions extends EntryDefaults {
  readonly warnings: WarningList;
  /** Whether code of the program can be at an address. */
  readonly isCode: (address: number) => boolean;
  readonly header: EhFrameHeader | undefined;
}

/** The length and kind of the entry at an offset; `id` is the CIE id or, for FDEs, the offset of their CIE. */
interface EntryHead {
  readonly kind: 'cie' | 'fde' | 'terminator';
  readonly cieOffset: number;
  /** Where the fields after the id begin. */
  readonly start: number;
  readonly end: number;
}

export class FrameSection {
  readonly name: '.debug_frame' | '.eh_frame';
  private readonly cies = new Map<number, CommonInformationEntry>();
  private table: RangeTable | undefined;
  private cursor: Reader | undefined;
  /** As api.ts counts addresses. */
  private readonly lastAddress: number;

  constructor(
    private readonly data: SectionData,
    private readonly options: FrameSectionOptions,
  ) {
    this.lastAddress = options.addressSize === 8 ? -1 : 2 ** (8 * options.addressSize) - 1;
    this.name = options.isEhFrame ? '.eh_frame' : '.debug_frame';
  }

  /** The FDE that covers an address; undefined when none does or it is damaged (then there is a warning). */
  fdeFor(address: number): FrameDescriptionEntry | undefined {
    return this.options.warnings.guard(() => {
      const hinted = this.options.header?.fdeOffsetFor(address);
      if (hinted !== undefined) {
        const fde = this.options.warnings.guard(() => this.fdeAt(hinted), undefined);
        if (fde && fde.low <= address && address < fde.high) return fde;
      }
      const offset = this.index().find(address);
      return offset === undefined ? undefined : this.fdeAt(offset);
    }, undefined);
  }

  /** All FDEs of live code, in address order. */
  *fdes(): Generator<FrameDescriptionEntry, void, void> {
    for (const offset of this.index().values()) yield this.fdeAt(offset);
  }

  /** @throws DebugInfoError at a damaged instruction, after the rows before it were given. */
  rows(fde: FrameDescriptionEntry): Generator<FrameRow, void, void> {
    return frameRows(this.reader(), fde.cie, fde, this.options.bases);
  }

  private reader(): Reader {
    this.cursor ??= this.data.reader();
    return this.cursor;
  }

  private index(): RangeTable {
    this.table ??= this.scan();
    return this.table;
  }

  private scan(): RangeTable {
    const builder = new RangeTableBuilder();
    const { warnings } = this.options;
    const reader = this.reader().at(0);
    while (!reader.atEnd) {
      const offset = reader.position;
      let head: EntryHead;
      try {
        head = this.readHead(reader);
      } catch (error) {
        // Without a length the next entry cannot be found.
        warnings.addError(error);
        break;
      }
      if (head.kind === 'fde') {
        warnings.guard(() => {
          const { low, high } = this.readRange(reader, this.cieAt(head.cieOffset));
          if (high > low && this.isLive(low, high)) builder.add(low, high, offset);
        }, undefined);
      }
      reader.position = head.end;
    }
    return builder.build();
  }

  /**
   * Linkers that drop a function leave its FDE behind in .debug_frame, moved to address 0 (GNU ld) or to the last address or the
   * one before (lld). At 0 there may be code all the same: then an FDE is believed if it is the only one there, see RangeTable.
   */
  private isLive(low: number, high: number): boolean {
    if (low === this.lastAddress || low === this.lastAddress - 1) return false;
    if (this.lastAddress > 0 && high > this.lastAddress + 1) return false;
    return low !== 0 || this.options.isCode(0);
  }

  private readHead(reader: Reader): EntryHead {
    const offset = reader.position;
    const { length, offsetSize } = reader.initialLength();
    const body = reader.position;
    if (length > reader.remaining) reader.fail(`entry of ${length} bytes passes the end of the section`, offset);
    const end = body + length;
    if (length === 0) return { kind: 'terminator', cieOffset: 0, start: body, end };
    // The id of .eh_frame is always 4 bytes (LSB), that of .debug_frame follows the DWARF format.
    const { isEhFrame } = this.options;
    const idSize = isEhFrame ? 4 : offsetSize;
    if (length < idSize) reader.fail(`entry of ${length} bytes is too short`, offset);
    if (isEhFrame) {
      const id = reader.u32();
      return { kind: id === 0 ? 'cie' : 'fde', cieOffset: body - id, start: reader.position, end };
    }
    const low = reader.u32();
    const high = idSize === 8 ? reader.u32() : low;
    // All bits set, whatever the byte order.
    const isCie = low === 0xffff_ffff && high === 0xffff_ffff;
    const cieOffset = isCie ? 0 : reader.at(body).dwarfOffset(offsetSize);
    return { kind: isCie ? 'cie' : 'fde', cieOffset, start: reader.position, end };
  }

  private cieAt(offset: number): CommonInformationEntry {
    const before = this.cies.get(offset);
    if (before) return before;
    const reader = this.reader().at(0);
    reader.seek(offset);
    const head = this.readHead(reader);
    if (head.kind !== 'cie') reader.fail('an FDE refers to something that is no CIE', offset);
    const cie = readCommonInformationEntry(reader.at(head.start, head.end), offset, this.options);
    this.cies.set(offset, cie);
    return cie;
  }

  private fdeAt(offset: number): FrameDescriptionEntry {
    const reader = this.reader().at(0);
    reader.seek(offset);
    const head = this.readHead(reader);
    if (head.kind !== 'fde') reader.fail('an FDE is expected here', offset);
    const cie = this.cieAt(head.cieOffset);
    const body = reader.at(head.start, head.end);
    const { low, high } = this.readRange(body, cie);
    if (cie.hasAugmentationData) body.skip(body.uleb());
    return { offset, cie, low, high, instructionsStart: body.position, instructionsEnd: body.end };
  }

  /** Reads initial_location and address_range. */
  private readRange(reader: Reader, cie: CommonInformationEntry): { readonly low: number; readonly high: number } {
    reader.skip(cie.segmentSelectorSize);
    const start = reader.position;
    const { bases, addressSize } = this.options;
    // In most files this is asked hundreds of thousands of times, with one size.
    const own = cie.addressSize === addressSize ? bases : { ...bases, addressSize: cie.addressSize };
    const low = readEncodedPointer(reader, cie.pointerEncoding, own);
    if (low === undefined) reader.fail('FDE whose address is not stored in the file', start);
    const length = readValue(reader, cie.pointerEncoding & 0x0f, cie.addressSize);
    return { low, high: low + (length < 0 && cie.addressSize < 8 ? length + 2 ** (8 * cie.addressSize) : length) };
  }
}
