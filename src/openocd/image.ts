// What a program file holds for memory: loadable parts of ELF, Intel HEX, Motorola S-record and binary files, as OpenOCD
// itself takes them (`src/target/image.c`). Symbols and debug information are not read here.
import path from 'node:path';
import { type Address, toBigInt } from './address';
import { FlashError } from './errors';

export type ImageFormat = 'elf' | 'ihex' | 's19' | 'bin';

export interface ImageSection {
  readonly address: bigint;
  readonly data: Buffer;
}

/** The address behind a section. */
export const sectionEnd = ({ address, data }: ImageSection): bigint => address + BigInt(data.length);

/** Endings of text formats: such a file is never taken for raw bytes, so that a damaged one is told. */
const ENDINGS: Readonly<Record<string, ImageFormat>> = {
  ...{ '.hex': 'ihex', '.ihex': 'ihex', '.ihx': 'ihex' },
  ...{ '.srec': 's19', '.s19': 's19', '.s28': 's19', '.s37': 's19', '.mot': 's19' },
};

/** The first record of a text is at its start, but for empty lines and comments; a record has some 520 characters at most. */
const START_BYTES = 4096;

/** By content: ELF magic, `:` lines, `S` lines; else by the file's name, else binary. */
export function detectFormat(data: Buffer, file = ''): ImageFormat {
  if (data.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'))) return 'elf';
  const lines = data.subarray(0, START_BYTES).toString('latin1').split(/\r?\n/);
  const first = lines.map((line) => line.trim()).find((line) => !isEmptyLine(line)) ?? '';
  if (/^:[0-9A-Fa-f]{10,}$/.test(first)) return 'ihex';
  if (/^S[0-9][0-9A-Fa-f]{6,}$/.test(first)) return 's19';
  return ENDINGS[path.extname(file).toLowerCase()] ?? 'bin';
}

/** Nothing, or a comment, which some tools write. */
const isEmptyLine = (line: string) => line === '' || /^[;#]/.test(line);

/**
 * @param offset added to every address; for a binary file its address
 * @returns sections in ascending order, touching ones joined
 * @throws FlashError naming file and place when it is damaged or holds nothing to load
 */
export function readImage(
  data: Buffer,
  file: string,
  offset: Address = 0,
  format: ImageFormat = detectFormat(data, file),
): ImageSection[] {
  const readers: Readonly<Record<ImageFormat, () => ImageSection[]>> = {
    elf: () => readElf(data, file),
    ihex: () => readHex(data, file),
    s19: () => readSRecord(data, file),
    bin: () => (data.length === 0 ? [] : [{ address: 0n, data }]),
  };
  const sections = readers[format]().map((section) => ({
    ...section,
    address: section.address + toBigInt(offset, 'offset'),
  }));
  if (sections.length === 0) throw new FlashError(`${file} holds nothing to load.`);
  return join(sections);
}

function join(sections: readonly ImageSection[]): ImageSection[] {
  const groups: { address: bigint; end: bigint; parts: Buffer[] }[] = [];
  for (const { address, data } of [...sections].sort((a, b) =>
    a.address < b.address ? -1 : a.address > b.address ? 1 : 0,
  )) {
    const last = groups.at(-1);
    if (last && last.end === address) {
      last.parts.push(data);
      last.end += BigInt(data.length);
    } else groups.push({ address, end: address + BigInt(data.length), parts: [data] });
  }
  return groups.map(({ address, parts }) => ({
    address,
    data: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts),
  }));
}

const PT_LOAD = 1;

/** ELF program headers (System V gABI, chapter 5): PT_LOAD with contents, at their physical addresses if there are any. */
function readElf(data: Buffer, file: string): ImageSection[] {
  const damaged = (what: string) => new FlashError(`${file} is a damaged ELF file: ${what}.`);
  const wide = data[4] === 2;
  const little = data[5] !== 2;
  if (data.length < (wide ? 64 : 52)) throw damaged('its header is cut off');
  const u16 = (at: number) => (little ? data.readUInt16LE(at) : data.readUInt16BE(at));
  const u32 = (at: number) => (little ? data.readUInt32LE(at) : data.readUInt32BE(at));
  const word = (at: number) =>
    wide ? (little ? data.readBigUInt64LE(at) : data.readBigUInt64BE(at)) : BigInt(u32(at));
  const table = Number(word(wide ? 32 : 28));
  const entrySize = u16(wide ? 54 : 42);
  const count = u16(wide ? 56 : 44);
  if (table + entrySize * count > data.length || (count > 0 && entrySize < (wide ? 56 : 32)))
    throw damaged('its program headers are cut off');
  const loads = Array.from({ length: count }, (_, index) => table + index * entrySize)
    .filter((at) => u32(at) === PT_LOAD)
    .map((at) => ({
      offset: Number(word(at + (wide ? 8 : 4))),
      virtual: word(at + (wide ? 16 : 8)),
      physical: word(at + (wide ? 24 : 12)),
      size: Number(word(at + (wide ? 32 : 16))),
    }))
    .filter(({ size }) => size > 0);
  const physical = loads.some((load) => load.physical !== 0n);
  return loads.map((load) => {
    if (load.offset + load.size > data.length)
      throw damaged(`a segment ends at byte ${load.offset + load.size} of ${data.length}`);
    return {
      address: physical ? load.physical : load.virtual,
      data: data.subarray(load.offset, load.offset + load.size),
    };
  });
}

/** Intel HEX (Intel Hexadecimal Object File Format Specification, revision A). */
function readHex(data: Buffer, file: string): ImageSection[] {
  const sections: ImageSection[] = [];
  let base = 0n;
  for (const [index, line] of data.toString('latin1').split(/\r?\n/).entries()) {
    if (isEmptyLine(line.trim())) continue;
    const bytes = recordBytes(line.trim(), ':', file, index);
    if (bytes.length < 5 || bytes.length !== (bytes[0] ?? 0) + 5) throw badRecord(file, index, 'its length is wrong');
    if (bytes.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) throw badRecord(file, index, 'its checksum is wrong');
    const payload = bytes.subarray(4, -1);
    switch (bytes[3]) {
      case 0:
        sections.push({ address: base + BigInt(bytes.readUInt16BE(1)), data: payload });
        break;
      case 1:
        return sections;
      case 2:
        base = BigInt(payload.readUInt16BE(0)) << 4n;
        break;
      case 4:
        base = BigInt(payload.readUInt16BE(0)) << 16n;
        break;
      case 3:
      case 5: // start addresses: nothing to load
        break;
      default:
        throw badRecord(file, index, `its type ${bytes[3]} is unknown`);
    }
  }
  return sections;
}

/** Bytes of the address in S1, S2 and S3 records. */
const ADDRESS_BYTES: Readonly<Record<string, number>> = { '1': 2, '2': 3, '3': 4 };

function readSRecord(data: Buffer, file: string): ImageSection[] {
  const sections: ImageSection[] = [];
  for (const [index, line] of data.toString('latin1').split(/\r?\n/).entries()) {
    const record = line.trim();
    const width = ADDRESS_BYTES[record.charAt(1)];
    if (isEmptyLine(record)) continue;
    const bytes = recordBytes(`S${record.slice(2)}`, 'S', file, index);
    if (bytes.length !== (bytes[0] ?? 0) + 1) throw badRecord(file, index, 'its length is wrong');
    if (bytes.reduce((sum, byte) => sum + byte, 0) % 256 !== 255) throw badRecord(file, index, 'its checksum is wrong');
    if (width === undefined) continue;
    sections.push({ address: BigInt(bytes.readUIntBE(1, width)), data: bytes.subarray(1 + width, -1) });
  }
  return sections;
}

function recordBytes(record: string, mark: string, file: string, index: number): Buffer {
  const digits = record.slice(1);
  if (!record.startsWith(mark) || digits.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(digits))
    throw badRecord(file, index, 'it is not hexadecimal');
  return Buffer.from(digits, 'hex');
}

function badRecord(file: string, index: number, what: string): FlashError {
  return new FlashError(`${file}, line ${index + 1}: the record cannot be used, ${what}.`);
}
