// Bytes as text, sixteen a line: address, hexadecimal bytes, printable characters.

const WIDTH = 16;

/** @returns lines such as `20000000  48 65 6c 6c 6f …  |Hello…|`, without a line end after the last */
export function formatHexdump(address: bigint, bytes: Uint8Array): string {
  const digits = Math.max(8, (address + BigInt(bytes.length)).toString(16).length);
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += WIDTH) {
    const row = bytes.subarray(offset, offset + WIDTH);
    const cells = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'));
    const left = cells.slice(0, 8).join(' ');
    const right = cells.slice(8).join(' ');
    const text = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(
      `${(address + BigInt(offset)).toString(16).padStart(digits, '0')}  ${left.padEnd(23)}  ${right.padEnd(23)}  |${text}|`,
    );
  }
  return lines.join('\n');
}
