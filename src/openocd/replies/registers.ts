// Register listings and values: `reg` (all versions) and `get_reg` (0.12: one line of pairs; later: a line per register).

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

/** Reads the pairs of `get_reg`. @throws Error naming a register that is missing */
export function readRegisterPairs(text: string, names: readonly string[]): bigint[] {
  const fields = text.trim().split(/\s+/);
  const values = new Map<string, string | undefined>();
  for (let index = 0; index < fields.length; index += 2) values.set(fields[index] ?? '', fields[index + 1]);
  return names.map((name) => {
    const value = values.get(name);
    if (value === undefined || !/^(?:0x[0-9a-fA-F]+|\d+)$/.test(value))
      throw new Error(`“${name}” has no value in “${text.slice(0, 200)}”`);
    return BigInt(value);
  });
}
