// Disassembles around an address in both directions: finds where instructions begin, keeps data in code apart, and names
// symbols and source lines. Decoding itself is Capstone's.
import { setImmediate } from 'node:timers/promises';
import type { SourcePosition } from '../../debuginfo/api';
import type { Engine } from '../engine';
import { hex, readUnsigned } from '../numbers';
import { Decoders } from './capstone';

export interface Line {
  readonly address: number;
  /** Empty where memory cannot be read. */
  readonly bytes: Uint8Array;
  /** The instruction, or a directive for data. */
  readonly text: string;
  readonly kind: 'code' | 'data' | 'invalid';
  /** Name of the symbol that begins here. */
  readonly symbol: string | undefined;
  readonly position: SourcePosition | undefined;
}

/** Instructions per request; more is asked for in several. */
export const maximumInstructions = 20_000;
/** How far back a place is looked for where an instruction surely begins. */
const searchBackBytes = 4096;

export class Disassembler {
  #decoders: Decoders | undefined;

  constructor(readonly engine: Engine) {}

  /**
   * `count` lines, beginning `instructionOffset` lines from the one at `address`. Always as many as asked for: where memory
   * cannot be read, lines say so. Before the first address of all they have negative ones.
   */
  async disassemble(address: number, instructionOffset: number, count: number, signal?: AbortSignal): Promise<Line[]> {
    this.#decoders ??= await Decoders.load();
    const start = this.#align(address);
    const before = instructionOffset < 0 ? await this.#before(start, -instructionOffset, signal) : [];
    const lines = instructionOffset < 0 ? before.slice(0, count) : [];
    const skip = Math.max(instructionOffset, 0);
    if (lines.length < count) {
      const after = await this.#forward(start, skip + count - lines.length, signal);
      lines.push(...after.slice(skip));
    }
    return lines;
  }

  /** Lines of the code between two addresses. */
  async range(low: number, high: number, signal?: AbortSignal): Promise<Line[]> {
    this.#decoders ??= await Decoders.load();
    return this.#between(low, high, signal);
  }

  #align(address: number): number {
    const unit = this.#kind(address) === 'arm' ? 4 : 2;
    return Math.floor(address / unit) * unit;
  }

  #kind(address: number) {
    return this.engine.program.codeKindAt(address);
  }

  /** The `count` lines right before `address`. */
  async #before(address: number, count: number, signal: AbortSignal | undefined): Promise<Line[]> {
    let lines: Line[] = [];
    let high = address;
    while (lines.length < count && high > 0) {
      const need = (count - lines.length) * 4;
      const low = this.#boundaryBefore(high, need);
      const part = await this.#between(low, high, signal);
      if (part.length === 0) break;
      lines = [...part, ...lines];
      high = low;
    }
    for (; lines.length < count; high -= 2) lines.unshift(this.#unreadable(high - 2));
    return lines.slice(lines.length - count);
  }

  /** An address at most about `distance` bytes before `high` where an instruction begins. */
  #boundaryBefore(high: number, distance: number): number {
    const { program } = this.engine;
    const wanted = Math.max(high - distance, 0);
    // The start of the symbol that covers the wanted place, or else of a row of the line table behind it.
    const symbol = program.symbolAt(wanted)?.symbol.address;
    if (symbol !== undefined && symbol < high && wanted - symbol <= searchBackBytes) return symbol;
    const rows = program.rowsIn({ low: wanted, high });
    const row = rows.find(({ low }) => low >= wanted && low < high);
    if (row !== undefined) return row.low;
    return this.#guessBoundary(wanted, high);
  }

  /** Without symbols: of the possible starts, the first from which decoding arrives exactly at `high`. */
  #guessBoundary(wanted: number, high: number): number {
    const unit = this.#kind(wanted) === 'arm' ? 4 : 2;
    const first = Math.floor(wanted / unit) * unit;
    for (let start = first; start < Math.min(first + 8 * unit, high); start += unit) {
      let at = start;
      while (at < high) {
        const bytes = this.engine.program.bytesAt(at, 2);
        if (bytes === undefined) return first;
        at += this.engine.architecture.instructionLength(bytes, this.#kind(at) !== 'arm');
      }
      if (at === high) return start;
    }
    return first;
  }

  async #forward(address: number, count: number, signal: AbortSignal | undefined): Promise<Line[]> {
    const lines: Line[] = [];
    let at = address;
    while (lines.length < count) {
      const size = Math.min(Math.max((count - lines.length) * 4, 16), 4096);
      const part = await this.#between(at, at + size, signal);
      if (part.length === 0) break;
      lines.push(...part);
      // Decoding keeps the process busy; a request to cancel it must get through.
      await setImmediate();
      signal?.throwIfAborted();
      const last = part[part.length - 1];
      at = last === undefined ? at + size : last.address + Math.max(last.bytes.length, 2);
    }
    return lines.slice(0, count);
  }

  /** Lines from `low` up to `high`; the last one may reach beyond. */
  async #between(low: number, high: number, signal: AbortSignal | undefined): Promise<Line[]> {
    const { bytes, valid } = await this.engine.readMemory(low, high - low + 4, signal);
    const lines: Line[] = [];
    let at = low;
    while (at < high) {
      const offset = at - low;
      const hole = valid.subarray(offset).indexOf(0);
      const readable = hole < 0 ? bytes.length - offset : hole;
      if (readable < 2) {
        lines.push(this.#unreadable(at));
        at += 2;
        continue;
      }
      const end = Math.min(this.#endOfRun(at, high), at + readable);
      const run =
        this.#kind(at) === 'data'
          ? this.#data(at, bytes.subarray(offset, end - low))
          : this.#code(at, bytes.subarray(offset, Math.min(end - low + 2, offset + readable)), end);
      lines.push(...run);
      const last = run[run.length - 1];
      at = last === undefined ? end : last.address + last.bytes.length;
    }
    return lines;
  }

  /** Where the kind of content next changes. */
  #endOfRun(at: number, high: number): number {
    const kind = this.#kind(at);
    let end = at + 2;
    while (end < high && this.#kind(end) === kind) end += 2;
    return end;
  }

  #code(address: number, bytes: Uint8Array, end: number): Line[] {
    const { architecture } = this.engine;
    const isThumb = this.#kind(address) !== 'arm';
    const mode = architecture.disassembly(isThumb);
    const lines: Line[] = [];
    let at = 0;
    while (address + at < end && at < bytes.length) {
      const decoded = this.#decoders?.decode(mode, bytes.subarray(at), address + at) ?? [];
      for (const instruction of decoded) {
        if (address + at >= end) break;
        lines.push(this.#line(address + at, bytes.subarray(at, at + instruction.length), instruction.text, 'code'));
        at += instruction.length;
      }
      if (address + at >= end || at >= bytes.length) break;
      const length = Math.min(architecture.instructionLength(bytes.subarray(at, at + 4), isThumb), bytes.length - at);
      const invalid = bytes.subarray(at, at + length);
      lines.push(this.#line(address + at, invalid, `${directive(length)} ${this.#number(invalid)}`, 'invalid'));
      at += length;
    }
    return lines;
  }

  /** Literal pools and tables: words where they are aligned, else halfwords and bytes. */
  #data(address: number, bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    for (let at = 0; at < bytes.length; ) {
      const place = address + at;
      const size = place % 4 === 0 && bytes.length - at >= 4 ? 4 : place % 2 === 0 && bytes.length - at >= 2 ? 2 : 1;
      const part = bytes.subarray(at, at + size);
      lines.push(this.#line(place, part, `${directive(size)} ${this.#number(part)}`, 'data'));
      at += size;
    }
    return lines;
  }

  #number(bytes: Uint8Array): string {
    return hex(readUnsigned(bytes, this.engine.target.isBigEndian), bytes.length * 2);
  }

  #line(address: number, bytes: Uint8Array, text: string, kind: Line['kind']): Line {
    const { program } = this.engine;
    const found = program.symbolAt(address);
    const row = program.rowAt(address);
    return {
      address,
      bytes,
      text,
      kind,
      symbol: found !== undefined && found.offset === 0 ? found.symbol.displayName : undefined,
      position: row !== undefined && row.line > 0 ? row : undefined,
    };
  }

  #unreadable(address: number): Line {
    return {
      address,
      bytes: new Uint8Array(0),
      text: '(not readable)',
      kind: 'invalid',
      symbol: undefined,
      position: undefined,
    };
  }
}

const directive = (size: number) => (size === 4 ? '.word' : size === 2 ? '.short' : '.byte');
