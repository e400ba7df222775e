// Where the procedure call standards leave a function's result, as far as registers tell it (AAPCS32 6.4, RISC-V psABI 2.1).
import type { Machine } from '../../debuginfo/api';

export type ReturnPlace =
  /** Registers in order, the lowest bytes first. */
  | { readonly kind: 'registers'; readonly names: readonly string[] }
  /** The caller gave an address; the register still holds it. */
  | { readonly kind: 'memory'; readonly pointer: string }
  | { readonly kind: 'unknown' };

/**
 * @param size of the result in bytes
 * @param isAggregate struct, union or array
 * @param isFloat a floating-point number: its register depends on the calling convention
 * @param hasFloatRegisters whether the core has any
 */
export function returnPlace(
  machine: Machine,
  size: number,
  isAggregate: boolean,
  isFloat: boolean,
  hasFloatRegisters: boolean,
): ReturnPlace {
  if (size === 0 || (isFloat && hasFloatRegisters)) return { kind: 'unknown' };
  if (machine === 'arm') {
    // AAPCS32: a composite of at most four bytes in r0; a larger one in memory whose address the callee need not keep in r0.
    if (isAggregate && size > 4) return { kind: 'unknown' };
    return size <= 4
      ? registers('r0')
      : size <= 8
        ? registers('r0', 'r1')
        : size <= 16
          ? registers('r0', 'r1', 'r2', 'r3')
          : { kind: 'unknown' };
  }
  const width = machine === 'riscv64' ? 8 : 4;
  if (size <= width) return registers('a0');
  if (size <= 2 * width) return registers('a0', 'a1');
  return { kind: 'memory', pointer: 'a0' };
}

const registers = (...names: string[]): ReturnPlace => ({ kind: 'registers', names });
