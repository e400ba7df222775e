// Location expressions, operation by operation: results as DWARF 5 §2.5 and §2.6 define them, and words where there is none.
import assert from 'node:assert/strict';
import type { EvaluationContext, Piece } from '../../src/debuginfo/api';
import { DW_OP } from '../../src/debuginfo/expressions/opcodes';
import { expression, frame, locatorOf, types, type UnitParts, unitOf } from './expressionSupport';

const op = DW_OP;

function evaluate(bytes: readonly number[], parts?: UnitParts, context?: Partial<EvaluationContext>) {
  return locatorOf(unitOf(parts)).evaluate(expression(bytes), frame(context));
}

function pieces(bytes: readonly number[], parts?: UnitParts, context?: Partial<EvaluationContext>): readonly Piece[] {
  const location = locatorOf(unitOf(parts)).locate(expression(bytes), frame(context));
  assert.equal(location.kind, 'pieces', JSON.stringify(location));
  return location.kind === 'pieces' ? location.pieces : [];
}

function place(bytes: readonly number[], parts?: UnitParts, context?: Partial<EvaluationContext>): Piece['place'] {
  const all = pieces(bytes, parts, context);
  assert.equal(all.length, 1);
  return all[0]!.place;
}

function reason(bytes: readonly number[], parts?: UnitParts, context?: Partial<EvaluationContext>): string {
  const location = locatorOf(unitOf(parts)).locate(expression(bytes), frame(context));
  assert.equal(location.kind, 'unavailable', JSON.stringify(location));
  return location.kind === 'unavailable' ? location.reason : '';
}

const lit = (value: number) => op.lit0 + value;
const minusOne = [op.const1s, 0xff];

describe('location expressions', () => {
  describe('push', () => {
    const cases: [string, number[], bigint][] = [
      ['lit31', [lit(31)], 31n],
      ['addr', [op.addr, 0x78, 0x56, 0x34, 0x12], 0x12345678n],
      ['const1u', [op.const1u, 0xff], 0xffn],
      ['const1s', minusOne, 0xffff_ffffn],
      ['const2u', [op.const2u, 0xfe, 0xff], 0xfffen],
      ['const2s', [op.const2s, 0xfe, 0xff], 0xffff_fffen],
      ['const4u', [op.const4u, 1, 2, 3, 4], 0x04030201n],
      ['const4s', [op.const4s, 0xff, 0xff, 0xff, 0xff], 0xffff_ffffn],
      ['const8u, cut to an address', [op.const8u, 1, 0, 0, 0, 9, 0, 0, 0], 1n],
      ['const8s', [op.const8s, ...Array(8).fill(0xff)], 0xffff_ffffn],
      ['constu', [op.constu, 0xe5, 0x8e, 0x26], 624485n],
      ['consts', [op.consts, 0x80, 0x7f], 0xffff_ff80n],
      ['breg3 - 8', [op.breg0 + 3, 0x78], 0x3f8n],
      ['bregx', [op.bregx, 4, 0x10], 0x510n],
      ['fbreg', [op.fbreg, 0x7c], 0x87fcn],
      ['call_frame_cfa', [op.call_frame_cfa], 0x8900n],
      ['addrx', [op.addrx, 2], 0x2200n],
      ['constx', [op.constx, 1], 0x2100n],
      ['GNU_addr_index', [op.GNU_addr_index, 0], 0x2000n],
      ['GNU_const_index', [op.GNU_const_index, 3], 0x2300n],
      ['deref', [op.const2u, 0x10, 0x80, op.deref], 0x13121110n],
      ['deref_size', [op.const2u, 0x10, 0x80, op.deref_size, 2], 0x1110n],
      ['dup', [lit(3), op.dup, op.mul], 9n],
      ['drop', [lit(3), lit(4), op.drop], 3n],
      ['over', [lit(3), lit(4), op.over], 3n],
      ['pick', [lit(3), lit(4), lit(5), op.pick, 2], 3n],
      ['swap', [lit(3), lit(1), op.swap, op.minus], 0xffff_fffen],
      ['rot', [lit(1), lit(2), lit(3), op.rot], 2n],
      ['rot moves the top to third', [lit(1), lit(2), lit(3), op.rot, op.drop, op.drop], 3n],
      ['nop', [lit(3), op.nop], 3n],
    ];
    for (const [name, bytes, expected] of cases) {
      it(name, () => assert.equal(evaluate(bytes), expected));
    }
  });

  describe('compute with addresses of the width of the machine', () => {
    const cases: [string, number[], bigint][] = [
      ['plus wraps', [...minusOne, lit(2), op.plus], 1n],
      ['plus_uconst wraps', [...minusOne, op.plus_uconst, 2], 1n],
      ['minus', [lit(2), lit(3), op.minus], 0xffff_ffffn],
      ['mul', [...minusOne, lit(3), op.mul], 0xffff_fffdn],
      ['div is signed', [op.const1s, 0xf8, lit(2), op.div], 0xffff_fffcn],
      ['mod is unsigned', [...minusOne, lit(16), op.mod], 15n],
      ['neg', [lit(1), op.neg], 0xffff_ffffn],
      ['not', [lit(1), op.not], 0xffff_fffen],
      ['abs', [...minusOne, op.abs], 1n],
      ['and', [lit(6), lit(3), op.and], 2n],
      ['or', [lit(6), lit(3), op.or], 7n],
      ['xor', [lit(6), lit(3), op.xor], 5n],
      ['shl', [lit(1), lit(31), op.shl], 0x8000_0000n],
      ['shl by the width', [lit(1), op.const1u, 32, op.shl], 0n],
      ['shr is logical', [...minusOne, lit(28), op.shr], 15n],
      ['shra is arithmetic', [...minusOne, lit(28), op.shra], 0xffff_ffffn],
      ['shra by more than the width', [...minusOne, op.const1u, 200, op.shra], 0xffff_ffffn],
      ['lt is signed', [...minusOne, lit(1), op.lt], 1n],
      ['le', [lit(1), lit(1), op.le], 1n],
      ['gt', [lit(2), ...minusOne, op.gt], 1n],
      ['ge', [lit(1), lit(2), op.ge], 0n],
      ['eq', [lit(2), lit(2), op.eq], 1n],
      ['ne', [lit(2), lit(2), op.ne], 0n],
      ['bra taken', [lit(1), op.bra, 1, 0, lit(7), lit(9)], 9n],
      ['bra not taken', [lit(0), op.bra, 1, 0, lit(7)], 7n],
      ['skip', [op.skip, 1, 0, lit(7), lit(9)], 9n],
      // Counts 5 down to 0 with a backward branch.
      ['a loop', [lit(5), lit(1), op.minus, op.dup, op.bra, 0xfa, 0xff, lit(12), op.plus], 12n],
    ];
    for (const [name, bytes, expected] of cases) {
      it(name, () => assert.equal(evaluate(bytes), expected));
    }
    it('64-bit machines keep 64 bits', () => {
      assert.equal(evaluate([...minusOne], { addressSize: 8 }), 0xffff_ffff_ffff_ffffn);
      assert.equal(
        evaluate([op.const8u, 1, 0, 0, 0, 0, 0, 0, 0x80, lit(1), op.plus], { addressSize: 8 }),
        0x8000_0000_0000_0002n,
      );
      assert.deepEqual(place([...minusOne, lit(15), op.minus], { addressSize: 8 }), { kind: 'memory', address: -16 });
    });
    it('big-endian machines read the other way round', () => {
      assert.equal(evaluate([op.const2u, 0x80, 0x10, op.deref], { isBigEndian: true }), 0x10111213n);
    });
  });

  describe('compute with base types', () => {
    const float = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];
    const constant = (type: number, bytes: number[]) => [op.const_type, type, bytes.length, ...bytes];
    const result = (bytes: number[]) => {
      const where = place([...bytes, op.stack_value]);
      return where.kind === 'value' ? Buffer.from(where.bytes) : assert.fail(where.kind);
    };
    it('floats', () => {
      const two = constant(types.float, float(2));
      const three = constant(types.float, float(3));
      assert.equal(result([...two, ...three, op.mul]).readFloatLE(), 6);
      assert.equal(result([...two, ...three, op.div]).readFloatLE(), Math.fround(2 / 3));
      assert.equal(result([...two, op.neg, op.abs]).readFloatLE(), 2);
      assert.equal(evaluate([...two, ...three, op.lt]), 1n);
      assert.equal(result([...two, op.convert, types.double]).readDoubleLE(), 2);
    });
    it('convert follows the sign of the source type', () => {
      const minus = constant(types.char, [0xfe]);
      assert.equal(result([...minus, op.convert, types.longLong]).readBigInt64LE(), -2n);
      assert.equal(result([...minus, op.convert, types.double]).readDoubleLE(), -2);
      assert.equal(evaluate([...minus, op.convert, 0]), 0xffff_fffen);
    });
    it('convert a float to an integer cuts it', () => {
      assert.equal(result([...constant(types.float, float(-2.7)), op.convert, types.int]).readInt32LE(), -2);
    });
    it('reinterpret keeps the bits', () => {
      assert.equal(
        result([...constant(types.float, float(1)), op.reinterpret, types.unsigned]).readUInt32LE(),
        0x3f80_0000,
      );
    });
    it('shra and division follow the type', () => {
      const big = constant(types.unsigned, [0xff, 0xff, 0xff, 0xff]);
      assert.equal(result([...big, ...constant(types.unsigned, [2, 0, 0, 0]), op.div]).readUInt32LE(), 0x7fff_ffff);
    });
    it('regval_type and deref_type', () => {
      assert.equal(result([op.regval_type, 2, types.int]).readInt32LE(), 0x300);
      assert.equal(
        result([op.const2u, 0x10, 0x80, op.deref_type, 8, types.longLong]).readBigInt64LE(),
        0x1716151413121110n,
      );
      assert.equal(result([op.const2u, 0x10, 0x80, op.GNU_deref_type, 1, types.char]).readInt8(), 0x10);
    });
    it('says what does not go together', () => {
      assert.match(reason([lit(1), ...constant(types.int, [1, 0, 0, 0]), op.plus]), /differ in type/);
      assert.match(reason([...constant(types.float, float(1)), op.not]), /bitwise/);
      assert.match(reason([...constant(types.float, float(Number.NaN)), op.convert, types.int]), /NaN/);
      assert.match(reason([lit(1), op.convert, 99]), /no base type/);
      assert.match(reason([lit(1), op.reinterpret, types.double]), /from 4 to 8 bytes/);
      assert.match(reason([...constant(types.longDouble, Array(16).fill(0)), op.neg]), /not supported/);
    });
  });

  describe('describe places', () => {
    it('a register', () => {
      assert.deepEqual(place([op.reg0 + 7]), { kind: 'register', register: 7 });
      assert.deepEqual(place([op.regx, 0x80, 0x02]), { kind: 'register', register: 256 });
    });
    it('memory', () => assert.deepEqual(place([op.fbreg, 0x10]), { kind: 'memory', address: 0x8810 }));
    it('values', () => {
      assert.deepEqual(place([lit(5), op.stack_value]), { kind: 'value', bytes: Uint8Array.of(5, 0, 0, 0) });
      assert.deepEqual(place([lit(5), op.stack_value], { isBigEndian: true }), {
        kind: 'value',
        bytes: Uint8Array.of(0, 0, 0, 5),
      });
      assert.deepEqual(place([op.implicit_value, 3, 7, 8, 9]), { kind: 'value', bytes: Uint8Array.of(7, 8, 9) });
    });
    it('an implicit pointer', () => {
      const target = { kind: 'constant', bytes: Uint8Array.of(1) } as const;
      const asked: unknown[] = [];
      const locationOf = (...question: unknown[]) => {
        asked.push(question);
        return target;
      };
      assert.deepEqual(place([op.implicit_pointer, 0x44, 0, 0, 0, 0x7c], { locationOf }), {
        kind: 'implicitPointer',
        target,
        offset: -4,
      });
      assert.deepEqual(asked, [[0x44, 'section']]);
    });
    it('pieces', () => {
      assert.deepEqual(
        pieces([
          op.reg0 + 1,
          op.piece,
          4,
          op.piece,
          2,
          op.fbreg,
          0,
          op.piece,
          4,
          lit(1),
          op.stack_value,
          op.bit_piece,
          3,
          5,
        ]),
        [
          { bitSize: 32, bitOffset: 0, place: { kind: 'register', register: 1 } },
          { bitSize: 16, bitOffset: 0, place: { kind: 'optimizedOut' } },
          { bitSize: 32, bitOffset: 0, place: { kind: 'memory', address: 0x8800 } },
          { bitSize: 3, bitOffset: 5, place: { kind: 'value', bytes: Uint8Array.of(1, 0, 0, 0) } },
        ],
      );
    });
    it('nothing', () => {
      const locator = locatorOf(unitOf());
      assert.deepEqual(locator.locate(expression([]), frame()), { kind: 'optimizedOut' });
      assert.deepEqual(locator.locate({ kind: 'none' }, frame()), { kind: 'optimizedOut' });
      assert.equal(locator.evaluate({ kind: 'none' }, frame()), undefined);
    });
    it('a constant', () => {
      const locator = locatorOf(unitOf());
      const source = { kind: 'constant', bytes: Uint8Array.of(5, 1) } as const;
      assert.equal(locator.evaluate(source, frame()), 0x105n);
      assert.equal(locator.locate(source, frame()).kind, 'pieces');
    });
    it('a frame base in a register is its contents', () => assert.equal(evaluate([op.reg0 + 7]), 0x800n));
    it('members start from the address of their object', () => {
      assert.equal(evaluate([op.plus_uconst, 8], {}, { objectAddress: 0x8000 }), 0x8008n);
      assert.equal(evaluate([op.push_object_address, op.deref], {}, { objectAddress: 0x8010 }), 0x13121110n);
    });
  });

  describe('refer to other entries', () => {
    it('calls run on the same stack', () => {
      const locationOf = () => expression([op.dup, op.mul]);
      assert.equal(evaluate([lit(7), op.call2, 1, 0], { locationOf }), 49n);
      assert.equal(evaluate([lit(7), op.call4, 1, 0, 0, 0], { locationOf }), 49n);
      assert.equal(evaluate([lit(7), op.call_ref, 1, 0, 0, 0], { locationOf }), 49n);
      assert.equal(evaluate([lit(7), op.call2, 1, 0]), 7n, 'an entry without a location changes nothing');
    });
    it('a call to itself ends', () => {
      const locationOf = () => expression([op.call2, 1, 0]);
      assert.match(reason([op.call2, 1, 0], { locationOf }), /refers to itself/);
    });
    it('GNU_variable_value is what the variable holds', () => {
      assert.equal(
        evaluate([op.GNU_variable_value, 1, 0, 0, 0], { locationOf: () => expression([op.fbreg, 0]) }),
        0x03020100n,
      );
      assert.equal(
        evaluate([op.GNU_variable_value, 1, 0, 0, 0], { locationOf: () => expression([op.reg0 + 3]) }),
        0x400n,
      );
    });
  });

  describe('entry values', () => {
    const unit = unitOf();
    const caller = { context: frame({ register: (n) => (n === 4 ? 0x8020n : undefined) }), returnAddress: 0x3000 };
    const site = {
      unit,
      parameters: [
        { location: Uint8Array.of(op.reg0), value: Uint8Array.of(op.breg0 + 4, 0x01) },
        { location: Uint8Array.of(op.reg0 + 1), value: Uint8Array.of(op.entry_value, 1, op.reg0 + 1) },
        { location: Uint8Array.of(), value: Uint8Array.of(lit(9)), parameterOffset: 0x77 },
      ],
    };
    const ask = (bytes: number[], context = frame({ caller: () => caller })) =>
      locatorOf(unit, site).locate(expression(bytes), context);
    it('are computed in the caller', () => {
      const expected = {
        kind: 'pieces',
        pieces: [
          { bitSize: undefined, bitOffset: 0, place: { kind: 'value', bytes: Uint8Array.of(0x21, 0x80, 0, 0) } },
        ],
      };
      assert.deepEqual(ask([op.entry_value, 1, op.reg0, op.stack_value]), expected);
      assert.deepEqual(ask([op.GNU_entry_value, 2, op.regx, 0, op.stack_value]), expected);
    });
    it('by parameter', () => {
      assert.deepEqual(
        locatorOf(unit, site).evaluate(
          expression([op.GNU_parameter_ref, 0x77, 0, 0, 0]),
          frame({ caller: () => caller }),
        ),
        9n,
      );
    });
    it('need a caller that says them', () => {
      assert.match(JSON.stringify(ask([op.entry_value, 1, op.reg0], frame())), /the caller is not known/);
      assert.match(JSON.stringify(ask([op.entry_value, 1, op.reg0 + 5])), /does not say what it passed/);
      assert.match(JSON.stringify(ask([op.entry_value, 1, op.reg0 + 1])), /the caller is not known/);
    });
    it('end in endless recursion', () => {
      const endless: EvaluationContext = frame({ caller: () => ({ context: endless, returnAddress: 1 }) });
      assert.match(JSON.stringify(ask([op.entry_value, 1, op.reg0 + 1], endless)), /nests too deeply/);
    });
  });

  describe('say in words what cannot be had', () => {
    const cases: [string, number[], RegExp][] = [
      ['thread-local variables', [lit(0), op.form_tls_address], /thread-local/],
      ['thread-local variables before DWARF 3', [lit(0), op.GNU_push_tls_address], /thread-local/],
      ['other address spaces', [lit(0), lit(0), op.xderef], /address space/],
      ['registers that were not saved', [op.breg0 + 20, 0], /register 20 .* not saved/],
      ['memory that cannot be read', [lit(4), op.deref], /memory at 0x4 cannot be read/],
      ['division by zero', [lit(4), lit(0), op.div], /divides by zero/],
      ['an empty stack', [op.plus], /more from its stack/],
      ['endless loops', [op.skip, 0xfd, 0xff], /more than 20000 steps/],
      ['endless pushing', [lit(0), op.skip, 0xfc, 0xff], /more than 1024 stack entries/],
      ['a branch outside', [op.skip, 0x10, 0], /damaged.*lies outside/],
      ['missing operands', [op.const4u, 1], /damaged.*4 bytes expected/],
      ['unknown operations', [0xed], /operation 0xed is not known/],
      ['operations on registers', [op.reg0, op.deref], /only a piece may follow/],
      ['no object', [op.push_object_address], /address of the object/],
    ];
    for (const [name, bytes, expected] of cases) {
      it(name, () => {
        assert.match(reason(bytes), expected);
        assert.equal(evaluate(bytes), undefined);
      });
    }
    it('frames without a base', () => {
      assert.match(reason([op.fbreg, 0], {}, { frameBase: () => undefined }), /frame base/);
      assert.match(
        reason([op.call_frame_cfa], {}, { canonicalFrameAddress: () => undefined }),
        /canonical frame address/,
      );
    });
  });
});
