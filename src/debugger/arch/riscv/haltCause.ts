// Why a RISC-V core stands, and what the instruction it stands at is about to access, for targets whose driver tells neither.

/** Where and how much an instruction reads or writes. */
export interface MemoryAccess {
  readonly address: bigint;
  readonly bytes: number;
}

/**
 * The reason of a halt in OpenOCD's words, from `dcsr.cause` (Debug Specification 0.13.2, 4.8.1). `trigger` is a hardware breakpoint
 * or a watchpoint.
 */
export function haltCause(dcsr: bigint): string | undefined {
  switch (Number((dcsr >> 6n) & 7n)) {
    case 1:
      return 'breakpoint';
    case 2:
      return 'trigger';
    case 4:
      return 'single-step';
    // Requests: by the debugger, by resethaltreq, by another hart of the group.
    case 3:
    case 5:
    case 6:
      return 'debug-request';
    default:
      return undefined;
  }
}

/**
 * The memory that a load, a store or an atomic instruction accesses; undefined for others. Triggers on data fire before the access.
 * @param register value of x0–x31
 */
export function memoryAccess(
  code: Uint8Array,
  register: (x: number) => bigint | undefined,
  is64Bit: boolean,
): MemoryAccess | undefined {
  const half = (code[0] ?? 0) | ((code[1] ?? 0) << 8);
  const word = half | ((code[2] ?? 0) << 16) | ((code[3] ?? 0) << 24);
  const operand = (half & 3) === 3 ? standard(word) : compressed(half, is64Bit);
  const base = operand === undefined ? undefined : register(operand.base);
  if (operand === undefined || base === undefined) return undefined;
  return { address: BigInt.asUintN(is64Bit ? 64 : 32, base + BigInt(operand.offset)), bytes: operand.bytes };
}

interface Operand {
  readonly base: number;
  readonly offset: number;
  readonly bytes: number;
}

/** LOAD, LOAD-FP, STORE, STORE-FP and AMO (Unprivileged ISA, RV32/64G instruction set listings). */
function standard(op: number): Operand | undefined {
  const base = (op >>> 15) & 31;
  const bytes = 1 << ((op >>> 12) & 3);
  switch (op & 0x7f) {
    case 0x03:
    case 0x07:
      return { base, offset: op >> 20, bytes };
    case 0x23:
    case 0x27:
      return { base, offset: ((op >> 25) << 5) | ((op >>> 7) & 31), bytes };
    case 0x2f:
      return { base, offset: 0, bytes };
    default:
      return undefined;
  }
}

/** C.LW, C.SW and their relatives; those relative to the stack pointer (Unprivileged ISA, C 16.8). */
function compressed(op: number, is64Bit: boolean): Operand | undefined {
  const funct3 = op >>> 13;
  if ((op & 3) === 1 || (funct3 & 3) === 0) return undefined;
  // funct3 of loads is 1, 2, 3, of stores 5, 6, 7: double, word, and double or (RV32) word.
  const isWord = (funct3 & 3) === 2 || ((funct3 & 3) === 3 && !is64Bit);
  const bytes = isWord ? 4 : 8;
  if ((op & 3) === 0) {
    const offset = isWord
      ? ((op >> 7) & 0x38) | ((op >> 4) & 4) | ((op << 1) & 0x40)
      : ((op >> 7) & 0x38) | ((op << 1) & 0xc0);
    return { base: 8 + ((op >> 7) & 7), offset, bytes };
  }
  const isLoad = funct3 < 4;
  if (isLoad) {
    const offset = isWord
      ? ((op >> 7) & 0x20) | ((op >> 2) & 0x1c) | ((op << 4) & 0xc0)
      : ((op >> 7) & 0x20) | ((op >> 2) & 0x18) | ((op << 4) & 0x1c0);
    return { base: 2, offset, bytes };
  }
  const offset = isWord ? ((op >> 7) & 0x3c) | ((op >> 1) & 0xc0) : ((op >> 7) & 0x38) | ((op >> 1) & 0x1c0);
  return { base: 2, offset, bytes };
}
