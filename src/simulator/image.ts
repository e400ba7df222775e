// Reads a firmware image for the board from an ELF file or a raw binary, and refuses what cannot run on it.
import fs from 'node:fs';
import path from 'node:path';
import { architectureOf } from './armAttributes';
import { FLASH, RAM } from './memoryMap';

interface Segment {
  /** Load address. */
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface Image {
  readonly segments: readonly Segment[];
}

/** An image that does not belong on this board; the message names the file and the reason. */
class ImageError extends Error {}

const EM_ARM = 40;
const ET_EXEC = 2;
const PT_LOAD = 1;
const ELF_HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
/** What the core executes, as .ARM.attributes calls it. */
const GOOD_ARCHITECTURES = ['Armv6-M', 'Armv6S-M'];

/** @throws ImageError */
export function readImage(file: string): Image {
  let data: Buffer;
  try {
    data = fs.readFileSync(file);
  } catch (error) {
    throw new ImageError(`The image “${file}” cannot be read: ${(error as Error).message}.`);
  }
  if (data.length === 0) throw new ImageError(`The image “${file}” is empty.`);
  if (data.readUInt8(0) === 0x7f && data.toString('latin1', 1, 4) === 'ELF') return readElf(file, data);
  if (path.extname(file) !== '.bin') {
    throw new ImageError(`The image “${file}” is not an ELF file. Raw binaries must be named *.bin.`);
  }
  return readBinary(file, data);
}

function readBinary(file: string, data: Buffer): Image {
  if (data.length > FLASH.bytes) {
    throw new ImageError(`The image “${file}” has ${data.length} bytes; the flash has ${FLASH.bytes}.`);
  }
  const stack = data.length >= 8 ? data.readUInt32LE(0) : 0;
  const entry = data.length >= 8 ? data.readUInt32LE(4) : 0;
  const goodStack = stack > RAM.base && stack <= RAM.base + RAM.bytes;
  const goodEntry = (entry & 1) === 1 && (isIn(FLASH, entry) || isIn(RAM, entry) || entry < FLASH.bytes);
  if (!goodStack || !goodEntry) {
    throw new ImageError(
      `The image “${file}” does not begin with a vector table for this board (stack pointer ${hex(stack)}, reset vector ${hex(entry)}).`,
    );
  }
  return { segments: [{ address: FLASH.base, bytes: data }] };
}

function readElf(file: string, data: Buffer): Image {
  const refuse = (why: string) => new ImageError(`The image “${file}” ${why}.`);
  if (data.length < ELF_HEADER_BYTES) throw refuse('is truncated: its ELF header is incomplete');
  if (data.readUInt8(4) !== 1) throw refuse('is a 64-bit ELF file; this board has a 32-bit Arm core');
  if (data.readUInt8(5) !== 1) throw refuse('is big-endian; this board is little-endian');
  const machine = data.readUInt16LE(18);
  if (machine !== EM_ARM) throw refuse(`is for ELF machine ${machine}; this board has an Arm core (machine ${EM_ARM})`);
  if (data.readUInt16LE(16) !== ET_EXEC)
    throw refuse('is not linked: link it to an executable for flash at 0x08000000');
  const architecture = architectureOf(data);
  if (architecture !== undefined && !GOOD_ARCHITECTURES.includes(architecture)) {
    throw refuse(`is built for ${architecture}; this board has a Cortex-M0: compile with -mcpu=cortex-m0`);
  }
  const offset = data.readUInt32LE(28);
  const entryBytes = data.readUInt16LE(42);
  const count = data.readUInt16LE(44);
  if (count > 0 && entryBytes < PROGRAM_HEADER_BYTES) throw refuse('is damaged: its program headers are too short');
  if (offset + count * entryBytes > data.length) throw refuse('is truncated: its program headers are incomplete');
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const header = data.subarray(offset + i * entryBytes);
    const bytes = header.readUInt32LE(16);
    if (header.readUInt32LE(0) !== PT_LOAD || bytes === 0) continue;
    const start = header.readUInt32LE(4);
    const address = header.readUInt32LE(12);
    if (start + bytes > data.length) throw refuse(`is truncated: the segment for ${hex(address)} is incomplete`);
    const memory = [FLASH, RAM].find((m) => isIn(m, address));
    if (!memory || address + bytes > memory.base + memory.bytes) {
      throw refuse(
        `does not fit: its segment at ${hex(address)} has ${bytes} bytes. Flash is ${range(FLASH)}, RAM is ${range(RAM)}`,
      );
    }
    segments.push({ address, bytes: data.subarray(start, start + bytes) });
  }
  if (segments.length === 0) throw refuse('contains nothing to load');
  return { segments };
}

interface Area {
  readonly base: number;
  readonly bytes: number;
}

const isIn = (area: Area, address: number) => address >= area.base && address < area.base + area.bytes;
const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
const range = (area: Area) => `${hex(area.base)}–${hex(area.base + area.bytes - 1)}`;
