// Memory contents: `read_memory` (0.12 and later) and `mdb`/`mdh`/`mdw`/`mdd` (0.10 and 0.11).

/** Appends the elements of `text` to `into` from `at` on, little-endian. @returns the offset after the last element
 * @throws Error when the number of elements differs from `count` */
export function readElements(text: string, bits: 8 | 16 | 32 | 64, count: number, into: Buffer, at: number): number {
  const bytes = bits / 8;
  let found = 0;
  let offset = at;
  for (const element of elements(text)) {
    if (++found > count) break;
    if (bits === 64) into.writeBigUInt64LE(BigInt(element), offset);
    else into.writeUIntLE(Number.parseInt(element.slice(2), 16), offset, bytes);
    offset += bytes;
  }
  if (found !== count)
    throw new Error(
      `it has ${found > count ? 'more than' : ''} ${Math.min(found, count)} elements where ${count} were asked for`,
    );
  return offset;
}

/** Elements of either shape, each with `0x`. */
function elements(text: string): string[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  if (trimmed.startsWith('0x') && !/^0x[0-9a-fA-F]+: /.test(trimmed)) return trimmed.split(/\s+/);
  return trimmed.split('\n').flatMap((line) => {
    const dump = /^0x[0-9a-fA-F]+: ((?:[0-9a-fA-F]+ ?)+)\s*$/.exec(line);
    return dump
      ? (dump[1] ?? '')
          .trim()
          .split(' ')
          .map((digits) => `0x${digits}`)
      : [];
  });
}
