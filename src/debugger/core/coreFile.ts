// Reads a core file: memory segments, and per core the registers of its NT_PRSTATUS and OPENOCD notes. Writing is in saveCore.ts.
import fs from 'node:fs';
import { errors, texts } from '../messages';
import { readUnsigned } from '../numbers';
import { EM_AARCH64, EM_ARM, EM_RISCV, type Note, PT_LOAD, PT_NOTE, readContainer, readNotes } from './elf';

export const NT_PRSTATUS = 1;
export const NT_OPENOCD = 1;
/** Where pr_reg lies in the descriptor of NT_PRSTATUS (Linux elf_prstatus of 32- and 64-bit machines). */
export const prRegOffset = (is64Bit: boolean) => (is64Bit ? 112 : 72);

export type CoreMachine = 'arm' | 'riscv32' | 'riscv64';

export interface CoreSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** One core of the recorded target. */
export interface CoreThread {
  readonly name: string | undefined;
  /** Values by lower-case register name. */
  readonly registers: ReadonlyMap<string, bigint>;
}

export interface CoreFile {
  readonly path: string;
  readonly machine: CoreMachine;
  readonly isBigEndian: boolean;
  readonly segments: readonly CoreSegment[];
  readonly threads: readonly CoreThread[];
  /** `armv6m`, `armv7m`, `armv8m`, `riscv`, … as the note says. */
  readonly coreType: string | undefined;
  readonly buildId: string | undefined;
  /** What was wrong and worked around. */
  readonly warnings: readonly string[];
}

/** General registers of NT_PRSTATUS in order, lower case. */
export function generalRegisterNames(machine: CoreMachine): readonly string[] {
  if (machine === 'arm') {
    return [...Array.from({ length: 13 }, (_, i) => `r${i}`), 'sp', 'lr', 'pc', 'xpsr'];
  }
  return ['pc', ...Array.from({ length: 31 }, (_, i) => `x${i + 1}`)];
}

/** Reads and checks a core file. Throws an EngineError when the file cannot be read, is no core, or is cut short in its tables. */
export function openCoreFile(path: string): CoreFile {
  let file: Uint8Array;
  try {
    file = fs.readFileSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw errors.fileUnreadable(path, code === 'ENOENT' ? 'it does not exist' : String(code ?? cause), cause);
  }
  return parseCoreFile(path, file);
}

/** The same from bytes in memory; `path` is for the messages. */
export function parseCoreFile(path: string, file: Uint8Array): CoreFile {
  const container = readContainer(path, file);
  const machine = machineOf(path, container.machine, container.is64Bit);
  const warnings: string[] = [];
  const segments: CoreSegment[] = [];
  const notes: Note[] = [];
  for (const header of container.programHeaders) {
    if (header.type === PT_NOTE) notes.push(...readNotes(path, file, header, container.isBigEndian));
    if (header.type !== PT_LOAD || header.fileSize <= 0) continue;
    const start = Math.min(Math.max(header.offset, 0), file.length);
    const bytes = file.subarray(start, Math.min(start + header.fileSize, file.length));
    if (bytes.length < header.fileSize) {
      warnings.push(texts.coreSegmentCut(header.address, header.fileSize - bytes.length));
    }
    if (bytes.length > 0) segments.push({ address: header.address, bytes });
  }
  segments.sort((a, b) => a.address - b.address);
  const state = readThreads(notes, machine, container.is64Bit, container.isBigEndian, warnings);
  if (state.threads.length === 0) throw errors.coreWithoutRegisters(path);
  return { path, machine, isBigEndian: container.isBigEndian, segments, ...state, warnings };
}

function machineOf(path: string, machine: number, is64Bit: boolean): CoreMachine {
  if (machine === EM_ARM) return 'arm';
  if (machine === EM_RISCV) return is64Bit ? 'riscv64' : 'riscv32';
  throw errors.notACore(
    path,
    `its machine (${machine === EM_AARCH64 ? 'AArch64' : `ELF number ${machine}`}) is not supported`,
  );
}

function readThreads(
  notes: readonly Note[],
  machine: CoreMachine,
  is64Bit: boolean,
  isBigEndian: boolean,
  warnings: string[],
): Pick<CoreFile, 'threads' | 'coreType' | 'buildId'> {
  const threads: { name: string | undefined; registers: Map<string, bigint> }[] = [];
  let coreType: string | undefined;
  let buildId: string | undefined;
  for (const note of notes) {
    if (note.name === 'CORE' && note.type === NT_PRSTATUS) {
      threads.push({ name: undefined, registers: generalRegisters(note, machine, is64Bit, isBigEndian) });
    } else if (note.name === 'OPENOCD' && note.type === NT_OPENOCD) {
      // An OPENOCD note adds to the NT_PRSTATUS before it; alone it is a thread of its own.
      if (threads.length === 0) threads.push({ name: undefined, registers: new Map() });
      const thread = threads.at(-1);
      const extra = parseOpenocdNote(note.description, warnings);
      if (thread === undefined || extra === undefined) continue;
      coreType ??= extra.coreType;
      buildId ??= extra.buildId;
      thread.name ??= extra.name;
      for (const [name, value] of extra.registers) thread.registers.set(name, value);
    }
  }
  return { threads, coreType, buildId };
}

function generalRegisters(
  note: Note,
  machine: CoreMachine,
  is64Bit: boolean,
  isBigEndian: boolean,
): Map<string, bigint> {
  const registers = new Map<string, bigint>();
  const width = is64Bit ? 8 : 4;
  let at = prRegOffset(is64Bit);
  for (const name of generalRegisterNames(machine)) {
    if (at + width > note.description.length) break;
    registers.set(name, readUnsigned(note.description.subarray(at, at + width), isBigEndian));
    at += width;
  }
  return registers;
}

interface OpenocdNote {
  readonly registers: Map<string, bigint>;
  readonly coreType: string | undefined;
  readonly name: string | undefined;
  readonly buildId: string | undefined;
}

function parseOpenocdNote(description: Uint8Array, warnings: string[]): OpenocdNote | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(description).toString('utf8').replace(/\0+$/, ''));
  } catch {
    warnings.push(texts.coreNoteIgnored('it is not JSON'));
    return undefined;
  }
  if (typeof json !== 'object' || json === null) {
    warnings.push(texts.coreNoteIgnored('it is not a JSON object'));
    return undefined;
  }
  const fields = json as Record<string, unknown>;
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : undefined);
  const registers = new Map<string, bigint>();
  for (const [name, value] of Object.entries(fields['registers'] ?? {})) {
    const number = parseInteger(value);
    if (number === undefined) warnings.push(texts.coreNoteIgnored(`the value of register ${name} is not a number`));
    else registers.set(name.toLowerCase(), number);
  }
  splitCfbp(registers);
  return { registers, coreType: text('coreType'), name: text('name'), buildId: text('buildId') };
}

function parseInteger(value: unknown): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    const integer = BigInt(value);
    return integer < 0n ? undefined : integer;
  } catch {
    return undefined;
  }
}

/** Some tools write CONTROL, FAULTMASK, BASEPRI and PRIMASK as the one word that DCRSR transfers (Armv7-M C1.6.3). */
function splitCfbp(registers: Map<string, bigint>): void {
  const packed = registers.get('control_faultmask_basepri_primask');
  if (packed === undefined) return;
  registers.delete('control_faultmask_basepri_primask');
  for (const [name, shift] of [
    ['control', 24n],
    ['faultmask', 16n],
    ['basepri', 8n],
    ['primask', 0n],
  ] as const) {
    if (!registers.has(name)) registers.set(name, (packed >> shift) & 0xffn);
  }
}
