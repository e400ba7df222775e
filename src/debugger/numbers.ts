// Numbers as the engine writes and packs them: hexadecimal text, integers in bytes, signed and unsigned readings.

/** `0x2000_0010` as `0x20000010`: at least `digits` hexadecimal digits, no padding by default. Negative addresses are 64-bit ones. */
export function hex(value: number | bigint, digits = 0): string {
  const big = BigInt(value);
  return `0x${(big < 0n ? BigInt.asUintN(64, big) : big).toString(16).padStart(digits, '0')}`;
}

/** An address with all digits of the machine's address size. */
export function hexAddress(address: number | bigint, addressSizeBytes: number): string {
  return hex(BigInt.asUintN(addressSizeBytes * 8, BigInt(address)), addressSizeBytes * 2);
}

/** The unsigned integer that the bytes hold. */
export function readUnsigned(bytes: Uint8Array, isBigEndian: boolean): bigint {
  if (bytes.length <= 6) {
    let small = 0;
    for (let i = 0; i < bytes.length; i++) small = small * 256 + (bytes[isBigEndian ? i : bytes.length - 1 - i] ?? 0);
    return BigInt(small);
  }
  let value = 0n;
  for (let i = 0; i < bytes.length; i++)
    value = (value << 8n) | BigInt(bytes[isBigEndian ? i : bytes.length - 1 - i] ?? 0);
  return value;
}

/** The low `length` bytes of an integer, two's complement. */
export function integerBytes(value: bigint, length: number, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = BigInt.asUintN(length * 8, value);
  for (let i = 0; i < length; i++) {
    bytes[isBigEndian ? length - 1 - i : i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** An address as the debug information counts them: below 2^63 as it is, above it negative; 32-bit ones unsigned. */
export function toAddress(value: bigint, addressSizeBytes: number): number {
  return Number(addressSizeBytes === 8 ? BigInt.asIntN(64, value) : BigInt.asUintN(addressSizeBytes * 8, value));
}
