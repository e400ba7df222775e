// The rows of one line program, by address, and their files. How they come about is in program.ts.
import type { AddressRange, LineRow, SourceFile, SourcePosition } from '../api';
import { lastNotAbove } from '../search';

export const IS_STATEMENT = 1;
export const PROLOGUE_END = 2;
export const EPILOGUE_BEGIN = 4;

/** Rows between `first` and `end` (exclusive) that cover `low` to `high` without a gap. */
export interface Sequence extends AddressRange {
  readonly first: number;
  readonly end: number;
}

/** Rows as columns; a row's addresses reach to the next row of its sequence with another address. */
export interface LineColumns {
  readonly addresses: Float64Array;
  readonly files: Uint32Array;
  readonly lines: Uint32Array;
  readonly columns: Uint32Array;
  readonly flags: Uint8Array;
  readonly discriminators: Uint32Array;
}

/** The line table of one unit. */
export class LineTable {
  private readonly starts: Float64Array;

  constructor(
    readonly rows: LineColumns,
    /** By address, not overlapping unless the file is damaged. */
    readonly sequences: readonly Sequence[],
    /** By the number that rows use. */
    readonly files: readonly SourceFile[],
  ) {
    this.starts = Float64Array.from(sequences, (sequence) => sequence.low);
  }

  /** The sequence that covers an address. */
  sequenceAt(address: number): Sequence | undefined {
    const sequence = this.sequences[lastNotAbove(this.starts, address)];
    return sequence !== undefined && address < sequence.high ? sequence : undefined;
  }

  /** Number of the row that says what an address belongs to: the last of those with the nearest address before it. */
  indexAt(address: number, sequence = this.sequenceAt(address)): number | undefined {
    if (sequence === undefined) return undefined;
    const index = lastNotAbove(this.rows.addresses.subarray(sequence.first, sequence.end), address);
    return index < 0 ? undefined : sequence.first + index;
  }

  rowAt(address: number): LineRow | undefined {
    const sequence = this.sequenceAt(address);
    const index = this.indexAt(address, sequence);
    return sequence === undefined || index === undefined ? undefined : this.row(index, sequence);
  }

  /**
   * As `rowAt`, but of several rows at one address the last that begins a statement: a breakpoint on its line stops there, and
   * must be seen to have stopped in that line. The row itself when none does, or when a row of no line is between. A block of the line
   * before, which the compiler tells apart by a discriminator, begins no statement.
   */
  statementRowAt(address: number): LineRow | undefined {
    const sequence = this.sequenceAt(address);
    const last = this.indexAt(address, sequence);
    if (sequence === undefined || last === undefined) return undefined;
    const { addresses, flags, lines } = this.rows;
    for (let at = last; at >= sequence.first && addresses[at] === addresses[last]; at--) {
      if (at < last && lines[at] === 0) break;
      const isStatement = ((flags[at] as number) & IS_STATEMENT) !== 0;
      if (isStatement && (at === last || !this.continuesLine(at, sequence)))
        return { ...this.row(at, sequence), high: this.highOf(last, sequence) };
    }
    return this.row(last, sequence);
  }

  /** Whether a row is one more block of the line of the row before it. */
  private continuesLine(index: number, sequence: Sequence): boolean {
    const { lines, files, discriminators } = this.rows;
    let hasBlocks = discriminators[index] !== 0;
    for (let at = index - 1; at >= sequence.first && lines[at] === lines[index] && files[at] === files[index]; at--) {
      hasBlocks ||= discriminators[at] !== 0;
      if (hasBlocks) return true;
    }
    return false;
  }

  /** Rows of all sequences that overlap a range; rows that cover no address are left out. */
  rowsIn(range: AddressRange): LineRow[] {
    const rows: LineRow[] = [];
    for (const sequence of this.sequences) {
      if (sequence.low >= range.high || sequence.high <= range.low) continue;
      const first = this.indexAt(Math.max(range.low, sequence.low), sequence) ?? sequence.first;
      for (let index = first; index < sequence.end && (this.rows.addresses[index] as number) < range.high; index++) {
        const row = this.row(index, sequence);
        if (row.high > row.low) rows.push(row);
      }
    }
    return rows;
  }

  /** Where the row's addresses end. */
  highOf(index: number, sequence: Sequence): number {
    return index + 1 < sequence.end ? (this.rows.addresses[index + 1] as number) : sequence.high;
  }

  position(index: number): SourcePosition {
    return {
      file: this.fileOf(index),
      line: this.rows.lines[index] as number,
      column: this.rows.columns[index] as number,
    };
  }

  private fileOf(index: number): SourceFile {
    return this.files[this.rows.files[index] as number] ?? UNKNOWN_FILE;
  }

  row(index: number, sequence: Sequence): LineRow {
    const flags = this.rows.flags[index] as number;
    return {
      ...this.position(index),
      low: this.rows.addresses[index] as number,
      high: this.highOf(index, sequence),
      isStatement: (flags & IS_STATEMENT) !== 0,
      prologueEnd: (flags & PROLOGUE_END) !== 0,
      epilogueBegin: (flags & EPILOGUE_BEGIN) !== 0,
      discriminator: this.rows.discriminators[index] as number,
    };
  }
}

/** For file numbers that the table does not have. */
const UNKNOWN_FILE: SourceFile = { path: '', name: '', md5: undefined };
