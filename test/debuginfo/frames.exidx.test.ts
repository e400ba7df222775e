// Arm's exception index: every unwinding instruction of EHABI32, and the places where they may stand.
import assert from 'node:assert/strict';
import { addresses, cie, fde, tableOf, word } from './frameSupport';

const prel31 = (target: number, place: number) => word((target - place) & 0x7fff_ffff);
/** An index of functions at 0x1000, 0x1100 …, each with the second word given. */
const indexOf = (...words: (number | { readonly table: number })[]) =>
  words.flatMap((second, index) => {
    const place = addresses.exidx + 8 * index;
    return [
      ...prel31(0x1000 + 0x100 * index, place),
      ...(typeof second === 'number' ? word(second) : prel31(addresses.tables + second.table, place + 4)),
    ];
  });
const bigEndian = (...bytes: number[]) => {
  const padded = [...bytes, ...Array((4 - (bytes.length % 4)) % 4).fill(0xb0)];
  return padded.flatMap((_, index) => padded[4 * Math.floor(index / 4) + 3 - (index % 4)]!);
};

/** The row of a function with these unwinding instructions, in the long form. */
function unwind(...instructions: number[]) {
  const furtherWords = Math.ceil(Math.max(0, instructions.length - 2) / 4);
  const tables = bigEndian(0x81, furtherWords, ...instructions, ...(instructions.length < 2 ? [0xb0] : []));
  const { table, warnings } = tableOf({ exidx: indexOf({ table: 0 }, 1), tables });
  const row = table.rowAt(0x1010);
  return { row, warning: warnings.list[0]?.message };
}

function rulesOf(...instructions: number[]) {
  const { row } = unwind(...instructions);
  assert.ok(row);
  return { cfa: row.cfa, rules: Object.fromEntries(row.rules), ra: row.returnAddressRegister };
}

const sp = (offset: number) => ({ kind: 'registerOffset', register: 13, offset });
const at = (offset: number) => ({ kind: 'offset', offset });

describe('.ARM.exidx instructions', () => {
  it('vsp += and -=', () => {
    assert.deepEqual(rulesOf(0x00).cfa, sp(4));
    assert.deepEqual(rulesOf(0x3f).cfa, sp(0x100));
    assert.deepEqual(rulesOf(0x3f, 0x40).cfa, sp(0xfc));
    assert.deepEqual(rulesOf(0xb2, 0x81, 0x01).cfa, sp(0x204 + 129 * 4));
  });
  it('finish without popping anything: the return address is still in lr', () => {
    assert.deepEqual(rulesOf(0xb0), { cfa: sp(0), rules: {}, ra: 14 });
  });
  it('pop r4-r7, r14', () => {
    assert.deepEqual(rulesOf(0xab), {
      cfa: sp(20),
      rules: { 4: at(-20), 5: at(-16), 6: at(-12), 7: at(-8), 14: at(-4) },
      ra: 14,
    });
    assert.deepEqual(rulesOf(0xa1), { cfa: sp(8), rules: { 4: at(-8), 5: at(-4) }, ra: 14 });
  });
  it('pop under mask: r7 and r14, r15 itself, r0-r3', () => {
    assert.deepEqual(rulesOf(0x84, 0x08), { cfa: sp(8), rules: { 7: at(-8), 14: at(-4) }, ra: 14 });
    assert.deepEqual(rulesOf(0x88, 0x01), { cfa: sp(8), rules: { 4: at(-8), 15: at(-4) }, ra: 15 });
    assert.deepEqual(rulesOf(0xb1, 0x0f), {
      cfa: sp(16),
      rules: { 0: at(-16), 1: at(-12), 2: at(-8), 3: at(-4) },
      ra: 14,
    });
  });
  it('pop of r13 takes effect after the instruction', () => {
    const { cfa, rules } = rulesOf(0x86, 0x00); // r13, r14
    assert.deepEqual(cfa, { kind: 'expression', expression: Uint8Array.of(0x7d, 0, 0x06, 0x23, 0) });
    assert.deepEqual(rules, { 14: { kind: 'expression', expression: Uint8Array.of(0x7d, 4) } });
  });
  it('vsp = r7 from the start', () => {
    assert.deepEqual(rulesOf(0x97, 0x01, 0x84, 0x08), {
      cfa: { kind: 'registerOffset', register: 7, offset: 16 },
      rules: { 7: at(-8), 14: at(-4) },
      ra: 14,
    });
  });
  it('vsp = r7 after r7 was popped: its restored value', () => {
    const { cfa, rules } = rulesOf(0x80, 0x08, 0x97, 0xa8);
    assert.deepEqual(cfa, { kind: 'expression', expression: Uint8Array.of(0x7d, 0, 0x06, 0x23, 8) });
    assert.deepEqual(rules, { 4: at(-8), 7: { kind: 'expression', expression: Uint8Array.of(0x7d, 0) }, 14: at(-4) });
  });
  it('VFP registers, with and without the format word of FSTMX', () => {
    assert.deepEqual(rulesOf(0xb3, 0x81), { cfa: sp(20), rules: { 264: at(-20), 265: at(-12) }, ra: 14 });
    assert.deepEqual(rulesOf(0xb9), { cfa: sp(20), rules: { 264: at(-20), 265: at(-12) }, ra: 14 });
    assert.deepEqual(rulesOf(0xc9, 0x81), { cfa: sp(16), rules: { 264: at(-16), 265: at(-8) }, ra: 14 });
    assert.deepEqual(rulesOf(0xc8, 0x01), { cfa: sp(16), rules: { 272: at(-16), 273: at(-8) }, ra: 14 });
    assert.deepEqual(rulesOf(0xd1), { cfa: sp(16), rules: { 264: at(-16), 265: at(-8) }, ra: 14 });
  });
  it('Wireless MMX registers', () => {
    assert.deepEqual(rulesOf(0xc1), { cfa: sp(16), rules: { 122: at(-16), 123: at(-8) }, ra: 14 });
    assert.deepEqual(rulesOf(0xc6, 0x20), { cfa: sp(8), rules: { 114: at(-8) }, ra: 14 });
    assert.deepEqual(rulesOf(0xc7, 0x05), { cfa: sp(8), rules: { 104: at(-8), 106: at(-4) }, ra: 14 });
  });
  it('return address authentication', () => {
    assert.deepEqual(rulesOf(0xb5, 0xb4), { cfa: sp(4), rules: { 143: at(-4) }, ra: 14 });
  });
  it('refuse to unwind gives no row and is nothing to warn of', () => {
    assert.deepEqual(unwind(0x80, 0x00), { row: undefined, warning: undefined });
  });
  it('reserved codes give a warning', () => {
    for (const code of [
      [0x9d],
      [0x9f],
      [0xb1, 0x00],
      [0xb1, 0x10],
      [0xb6],
      [0xb7],
      [0xc7, 0x00],
      [0xca],
      [0xd8],
      [0xff],
    ]) {
      const { row, warning } = unwind(...code);
      assert.equal(row, undefined);
      assert.match(warning ?? '', /is reserved/);
    }
  });
});

describe('.ARM.exidx entries', () => {
  it('inline, in tables of personality routines 0 to 2, and of a routine of their own', () => {
    const short = bigEndian(0x80, 0xa8, 0xb0, 0xb0);
    const long = bigEndian(0x82, 0x01, 0x00, 0xa8, 0xb0, 0xb0, 0xb0, 0xb0);
    const generic = [...word(0x1234), ...bigEndian(0x01, 0x01, 0xa8, 0xb0, 0xb0, 0xb0, 0xb0, 0xb0)];
    const { table, warnings } = tableOf({
      exidx: indexOf(0x80a8_b0b0, { table: 0 }, { table: 4 }, { table: 12 }),
      tables: [...short, ...long, ...generic],
    });
    const cfas = [0x1000, 0x1100, 0x1200, 0x1300].map((address) => table.rowAt(address)?.cfa);
    assert.deepEqual(cfas, [sp(8), sp(8), sp(12), sp(16)]);
    assert.deepEqual(warnings.list, []);
  });
  it('a function reaches to the next one', () => {
    const { table } = tableOf({ exidx: indexOf(0x80a8_b0b0, 1) });
    assert.deepEqual(table.rowAt(0x10ff)?.range, { low: 0x1000, high: 0x1100 });
    assert.equal(table.rowAt(0x10ff)?.source, '.ARM.exidx');
    assert.equal(table.rowAt(0xfff), undefined);
    assert.equal(table.rowAt(0x9000), undefined, 'no code there');
  });
  it('EXIDX_CANTUNWIND', () => assert.equal(tableOf({ exidx: indexOf(1) }).table.rowAt(0x1000)?.isOutermost, true));
  it('unsorted entries are found all the same', () => {
    const [first, second] = [indexOf(0x80a8_b0b0, 0x8000_b0b0).slice(0, 8), indexOf(0x80a8_b0b0, 0x8000_b0b0).slice(8)];
    const moved = [
      ...prel31(0x1100, addresses.exidx),
      ...second.slice(4),
      ...prel31(0x1000, addresses.exidx + 8),
      ...first.slice(4),
    ];
    const { table } = tableOf({ exidx: moved });
    assert.deepEqual([table.rowAt(0x1000)?.cfa, table.rowAt(0x1100)?.cfa], [sp(8), sp(4)]);
  });
  it('DWARF goes first', () => {
    const { table } = tableOf({ debugFrame: [...cie(), ...fde(0x1000, 8, [])], exidx: indexOf(0x80a8_b0b0) });
    assert.deepEqual(
      [0x1004, 0x1008].map((address) => table.rowAt(address)?.source),
      ['.debug_frame', '.ARM.exidx'],
    );
  });
  it('damage gives a warning', () => {
    for (const [exidx, message] of [
      [indexOf({ table: 0 }), /where the file has nothing/],
      [indexOf(0x8300_0000), /personality routine 3/],
      [[...indexOf(0x80a8_b0b0), 1, 2], /cut off/],
    ] as const) {
      const { table, warnings } = tableOf({ exidx: [...exidx] });
      table.rowAt(0x1000);
      assert.match(warnings.list[0]?.message ?? '', message);
    }
  });
});
