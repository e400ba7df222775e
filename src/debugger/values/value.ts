// A value: a type and the place its bytes are in. Places can be memory, registers, pieces of both, or plain bytes; parts of a
// value (members, elements) are values again. Reading is a plain call on caches; what is missing is a Demand.
import type {
  BitField,
  ComputedCount,
  EvaluationContext,
  Location,
  LocationSource,
  Piece,
  Type,
} from '../../debuginfo/api';
import { texts } from '../messages';
import { integerBytes, readUnsigned } from '../numbers';
import { readPieces } from './pieces';
import { ByteState, type Content, type FrameSpace, type ValueSpace } from './space';
import { arrayLike, bitFieldPlace, pointerTo, sizeOf, strip } from './types';

export type Place =
  | { readonly kind: 'memory'; readonly address: number }
  /** Bits `bitOffset…` of the pieces of a location description. */
  | {
      readonly kind: 'pieces';
      readonly pieces: readonly Piece[];
      readonly frame: FrameSpace | undefined;
      readonly bitOffset: number;
    }
  /** A result of a computation. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'register'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'optimizedOut' }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Values larger than this are not read whole. */
const maximumValueBytes = 1 << 20;

export class Value {
  constructor(
    readonly space: ValueSpace,
    readonly type: Type | undefined,
    readonly place: Place,
    readonly bits?: BitField,
  ) {}

  static at(space: ValueSpace, type: Type | undefined, address: number): Value {
    return new Value(space, type, { kind: 'memory', address });
  }

  static of(space: ValueSpace, type: Type | undefined, bytes: Uint8Array): Value {
    return new Value(space, type, { kind: 'bytes', bytes });
  }

  static integer(space: ValueSpace, type: Type, value: bigint): Value {
    return Value.of(space, type, integerBytes(value, sizeOf(type, space.addressSize) ?? 8, space.isBigEndian));
  }

  /** A variable's value by its location description. */
  static located(
    space: ValueSpace,
    type: Type | undefined,
    source: LocationSource,
    frame: FrameSpace | undefined,
  ): Value {
    if (source.kind === 'none') return new Value(space, type, { kind: 'optimizedOut' });
    if (source.kind === 'constant') {
      const size = sizeOf(type, space.addressSize) ?? source.bytes.length;
      return Value.of(space, type, resize(source.bytes, size, space.isBigEndian));
    }
    const location = space.program.locate(source, frame?.context ?? staticContext(space));
    return Value.#placed(space, withKnownBounds(type, space, frame), location, frame);
  }

  static #placed(space: ValueSpace, type: Type | undefined, location: Location, frame: FrameSpace | undefined): Value {
    if (location.kind === 'optimizedOut') return new Value(space, type, { kind: 'optimizedOut' });
    if (location.kind === 'unavailable')
      return new Value(space, type, { kind: 'unavailable', reason: location.reason });
    const [only] = location.pieces;
    if (
      location.pieces.length === 1 &&
      only?.place.kind === 'memory' &&
      only.bitOffset === 0 &&
      only.bitSize === undefined
    ) {
      return Value.at(space, type, only.place.address);
    }
    return new Value(space, type, { kind: 'pieces', pieces: location.pieces, frame, bitOffset: 0 });
  }

  /** Address of the value; undefined when it is not in memory or is a bit-field. */
  get address(): number | undefined {
    return this.place.kind === 'memory' && this.bits === undefined ? this.place.address : undefined;
  }

  get size(): number | undefined {
    return sizeOf(this.type, this.space.addressSize);
  }

  /** The same bytes read as another type. */
  as(type: Type | undefined): Value {
    return new Value(this.space, type, this.place, this.bits);
  }

  /** A part of this value: a member, an element, a base class. */
  part(type: Type | undefined, byteOffset: number, bits?: BitField): Value {
    const { place } = this;
    switch (place.kind) {
      case 'memory':
        return new Value(this.space, type, { kind: 'memory', address: place.address + byteOffset }, bits);
      case 'bytes':
      case 'register': {
        const rest = place.bytes.subarray(Math.max(byteOffset, 0));
        return new Value(this.space, type, { kind: 'bytes', bytes: rest }, bits);
      }
      case 'pieces':
        return new Value(this.space, type, { ...place, bitOffset: place.bitOffset + byteOffset * 8 }, bits);
      default:
        return new Value(this.space, type, place, bits);
    }
  }

  /** The first `length` bytes with the state of each. */
  read(length: number): Content {
    const { place } = this;
    switch (place.kind) {
      case 'bytes':
      case 'register': {
        if (place.bytes.length >= length)
          return { bytes: place.bytes.subarray(0, length), states: undefined, reason: undefined };
        const bytes = new Uint8Array(length);
        bytes.set(place.bytes);
        return {
          bytes,
          states: new Uint8Array(length).fill(ByteState.optimizedOut, place.bytes.length),
          reason: undefined,
        };
      }
      case 'memory': {
        const { bytes, valid } = this.space.readPartial(place.address, length);
        const hole = valid.indexOf(0);
        if (hole < 0) return { bytes, states: undefined, reason: undefined };
        const states = valid.map((good) => (good === 0 ? ByteState.unavailable : ByteState.good));
        return { bytes, states, reason: this.space.unreadableReason(place.address + hole) };
      }
      case 'pieces':
        return readPieces(this.space, place.pieces, place.frame, place.bitOffset, length);
      case 'optimizedOut':
        return lost(length, ByteState.optimizedOut, undefined);
      case 'unavailable':
        return lost(length, ByteState.unavailable, place.reason);
    }
  }

  /** All bytes of the value, or the words that say why they cannot be had. */
  readAll(): { readonly bytes: Uint8Array } | { readonly problem: string } {
    const content = this.bits === undefined ? this.#readWhole() : this.#readBitField(this.bits);
    if (content === undefined) return { problem: texts.unavailable('the size of the type is not known') };
    return content.states === undefined ? { bytes: content.bytes } : { problem: problemOf(content) };
  }

  #readWhole(): Content | undefined {
    const { size } = this;
    return size === undefined ? undefined : this.read(Math.min(size, maximumValueBytes));
  }

  /** The bytes that a bit-field lies in. In pieces only its own bits need to be there: others of these bytes may be lost. */
  #readBitField(bits: BitField): Content {
    const { offset, length } = bitFieldPlace(bits, this.space.isBigEndian);
    const start = this.part(undefined, offset);
    if (start.place.kind !== 'pieces') return start.read(length);
    const { pieces, frame, bitOffset } = start.place;
    const from = bits.bitOffset - offset * 8;
    return readPieces(this.space, pieces, frame, bitOffset, length, { from, to: from + bits.bitSize });
  }

  /** The value as an unsigned integer of its size, bit-fields included. */
  readUnsigned(): { readonly value: bigint; readonly bitSize: number } | { readonly problem: string } {
    const content = this.readAll();
    if ('problem' in content) return content;
    const raw = readUnsigned(content.bytes, this.space.isBigEndian);
    if (this.bits === undefined) return { value: raw, bitSize: content.bytes.length * 8 };
    const { shift } = bitFieldPlace(this.bits, this.space.isBigEndian);
    return { value: BigInt.asUintN(this.bits.bitSize, raw >> BigInt(shift)), bitSize: this.bits.bitSize };
  }
}

/** The words for a value that lacks bytes. */
export function problemOf(content: Content): string {
  const states = content.states ?? new Uint8Array(0);
  if (states.includes(ByteState.unavailable)) return texts.unavailable(content.reason ?? 'not known');
  return texts.optimizedOut;
}

function lost(length: number, state: number, reason: string | undefined): Content {
  return { bytes: new Uint8Array(length), states: new Uint8Array(length).fill(state), reason };
}

/** Makes a constant as long as its type: DW_AT_const_value may be shorter (sign extension was done by its form). */
function resize(bytes: Uint8Array, size: number, isBigEndian: boolean): Uint8Array {
  if (bytes.length === size) return bytes;
  const result = new Uint8Array(size);
  if (!isBigEndian) {
    result.set(bytes.subarray(0, size));
    if (bytes.length < size && ((bytes.at(-1) ?? 0) & 0x80) !== 0 && size <= 16) result.fill(0xff, bytes.length);
  } else if (bytes.length > size) result.set(bytes.subarray(bytes.length - size));
  else result.set(bytes, size - bytes.length);
  return result;
}

/**
 * The type with the bounds of variable-length arrays as they are in this frame (C17 6.7.6.2), also behind pointers. The same
 * object when there are none.
 */
function withKnownBounds(type: Type | undefined, space: ValueSpace, frame: FrameSpace | undefined): Type | undefined {
  const real = strip(type);
  if (frame === undefined || real === undefined) return type;
  if (real.kind === 'pointer') {
    const target = withKnownBounds(real.target, space, frame);
    if (target === real.target || target === undefined) return type;
    const { flavour, byteSize, language, declaration } = real;
    const { name } = pointerTo(target, space.addressSize);
    return { kind: 'pointer', flavour, target, name, byteSize, language, declaration };
  }
  if (real.kind !== 'array') return type;
  const element = withKnownBounds(real.element, space, frame) ?? real.element;
  const isVariable = real.dimensions.some(({ count }) => typeof count === 'object');
  if (element === real.element && !isVariable) return type;
  const dimensions = real.dimensions.map((dimension) => {
    if (typeof dimension.count !== 'object') return dimension;
    return { ...dimension, count: countIn(dimension.count, space, frame) };
  });
  return arrayLike(real, element, dimensions);
}

/** The number of elements in this frame; undefined when it is lost. */
function countIn(
  { source, variableBytes, more }: ComputedCount,
  space: ValueSpace,
  frame: FrameSpace,
): number | undefined {
  let bound: bigint | undefined;
  if (variableBytes === undefined || source.kind === 'constant') bound = space.program.evaluate(source, frame.context);
  else {
    const { bytes, states } = Value.located(space, undefined, source, frame).read(variableBytes);
    bound = states === undefined ? readUnsigned(bytes, space.isBigEndian) : undefined;
  }
  if (bound === undefined) return undefined;
  // A bound of -1 is an array without elements.
  const count = Number(BigInt.asIntN(space.addressSize * 8, bound)) + more;
  return count < 0 ? undefined : count;
}

/** For variables without a frame: only static storage can be located. */
export function staticContext(space: ValueSpace): EvaluationContext {
  return {
    pc: 0,
    register: () => undefined,
    memory: (address, length) => {
      const { bytes, valid } = space.readPartial(address, length);
      return valid.includes(0) ? undefined : bytes;
    },
    frameBase: () => undefined,
    canonicalFrameAddress: () => undefined,
  };
}
