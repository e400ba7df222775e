// Every instruction of Armv6-M by a table: registers and flags before and after, from the architecture manual (A6.7).
import assert from 'node:assert/strict';
import { SimulatedCore } from './simulatedCore';

/** NZCV as letters, capital where set: 'nZCv'. */
type Flags = string;
type Case = readonly [name: string, opcode: number, before: State, after: State];
interface State {
  r?: Readonly<Record<number, number>>;
  flags?: Flags;
}

const MAX = 0x7fffffff;
const MIN = 0x80000000;

const cases: readonly Case[] = [
  ['LSLS r0, r1, #0 (MOVS) keeps C', 0x0008, { r: { 1: MIN }, flags: 'nzCV' }, { r: { 0: MIN }, flags: 'NzCV' }],
  ['LSLS r0, r1, #1 moves bit 31 to C', 0x0048, { r: { 1: MIN } }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['LSLS r0, r1, #31', 0x07c8, { r: { 1: 3 } }, { r: { 0: MIN }, flags: 'NzCv' }],
  ['LSRS r0, r1, #32 moves bit 31 to C', 0x0808, { r: { 1: MIN } }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['LSRS r0, r1, #1', 0x0848, { r: { 1: 3 } }, { r: { 0: 1 }, flags: 'nzCv' }],
  ['ASRS r0, r1, #32 of a negative number', 0x1008, { r: { 1: MIN } }, { r: { 0: 0xffffffff }, flags: 'NzCv' }],
  ['ASRS r0, r1, #32 of a positive number', 0x1008, { r: { 1: MAX }, flags: 'nzCv' }, { r: { 0: 0 }, flags: 'nZcv' }],
  ['ASRS r0, r1, #4', 0x1108, { r: { 1: 0xfffffff8 } }, { r: { 0: 0xffffffff }, flags: 'NzCv' }],
  ['ADDS r0, r1, r2 overflows', 0x1888, { r: { 1: MAX, 2: 1 } }, { r: { 0: MIN }, flags: 'NzcV' }],
  ['ADDS r0, r1, r2 carries', 0x1888, { r: { 1: 0xffffffff, 2: 1 } }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['SUBS r0, r1, r2 borrows', 0x1a88, { r: { 1: 1, 2: 2 } }, { r: { 0: 0xffffffff }, flags: 'Nzcv' }],
  ['SUBS r0, r1, r2 overflows', 0x1a88, { r: { 1: MIN, 2: 1 } }, { r: { 0: MAX }, flags: 'nzCV' }],
  ['ADDS r0, r1, #7', 0x1dc8, { r: { 1: 0xfffffff9 } }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['SUBS r0, r1, #7', 0x1fc8, { r: { 1: 7 } }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['MOVS r3, #255 keeps C and V', 0x23ff, { flags: 'NZCV' }, { r: { 3: 255 }, flags: 'nzCV' }],
  ['CMP r3, #255 equal', 0x2bff, { r: { 3: 255 } }, { flags: 'nZCv' }],
  ['CMP r3, #1 overflows', 0x2b01, { r: { 3: MIN } }, { flags: 'nzCV' }],
  ['ADDS r3, #255 overflows', 0x33ff, { r: { 3: MAX } }, { r: { 3: 0x800000fe }, flags: 'NzcV' }],
  ['SUBS r3, #1 borrows', 0x3b01, { r: { 3: 0 } }, { r: { 3: 0xffffffff }, flags: 'Nzcv' }],
  ['ANDS r0, r1 keeps C and V', 0x4008, { r: { 0: 0xf0, 1: 0x0f }, flags: 'nzCV' }, { r: { 0: 0 }, flags: 'nZCV' }],
  ['EORS r0, r1', 0x4048, { r: { 0: 0xf0, 1: MIN } }, { r: { 0: 0x800000f0 }, flags: 'Nzcv' }],
  ['LSLS r0, r1 by 0 keeps C', 0x4088, { r: { 0: 1, 1: 0x100 }, flags: 'nzCv' }, { r: { 0: 1 }, flags: 'nzCv' }],
  ['LSLS r0, r1 by 32', 0x4088, { r: { 0: 1, 1: 32 } }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['LSLS r0, r1 by 33', 0x4088, { r: { 0: 0xffffffff, 1: 33 }, flags: 'nzCv' }, { r: { 0: 0 }, flags: 'nZcv' }],
  ['LSRS r0, r1 by 32', 0x40c8, { r: { 0: MIN, 1: 32 } }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['LSRS r0, r1 by 255', 0x40c8, { r: { 0: MIN, 1: 255 }, flags: 'nzCv' }, { r: { 0: 0 }, flags: 'nZcv' }],
  ['ASRS r0, r1 by 0 keeps C', 0x4108, { r: { 0: MIN, 1: 0 }, flags: 'nzCv' }, { r: { 0: MIN }, flags: 'NzCv' }],
  ['ASRS r0, r1 by 32', 0x4108, { r: { 0: MIN, 1: 32 } }, { r: { 0: 0xffffffff }, flags: 'NzCv' }],
  [
    'ASRS r0, r1 by 200 of a positive number',
    0x4108,
    { r: { 0: MAX, 1: 200 }, flags: 'nzCv' },
    { r: { 0: 0 }, flags: 'nZcv' },
  ],
  [
    'ADCS r0, r1 with carry in and out',
    0x4148,
    { r: { 0: 0xffffffff, 1: 0 }, flags: 'nzCv' },
    { r: { 0: 0 }, flags: 'nZCv' },
  ],
  [
    'ADCS r0, r1 overflows by the carry',
    0x4148,
    { r: { 0: MAX, 1: 0 }, flags: 'nzCv' },
    { r: { 0: MIN }, flags: 'NzcV' },
  ],
  [
    'ADCS r0, r1 of two −1 with carry',
    0x4148,
    { r: { 0: 0xffffffff, 1: 0xffffffff }, flags: 'nzCv' },
    { r: { 0: 0xffffffff }, flags: 'NzCv' },
  ],
  ['SBCS r0, r1 with C clear', 0x4188, { r: { 0: 5, 1: 5 } }, { r: { 0: 0xffffffff }, flags: 'Nzcv' }],
  ['SBCS r0, r1 with C set', 0x4188, { r: { 0: 5, 1: 5 }, flags: 'nzCv' }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['SBCS r0, r1 overflows by the borrow', 0x4188, { r: { 0: MIN, 1: 0 } }, { r: { 0: MAX }, flags: 'nzCV' }],
  ['RORS r0, r1 by 32 leaves the value', 0x41c8, { r: { 0: MIN, 1: 32 } }, { r: { 0: MIN }, flags: 'NzCv' }],
  ['RORS r0, r1 by 1', 0x41c8, { r: { 0: 1, 1: 1 } }, { r: { 0: MIN }, flags: 'NzCv' }],
  ['TST r0, r1', 0x4208, { r: { 0: 2, 1: 5 } }, { flags: 'nZcv' }],
  ['RSBS r0, r1, #0 of the minimum overflows', 0x4248, { r: { 1: MIN } }, { r: { 0: MIN }, flags: 'NzcV' }],
  ['RSBS r0, r1, #0 of 0', 0x4248, { r: { 1: 0 } }, { r: { 0: 0 }, flags: 'nZCv' }],
  ['CMP r0, r1', 0x4288, { r: { 0: 1, 1: 0xffffffff } }, { flags: 'nzcv' }],
  ['CMN r0, r1', 0x42c8, { r: { 0: 1, 1: 0xffffffff } }, { flags: 'nZCv' }],
  ['ORRS r0, r1', 0x4308, { r: { 0: 1, 1: MIN } }, { r: { 0: 0x80000001 }, flags: 'Nzcv' }],
  [
    'MULS r0, r1 keeps C and V',
    0x4348,
    { r: { 0: 0x10000, 1: 0x10000 }, flags: 'nzCV' },
    { r: { 0: 0 }, flags: 'nZCV' },
  ],
  ['BICS r0, r1', 0x4388, { r: { 0: 7, 1: 2 } }, { r: { 0: 5 }, flags: 'nzcv' }],
  ['MVNS r0, r1', 0x43c8, { r: { 1: 0 } }, { r: { 0: 0xffffffff }, flags: 'Nzcv' }],
  ['ADD r8, r1 keeps the flags', 0x4488, { r: { 8: MAX, 1: 1 }, flags: 'nZCv' }, { r: { 8: MIN }, flags: 'nZCv' }],
  ['ADD sp, r1 keeps the alignment', 0x448d, { r: { 13: 0x20001000, 1: 7 } }, { r: { 13: 0x20001004 } }],
  ['CMP r8, r9', 0x45c8, { r: { 8: 3, 9: 3 } }, { flags: 'nZCv' }],
  ['MOV r8, r1 keeps the flags', 0x4688, { r: { 1: 0 }, flags: 'Nzcv' }, { r: { 8: 0 }, flags: 'Nzcv' }],
  ['MOV r0, pc reads the address plus 4', 0x4678, {}, { r: { 0: 0x20001004 } }],
  ['ADR r2, #8', 0xa202, {}, { r: { 2: 0x2000100c } }],
  ['ADD r2, sp, #16', 0xaa04, { r: { 13: 0x20002000 } }, { r: { 2: 0x20002010 } }],
  ['ADD sp, #508', 0xb07f, { r: { 13: 0x20002000 } }, { r: { 13: 0x200021fc } }],
  ['SUB sp, #508', 0xb0ff, { r: { 13: 0x20002000 } }, { r: { 13: 0x20001e04 } }],
  ['SXTH r0, r1', 0xb208, { r: { 1: 0x18000 } }, { r: { 0: 0xffff8000 } }],
  ['SXTB r0, r1', 0xb248, { r: { 1: 0x180 } }, { r: { 0: 0xffffff80 } }],
  ['UXTH r0, r1', 0xb288, { r: { 1: 0x18000 } }, { r: { 0: 0x8000 } }],
  ['UXTB r0, r1', 0xb2c8, { r: { 1: 0x180 } }, { r: { 0: 0x80 } }],
  ['REV r0, r1', 0xba08, { r: { 1: 0x12345678 } }, { r: { 0: 0x78563412 } }],
  ['REV16 r0, r1', 0xba48, { r: { 1: 0x12345678 } }, { r: { 0: 0x34127856 } }],
  ['REVSH r0, r1', 0xbac8, { r: { 1: 0x12345680 } }, { r: { 0: 0xffff8056 } }],
  ['NOP', 0xbf00, {}, {}],
  ['YIELD', 0xbf10, {}, {}],
];

const flagsOf = (flags: Flags = 'nzcv') =>
  [...flags].reduce((bits, letter) => (bits << 1) | (letter < 'a' ? 1 : 0), 0) << 28;

describe('The Armv6-M interpreter: data processing', () => {
  for (const [name, opcode, before, after] of cases) {
    it(name, () => {
      const core = new SimulatedCore([opcode]);
      for (const [n, value] of Object.entries(before.r ?? {})) core.r[Number(n)] = value;
      core.registers.setFlags(flagsOf(before.flags));
      const expected = Array.from(core.r, (value) => value >>> 0);
      core.step();
      for (const [n, value] of Object.entries(after.r ?? {})) expected[Number(n)] = value;
      assert.deepEqual(
        Array.from(core.r, (value) => value >>> 0),
        expected,
      );
      assert.equal(core.registers.flags >>> 28, flagsOf(after.flags ?? before.flags) >>> 28, 'NZCV');
      assert.equal(core.registers.pc, core.origin + 2);
    });
  }
});

describe('The Armv6-M interpreter: branches', () => {
  const conditions: readonly [name: string, taken: (n: boolean, z: boolean, c: boolean, v: boolean) => boolean][] = [
    ['EQ', (_n, z) => z],
    ['NE', (_n, z) => !z],
    ['CS', (_n, _z, c) => c],
    ['CC', (_n, _z, c) => !c],
    ['MI', (n) => n],
    ['PL', (n) => !n],
    ['VS', (_n, _z, _c, v) => v],
    ['VC', (_n, _z, _c, v) => !v],
    ['HI', (_n, z, c) => c && !z],
    ['LS', (_n, z, c) => !c || z],
    ['GE', (n, _z, _c, v) => n === v],
    ['LT', (n, _z, _c, v) => n !== v],
    ['GT', (n, z, _c, v) => !z && n === v],
    ['LE', (n, z, _c, v) => z || n !== v],
  ];
  conditions.forEach(([name, taken], condition) => {
    it(`B${name} for all flags`, () => {
      for (let nzcv = 0; nzcv < 16; nzcv++) {
        if ((nzcv & 12) === 12) continue; // a result is not both negative and zero, except as set by MSR
        const core = new SimulatedCore([0xd000 | (condition << 8) | 0xfe]); // back to itself
        core.registers.setFlags(nzcv << 28);
        core.step();
        const expected = taken((nzcv & 8) !== 0, (nzcv & 4) !== 0, (nzcv & 2) !== 0, (nzcv & 1) !== 0);
        assert.equal(core.registers.pc, expected ? core.origin : core.origin + 2, `NZCV ${nzcv.toString(2)}`);
      }
    });
  });

  it('keeps N and Z apart when MSR sets both', () => {
    const core = new SimulatedCore([0xf380, 0x8800, 0xf3ef, 0x8100]); // MSR APSR, r0; MRS r1, APSR
    core.r[0] = 0xf0000000 | 0;
    core.step();
    core.step();
    assert.equal((core.r[1] as number) >>> 28, 15);
  });

  it('B reaches 2 KB both ways', () => {
    for (const [opcode, distance] of [
      [0xe3ff, 2046],
      [0xe400, -2048],
    ] as const) {
      const core = new SimulatedCore([opcode]);
      core.step();
      assert.equal(core.registers.pc, core.origin + 4 + distance);
    }
  });

  it('BL reaches 16 MB both ways and sets LR', () => {
    for (const [high, low, distance] of [
      [0xf3ff, 0xd7ff, 0xfffffe],
      [0xf400, 0xd000, -0x1000000],
      [0xf000, 0xf802, 4],
      [0xf7ff, 0xfffe, -4],
    ] as const) {
      const core = new SimulatedCore([high, low]);
      core.step();
      assert.equal(core.registers.pc, (core.origin + 4 + distance) | 0);
      assert.equal(core.r[14], core.origin + 5);
    }
  });

  it('BX, BLX, MOV pc, ADD pc and POP {pc} go where they should', () => {
    const target = 0x20001101;
    for (const [opcode, linked] of [
      [0x4700, false],
      [0x4780, true],
      [0x4687, false],
    ] as const) {
      const core = new SimulatedCore([opcode]);
      core.r[0] = target;
      core.step();
      assert.equal(core.registers.pc, target & ~1);
      assert.equal(core.r[14] === core.origin + 3, linked);
    }
    const add = new SimulatedCore([0x4487]);
    add.r[0] = 0x10;
    add.step();
    assert.equal(add.registers.pc, add.origin + 4 + 0x10);
    const pop = new SimulatedCore([0xbd01]);
    pop.r[13] = 0x20002000;
    pop.bus.write(0x20002000, 77, 4);
    pop.bus.write(0x20002004, target, 4);
    pop.step();
    assert.equal(pop.registers.pc, target & ~1);
    assert.equal(pop.r[0], 77);
    assert.equal(pop.r[13], 0x20002008);
  });
});

describe('The Armv6-M interpreter: loads and stores', () => {
  const base = 0x20002000;
  const word = 0x89abcdef;
  const loads: readonly [name: string, opcode: number, expected: number][] = [
    ['LDR r0, [r1, #4]', 0x6848, word],
    ['LDRB r0, [r1, #5]', 0x7948, 0xcd],
    ['LDRH r0, [r1, #6]', 0x88c8, 0x89ab],
    ['LDR r0, [r1, r2]', 0x5888, word],
    ['LDRB r0, [r1, r2]', 0x5c88, 0xef],
    ['LDRH r0, [r1, r2]', 0x5a88, 0xcdef],
    ['LDRSB r0, [r1, r2]', 0x5688, 0xffffffef],
    ['LDRSH r0, [r1, r2]', 0x5e88, 0xffffcdef],
    ['LDR r0, [sp, #4]', 0x9801, word],
  ];
  for (const [name, opcode, expected] of loads) {
    it(name, () => {
      const core = new SimulatedCore([opcode]);
      core.bus.write(base + 4, word, 4);
      core.r[1] = base;
      core.r[2] = 4;
      core.r[13] = base;
      core.step();
      assert.equal((core.r[0] as number) >>> 0, expected);
    });
  }

  it('LDR (literal) reads from the word-aligned PC', () => {
    const core = new SimulatedCore([0xbf00, 0x4801, 0, 0, 0xbeef, 0xdead]);
    core.step();
    core.step();
    assert.equal((core.r[0] as number) >>> 0, 0xdeadbeef);
  });

  const stores: readonly [name: string, opcode: number, expected: number][] = [
    ['STR r0, [r1, #4]', 0x6048, word],
    ['STRB r0, [r1, #5]', 0x7148, 0x1111ef11],
    ['STRH r0, [r1, #6]', 0x80c8, 0xcdef1111],
    ['STR r0, [r1, r2]', 0x5088, word],
    ['STRB r0, [r1, r2]', 0x5488, 0x111111ef],
    ['STRH r0, [r1, r2]', 0x5288, 0x1111cdef],
    ['STR r0, [sp, #4]', 0x9001, word],
  ];
  for (const [name, opcode, expected] of stores) {
    it(name, () => {
      const core = new SimulatedCore([opcode]);
      core.bus.write(base + 4, 0x11111111, 4);
      core.r[0] = word | 0;
      core.r[1] = base;
      core.r[2] = 4;
      core.r[13] = base;
      core.step();
      assert.equal(core.bus.read(base + 4, 4), expected);
    });
  }

  it('PUSH and POP keep the order of the registers', () => {
    const core = new SimulatedCore([0xb5f1, 0xbc0e]); // PUSH {r0, r4–r7, lr}; POP {r1–r3}
    core.r.set([10, 0, 0, 0, 14, 15, 16, 17]);
    core.r[13] = base;
    core.r[14] = 99;
    core.step();
    assert.equal(core.r[13], base - 24);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((i) => core.bus.read(base - 24 + 4 * i, 4)),
      [10, 14, 15, 16, 17, 99],
    );
    core.step();
    assert.deepEqual([...core.r.subarray(1, 4)], [10, 14, 15]);
  });

  it('STM writes back; LDM writes back unless the base is in the list', () => {
    const core = new SimulatedCore([0xc106, 0xc90c, 0xca04]); // STM r1!, {r1, r2}; LDM r1!, {r2, r3}; LDM r2, {r2}
    core.r[1] = base;
    core.r[2] = 5;
    core.step();
    assert.equal(core.r[1], base + 8);
    assert.equal(core.bus.read(base, 4), base);
    core.bus.write(base + 8, base + 12, 4);
    core.bus.write(base + 12, 42, 4);
    core.step();
    assert.equal(core.r[1], base + 16);
    assert.deepEqual([core.r[2], core.r[3]], [base + 12, 42]);
    core.step();
    assert.equal(core.r[2], 42);
  });
});

describe('The Armv6-M interpreter: what faults', () => {
  const undefinedOpcodes: readonly [name: string, ...opcodes: number[]][] = [
    ['UDF', 0xde00],
    ['UDF.W', 0xf7f0, 0xa000],
    ['CBZ of Armv7-M', 0xb100],
    ['IT of Armv7-M', 0xbf08],
    ['a Thumb-2 LDR.W', 0xf8d0, 0x0000],
    ['a 32-bit prefix without a meaning', 0xe800, 0x0000],
    ['HLT', 0xba80],
    ['BKPT while halting is off', 0xbe00],
  ];
  for (const [name, ...opcodes] of undefinedOpcodes) {
    it(name, () => {
      const core = new SimulatedCore(opcodes);
      core.debugEnabled = false;
      core.run(1);
      assert.equal(core.registers.ipsr, 3);
      assert.equal(core.frame().pc, core.origin, 'the frame points to the instruction');
    });
  }

  const badAccesses: readonly [name: string, opcode: number, address: number][] = [
    ['an unaligned word load', 0x6808, 0x20002002],
    ['an unaligned half-word load', 0x8808, 0x20002001],
    ['an unaligned word store', 0x6008, 0x20002001],
    ['an unaligned LDM', 0xc901, 0x20002002],
    ['an unaligned STM', 0xc101, 0x20002002],
    ['a load from nowhere', 0x6808, 0x60000000],
    ['a store to nowhere', 0x6008, 0x60000000],
    ['a store to flash that is not being programmed', 0x6008, 0x08000000],
  ];
  for (const [name, opcode, address] of badAccesses) {
    it(name, () => {
      const core = new SimulatedCore([opcode]);
      core.r[1] = address;
      core.run(1);
      assert.equal(core.registers.ipsr, 3);
      assert.equal(core.frame().pc, core.origin);
      assert.equal(core.frame().r1, address, 'the base is not written back');
    });
  }

  it('executing from a peripheral', () => {
    const core = new SimulatedCore([0x4700]);
    core.r[0] = 0x48000001;
    core.run(4);
    assert.equal(core.registers.ipsr, 3);
    assert.equal(core.frame().pc, 0x48000000);
  });

  it('BX to an even address: at the next instruction, with T clear in the frame', () => {
    const core = new SimulatedCore([0x4700]);
    core.r[0] = core.origin + 0x20;
    core.step();
    assert.equal(core.registers.pc, core.origin + 0x20);
    assert.equal(core.registers.xpsr & 0x01000000, 0);
    core.run(1);
    assert.equal(core.registers.ipsr, 3);
    assert.equal(core.frame().pc, core.origin + 0x20);
    assert.equal(core.frame().xpsr & 0x01000000, 0);
  });
});
