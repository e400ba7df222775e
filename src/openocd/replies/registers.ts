// Register listings and values: `reg` and `reg NAME` (all versions alike, but for the line end).

export interface RegisterLine {
  readonly name: string;
  readonly number: number;
  /** Width in bits. */
  readonly size: number;
  /** What OpenOCD has cached; undefined when nothing is, or the register does not exist. */
  readonly value: bigint | undefined;
  /** Changed in OpenOCD's cache and not yet written to the core. */
  readonly dirty: boolean;
}

/** Reads the lines `(15) pc (/32): 0x08000350 (dirty)` of `reg`; group headers are skipped. */
export function readRegisterList(text: string): RegisterLine[] {
  return [...text.matchAll(/^\((\d+)\) (\S+) \(\/(\d+)\)(?:: (0x[0-9a-fA-F]+))?( \(dirty\))?\s*$/gm)].map(
    ([, number, name, size, value, dirty]) => ({
      name: name ?? '',
      number: Number(number),
      size: Number(size),
      value: value === undefined ? undefined : BigInt(value),
      dirty: dirty !== undefined,
    }),
  );
}

/** Reads `pc (/32): 0x08000350`, the answer to `reg NAME`. @returns undefined for other text */
export function readRegisterLine(text: string): { readonly size: number; readonly value: bigint } | undefined {
  const match = /^\S+ \(\/(\d+)\): (0x[0-9a-fA-F]+)/m.exec(text.trim());
  return match ? { size: Number(match[1]), value: BigInt(match[2] ?? '0') } : undefined;
}
