// The header of a line program in .debug_line, versions 2 to 5 (DWARF 5 §6.2.4): its constants, directories and files.
import { Reader } from '../bytes';
import * as dw from '../dwarf/constants';
import { DebugInfoError } from '../errors';
import type { SectionData, SectionSource } from '../sections';
import { stringAt } from '../str/strings';

/** A file as the table has it: a name, and the number of its directory. */
export interface FileEntry {
  readonly name: string;
  readonly directory: number;
  readonly md5: string | undefined;
}

export interface LineHeader {
  readonly version: number;
  readonly addressSize: number;
  readonly minimumInstructionLength: number;
  readonly maximumOperations: number;
  readonly defaultIsStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Number of LEB128 operands by standard opcode. */
  readonly operandCounts: Uint8Array;
  /** Number 0 is the compilation directory; versions before 5 leave it to the unit (then it is empty). */
  readonly directories: readonly string[];
  /** By the number that the program uses: versions before 5 count from 1, and number 0 is a file without a name. */
  readonly files: FileEntry[];
  /** A cursor on the program's first opcode that ends with the program. */
  readonly program: Reader;
}

/** Above this size programs are read one by one: the first address asked for should not wait for all. */
const LARGE_SECTION_BYTES = 8 * 1024 * 1024;

/** The bytes of one line program with its header. @throws DebugInfoError */
function programAt(section: SectionData, offset: number, isBigEndian: boolean): { reader: Reader; offsetSize: 4 | 8 } {
  const isLarge = section.size > LARGE_SECTION_BYTES;
  const head = isLarge ? section.slice(offset, Math.min(12, Math.max(0, section.size - offset))) : undefined;
  const start = head && new Reader(head, section.name, isBigEndian, 0, undefined, offset);
  const reader = start ?? section.reader(offset);
  const { length, offsetSize } = reader.initialLength();
  const first = reader.offset;
  const end = Math.min(first + length, section.size);
  if (start === undefined) return { reader: reader.at(first, end), offsetSize };
  const bytes = section.slice(first, end - first);
  return { reader: new Reader(bytes, section.name, isBigEndian, 0, undefined, first), offsetSize };
}

/**
 * Reads the header at an offset of .debug_line.
 * @param addressSize of the unit, for versions before 5 which do not say it themselves
 * @throws DebugInfoError
 */
export function readLineHeader(sections: SectionSource, offset: number, addressSize: number): LineHeader {
  const section = sections.section('.debug_line');
  if (section === undefined) throw new DebugInfoError('.debug_line', offset, 'the section is missing');
  const { reader, offsetSize } = programAt(section, offset, sections.isBigEndian);
  const version = reader.u16();
  if (version < 2 || version > 5) reader.fail(`line table version ${version} is not known`, reader.position - 2);
  let ownAddressSize = addressSize;
  if (version >= 5) {
    ownAddressSize = reader.u8();
    reader.skip(1);
  }
  const headerLength = reader.dwarfOffset(offsetSize);
  const programStart = reader.position + headerLength;
  const minimumInstructionLength = reader.u8();
  const maximumOperations = version >= 4 ? Math.max(1, reader.u8()) : 1;
  const defaultIsStatement = reader.u8() !== 0;
  const lineBase = reader.i8();
  const lineRange = reader.u8();
  const opcodeBase = reader.u8();
  const operandCounts = new Uint8Array(256);
  if (opcodeBase > 1) operandCounts.set(reader.slice(opcodeBase - 1), 1);
  const tables = version >= 5 ? readTables(sections, reader, offsetSize) : readOldTables(reader);
  return {
    version,
    addressSize: ownAddressSize,
    minimumInstructionLength,
    maximumOperations,
    defaultIsStatement,
    lineBase,
    lineRange,
    opcodeBase,
    operandCounts,
    ...tables,
    program: reader.at(programStart),
  };
}

interface Tables {
  readonly directories: string[];
  readonly files: FileEntry[];
}

/** Versions 2 to 4: zero-terminated lists. */
function readOldTables(reader: Reader): Tables {
  const directories = [''];
  const files: FileEntry[] = [{ name: '', directory: 0, md5: undefined }];
  for (let name = reader.cstring(); name !== ''; name = reader.cstring()) directories.push(name);
  for (let name = reader.cstring(); name !== ''; name = reader.cstring()) files.push(readOldFile(reader, name));
  return { directories, files };
}

/** What follows a file's name in a table of the old kind and in DW_LNE_define_file. */
export function readOldFile(reader: Reader, name: string): FileEntry {
  const directory = reader.uleb();
  reader.skipLeb();
  reader.skipLeb();
  return { name, directory, md5: undefined };
}

/** Version 5: each table says first what its entries consist of. */
function readTables(sections: SectionSource, reader: Reader, offsetSize: 4 | 8): Tables {
  const directories = readEntries(sections, reader, offsetSize).map((entry) => entry.name);
  return { directories, files: readEntries(sections, reader, offsetSize) };
}

function readEntries(sections: SectionSource, reader: Reader, offsetSize: 4 | 8): FileEntry[] {
  const format: { content: number; form: number }[] = [];
  for (let left = reader.u8(); left > 0; left--) format.push({ content: reader.uleb(), form: reader.uleb() });
  const count = reader.uleb();
  if (format.length === 0 || count > reader.remaining) {
    if (count === 0) return [];
    reader.fail(`a table of ${count} entries does not fit`);
  }
  const entries: FileEntry[] = [];
  for (let index = 0; index < count; index++) {
    let name = '';
    let directory = 0;
    let md5: string | undefined;
    for (const { content, form } of format) {
      if (content === dw.DW_LNCT_path) name = readText(sections, reader, form, offsetSize);
      else if (content === dw.DW_LNCT_directory_index) directory = readNumber(reader, form);
      else if (content === dw.DW_LNCT_MD5 && form === dw.DW_FORM_data16)
        md5 = Buffer.from(reader.slice(16)).toString('hex');
      else skipValue(reader, form, offsetSize);
    }
    entries.push({ name, directory, md5 });
  }
  return entries;
}

function readText(sections: SectionSource, reader: Reader, form: number, offsetSize: 4 | 8): string {
  switch (form) {
    case dw.DW_FORM_string:
      return reader.cstring();
    case dw.DW_FORM_line_strp:
      return stringAt(sections, '.debug_line_str', reader.dwarfOffset(offsetSize));
    case dw.DW_FORM_strp:
      return stringAt(sections, '.debug_str', reader.dwarfOffset(offsetSize));
    default:
      return reader.fail(`form 0x${form.toString(16)} of a file name is not known`);
  }
}

function readNumber(reader: Reader, form: number): number {
  switch (form) {
    case dw.DW_FORM_data1:
      return reader.u8();
    case dw.DW_FORM_data2:
      return reader.u16();
    case dw.DW_FORM_data4:
      return reader.u32();
    case dw.DW_FORM_data8:
      return reader.unsigned(8);
    case dw.DW_FORM_udata:
      return reader.uleb();
    default:
      return reader.fail(`form 0x${form.toString(16)} of a directory number is not known`);
  }
}

function skipValue(reader: Reader, form: number, offsetSize: 4 | 8): void {
  switch (form) {
    case dw.DW_FORM_string:
      reader.skipCstring();
      break;
    case dw.DW_FORM_line_strp:
    case dw.DW_FORM_strp:
      reader.skip(offsetSize);
      break;
    case dw.DW_FORM_data16:
      reader.skip(16);
      break;
    case dw.DW_FORM_block:
      reader.skip(reader.uleb());
      break;
    default:
      readNumber(reader, form);
  }
}
