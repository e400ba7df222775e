// Where the procedure call standards leave a function's result, as far as registers tell it (AAPCS32 6.4 and 7.1, RISC-V psABI 2.1).
import type { Machine } from '../../debuginfo/api';

export type ReturnPlace =
  /** Registers in order, the lowest bytes first, each so many bytes wide. */
  | { readonly kind: 'registers'; readonly names: readonly string[]; readonly bytes: number }
  /** The caller gave an address; the register holds it. */
  | { readonly kind: 'memory'; readonly pointer: string }
  | { readonly kind: 'unknown' };

/** A result as the standards tell them apart. */
export interface ResultShape {
  readonly sizeBytes: number;
  /** Struct, union or array. */
  readonly isAggregate: boolean;
  /** How many floating-point numbers of one size it consists of; undefined when there is anything else in it. */
  readonly floats: { readonly count: number; readonly bytes: number } | undefined;
}

/** Whether floating-point numbers are returned in registers of their own; undefined = not known. */
export type HardFloat = boolean | undefined;

export function returnPlace(machine: Machine, shape: ResultShape, hardFloat: HardFloat): ReturnPlace {
  const { sizeBytes, isAggregate, floats } = shape;
  if (sizeBytes === 0) return { kind: 'unknown' };
  if (floats !== undefined && floats.count <= 4 && hardFloat !== false) {
    if (hardFloat === undefined || machine !== 'arm') return { kind: 'unknown' };
    // s0 and s1 are the halves of d0, and so on (AAPCS32 7.1.1).
    return registers(8, ...Array.from({ length: Math.ceil(sizeBytes / 8) }, (_, index) => `d${index}`));
  }
  if (machine === 'arm') {
    // Larger composites are in memory. The standard does not ask the callee to keep its address in r0; GCC does.
    if (isAggregate && sizeBytes > 4) return { kind: 'memory', pointer: 'r0' };
    const count = Math.ceil(sizeBytes / 4);
    return count > 4 ? { kind: 'unknown' } : registers(4, ...['r0', 'r1', 'r2', 'r3'].slice(0, count));
  }
  const width = machine === 'riscv64' ? 8 : 4;
  if (sizeBytes <= width) return registers(width, 'a0');
  if (sizeBytes <= 2 * width) return registers(width, 'a0', 'a1');
  return { kind: 'memory', pointer: 'a0' };
}

const registers = (bytes: number, ...names: string[]): ReturnPlace => ({ kind: 'registers', names, bytes });
