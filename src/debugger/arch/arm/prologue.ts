// Unwinds Arm code without unwind tables: follows the first straight-line instructions of a function, what they push and how
// they move the stack pointer. Encodings from Armv7-M DDI0403 A7.7 (Thumb) and Armv7-A DDI0406 A8.8 (Arm).
import type { RegisterRule } from '../../../debuginfo/api';
import { readUnsigned } from '../../numbers';
import type { CodeContext, FallbackRow } from '../architecture';
import { armDwarf, isArmPreserved } from './registers';
import { decodeThumb } from './thumbFlow';

/** Prologues are short; what lies further behind is the function's body. */
const maximumBytes = 96;

/** Where things are relative to SP at entry, which is the CFA of Arm unwind tables. */
class Prologue {
  /** CFA − SP. */
  depth = 0;
  /** Register that holds a fixed place in the frame, and CFA − its value. */
  frame: { register: number; depth: number } | undefined;
  readonly saved = new Map<number, RegisterRule>();
  /** Registers that were loaded with a constant. */
  readonly constants = new Map<number, number>();
  /** Which register's entry value each low register holds: Armv6-M pushes r8–r11 through low registers. */
  readonly #holds = new Map<number, number>();

  push(list: number): void {
    let count = 0;
    for (let register = 0; register < 16; register++) if ((list >> register) & 1) count++;
    this.depth += 4 * count;
    let at = -this.depth;
    for (let register = 0; register < 16; register++) {
      if (((list >> register) & 1) === 0) continue;
      const original = this.#holds.get(register) ?? register;
      if ((isArmPreserved(original) || original === armDwarf.lr) && !this.saved.has(original)) {
        this.saved.set(original, { kind: 'offset', offset: at });
      }
      at += 4;
    }
  }

  pushDoubles(first: number, count: number): void {
    this.depth += 8 * count;
    for (let i = 0; i < count; i++)
      this.saved.set(armDwarf.d0 + first + i, { kind: 'offset', offset: -this.depth + 8 * i });
  }

  move(to: number, from: number): void {
    if (from === armDwarf.sp) this.frame = { register: to, depth: this.depth };
    else this.#holds.set(to, this.#holds.get(from) ?? from);
  }

  row(isInnermost: boolean): FallbackRow | undefined {
    if (!this.saved.has(armDwarf.lr) && !isInnermost) return undefined;
    const base = this.frame ?? { register: armDwarf.sp, depth: this.depth };
    return {
      cfa: { kind: 'registerOffset', register: base.register, offset: base.depth },
      rules: this.saved,
      returnAddressRegister: armDwarf.lr,
    };
  }
}

/** The unwind row of the code at `context`, or undefined when its function's start is unknown or LR is lost. */
export function analyseArmPrologue(context: CodeContext): FallbackRow | undefined {
  const prologue = new Prologue();
  if (context.functionStart === undefined) return prologue.row(context.isInnermost);
  const length = Math.min(context.pc - context.functionStart, maximumBytes);
  const code = length > 0 ? context.code(context.functionStart, length) : undefined;
  if (code !== undefined) {
    if (context.isThumb) followThumb(code, prologue, context, context.functionStart);
    else followArm(code, prologue);
  }
  return prologue.row(context.isInnermost);
}

function followThumb(code: Uint8Array, prologue: Prologue, context: CodeContext, start: number): void {
  for (let at = 0; at + 2 <= code.length; ) {
    const first = half(code, at);
    const isWide = first >= 0xe800;
    if (isWide && at + 4 > code.length) return;
    if ((first & 0xf800) === 0x4800) {
      // LDR Rt, [PC, #imm]: the size of a frame that no immediate can hold.
      const literal = context.code(((start + at + 4) & ~3) + (first & 0xff) * 4, 4);
      if (literal !== undefined) prologue.constants.set((first >> 8) & 7, Number(readUnsigned(literal, false)) | 0);
    }
    if (isWide) followThumb32(first, half(code, at + 2), prologue);
    else followThumb16(first, prologue);
    // The prologue is over at the first branch, and where registers are taken back from the stack.
    const flow = decodeThumb(code.subarray(at), start + at, false)?.flow.kind;
    if ((flow !== 'sequential' && flow !== 'trap') || (!isWide && (first & 0xfe00) === 0xbc00)) return;
    at += isWide ? 4 : 2;
  }
}

function followThumb16(code: number, prologue: Prologue): void {
  if ((code & 0xfe00) === 0xb400) prologue.push((code & 0xff) | ((code & 0x100) << 6));
  else if ((code & 0xff80) === 0xb080) prologue.depth += (code & 0x7f) * 4;
  else if ((code & 0xf800) === 0xa800) {
    prologue.frame = { register: (code >> 8) & 7, depth: prologue.depth - (code & 0xff) * 4 };
    if (prologue.frame.register !== armDwarf.r7) prologue.frame = undefined;
  } else if ((code & 0xff87) === 0x4485) {
    prologue.depth -= prologue.constants.get((code >> 3) & 15) ?? 0; // ADD SP, Rm
  } else if ((code & 0xff00) === 0x4600) {
    const to = (code & 7) | ((code >> 4) & 8);
    const from = (code >> 3) & 15;
    if (from !== armDwarf.sp || to === armDwarf.r7 || to === armDwarf.r11) prologue.move(to, from);
  }
}

function followThumb32(first: number, second: number, prologue: Prologue): void {
  if (first === 0xe92d) prologue.push(second);
  else if (first === 0xf84d && (second & 0x0fff) === 0x0d04) prologue.push(1 << (second >> 12));
  else if ((first & 0xfbff) === 0xf1ad && (second & 0x8f00) === 0x0d00) {
    prologue.depth += expandThumbImmediate(((first & 0x400) << 1) | ((second & 0x7000) >> 4) | (second & 0xff));
  } else if ((first & 0xfbff) === 0xf2ad && (second & 0x8f00) === 0x0d00) {
    prologue.depth += ((first & 0x400) << 1) | ((second & 0x7000) >> 4) | (second & 0xff);
  } else if ((first & 0xffbf) === 0xed2d && (second & 0x0f00) === 0x0b00) {
    prologue.pushDoubles((second >> 12) | ((first & 0x40) >> 2), (second & 0xff) >> 1);
  }
}

/** ThumbExpandImm (DDI0403 A5.3.2). */
function expandThumbImmediate(imm12: number): number {
  const low = imm12 & 0xff;
  if (imm12 >> 10 === 0) {
    switch ((imm12 >> 8) & 3) {
      case 0:
        return low;
      case 1:
        return low * 0x10001;
      case 2:
        return low * 0x1000100;
      default:
        return low * 0x1010101;
    }
  }
  return rotateRight(0x80 | (imm12 & 0x7f), imm12 >> 7);
}

const rotateRight = (value: number, by: number) => ((value >>> by) | (value << (32 - by))) >>> 0;

function followArm(code: Uint8Array, prologue: Prologue): void {
  let ipDepth: number | undefined;
  for (let at = 0; at + 4 <= code.length; at += 4) {
    const word = Number(readUnsigned(code.subarray(at, at + 4), false));
    const immediate = rotateRight(word & 0xff, ((word >> 8) & 15) * 2);
    if (word >>> 16 === 0xe92d) prologue.push(word & 0xffff);
    else if ((word & 0xffff0fff) >>> 0 === 0xe52d0004) prologue.push(1 << ((word >> 12) & 15));
    else if (word >>> 12 === 0xe24dd) prologue.depth += immediate;
    else if (word >>> 12 === 0xe28db) prologue.frame = { register: armDwarf.r11, depth: prologue.depth - immediate };
    else if (word === 0xe1a0c00d) ipDepth = prologue.depth;
    else if (word >>> 12 === 0xe24cb && ipDepth !== undefined) {
      prologue.frame = { register: armDwarf.r11, depth: ipDepth + immediate };
    } else if ((word & 0x0e000000) === 0x0a000000 || (word & 0x0fffffd0) === 0x012fff10) return;
  }
}

const half = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
