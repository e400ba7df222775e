// Puts a value together from the pieces of a location description (DWARF 5 §2.6.1.2): bits from memory, registers and constants,
// with what is known of each bit.
import type { Piece } from '../../debuginfo/api';
import { texts } from '../messages';
import { integerBytes, readUnsigned } from '../numbers';
import { ByteState, type Content, type FrameSpace, type ValueSpace } from './space';

/** Bits counted from the first byte's first: the lowest where little-endian, the highest where big-endian. */
interface BitRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * `length` bytes from `bitOffset` of the pieces on. Only the `wanted` bits of them, counted from `bitOffset`, have to be known for
 * a byte to be good: a bit-field may share its bytes with bits that are optimised out.
 */
export function readPieces(
  space: ValueSpace,
  pieces: readonly Piece[],
  frame: FrameSpace | undefined,
  bitOffset: number,
  length: number,
  wanted: BitRange = { from: 0, to: length * 8 },
): Content {
  const bytes = new Uint8Array(length);
  /** The wanted bits of each byte that nothing is known of yet. */
  const missing = new Uint8Array(length);
  forBytes(wanted, space.isBigEndian, (index, mask) => {
    missing[index] = mask;
  });
  const states = new Uint8Array(length);
  let reason: string | undefined;
  let pieceStart = -bitOffset;
  for (const piece of pieces) {
    const pieceEnd = piece.bitSize === undefined ? Math.max(wanted.to, pieceStart) : pieceStart + piece.bitSize;
    const range = { from: Math.max(pieceStart, wanted.from), to: Math.min(pieceEnd, wanted.to) };
    if (range.from < range.to) {
      const source = readPiece(space, piece, frame, range.from - pieceStart, range.to - range.from);
      if ('bytes' in source) placeBits(bytes, range, source, space.isBigEndian);
      else reason ??= source.reason;
      forBytes(range, space.isBigEndian, (index, mask) => {
        missing[index] = (missing[index] ?? 0) & ~mask;
        if ('state' in source) states[index] = Math.max(states[index] ?? 0, source.state);
      });
    }
    pieceStart = pieceEnd;
  }
  for (let i = 0; i < length; i++) {
    if (missing[i] !== 0) states[i] = Math.max(states[i] ?? 0, ByteState.optimizedOut);
  }
  return { bytes, states: states.some((state) => state !== ByteState.good) ? states : undefined, reason };
}

/** Calls with each byte that has bits in the range, and the mask of these. */
function forBytes({ from, to }: BitRange, isBigEndian: boolean, use: (index: number, mask: number) => void): void {
  for (let index = Math.floor(from / 8); index * 8 < to; index++) {
    const low = Math.max(from - index * 8, 0);
    const high = Math.min(to - index * 8, 8);
    const mask = ((1 << (high - low)) - 1) << (isBigEndian ? 8 - high : low);
    use(index, mask);
  }
}

/** Bits as they were read: whole bytes from the first bit on, or a number with the bits right-aligned. */
type PieceBits = { readonly bytes: Uint8Array } | { readonly bytes: undefined; readonly value: bigint };

interface LostBits {
  readonly state: number;
  readonly reason: string | undefined;
}

function readPiece(
  space: ValueSpace,
  piece: Piece,
  frame: FrameSpace | undefined,
  skip: number,
  count: number,
): PieceBits | LostBits {
  const { place: where } = piece;
  const start = piece.bitOffset + skip;
  switch (where.kind) {
    case 'optimizedOut':
    case 'implicitPointer':
      return { state: ByteState.optimizedOut, reason: undefined };
    case 'memory': {
      const first = Math.floor(start / 8);
      const end = Math.ceil((start + count) / 8);
      const { bytes, valid } = space.readPartial(where.address + first, end - first);
      const hole = valid.indexOf(0);
      if (hole >= 0)
        return { state: ByteState.unavailable, reason: space.unreadableReason(where.address + first + hole) };
      return bitsOf(bytes, start - first * 8, count, space.isBigEndian);
    }
    case 'value':
      return bitsOf(where.bytes, start, count, space.isBigEndian);
    case 'register': {
      const value = frame?.context.register(where.register);
      if (value === undefined)
        return { state: ByteState.unavailable, reason: texts.registerNotSaved(space.registerName(where.register)) };
      return { bytes: undefined, value: BigInt.asUintN(count, value >> BigInt(start)) };
    }
  }
}

function bitsOf(bytes: Uint8Array, start: number, count: number, isBigEndian: boolean): PieceBits {
  if (start % 8 === 0 && count % 8 === 0) return { bytes: bytes.subarray(start / 8, (start + count) / 8) };
  const all = readUnsigned(bytes, isBigEndian);
  const shift = isBigEndian ? bytes.length * 8 - start - count : start;
  return { bytes: undefined, value: BigInt.asUintN(count, all >> BigInt(Math.max(shift, 0))) };
}

function placeBits(bytes: Uint8Array, { from, to }: BitRange, source: PieceBits, isBigEndian: boolean): void {
  const first = Math.floor(from / 8);
  const window = bytes.subarray(first, Math.ceil(to / 8));
  if (source.bytes !== undefined && from % 8 === 0) {
    window.set(source.bytes);
    return;
  }
  const value = source.bytes === undefined ? source.value : readUnsigned(source.bytes, isBigEndian);
  const skip = from - first * 8;
  const shift = isBigEndian ? window.length * 8 - skip - (to - from) : skip;
  window.set(integerBytes(readUnsigned(window, isBigEndian) | (value << BigInt(shift)), window.length, isBigEndian));
}
