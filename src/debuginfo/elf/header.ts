// The ELF header, section headers and program headers: where things are in the file. Contents are read elsewhere.
import type { Machine, Section, Segment } from '../api';
import { Reader } from '../bytes';
import { DebugInfoError, type WarningList } from '../errors';
import { EM_AARCH64, EM_ARM, EM_RISCV, EM_XTENSA, PF_W, PF_X, PT_LOAD, SHN_XINDEX } from './constants';
import type { FileBytes } from './fileBytes';

/** A section header with what api.ts leaves out. */
export interface SectionHeader extends Section {
  readonly fileOffset: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
}

interface SegmentHeader extends Segment {
  readonly fileOffset: number;
}

/** What the headers of one ELF file say. */
export interface ElfHeader {
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  readonly machine: Machine;
  /** ET_* */
  readonly type: number;
  readonly entry: number;
  readonly sections: readonly SectionHeader[];
  readonly segments: readonly SegmentHeader[];
}

/** No linker makes more; a damaged count must not cost memory. */
const MAX_SECTIONS = 1_000_000;

/**
 * Reads all headers.
 * @throws DebugInfoError when the file is no ELF file or its header is cut off; damage in the tables becomes warnings.
 */
export function readElfHeader(file: FileBytes, warnings: WarningList): ElfHeader {
  const ident = file.read(0, Math.min(64, file.size));
  if (ident.length < 52 || ident[0] !== 0x7f || ident[1] !== 0x45 || ident[2] !== 0x4c || ident[3] !== 0x46)
    throw new DebugInfoError('file', 0, 'this is not an ELF file');
  const is64Bit = ident[4] === 2;
  if (ident[4] !== 1 && !is64Bit) throw new DebugInfoError('file', 4, `ELF class ${ident[4]} is not known`);
  const isBigEndian = ident[5] === 2;
  if (ident[5] !== 1 && !isBigEndian) throw new DebugInfoError('file', 5, `ELF byte order ${ident[5]} is not known`);
  const word = is64Bit ? 8 : 4;
  const reader = new Reader(ident, 'file', isBigEndian, 16);
  const type = reader.u16();
  const machineNumber = reader.u16();
  reader.skip(4);
  const entry = reader.address(word);
  const programOffset = reader.unsigned(word);
  const sectionOffset = reader.unsigned(word);
  reader.skip(6);
  const programEntrySize = reader.u16();
  let programCount = reader.u16();
  const sectionEntrySize = reader.u16();
  let sectionCount = reader.u16();
  let namesIndex = reader.u16();

  // With very many sections or segments the true counts stand in section header 0 (gABI, “ELF header”).
  if (sectionOffset > 0 && (sectionCount === 0 || namesIndex === SHN_XINDEX || programCount === 0xffff)) {
    warnings.guard(() => {
      const first = sectionHeader(file, sectionOffset, is64Bit, isBigEndian, 0);
      if (sectionCount === 0) sectionCount = first.size;
      if (namesIndex === SHN_XINDEX) namesIndex = first.link;
      if (programCount === 0xffff) programCount = first.info;
    }, undefined);
  }
  const rawSections = readTable(warnings, 'section', sectionOffset, sectionEntrySize, sectionCount, (at, index) =>
    sectionHeader(file, at, is64Bit, isBigEndian, index),
  );
  const segments = readTable(warnings, 'program', programOffset, programEntrySize, programCount, (at) =>
    segmentHeader(file, at, is64Bit, isBigEndian),
  ).filter((segment) => segment.type === PT_LOAD);
  return {
    is64Bit,
    isBigEndian,
    machine: machineOf(machineNumber, is64Bit),
    type,
    entry,
    sections: nameSections(file, warnings, rawSections, namesIndex),
    segments,
  };
}

function machineOf(number: number, is64Bit: boolean): Machine {
  switch (number) {
    case EM_ARM:
      return 'arm';
    case EM_AARCH64:
      return 'aarch64';
    case EM_RISCV:
      return is64Bit ? 'riscv64' : 'riscv32';
    case EM_XTENSA:
      return 'xtensa';
    default:
      return 'other';
  }
}

/** Reads `count` headers, or as many as the file holds with a warning. */
function readTable<T>(
  warnings: WarningList,
  what: string,
  offset: number,
  entrySize: number,
  count: number,
  read: (at: number, index: number) => T,
): T[] {
  const headers: T[] = [];
  if (offset === 0) return headers;
  if (count > MAX_SECTIONS) {
    warnings.add('file', offset, `${count} ${what} headers cannot be right`);
    return headers;
  }
  for (let index = 0; index < count; index++) {
    try {
      headers.push(read(offset + index * entrySize, index));
    } catch (error) {
      warnings.addError(error);
      break;
    }
  }
  return headers;
}

type UnnamedSection = Omit<SectionHeader, 'name'> & { readonly nameOffset: number };

function sectionHeader(
  file: FileBytes,
  at: number,
  is64Bit: boolean,
  isBigEndian: boolean,
  index: number,
): UnnamedSection {
  const word = is64Bit ? 8 : 4;
  const reader = new Reader(file.read(at, is64Bit ? 64 : 40), 'file', isBigEndian, 0, undefined, at);
  const nameOffset = reader.u32();
  const type = reader.u32();
  const flags = Number(word === 8 ? reader.u64() : BigInt(reader.u32()));
  const address = reader.address(word);
  const fileOffset = reader.unsigned(word);
  const size = reader.unsigned(word);
  const link = reader.u32();
  const info = reader.u32();
  reader.skip(word);
  const entrySize = reader.unsigned(word);
  return { index, nameOffset, type, flags, address, fileOffset, size, link, info, entrySize };
}

function segmentHeader(
  file: FileBytes,
  at: number,
  is64Bit: boolean,
  isBigEndian: boolean,
): SegmentHeader & { type: number } {
  const word = is64Bit ? 8 : 4;
  const reader = new Reader(file.read(at, is64Bit ? 56 : 32), 'file', isBigEndian, 0, undefined, at);
  const type = reader.u32();
  let flags = is64Bit ? reader.u32() : 0;
  const fileOffset = reader.unsigned(word);
  const address = reader.address(word);
  const physicalAddress = reader.address(word);
  const fileSize = reader.unsigned(word);
  const memorySize = reader.unsigned(word);
  if (!is64Bit) flags = reader.u32();
  const writable = (flags & PF_W) !== 0;
  const executable = (flags & PF_X) !== 0;
  return { type, fileOffset, address, physicalAddress, fileSize, memorySize, writable, executable };
}

function nameSections(
  file: FileBytes,
  warnings: WarningList,
  sections: readonly UnnamedSection[],
  namesIndex: number,
): SectionHeader[] {
  const table = sections[namesIndex];
  const names =
    table === undefined ? undefined : warnings.guard(() => file.read(table.fileOffset, table.size), undefined);
  if (names === undefined && sections.length > 0) warnings.add('file', 0, 'the table of section names is missing');
  return sections.map(({ nameOffset, ...section }) => {
    const name = warnings.guard(
      () => (names === undefined ? '' : new Reader(names, '.shstrtab', false).at(nameOffset).cstring()),
      '',
    );
    return { ...section, name };
  });
}
