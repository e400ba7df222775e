// The ELF container of core files: header, program headers and notes, as plain records. Knows no target and no registers.
import { errors } from '../messages';

export const EM_ARM = 40;
export const EM_AARCH64 = 183;
export const EM_RISCV = 243;
export const ET_CORE = 4;
export const PT_LOAD = 1;
export const PT_NOTE = 4;

export interface ProgramHeader {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

export interface Note {
  readonly name: string;
  readonly type: number;
  readonly description: Uint8Array;
}

export interface ElfContainer {
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  readonly machine: number;
  readonly programHeaders: readonly ProgramHeader[];
}

/** Reads the ELF header and the program headers of a core file. Throws an EngineError when they are not there or cut short. */
export function readContainer(path: string, file: Uint8Array): ElfContainer {
  if (file.length < 20 || file[0] !== 0x7f || file[1] !== 0x45 || file[2] !== 0x4c || file[3] !== 0x46) {
    throw errors.notACore(path, 'it does not begin with the ELF magic number');
  }
  const is64Bit = file[4] === 2;
  const isBigEndian = file[5] === 2;
  const headerSize = is64Bit ? 64 : 52;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const little = !isBigEndian;
  if (file.length < headerSize) throw errors.coreTruncated(path, 'the ELF header', 0, file.length);
  const type = view.getUint16(16, little);
  if (type !== ET_CORE) {
    throw errors.notACore(path, type === 2 || type === 3 ? 'it is a program' : `its ELF type is ${type}, not ET_CORE`);
  }
  const word = (at: number) => (is64Bit ? Number(view.getBigInt64(at, little)) : view.getUint32(at, little));
  const tableOffset = word(is64Bit ? 32 : 28);
  const entrySize = view.getUint16(is64Bit ? 54 : 42, little);
  const count = view.getUint16(is64Bit ? 56 : 44, little);
  const smallest = is64Bit ? 56 : 32;
  if (count > 0 && (entrySize < smallest || tableOffset < 0 || tableOffset + count * entrySize > file.length)) {
    throw errors.coreTruncated(path, `the table of ${count} program headers`, Math.max(tableOffset, 0), file.length);
  }
  const programHeaders: ProgramHeader[] = [];
  for (let i = 0; i < count; i++) {
    const at = tableOffset + i * entrySize;
    programHeaders.push(
      is64Bit
        ? {
            type: view.getUint32(at, little),
            flags: view.getUint32(at + 4, little),
            offset: word(at + 8),
            address: word(at + 16),
            fileSize: word(at + 32),
          }
        : {
            type: view.getUint32(at, little),
            offset: word(at + 4),
            address: word(at + 8),
            fileSize: word(at + 16),
            flags: view.getUint32(at + 24, little),
          },
    );
  }
  return { is64Bit, isBigEndian, machine: view.getUint16(18, little), programHeaders };
}

/** The notes of one PT_NOTE segment (System V gABI, Note Section). Throws an EngineError when one is cut short. */
export function readNotes(path: string, file: Uint8Array, header: ProgramHeader, isBigEndian: boolean): Note[] {
  const end = header.offset + header.fileSize;
  if (header.offset < 0 || header.fileSize < 0 || end > file.length) {
    throw errors.coreTruncated(path, 'the note segment', Math.max(header.offset, 0), file.length);
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const align = (size: number) => (size + 3) & ~3;
  const notes: Note[] = [];
  let at = header.offset;
  while (at + 12 <= end) {
    const nameSize = view.getUint32(at, !isBigEndian);
    const descriptionSize = view.getUint32(at + 4, !isBigEndian);
    const nameAt = at + 12;
    const descriptionAt = nameAt + align(nameSize);
    const next = descriptionAt + descriptionSize;
    if (nameSize > file.length || descriptionSize > file.length || next > end) {
      throw errors.coreTruncated(path, 'a note', at, file.length);
    }
    notes.push({
      name: Buffer.from(file.subarray(nameAt, nameAt + nameSize))
        .toString('latin1')
        .replace(/\0+$/, ''),
      type: view.getUint32(at + 8, !isBigEndian),
      description: file.subarray(descriptionAt, next),
    });
    at = descriptionAt + align(descriptionSize);
  }
  return notes;
}
