// Unwinds RISC-V code without unwind tables: follows the first straight-line instructions of a function, what they store and
// how they move the stack pointer.
import type { RegisterRule } from '../../../debuginfo/api';
import { readUnsigned } from '../../numbers';
import type { CodeContext, FallbackRow } from '../architecture';
import { decodeRiscV } from './flow';
import { type Operation, operationOf } from './operations';
import { riscvDwarf } from './registers';

/** Trap entries store all registers, so the part that is looked at is larger than a plain prologue. */
const maximumBytes = 256;

class Prologue {
  /** CFA − SP. */
  depth = 0;
  framePointerDepth: number | undefined;
  /** Stores relative to SP; they become CFA offsets at once. */
  readonly saved = new Map<number, RegisterRule>();
  /** Registers that hold a constant, for frames beyond the reach of one immediate. */
  readonly constants = new Map<number, number>();

  /** Registers that hold a CSR's content. */
  readonly #csrs = new Map<number, number>();

  apply(operation: Operation): void {
    if ('rd' in operation) this.#csrs.delete(operation.rd);
    switch (operation.kind) {
      case 'addImmediate':
        this.#add(operation.rd, operation.rs1, operation.immediate);
        break;
      case 'add':
        this.#addRegister(operation.rd, operation.rs1, operation.rs2, operation.sign);
        break;
      case 'constant':
        this.constants.set(operation.rd, operation.value);
        break;
      case 'csr':
        if (operation.rd !== 0) this.#csrs.set(operation.rd, operation.csr);
        break;
      case 'store':
        if (operation.rs1 === riscvDwarf.sp) this.#store(operation.register, operation.offset);
        break;
      case 'push':
        if (this.depth !== 0) break;
        for (const [index, register] of operation.registers.entries())
          this.#store(register, -(index + 1) * operation.bytes);
        this.depth = operation.adjustment;
        break;
      default:
    }
  }

  #store(register: number, offset: number): void {
    const csr = this.#csrs.get(register);
    const saved = csr === undefined ? register : riscvDwarf.csr0 + csr;
    if (!this.saved.has(saved)) this.saved.set(saved, { kind: 'offset', offset: offset - this.depth });
  }

  #add(to: number, from: number, immediate: number): void {
    if (to === riscvDwarf.sp && from === riscvDwarf.sp) this.depth -= immediate;
    else if (to === riscvDwarf.s0 && from === riscvDwarf.sp) this.framePointerDepth = this.depth - immediate;
    else if (from === 0) this.constants.set(to, immediate);
    else if (from === to && this.constants.has(to)) this.constants.set(to, (this.constants.get(to) ?? 0) + immediate);
    else this.constants.delete(to);
  }

  #addRegister(to: number, left: number, right: number, sign: 1 | -1): void {
    const constant = this.constants.get(right);
    if (to === riscvDwarf.sp && left === riscvDwarf.sp && constant !== undefined) this.depth -= sign * constant;
    else this.constants.delete(to);
  }
}

/** The unwind row of the code at `context`, or undefined when its function's start is unknown or ra is lost. */
export function analyseRiscvPrologue(context: CodeContext, addressSize: number): FallbackRow | undefined {
  const prologue = new Prologue();
  const start = context.functionStart;
  if (start !== undefined) {
    const length = Math.min(context.pc - start, maximumBytes);
    const code = length > 0 ? context.code(start, length) : undefined;
    if (code !== undefined) follow(code, prologue, addressSize);
  }
  if (!prologue.saved.has(riscvDwarf.ra) && !context.isInnermost) return undefined;
  return {
    cfa:
      prologue.framePointerDepth === undefined
        ? { kind: 'registerOffset', register: riscvDwarf.sp, offset: prologue.depth }
        : { kind: 'registerOffset', register: riscvDwarf.s0, offset: prologue.framePointerDepth },
    rules: prologue.saved,
    returnAddressRegister: riscvDwarf.ra,
  };
}

function follow(code: Uint8Array, prologue: Prologue, addressSize: number): void {
  const flowAt = decodeRiscV(addressSize === 8);
  for (let at = 0; at + 2 <= code.length; ) {
    const bytes = code.subarray(at, at + 4);
    const decoded = flowAt(bytes, at);
    if (decoded === undefined) return;
    const operation = operationOf(Number(readUnsigned(bytes.subarray(0, decoded.length), false)), addressSize);
    // The first jump or branch ends the prologue.
    if (decoded.flow.kind !== 'sequential' && decoded.flow.kind !== 'trap') return;
    prologue.apply(operation);
    at += decoded.length;
  }
}
