// The frame unwinding instructions of Arm's exception handling ABI (EHABI32, “Frame unwinding instructions”), turned into the
// same kind of row that DWARF gives. Where the instructions stand is the business of armExceptionIndex.ts.
import type { CfaRule, RegisterRule } from '../api';
import type { Reader } from '../bytes';

const SP = 13;
const LR = 14;
const PC = 15;
/** DWARF register numbers (AADWARF32, “DWARF register names”). */
const WCGR0 = 104;
const WR0 = 112;
const RA_AUTH_CODE = 143;
const D0 = 256;

const DW_OP_deref = 0x06;
const DW_OP_plus_uconst = 0x23;
const DW_OP_breg0 = 0x70;

export interface ArmUnwinding {
  readonly cfa: CfaRule;
  readonly rules: ReadonlyMap<number, RegisterRule>;
  /** PC when the instructions restore it by themselves, else LR. */
  readonly returnAddressRegister: number;
}

/** What the virtual stack pointer counts from: a register of the frame, or the address that an expression gives. */
type Base = { readonly register: number } | { readonly expression: readonly number[] };

interface Saved {
  readonly base: Base;
  readonly offset: number;
}

/** Runs the instructions symbolically: every address is a base and an offset, since no register has a value here. */
class VirtualStack {
  private base: Base = { register: SP };
  private offset = 0;
  readonly saved = new Map<number, Saved>();

  move(bytes: number): void {
    this.offset += bytes;
  }

  pop(register: number, size: number): void {
    this.saved.set(register, { base: this.base, offset: this.offset });
    this.offset += size;
  }

  /** Pops the registers of a mask, bit 0 being `first`, each 4 bytes. A popped SP takes effect after the whole instruction. */
  popMask(mask: number, first: number): void {
    for (let bit = 0; mask >> bit !== 0; bit++) {
      if ((mask >> bit) & 1) this.pop(first + bit, 4);
    }
    if (first <= SP && (mask >> (SP - first)) & 1) this.moveTo(SP);
  }

  popDoubles(first: number, count: number, padding: number): void {
    for (let index = 0; index < count; index++) this.pop(first + index, 8);
    this.offset += padding;
  }

  /** vsp = the register's value as unwound so far. */
  moveTo(register: number): void {
    const saved = this.saved.get(register);
    this.base = saved ? { expression: [...addressOf(saved), DW_OP_deref] } : { register };
    this.offset = 0;
    this.saved.delete(SP);
  }

  finish(): ArmUnwinding {
    const { base, offset } = this;
    const rules = new Map<number, RegisterRule>();
    for (const [register, saved] of this.saved) {
      rules.set(
        register,
        saved.base === base
          ? { kind: 'offset', offset: saved.offset - offset }
          : { kind: 'expression', expression: Uint8Array.from(addressOf(saved)) },
      );
    }
    const cfa: CfaRule =
      'register' in base
        ? { kind: 'registerOffset', register: base.register, offset }
        : { kind: 'expression', expression: Uint8Array.from(addressOf({ base, offset })) };
    return { cfa, rules, returnAddressRegister: rules.has(PC) ? PC : LR };
  }
}

function addressOf({ base, offset }: Saved): number[] {
  if ('register' in base) return [DW_OP_breg0 + base.register, ...signedLeb(offset)];
  return [...base.expression, DW_OP_plus_uconst, ...unsignedLeb(offset)];
}

function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -0x40 || rest >= 0x40) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return [...bytes, rest & 0x7f];
}

/** Negative offsets are taken modulo 2^32, the width of Arm's addresses. */
function unsignedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/**
 * Runs all instructions up to the reader's end or a Finish. Undefined: “refuse to unwind”.
 * @throws DebugInfoError for reserved and spare codes and when an operand is missing.
 */
export function runArmUnwindInstructions(reader: Reader): ArmUnwinding | undefined {
  const stack = new VirtualStack();
  while (!reader.atEnd) {
    const code = reader.u8();
    if (code === 0xb0) break;
    if (code < 0x40) stack.move(((code & 0x3f) << 2) + 4);
    else if (code < 0x80) stack.move(-((code & 0x3f) << 2) - 4);
    else if (code < 0x90) {
      const mask = ((code & 0x0f) << 8) | reader.u8();
      if (mask === 0) return undefined;
      stack.popMask(mask, 4);
    } else if (code < 0xa0) {
      const register = code & 0x0f;
      if (register === SP || register === PC) spare(reader, code);
      stack.moveTo(register);
    } else if (code < 0xb0) {
      stack.popMask((2 << (code & 7)) - 1, 4);
      if (code & 8) stack.pop(LR, 4);
    } else if (code < 0xc0) runB(stack, reader, code);
    else runC(stack, reader, code);
  }
  return stack.finish();
}

/** Codes 0xb1 to 0xbf. */
function runB(stack: VirtualStack, reader: Reader, code: number): void {
  switch (code) {
    case 0xb1:
      stack.popMask(maskOfFour(reader, code), 0);
      return;
    case 0xb2:
      stack.move(0x204 + reader.uleb() * 4);
      return;
    case 0xb3: {
      const { first, count } = registerRange(reader);
      stack.popDoubles(D0 + first, count, 4);
      return;
    }
    case 0xb4:
      stack.pop(RA_AUTH_CODE, 4);
      return;
    case 0xb5: // says which vsp the return address was signed with: it moves nothing
      return;
    default:
      if (code < 0xb8) spare(reader, code);
      stack.popDoubles(D0 + 8, (code & 7) + 1, 4);
  }
}

/** Codes 0xc0 to 0xff. */
function runC(stack: VirtualStack, reader: Reader, code: number): void {
  if (code < 0xc6) stack.popDoubles(WR0 + 10, (code & 7) + 1, 0);
  else if (code === 0xc6) {
    const { first, count } = registerRange(reader);
    stack.popDoubles(WR0 + first, count, 0);
  } else if (code === 0xc7) {
    stack.popMask(maskOfFour(reader, code), WCGR0);
  } else if (code === 0xc8 || code === 0xc9) {
    const { first, count } = registerRange(reader);
    stack.popDoubles(D0 + first + (code === 0xc8 ? 16 : 0), count, 0);
  } else if (code >= 0xd0 && code < 0xd8) stack.popDoubles(D0 + 8, (code & 7) + 1, 0);
  else spare(reader, code);
}

/** The operand ssss cccc: the first register, and how many follow it. */
function registerRange(reader: Reader): { readonly first: number; readonly count: number } {
  const operand = reader.u8();
  return { first: operand >> 4, count: (operand & 0x0f) + 1 };
}

function maskOfFour(reader: Reader, code: number): number {
  const mask = reader.u8();
  if (mask === 0 || mask > 0x0f) spare(reader, code);
  return mask;
}

function spare(reader: Reader, code: number): never {
  return reader.fail(`unwind instruction 0x${code.toString(16)} is reserved`);
}
