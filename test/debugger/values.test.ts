// Values in made-up places: pieces of registers, missing bytes, bit-fields on both byte orders, and the text of scalars.
import assert from 'node:assert/strict';
import { architectureFor } from '../../src/debugger/arch/architectures';
import { storesFor } from '../../src/debugger/expressions/stores';
import { childrenOf, childText } from '../../src/debugger/values/children';
import { describe as textOf } from '../../src/debugger/values/describe';
import { formatEnum, formatFloat, quoteBytes } from '../../src/debugger/values/scalars';
import type { FrameSpace, ValueSpace } from '../../src/debugger/values/space';
import { arrayOf, baseTypes, pointerTo } from '../../src/debugger/values/types';
import { Value } from '../../src/debugger/values/value';
import type { BaseType, EnumType, Piece, Program, StructType, Type } from '../../src/debuginfo/api';

const types = baseTypes(4, false, false);

/** Memory from address 0x100: `bytes`, and nothing behind them. */
function spaceOf(bytes: readonly number[], isBigEndian = false): ValueSpace {
  return {
    program: { machine: 'arm', symbolAt: () => undefined, codeKindAt: () => 'thumb' } as unknown as Program,
    addressSize: 4,
    isBigEndian,
    readPartial: (address, length) => ({
      bytes: Uint8Array.from({ length }, (_, index) => bytes[address - 0x100 + index] ?? 0),
      valid: Uint8Array.from({ length }, (_, index) => (bytes[address - 0x100 + index] === undefined ? 0 : 1)),
    }),
    unreadableReason: (address) => `nothing at 0x${address.toString(16)}`,
    registerName: (dwarf) => `r${dwarf}`,
    code: architectureFor('arm', 'armv7m'),
    mayPeek: () => true,
  };
}

const frameOf = (registers: Readonly<Record<number, bigint>>): FrameSpace => ({
  context: {
    pc: 0,
    register: (dwarf) => registers[dwarf],
    memory: () => undefined,
    frameBase: () => undefined,
    canonicalFrameAddress: () => undefined,
  },
  placeOf: (dwarf) => (registers[dwarf] === undefined ? undefined : { kind: 'register', dwarf }),
});

const piece = (place: Piece['place'], bitSize?: number, bitOffset = 0): Piece => ({ place, bitSize, bitOffset });
const inPieces = (space: ValueSpace, type: Type, pieces: Piece[], registers: Readonly<Record<number, bigint>> = {}) =>
  new Value(space, type, { kind: 'pieces', pieces, frame: frameOf(registers), bitOffset: 0 });

const struct = (name: string, byteSize: number, members: StructType['members']): StructType => ({
  kind: 'struct',
  name,
  byteSize,
  members,
  language: 'c',
  declaration: undefined,
  bases: [],
  staticMembers: [],
  variantPart: undefined,
  templateArguments: [],
  methods: [],
  isIncomplete: false,
  isPolymorphic: false,
});
const member = (name: string, type: Type, offset: number, bits?: { bitOffset: number; bitSize: number }) => ({
  name,
  type,
  offset,
  bits,
  accessibility: 'public' as const,
  isArtificial: false,
});

describe('values in pieces', () => {
  it('are put together from registers and memory', () => {
    const pieces = [piece({ kind: 'register', register: 4 }, 32), piece({ kind: 'memory', address: 0x100 }, 32)];
    const value = inPieces(spaceOf([1, 0, 0, 0]), types.longLong, pieces, { 4: 0xfffffffen });
    assert.equal(textOf(value), String(0x1fffffffen));
  });

  it('say which part is missing, and why', () => {
    const point = struct('point', 8, [member('x', types.int, 0), member('y', types.int, 4)]);
    const half = inPieces(
      spaceOf([]),
      point,
      [piece({ kind: 'register', register: 4 }, 32), piece({ kind: 'optimizedOut' }, 32)],
      { 4: 7n },
    );
    assert.equal(textOf(half), '{x = 7, y = <optimized out>}');
    const lost = inPieces(
      spaceOf([]),
      point,
      [piece({ kind: 'register', register: 4 }, 32), piece({ kind: 'register', register: 0 }, 32)],
      { 4: 7n },
    );
    assert.equal(textOf(lost), '{x = 7, y = <unavailable: register r0 was not saved by the called functions>}');
    assert.equal(textOf(inPieces(spaceOf([]), types.int, [piece({ kind: 'optimizedOut' }, 32)])), '<optimized out>');
  });

  it('hold small parts of bytes', () => {
    const pieces = [
      piece({ kind: 'value', bytes: Uint8Array.of(0b101) }, 3),
      piece({ kind: 'value', bytes: Uint8Array.of(0b11) }, 5),
    ];
    assert.equal(
      textOf(inPieces(spaceOf([]), types.unsignedByte, pieces).as(types.unsignedByte)).split(' ')[0],
      String(0b11101),
    );
  });

  it('keep bit-fields whose neighbours in the same bytes are optimised out, on both byte orders', () => {
    const flags = struct('flags', 2, [
      member('a', types.unsignedShort, 0, { bitOffset: 0, bitSize: 3 }),
      member('b', types.unsignedShort, 0, { bitOffset: 3, bitSize: 7 }),
      member('c', types.unsignedShort, 0, { bitOffset: 10, bitSize: 6 }),
    ]);
    for (const isBigEndian of [false, true]) {
      const pieces = [
        piece({ kind: 'optimizedOut' }, 3),
        piece({ kind: 'register', register: 4 }, 7),
        piece({ kind: 'register', register: 0 }, 6),
      ];
      const value = inPieces(spaceOf([], isBigEndian), flags, pieces, { 4: 0x55n });
      assert.equal(
        textOf(value),
        '{a = <optimized out>, b = 85, c = <unavailable: register r0 was not saved by the called functions>}',
        String(isBigEndian),
      );
    }
  });

  it('are stored where each piece is', () => {
    const pieces = [piece({ kind: 'register', register: 4 }, 32), piece({ kind: 'memory', address: 0x100 }, 32)];
    const value = inPieces(spaceOf([0, 0, 0, 0]), types.longLong, pieces, { 4: 0n });
    assert.deepEqual(storesFor(value, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)), [
      { kind: 'register', name: 'r4', value: 0x04030201n },
      { kind: 'memory', address: 0x100, bytes: Uint8Array.of(5, 6, 7, 8) },
    ]);
  });
});

describe('values in memory', () => {
  it('are available byte by byte', () => {
    const value = Value.at(spaceOf([1, 0, 2, 0, 3]), arrayOf(types.short, 4, 4), 0x100);
    assert.equal(textOf(value), '{1, 2, <unavailable: nothing at 0x105>, <unavailable: nothing at 0x106>}');
  });

  it('say once that nothing of them can be read', () => {
    const pair = struct('pair', 8, [member('x', types.int, 0), member('y', types.int, 4)]);
    for (const type of [pair, arrayOf(pair, 3, 4)])
      assert.equal(textOf(Value.at(spaceOf([1]), type, 0x200)), '<unavailable: nothing at 0x200>');
    assert.equal(
      textOf(Value.at(spaceOf([1]), pointerTo(pair, 4), 0x100)),
      '<unavailable: nothing at 0x101>',
      'a pointer of which a byte is missing',
    );
    const toNowhere = Value.at(spaceOf([0, 2, 0, 0]), pointerTo(pair, 4), 0x100);
    assert.equal(textOf(toNowhere), '0x00000200 <unavailable: nothing at 0x200>');
  });

  it('have bit-fields on both byte orders, which can be stored without touching their neighbours', () => {
    for (const isBigEndian of [false, true]) {
      // a:3 = 5, b:7 = 0x55, c:6 = 0x2a
      const bits = isBigEndian ? [0b10110101, 0b01101010] : [0b10101101, 0b10101010];
      const flags = struct('flags', 2, [
        member('a', types.unsignedShort, 0, { bitOffset: 0, bitSize: 3 }),
        member('b', types.unsignedShort, 0, { bitOffset: 3, bitSize: 7 }),
        member('c', types.unsignedShort, 0, { bitOffset: 10, bitSize: 6 }),
      ]);
      const value = Value.at(spaceOf(bits, isBigEndian), flags, 0x100);
      assert.equal(textOf(value), '{a = 5, b = 85, c = 42}', String(isBigEndian));
      const b = childrenOf(value).list('named', 1, 1)[0];
      assert.ok(b);
      const stores = storesFor(b.value, Uint8Array.of(isBigEndian ? 0 : 0x7f, isBigEndian ? 0x7f : 0));
      assert.ok(Array.isArray(stores) && stores[0]?.kind === 'memory');
      const changed = Value.at(spaceOf([...stores[0].bytes], isBigEndian), flags, 0x100);
      assert.equal(textOf(changed), '{a = 5, b = 127, c = 42}', String(isBigEndian));
    }
  });

  it('that point to themselves are shown to a depth and opened one level at a time', () => {
    const node = struct('node', 8, []) as { -readonly [K in keyof StructType]: StructType[K] };
    node.members = [member('value', types.int, 0), member('next', pointerTo(node, 4), 4)];
    const value = Value.at(spaceOf([9, 0, 0, 0, 0x00, 1, 0, 0]), node, 0x100);
    assert.equal(textOf(value), '{value = 9, next = 0x00000100}');
    let inner = childrenOf(value);
    for (let depth = 0; depth < 100; depth++) {
      const [first, next] = inner.list('named', 0, 2);
      assert.ok(first && next);
      assert.equal(childText(first), '9');
      inner = childrenOf(next.value);
    }
  });

  it('of a million elements are summarised and paged', () => {
    const bytes = new Array(64).fill(1);
    const value = Value.at(spaceOf(bytes), arrayOf(types.unsignedInt, 1_000_000, 4), 0x100);
    assert.ok(textOf(value).length < 400);
    const children = childrenOf(value);
    assert.equal(children.indexed, 1_000_000);
    assert.deepEqual(
      children.list('indexed', 4, 2).map(({ name }) => name),
      ['[4]', '[5]'],
    );
  });
});

describe('the text of scalars', () => {
  const enumeration = (names: Readonly<Record<string, number>>): EnumType => ({
    kind: 'enum',
    name: 'enum mode',
    byteSize: 4,
    language: 'c',
    declaration: undefined,
    underlying: types.unsignedInt,
    isSigned: false,
    isScoped: false,
    enumerators: Object.entries(names).map(([name, value]) => ({ name, value: BigInt(value) })),
  });

  it('names enumerators and flags', () => {
    const flags = enumeration({ NONE: 0, READ: 1, WRITE: 2, EXECUTE: 4, ALL: 7 });
    assert.equal(formatEnum(flags, 3n, 32, 'natural'), 'READ | WRITE');
    assert.equal(formatEnum(flags, 7n, 32, 'natural'), 'ALL');
    assert.equal(formatEnum(flags, 0x11n, 32, 'natural'), 'READ | 0x10');
    assert.equal(formatEnum(flags, 0n, 32, 'natural'), 'NONE');
    assert.equal(formatEnum(enumeration({ RED: 0, GREEN: 1, BLUE: 5 }), 9n, 32, 'natural'), '9');
  });

  it('writes floating point in the fewest digits', () => {
    const single = (value: number) => formatFloat(new Uint8Array(new Float32Array([value]).buffer), false);
    assert.deepEqual([0.1, 1 / 3, 1e30, -0, Number.NaN, Number.NEGATIVE_INFINITY].map(single), [
      '0.1',
      '0.33333334',
      '1e+30',
      '-0',
      'nan',
      '-inf',
    ]);
    assert.equal(formatFloat(Uint8Array.of(0x00, 0x3e), false), '1.5');
  });

  it('escapes what cannot be shown', () => {
    assert.equal(quoteBytes(Buffer.from('a"\n\0é')), '"a\\"\\n\\0é"');
    assert.equal(quoteBytes(Uint8Array.of(0x61, 0xff)), '"a\\xff"');
    const odd: BaseType = { ...types.bool };
    assert.equal(textOf(Value.of(spaceOf([]), odd, Uint8Array.of(2))), 'true (2)');
  });
});
