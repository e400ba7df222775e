// Reads the line tables that llvm-dwarfdump prints.
import path from 'node:path';
import { output } from './programs';

export interface OracleLineRow {
  readonly low: number;
  /** Exclusive: the next row of the sequence. */
  readonly high: number;
  readonly line: number;
  readonly column: number;
  readonly discriminator: number;
  readonly flags: readonly string[];
  /** As the table says it, without the compilation directory. */
  readonly file: string;
}

interface Header {
  version: number;
  readonly directories: string[];
  readonly files: { name: string; directory: number }[];
}

/** The rows of all sequences in file order; a sequence is a list of rows without its end. */
export function llvmLineSequences(file: string): OracleLineRow[][] {
  const sequences: OracleLineRow[][] = [];
  let header: Header = { version: 0, directories: [], files: [] };
  let columns: string[] = [];
  let pending: Omit<OracleLineRow, 'high'>[] = [];
  for (const line of output('llvm-dwarfdump', ['--debug-line', file]).split('\n')) {
    if (line.startsWith('debug_line[')) header = { version: 0, directories: [], files: [] };
    else if (/^Address +Line/.test(line)) columns = line.trim().split(/ +/);
    else if (/^0x[0-9a-f]{16} /.test(line)) {
      const cells = line.trim().split(/ +/);
      const cell = (name: string) => Number(cells[columns.indexOf(name)]);
      const flags = cells.slice(columns.indexOf('Flags'));
      const low = Number(BigInt.asIntN(64, BigInt(cells[0] as string)));
      pending.push({
        low,
        line: cell('Line'),
        column: cell('Column'),
        discriminator: cell('Discriminator'),
        flags: flags.filter((flag) => flag !== 'end_sequence' && flag !== 'basic_block').sort(),
        file: fileName(header, cell('File')),
      });
      if (flags.includes('end_sequence')) {
        const rows = pending.slice(0, -1);
        const ends = pending.slice(1);
        sequences.push(rows.map((row, index) => ({ ...row, high: (ends[index] as { low: number }).low })));
        pending = [];
      }
    } else readHeader(header, line);
  }
  return sequences;
}

function readHeader(header: Header, line: string): void {
  const version = /^ +version: (\d+)/.exec(line);
  const directory = /^include_directories\[ *(\d+)\] = "(.*)"/.exec(line);
  const file = /^file_names\[ *(\d+)\]:/.exec(line);
  const name = /^ +name: "(.*)"/.exec(line);
  const index = /^ +dir_index: (\d+)/.exec(line);
  const last = header.files.at(-1);
  if (version) header.version = Number(version[1]);
  else if (directory) header.directories[Number(directory[1])] = directory[2] as string;
  else if (file) header.files[Number(file[1])] = { name: '', directory: 0 };
  else if (name && last) last.name = name[1] as string;
  else if (index && last) last.directory = Number(index[1]);
}

function fileName(header: Header, number: number): string {
  const file = header.files[number];
  if (!file) return '';
  if (path.posix.isAbsolute(file.name)) return path.posix.normalize(file.name);
  return path.posix.join(header.directories[file.directory] ?? '', file.name);
}
