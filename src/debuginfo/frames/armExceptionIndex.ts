// Arm's exception tables as a source of unwind rows: .ARM.exidx finds the function, the entry itself or .ARM.extab holds its
// unwinding instructions (EHABI32, “Index table entries” and “The Arm-defined compact model”). The rows hold for the whole
// body of a function at its calls, not in the middle of its prologue or epilogue.
import type { UnwindRow } from '../api';
import { Reader } from '../bytes';
import type { WarningList } from '../errors';
import type { SectionData } from '../sections';
import { type ArmUnwinding, runArmUnwindInstructions } from './armUnwindInstructions';

const EXIDX_CANTUNWIND = 1;
const COMPACT = 0x8000_0000;
const SP = 13;
const LR = 14;
const addressSpace = 2 ** 32;

export interface ArmExceptionIndexOptions {
  readonly warnings: WarningList;
  /** The program's bytes at an address: the tables are found by address, in whatever section the linker put them. */
  readonly bytesAt: (address: number, length: number) => Uint8Array | undefined;
  /** Whether the address lies in an executable section: the last entry has no end of its own. */
  readonly isCode: (address: number) => boolean;
}

export class ArmExceptionIndex {
  private functions: { readonly starts: Float64Array; readonly entries: Uint32Array } | undefined;

  constructor(
    private readonly index: SectionData,
    private readonly options: ArmExceptionIndexOptions,
  ) {}

  /** The row of the function that covers the address; undefined if there is none, it refuses unwinding or is damaged. */
  rowAt(address: number): UnwindRow | undefined {
    if (!this.options.isCode(address)) return undefined;
    return this.options.warnings.guard(() => {
      const { starts, entries } = this.sorted();
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((starts[middle] as number) <= address) low = middle + 1;
        else high = middle;
      }
      if (low === 0) return undefined;
      const range = { low: starts[low - 1] as number, high: starts[low] ?? addressSpace };
      return this.rowOf(entries[low - 1] as number, range);
    }, undefined);
  }

  /** Function addresses with the offsets of their entries. Linkers sort them; nothing else vouches for it. */
  private sorted(): { readonly starts: Float64Array; readonly entries: Uint32Array } {
    if (this.functions) return this.functions;
    const reader = this.index.reader();
    if (reader.remaining % 8 !== 0) {
      this.options.warnings.add(this.index.name, reader.remaining, 'the last entry is cut off');
    }
    const startAt = (entry: number) =>
      prel31(reader.view.getUint32(entry, !reader.isBigEndian), this.index.address + entry);
    const entries = Uint32Array.from({ length: Math.floor(reader.remaining / 8) }, (_, index) => index * 8);
    let starts = Float64Array.from(entries, startAt);
    if (starts.some((start, index) => index > 0 && start < (starts[index - 1] as number))) {
      entries.sort((a, b) => startAt(a) - startAt(b) || a - b);
      starts = Float64Array.from(entries, startAt);
    }
    this.functions = { starts, entries };
    return this.functions;
  }

  private rowOf(entry: number, range: { readonly low: number; readonly high: number }): UnwindRow | undefined {
    const reader = this.index.reader(entry + 4);
    const word = reader.u32();
    if (word === EXIDX_CANTUNWIND) {
      const cfa = { kind: 'registerOffset', register: SP, offset: 0 } as const;
      return this.row(range, { cfa, rules: new Map(), returnAddressRegister: LR }, true);
    }
    const instructions =
      word >= COMPACT
        ? this.inlineInstructions(word, entry + 4)
        : this.tableInstructions(prel31(word, this.index.address + entry + 4), entry + 4);
    const unwinding = runArmUnwindInstructions(instructions);
    return unwinding && this.row(range, unwinding, false);
  }

  private row(range: UnwindRow['range'], unwinding: ArmUnwinding, isOutermost: boolean): UnwindRow {
    return { source: '.ARM.exidx', range, ...unwinding, isSignalFrame: false, isOutermost };
  }

  /** Three instructions in the index itself: the compact model with personality routine 0. */
  private inlineInstructions(word: number, offset: number): Reader {
    const personality = (word >>> 24) & 0x7f;
    if (personality !== 0) this.index.reader(offset).fail(`inline entry with personality routine ${personality}`);
    return new Reader(bytesOfWord(word).subarray(1), this.index.name, false, 0, 3, offset);
  }

  /** The instructions of an exception table entry at an address, compact or with a personality routine of its own. */
  private tableInstructions(address: number, offset: number): Reader {
    const first = this.word(address, offset);
    const personality = (first >>> 24) & 0x7f;
    let start = address;
    let skipped = 1;
    if (first < COMPACT) {
      // The generic model: a pointer to the personality routine. Those of GCC's languages (__gxx_personality_v0 and its kin)
      // go on with a count of further words and the same instructions; no other layout is in use.
      start = address + 4;
    } else if (personality === 0) {
      return new Reader(bytesOfWord(first).subarray(1), '.ARM.extab', false, 0, 3, address);
    } else if (personality <= 2) {
      skipped = 2;
    } else {
      this.index.reader(offset).fail(`personality routine ${personality} is not known`);
    }
    const head = this.word(start, offset);
    const furtherWords = (skipped === 1 ? head >>> 24 : head >>> 16) & 0xff;
    const bytes = new Uint8Array(4 + 4 * furtherWords);
    for (let index = 0; index <= furtherWords; index++) {
      bytes.set(bytesOfWord(this.word(start + 4 * index, offset)), 4 * index);
    }
    return new Reader(bytes.subarray(skipped), '.ARM.extab', false, 0, bytes.length - skipped, start);
  }

  private word(address: number, referredFrom: number): number {
    const bytes = this.options.bytesAt(address, 4);
    const reader = this.index.reader(referredFrom);
    if (!bytes) return reader.fail(`refers to a table at 0x${address.toString(16)}, where the file has nothing`);
    return new Reader(bytes, '.ARM.extab', reader.isBigEndian).u32();
  }
}

/** Instructions run from the most significant byte of a word, whatever the byte order of the file. */
function bytesOfWord(word: number): Uint8Array {
  return Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word);
}

/** A 31-bit offset relative to the word that it stands in. */
function prel31(word: number, place: number): number {
  return (place + ((word << 1) >> 1)) >>> 0;
}
