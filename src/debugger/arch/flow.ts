// What an instruction does to the flow of control, as far as stepping needs to know. Each architecture decodes its own
// instructions into these words; nothing here knows an encoding.

export type Flow =
  /** Goes on with the next instruction. */
  | { readonly kind: 'sequential' }
  /** Always goes to `target`. */
  | { readonly kind: 'jump'; readonly target: number }
  /** Goes to `target` or on with the next instruction. */
  | { readonly kind: 'branch'; readonly target: number }
  /** Calls a function and normally comes back to the next instruction. `target` is undefined when a register holds it. */
  | { readonly kind: 'call'; readonly target: number | undefined; readonly isConditional: boolean }
  /** Goes where registers or memory say: returns, computed jumps, exception returns. */
  | { readonly kind: 'indirect'; readonly isConditional: boolean }
  /** A breakpoint instruction in the program. */
  | { readonly kind: 'trap' };

export interface DecodedFlow {
  /** Length of the instruction in bytes. */
  readonly length: number;
  readonly flow: Flow;
  /** For Thumb's IT instruction: how many of the following instructions are conditional. */
  readonly conditionalNext?: number;
}

/**
 * Decodes the instruction at `address`.
 * @param bytes from the address on, 4 or fewer at the end of memory
 * @param isConditional true inside an IT block
 * @returns undefined when there are too few bytes
 */
export type FlowDecoder = (bytes: Uint8Array, address: number, isConditional: boolean) => DecodedFlow | undefined;

/**
 * False when the last of some instructions always leads elsewhere: then nothing can have come to what stands behind it from there.
 * @param code whole instructions that begin at `address`
 */
export function fallsThrough(decode: FlowDecoder, code: Uint8Array, address: number): boolean {
  let last: Flow = sequential;
  let conditional = 0;
  for (let at = 0; at < code.length; ) {
    const decoded = decode(code.subarray(at), address + at, conditional > 0);
    if (decoded === undefined) return true;
    last = decoded.flow;
    conditional = decoded.conditionalNext ?? Math.max(conditional - 1, 0);
    at += decoded.length;
  }
  return last.kind !== 'jump' && (last.kind !== 'indirect' || last.isConditional);
}

export const sequential: Flow = { kind: 'sequential' };

/** An unconditional jump that stands in a conditional place becomes a branch. */
export const jumpOrBranch = (target: number, isConditional: boolean): Flow =>
  isConditional ? { kind: 'branch', target } : { kind: 'jump', target };

export const signExtend = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);
