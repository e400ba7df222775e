// Writes the state of a stopped target as an ELF core file that coreFile.ts reads back to the same picture.
import type { Program } from '../../debuginfo/api';
import { errors } from '../messages';
import { hex, integerBytes } from '../numbers';
import type { RegisterDescription, Target } from '../target';
import { type CoreMachine, generalRegisterNames, NT_OPENOCD, NT_PRSTATUS, prRegOffset } from './coreFile';
import { EM_ARM, EM_RISCV, ET_CORE, PT_LOAD, PT_NOTE } from './elf';

export interface MemoryRange {
  readonly address: number;
  readonly length: number;
}

export interface SaveOptions {
  readonly machine: CoreMachine;
  /** What the note calls the core: `armv7m`, `riscv`. */
  readonly coreType: string | undefined;
  /** Memory to save; parts that cannot be read are left out. */
  readonly ranges: readonly MemoryRange[];
  readonly signal?: AbortSignal;
}

const SHF_WRITE = 1;
const SHF_ALLOC = 2;
/** Reads of this size keep a live target responsive and let a range with a hole lose little. */
const chunkBytes = 4096;

/** The memory worth saving: what the program can write, the stacks, and on Cortex-M the system control space with the fault registers. */
export function worthSaving(program: Program, stackPointers: readonly number[], isMProfile: boolean): MemoryRange[] {
  const ranges: MemoryRange[] = program.sections
    .filter((section) => (section.flags & SHF_ALLOC) !== 0 && (section.flags & SHF_WRITE) !== 0 && section.size > 0)
    .map(({ address, size }) => ({ address, length: size }));
  const top = stackTop(program);
  for (const sp of stackPointers) {
    const isBelowTop = top !== undefined && sp < top && top - sp <= 0x100000;
    ranges.push({ address: sp, length: isBelowTop ? top - sp : 16 * 1024 });
  }
  if (isMProfile) ranges.push({ address: 0xe000e000, length: 0x1000 });
  return merge(ranges);
}

function stackTop(program: Program): number | undefined {
  for (const name of [
    '_estack',
    '__StackTop',
    '__stack',
    '_stack_start',
    '__initial_sp',
    '_stack',
    '__stack_end__',
    '_sp',
  ]) {
    const symbol = program.symbolNamed(name);
    if (symbol !== undefined) return symbol.address;
  }
  return undefined;
}

/** Ascending, joined where they touch or overlap. */
function merge(ranges: readonly MemoryRange[]): MemoryRange[] {
  const merged: MemoryRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.address - b.address)) {
    const last = merged.at(-1);
    if (last === undefined || range.address > last.address + last.length) merged.push(range);
    else {
      const end = Math.max(last.address + last.length, range.address + range.length);
      merged[merged.length - 1] = { address: last.address, length: end - last.address };
    }
  }
  return merged;
}

/** Reads the target's registers and memory and returns the bytes of a core file. Throws an EngineError when a thread runs. */
export async function saveCore(program: Program, target: Target, options: SaveOptions): Promise<Uint8Array> {
  const notes: Uint8Array[] = [];
  for (const thread of target.threads) {
    if (target.state(thread.id).kind === 'running') throw errors.notHalted(thread.name);
    const descriptions = target.registers(thread.id);
    const names = descriptions.map(({ name }) => name);
    const values = await target.readRegisters(thread.id, names);
    notes.push(...threadNotes(program, target, options, thread.name, descriptions, values));
    options.signal?.throwIfAborted();
  }
  const segments: { address: number; bytes: Uint8Array }[] = [];
  for (const range of options.ranges) segments.push(...(await readRange(target, range, options.signal)));
  return assemble(target, options.machine, Buffer.concat(notes), segments);
}

async function readRange(target: Target, range: MemoryRange, signal: AbortSignal | undefined) {
  const segments: { address: number; bytes: Uint8Array }[] = [];
  const end = range.address + range.length;
  for (let at = range.address; at < end; ) {
    signal?.throwIfAborted();
    const wanted = Math.min(chunkBytes, end - at);
    const { bytes } = await target.readMemory(at, wanted);
    const last = segments.at(-1);
    if (bytes.length > 0) {
      if (last !== undefined && last.address + last.bytes.length === at)
        last.bytes = Buffer.concat([last.bytes, bytes]);
      else segments.push({ address: at, bytes: bytes.slice() });
    }
    // Behind an unreadable place the next word is tried, and behind an empty answer the next chunk.
    at += bytes.length === wanted ? wanted : bytes.length > 0 ? bytes.length + 4 - ((at + bytes.length) & 3) : wanted;
  }
  return segments;
}

function threadNotes(
  program: Program,
  target: Target,
  options: SaveOptions,
  threadName: string,
  descriptions: readonly RegisterDescription[],
  values: ReadonlyMap<string, bigint | undefined>,
): Uint8Array[] {
  const lower = new Map([...values].map(([name, value]) => [name.toLowerCase(), value]));
  // A RISC-V target may know x8 as `fp` or `s0`: its number says which it is.
  const byNumber = new Map(descriptions.map(({ name, dwarf }) => [`x${dwarf}`, values.get(name)]));
  const width = target.addressSize;
  const names = generalRegisterNames(options.machine);
  const is64Bit = width === 8;
  const status = new Uint8Array(prRegOffset(is64Bit) + (names.length + 1) * width);
  names.forEach((name, index) => {
    const value = lower.get(name) ?? byNumber.get(name) ?? 0n;
    status.set(integerBytes(value, width, target.isBigEndian), prRegOffset(is64Bit) + index * width);
  });
  const registers: Record<string, string> = {};
  for (const [name, value] of values) if (value !== undefined) registers[name] = hex(value);
  const json = {
    registers,
    ...(options.coreType === undefined ? {} : { coreType: options.coreType }),
    name: threadName,
    ...(program.buildId === undefined ? {} : { buildId: program.buildId }),
  };
  return [
    note(target, 'CORE', NT_PRSTATUS, status),
    note(target, 'OPENOCD', NT_OPENOCD, Buffer.from(JSON.stringify(json))),
  ];
}

function note(target: Target, name: string, type: number, description: Uint8Array): Uint8Array {
  const label = Buffer.from(`${name}\0`);
  const padded = (size: number) => (size + 3) & ~3;
  const bytes = new Uint8Array(12 + padded(label.length) + padded(description.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, label.length, !target.isBigEndian);
  view.setUint32(4, description.length, !target.isBigEndian);
  view.setUint32(8, type, !target.isBigEndian);
  bytes.set(label, 12);
  bytes.set(description, 12 + padded(label.length));
  return bytes;
}

function assemble(
  target: Target,
  machine: CoreMachine,
  notes: Uint8Array,
  segments: readonly { readonly address: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const is64Bit = target.addressSize === 8;
  const little = !target.isBigEndian;
  const [headerSize, entrySize] = is64Bit ? [64, 56] : [52, 32];
  const contents = [
    { type: PT_NOTE, address: 0, bytes: notes },
    ...segments.map((segment) => ({ type: PT_LOAD, ...segment })),
  ];
  let offset = headerSize + contents.length * entrySize;
  const placed = contents.map((content) => {
    const at = offset;
    offset += (content.bytes.length + 3) & ~3;
    return { ...content, at };
  });
  const file = new Uint8Array(offset);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, is64Bit ? 2 : 1, little ? 1 : 2, 1]);
  view.setUint16(16, ET_CORE, little);
  view.setUint16(18, machine === 'arm' ? EM_ARM : EM_RISCV, little);
  view.setUint32(20, 1, little);
  const word = (at: number, value: number) => {
    if (is64Bit) view.setBigInt64(at, BigInt(value), little);
    else view.setUint32(at, value, little);
  };
  word(is64Bit ? 32 : 28, headerSize);
  view.setUint16(is64Bit ? 52 : 40, headerSize, little);
  view.setUint16(is64Bit ? 54 : 42, entrySize, little);
  view.setUint16(is64Bit ? 56 : 44, placed.length, little);
  placed.forEach((content, index) => {
    const at = headerSize + index * entrySize;
    const size = content.bytes.length;
    const flags = content.type === PT_NOTE ? 4 : 6;
    view.setUint32(at, content.type, little);
    const fields = [content.at, content.address, content.address, size, size];
    view.setUint32(is64Bit ? at + 4 : at + 24, flags, little);
    for (const [i, value] of fields.entries()) word(is64Bit ? at + 8 + 8 * i : at + 4 + 4 * i, value);
    word(is64Bit ? at + 48 : at + 28, 4);
    file.set(content.bytes, content.at);
  });
  return file;
}
