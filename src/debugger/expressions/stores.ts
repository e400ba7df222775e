// Turns “this place gets these bytes” into changes of memory and registers; bit-fields and split places included.
import { integerBytes, readUnsigned } from '../numbers';
import { bitFieldPlace } from '../values/types';
import type { Value } from '../values/value';
import type { Store } from './scope';

/** The changes that put `bytes` (or the low bits of them, for a bit-field) where `target` is; a text says why that cannot be. */
export function storesFor(target: Value, bytes: Uint8Array): Store[] | string {
  const { place, bits, space } = target;
  if (bits !== undefined) return bitFieldStores(target, readUnsigned(bytes, space.isBigEndian));
  switch (place.kind) {
    case 'memory':
      return [{ kind: 'memory', address: place.address, bytes }];
    case 'register': {
      const whole = place.bytes.slice();
      whole.set(bytes.subarray(0, whole.length));
      return [{ kind: 'register', name: place.name, value: readUnsigned(whole, space.isBigEndian) }];
    }
    case 'pieces':
      return pieceStores(target, bytes);
    case 'optimizedOut':
      return 'It was optimized out and has no place to be stored in';
    case 'unavailable':
      return `It is not available: ${place.reason}`;
    case 'bytes':
      return 'It is a computed value, not a variable';
  }
}

function bitFieldStores(target: Value, value: bigint): Store[] | string {
  const { bits, space } = target;
  if (bits === undefined) return 'It is no bit-field';
  const { offset, length, shift } = bitFieldPlace(bits, space.isBigEndian);
  const storage = target.part(undefined, offset);
  const old = storage.read(length);
  if (old.states !== undefined) return 'Its storage cannot be read';
  const mask = ((1n << BigInt(bits.bitSize)) - 1n) << BigInt(shift);
  const merged = (readUnsigned(old.bytes, space.isBigEndian) & ~mask) | ((value << BigInt(shift)) & mask);
  return storesFor(storage, integerBytes(merged, length, space.isBigEndian));
}

function pieceStores(target: Value, bytes: Uint8Array): Store[] | string {
  const { place, space } = target;
  if (place.kind !== 'pieces') return 'It has no place';
  const stores: Store[] = [];
  const end = place.bitOffset + bytes.length * 8;
  let start = 0;
  for (const piece of place.pieces) {
    const size = piece.bitSize ?? Math.max(end - start, 0);
    const from = Math.max(start, place.bitOffset);
    const to = Math.min(start + size, end);
    const skipped = from - start;
    start += size;
    if (from >= to) continue;
    if ((from - place.bitOffset) % 8 !== 0 || (to - from) % 8 !== 0 || (piece.bitOffset + skipped) % 8 !== 0) {
      return 'It is spread over parts of bytes';
    }
    const part = bytes.subarray((from - place.bitOffset) / 8, (to - place.bitOffset) / 8);
    const where = piece.place;
    const within = (piece.bitOffset + skipped) / 8;
    if (where.kind === 'memory') stores.push({ kind: 'memory', address: where.address + within, bytes: part });
    else if (where.kind === 'register') {
      const kept = place.frame?.placeOf(where.register);
      if (kept?.kind === 'memory') stores.push({ kind: 'memory', address: kept.address + within, bytes: part });
      else if (kept?.kind === 'register') {
        const old = place.frame?.context.register(where.register) ?? 0n;
        const mask = ((1n << BigInt(part.length * 8)) - 1n) << BigInt(within * 8);
        const value = (old & ~mask) | (readUnsigned(part, space.isBigEndian) << BigInt(within * 8));
        stores.push({ kind: 'register', name: space.registerName(where.register), value });
      } else return `The register ${space.registerName(where.register)} of this frame is not kept anywhere`;
    } else return 'It has no place to be stored in';
  }
  return stores;
}
