// How numbers are written in the peripheral tree, and how what a user types is read. Text only.
export const numberFormats = ['auto', 'hex', 'decimal', 'binary', 'octal'] as const;
/** `auto`: registers and wide fields in hexadecimal, narrow fields in decimal. */
export type NumberFormat = (typeof numberFormats)[number];

/** Fields narrower than this read best in decimal. */
const narrowBits = 8;

/** @param bits the width that leading zeros fill up to */
export function formatNumber(value: bigint, bits: number, format: NumberFormat, isField: boolean): string {
  switch (format) {
    case 'auto':
      return formatNumber(value, bits, isField && bits < narrowBits ? 'decimal' : 'hex', isField);
    case 'hex':
      return `0x${value
        .toString(16)
        .toUpperCase()
        .padStart(Math.ceil(bits / 4), '0')}`;
    case 'decimal':
      return value.toString();
    case 'octal':
      return `0o${value.toString(8)}`;
    case 'binary':
      return `0b${groupBits(value.toString(2).padStart(bits, '0'))}`;
  }
}

/** `1010'0000'1111`: four bits together, from the right. */
function groupBits(digits: string): string {
  return digits.replace(/\B(?=(?:.{4})+$)/g, "'");
}

/** Reads decimal, 0x, 0b and 0o, with `_` or `'` between digits. Undefined when it is no number. */
export function parseNumber(text: string): bigint | undefined {
  const digits = text.trim().replace(/(?<=[\da-f])[_'](?=[\da-f])/gi, '');
  if (!/^(?:0x[\da-f]+|0b[01]+|0o[0-7]+|\d+)$/i.test(digits) || digits.length > 4096) return undefined;
  return BigInt(digits.toLowerCase());
}

export function formatAddress(address: bigint): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
}
