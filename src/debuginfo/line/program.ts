// Runs a line program (DWARF 5 §6.2.5) and collects its rows. Sequences of discarded code are dropped here.
import * as dw from '../dwarf/constants';
import type { WarningList } from '../errors';
import { type FileEntry, type LineHeader, readOldFile } from './header';
import { EPILOGUE_BEGIN, IS_STATEMENT, type LineColumns, PROLOGUE_END, type Sequence } from './table';

/** Rows as they come. */
class RowBuffer {
  count = 0;
  addresses = new Float64Array(1024);
  files = new Uint32Array(1024);
  lines = new Uint32Array(1024);
  columns = new Uint32Array(1024);
  flags = new Uint8Array(1024);
  discriminators = new Uint32Array(1024);

  grow(): void {
    const size = this.addresses.length * 2;
    this.addresses = copied(this.addresses, new Float64Array(size));
    this.files = copied(this.files, new Uint32Array(size));
    this.lines = copied(this.lines, new Uint32Array(size));
    this.columns = copied(this.columns, new Uint32Array(size));
    this.flags = copied(this.flags, new Uint8Array(size));
    this.discriminators = copied(this.discriminators, new Uint32Array(size));
  }

  finish(): LineColumns {
    return {
      addresses: this.addresses.slice(0, this.count),
      files: this.files.slice(0, this.count),
      lines: this.lines.slice(0, this.count),
      columns: this.columns.slice(0, this.count),
      flags: this.flags.slice(0, this.count),
      discriminators: this.discriminators.slice(0, this.count),
    };
  }
}

function copied<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

interface LineProgramResult {
  readonly rows: LineColumns;
  readonly sequences: Sequence[];
  /** Files that the program itself defined, after those of the header. */
  readonly files: readonly FileEntry[];
}

/** Runs the whole program; damage ends it early with a warning. `isDiscarded` tells the addresses of dropped code. */
export function runLineProgram(
  header: LineHeader,
  isDiscarded: (address: number) => boolean,
  warnings: WarningList,
): LineProgramResult {
  const run = new LineProgramRun(header, isDiscarded);
  try {
    run.run();
  } catch (error) {
    warnings.addError(error);
  }
  run.sequences.sort((a, b) => a.low - b.low);
  return { rows: run.rows.finish(), sequences: run.sequences, files: run.files };
}

class LineProgramRun {
  readonly rows = new RowBuffer();
  readonly sequences: Sequence[] = [];
  readonly files: FileEntry[];
  private sequenceFirst = 0;
  private address = 0;
  private operation = 0;
  private file = 1;
  private line = 1;
  private column = 0;
  private flags = 0;
  private discriminator = 0;

  constructor(
    private readonly header: LineHeader,
    private readonly isDiscarded: (address: number) => boolean,
  ) {
    this.files = [...header.files];
    this.reset();
  }

  private reset(): void {
    this.address = 0;
    this.operation = 0;
    this.file = 1;
    this.line = 1;
    this.column = 0;
    this.flags = this.header.defaultIsStatement ? IS_STATEMENT : 0;
    this.discriminator = 0;
    this.sequenceFirst = this.rows.count;
  }

  run(): void {
    const { program, opcodeBase, lineBase, lineRange } = this.header;
    while (!program.atEnd) {
      const opcode = program.u8();
      if (opcode >= opcodeBase) {
        if (lineRange === 0) program.fail('a special opcode with a line range of 0');
        const adjusted = opcode - opcodeBase;
        this.advance(Math.floor(adjusted / lineRange));
        this.line += lineBase + (adjusted % lineRange);
        this.emit();
      } else if (opcode === 0) this.extended();
      else this.standard(opcode);
    }
  }

  private advance(operations: number): void {
    const { minimumInstructionLength, maximumOperations } = this.header;
    if (maximumOperations === 1) {
      this.address += minimumInstructionLength * operations;
      return;
    }
    const total = this.operation + operations;
    this.address += minimumInstructionLength * Math.floor(total / maximumOperations);
    this.operation = total % maximumOperations;
  }

  private standard(opcode: number): void {
    const { program } = this.header;
    switch (opcode) {
      case dw.DW_LNS_copy:
        this.emit();
        break;
      case dw.DW_LNS_advance_pc:
        this.advance(program.uleb());
        break;
      case dw.DW_LNS_advance_line:
        this.line += program.sleb();
        break;
      case dw.DW_LNS_set_file:
        this.file = program.uleb();
        break;
      case dw.DW_LNS_set_column:
        this.column = program.uleb();
        break;
      case dw.DW_LNS_negate_stmt:
        this.flags ^= IS_STATEMENT;
        break;
      case dw.DW_LNS_set_basic_block:
        break;
      case dw.DW_LNS_const_add_pc:
        if (this.header.lineRange === 0) program.fail('DW_LNS_const_add_pc with a line range of 0');
        this.advance(Math.floor((255 - this.header.opcodeBase) / this.header.lineRange));
        break;
      case dw.DW_LNS_fixed_advance_pc:
        this.address += program.u16();
        this.operation = 0;
        break;
      case dw.DW_LNS_set_prologue_end:
        this.flags |= PROLOGUE_END;
        break;
      case dw.DW_LNS_set_epilogue_begin:
        this.flags |= EPILOGUE_BEGIN;
        break;
      case dw.DW_LNS_set_isa:
        program.skipLeb();
        break;
      default:
        for (let left = this.header.operandCounts[opcode] as number; left > 0; left--) program.skipLeb();
    }
  }

  private extended(): void {
    const { program } = this.header;
    const length = program.uleb();
    if (length === 0) return;
    if (length > program.remaining) program.fail(`an extended opcode of ${length} bytes does not fit`);
    const next = program.position + length;
    switch (program.u8()) {
      case dw.DW_LNE_end_sequence:
        this.endSequence();
        break;
      case dw.DW_LNE_set_address:
        // The operand's size is what is left: some compilers write another than the header's.
        this.address = program.address(length - 1);
        this.operation = 0;
        break;
      case dw.DW_LNE_define_file: {
        const name = program.cstring();
        this.files.push(readOldFile(program, name));
        break;
      }
      case dw.DW_LNE_set_discriminator:
        this.discriminator = program.uleb();
        break;
    }
    program.seek(next);
  }

  private emit(): void {
    const { rows } = this;
    if (rows.count > this.sequenceFirst && this.address < (rows.addresses[rows.count - 1] as number))
      this.closeSequence();
    if (rows.count === rows.addresses.length) rows.grow();
    const index = rows.count++;
    rows.addresses[index] = this.address;
    rows.files[index] = this.file;
    rows.lines[index] = Math.max(0, this.line);
    rows.columns[index] = this.column;
    rows.flags[index] = this.flags;
    rows.discriminators[index] = this.discriminator;
    this.flags &= IS_STATEMENT;
    this.discriminator = 0;
  }

  private endSequence(): void {
    this.closeSequence(this.address);
    this.reset();
  }

  /** Without an end (addresses going backwards in one sequence, which only damage does) the last row is dropped. */
  private closeSequence(end?: number): void {
    const first = this.sequenceFirst;
    const { count, addresses } = this.rows;
    const high = end ?? (addresses[count - 1] as number);
    const low = addresses[first] as number;
    if (count > first && high > low && !this.isDiscarded(low)) this.sequences.push({ low, high, first, end: count });
    else this.rows.count = first;
    this.sequenceFirst = this.rows.count;
  }
}
