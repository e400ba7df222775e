// Encoded pointers of .eh_frame and .eh_frame_hdr (LSB Core, “DWARF Exception Header Encoding”): one byte says how the number
// is stored and what it is relative to.
import type { Reader } from '../bytes';

export const DW_EH_PE_omit = 0xff;
export const DW_EH_PE_absptr = 0x00;
const DW_EH_PE_aligned = 0x50;
const DW_EH_PE_indirect = 0x80;

/** What encoded pointers may be relative to. Addresses as api.ts counts them. */
export interface PointerBases {
  /** Address of the section that the pointer stands in. */
  readonly section: number;
  readonly text: number | undefined;
  /** Of the GOT for .eh_frame, of the section itself for .eh_frame_hdr. */
  readonly data: number | undefined;
  readonly function?: number;
  readonly addressSize: number;
}

/** An address brought back into the address space after an addition. */
export function wrapAddress(address: number, addressSize: number): number {
  if (addressSize === 8) return address;
  return addressSize === 4 ? address >>> 0 : address & (2 ** (addressSize * 8) - 1);
}

/**
 * Reads one encoded pointer, base included. An indirect one (the address of a word that holds the pointer) needs the running
 * program: it is passed over and gives undefined, and so does DW_EH_PE_omit.
 * @throws DebugInfoError for an unknown encoding, a base that the file has not, or a section that ends early.
 */
export function readEncodedPointer(reader: Reader, encoding: number, bases: PointerBases): number | undefined {
  if (encoding === DW_EH_PE_omit) return undefined;
  const start = reader.position;
  if (encoding === DW_EH_PE_aligned) {
    const misaligned = (bases.section + reader.offset) % bases.addressSize;
    if (misaligned !== 0) reader.skip(bases.addressSize - misaligned);
    return reader.address(bases.addressSize);
  }
  const base = baseOf(reader, encoding, bases);
  const value = readValue(reader, encoding & 0x0f, bases.addressSize, start);
  if (encoding & DW_EH_PE_indirect) return undefined;
  // A zero stands for “none”, whatever it would be relative to (GCC, unwind-pe.h).
  return value === 0 ? 0 : wrapAddress(base + value, bases.addressSize);
}

/** Reads a number in the format half of an encoding: FDE lengths are such numbers without a base. */
export function readValue(reader: Reader, format: number, addressSize: number, start = reader.position): number {
  switch (format) {
    case 0x00:
      return reader.address(addressSize);
    case 0x01:
      return reader.uleb();
    case 0x02:
      return reader.u16();
    case 0x03:
      return reader.u32();
    case 0x04:
      return reader.address(8);
    case 0x08:
      return addressSize === 4 ? reader.i32() : reader.address(addressSize);
    case 0x09:
      return reader.sleb();
    case 0x0a:
      return reader.i16();
    case 0x0b:
      return reader.i32();
    case 0x0c:
      return reader.address(8);
    default:
      return reader.fail(`pointer format 0x${format.toString(16)} is not known`, start);
  }
}

function baseOf(reader: Reader, encoding: number, bases: PointerBases): number {
  const application = encoding & 0x70;
  const base = { 0: 0, 16: bases.section + reader.offset, 32: bases.text, 48: bases.data, 64: bases.function }[
    application
  ];
  return base ?? reader.fail(`pointer encoding 0x${encoding.toString(16)} is relative to nothing known here`);
}
