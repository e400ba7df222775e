// Call frame information made by hand: what compilers at hand do not write, and what linkers leave behind. What they do write is
// compared with other readers in oracle/frames.test.ts.
import assert from 'node:assert/strict';
import { addresses, cie, entry, fde, quad, type TableParts, tableOf, text, word } from './frameSupport';

function rowAt(parts: TableParts, address: number) {
  const { table, warnings } = tableOf(parts);
  const row = table.rowAt(address);
  assert.deepEqual(warnings.list, []);
  return row;
}

/** The rules after `instructions` in a function at 0x1000. */
function rulesAfter(...instructions: number[]) {
  const row = rowAt({ debugFrame: [...cie(), ...fde(0x1000, 0x100, instructions)] }, 0x10ff);
  assert.ok(row);
  return { cfa: row.cfa, rules: Object.fromEntries(row.rules), range: row.range };
}

describe('call frame instructions', () => {
  const cases: [string, number[], unknown][] = [
    ['offset', [0x84, 2], { 4: { kind: 'offset', offset: -8 } }],
    ['offset_extended', [0x05, 0x80, 2, 2], { 256: { kind: 'offset', offset: -8 } }],
    ['offset_extended_sf', [0x11, 4, 0x7e], { 4: { kind: 'offset', offset: 8 } }],
    ['GNU_negative_offset_extended', [0x2f, 4, 2], { 4: { kind: 'offset', offset: 8 } }],
    ['val_offset', [0x14, 4, 2], { 4: { kind: 'valueOffset', offset: -8 } }],
    ['val_offset_sf', [0x15, 4, 0x7e], { 4: { kind: 'valueOffset', offset: 8 } }],
    ['undefined', [0x07, 4], { 4: { kind: 'undefined' } }],
    ['same_value', [0x08, 4], { 4: { kind: 'sameValue' } }],
    ['register', [0x09, 14, 3], { 14: { kind: 'register', register: 3 } }],
    ['expression', [0x10, 4, 2, 0x70, 1], { 4: { kind: 'expression', expression: Uint8Array.of(0x70, 1) } }],
    ['val_expression', [0x16, 4, 1, 0x30], { 4: { kind: 'valueExpression', expression: Uint8Array.of(0x30) } }],
    ['restore', [0x84, 2, 0xc4], {}],
    ['restore_extended', [0x84, 2, 0x06, 4], {}],
    ['GNU_args_size', [0x2e, 0x80, 1], {}],
    ['GNU_window_save / AARCH64_negate_ra_state', [0x2d], {}],
    ['AARCH64_negate_ra_state_with_pc', [0x2c], {}],
  ];
  for (const [name, instructions, rules] of cases) {
    it(name, () => assert.deepEqual(rulesAfter(...instructions).rules, rules));
  }

  const cfaCases: [string, number[], unknown][] = [
    ['def_cfa', [0x0c, 7, 8], { kind: 'registerOffset', register: 7, offset: 8 }],
    ['def_cfa_sf', [0x12, 7, 0x7e], { kind: 'registerOffset', register: 7, offset: 8 }],
    ['def_cfa_register', [0x0e, 8, 0x0d, 7], { kind: 'registerOffset', register: 7, offset: 8 }],
    ['def_cfa_offset_sf', [0x13, 0x7e], { kind: 'registerOffset', register: 13, offset: 8 }],
    ['def_cfa_expression', [0x0f, 2, 0x7d, 0], { kind: 'expression', expression: Uint8Array.of(0x7d, 0) }],
  ];
  for (const [name, instructions, cfa] of cfaCases) {
    it(name, () => assert.deepEqual(rulesAfter(...instructions).cfa, cfa));
  }

  it('remember_state keeps the CFA and all rules, nested', () => {
    const state = rulesAfter(0x84, 1, 0x0a, 0x85, 2, 0x0e, 8, 0x0a, 0x0e, 16, 0x0b, 0x0b);
    assert.deepEqual(state.rules, { 4: { kind: 'offset', offset: -4 } });
    assert.deepEqual(state.cfa, { kind: 'registerOffset', register: 13, offset: 0 });
  });

  it('restore goes back to what the CIE said', () => {
    const debugFrame = [...cie([0x0c, 13, 0, 0x08, 4]), ...fde(0x1000, 8, [0x84, 2, 0xc4])];
    assert.deepEqual(Object.fromEntries(rowAt({ debugFrame }, 0x1000)!.rules), { 4: { kind: 'sameValue' } });
  });

  it('advance_loc in all sizes, counted in code alignment units', () => {
    const advances = [
      0x41,
      0x0e,
      4,
      0x02,
      2,
      0x0e,
      8,
      0x03,
      3,
      0,
      0x0e,
      12,
      0x04,
      ...word(4),
      0x0e,
      16,
      0x1d,
      ...quad(5n),
      0x0e,
      20,
    ];
    const debugFrame = [...cie(), ...fde(0x1000, 0x100, advances)];
    const starts = [0x1000, 0x1002, 0x1006, 0x100c, 0x1014, 0x101e, 0x1100];
    for (const [index, low] of starts.slice(0, -1).entries()) {
      const row = rowAt({ debugFrame }, low + 1)!;
      assert.deepEqual(row.range, { low, high: starts[index + 1] });
      assert.deepEqual(row.cfa, { kind: 'registerOffset', register: 13, offset: 4 * index });
    }
    assert.equal(rowAt({ debugFrame }, 0x1100), undefined);
    assert.equal(rowAt({ debugFrame }, 0xfff), undefined);
  });

  it('set_loc', () => {
    const debugFrame = [...cie(), ...fde(0x1000, 0x100, [0x01, ...word(0x1080), 0x0e, 8])];
    assert.deepEqual(rowAt({ debugFrame }, 0x1080)!.range, { low: 0x1080, high: 0x1100 });
  });

  it('an undefined return address ends the stack', () => {
    assert.equal(rowAt({ debugFrame: [...cie(), ...fde(0x1000, 8, [0x07, 14])] }, 0x1000)!.isOutermost, true);
    assert.equal(rowAt({ debugFrame: [...cie(), ...fde(0x1000, 8, [0x07, 13])] }, 0x1000)!.isOutermost, false);
  });

  const damaged: [string, number[], RegExp][] = [
    ['an unknown instruction', [0x3b], /instruction 0x3b is not known/],
    ['a state that was not remembered', [0x0b], /without a remembered state/],
    ['an instruction that is cut off', [0x0c, 0x81, 0x80], /1 byte expected/],
    ['an offset for an expression', [0x0f, 1, 0x30, 0x0e, 8], /CFA rule changed/],
    ['a block that is too long', [0x10, 4, 0x70, 1], /112 bytes expected/],
    ['going backwards', [0x01, ...word(0x0800)], /backwards/],
  ];
  for (const [name, instructions, message] of damaged) {
    it(`${name} gives a warning, and the rows before it stay good`, () => {
      const debugFrame = [...cie([0x0c, 13, 0]), ...fde(0x1000, 0x100, [0x41, ...instructions])];
      const { table, warnings } = tableOf({ debugFrame });
      assert.equal(table.rowAt(0x1000)?.range.high, 0x1002);
      assert.equal(warnings.list.length, 0);
      assert.equal(table.rowAt(0x1002), undefined);
      assert.match(warnings.list[0]?.message ?? '', message);
      assert.equal(warnings.list[0]?.section, '.debug_frame');
    });
  }
});

describe('frame sections', () => {
  it('CIEs of version 3 and 4, with address and selector sizes', () => {
    const version3 = entry(...word(0xffff_ffff), 3, 0, 2, 0x7c, 0x8e, 0x01, 0x0c, 13, 0);
    const version4 = entry(...word(0xffff_ffff), 4, 0, 4, 2, 2, 0x7c, 14, 0x0c, 13, 4);
    const debugFrame = [
      ...[...version3, ...version4],
      ...fde(0x1000, 8, []),
      ...entry(...word(version3.length), 0xaa, 0xbb, ...word(0x2000), ...word(8)),
    ];
    assert.equal(rowAt({ debugFrame }, 0x1000)!.returnAddressRegister, 0x8e);
    assert.deepEqual(rowAt({ debugFrame }, 0x2000)!.cfa, { kind: 'registerOffset', register: 13, offset: 4 });
  });

  it('64-bit DWARF', () => {
    const long = (body: number[]) => [...word(0xffff_ffff), ...quad(BigInt(body.length)), ...body];
    const header = long([...quad(0xffff_ffff_ffff_ffffn), 1, 0, 2, 0x7c, 14, 0x0c, 13, 8]);
    const debugFrame = [...header, ...long([...quad(0n), ...word(0x1000), ...word(8), 0, 0])];
    assert.deepEqual(rowAt({ debugFrame }, 0x1004)!.cfa, { kind: 'registerOffset', register: 13, offset: 8 });
  });

  it('addresses of 64 bits', () => {
    const header = entry(...word(0xffff_ffff), 1, 0, 2, 0x7c, 14, 0x0c, 13, 8);
    const debugFrame = [...header, ...entry(...word(0), ...quad(0xffff_ffff_8000_0000n), ...quad(16n))];
    const more = { addressSize: 8, isCode: () => true } as const;
    assert.deepEqual(rowAt({ debugFrame, more }, -0x8000_0000 + 4)!.range, {
      low: -0x8000_0000,
      high: -0x8000_0000 + 16,
    });
  });

  it('entries in any order, and the inner of two that overlap', () => {
    const debugFrame = [
      ...cie(),
      ...fde(0x3000, 0x100, [0x0e, 1]),
      ...fde(0x1000, 0x1000, [0x0e, 2]),
      ...fde(0x1800, 0x10, [0x0e, 3]),
      ...fde(0x1900, 0x10, [0x0e, 4]),
    ];
    const offsetAt = (address: number) => {
      const cfa = rowAt({ debugFrame }, address)?.cfa;
      return cfa?.kind === 'registerOffset' ? cfa.offset : undefined;
    };
    assert.deepEqual([0x3000, 0x1000, 0x1800, 0x180f, 0x1810, 0x1905, 0x1fff, 0x2000].map(offsetAt), [
      1,
      2,
      3,
      3,
      2,
      4,
      2,
      undefined,
    ]);
  });

  describe('of functions that the linker dropped', () => {
    const live = fde(0x20, 0x20, [0x0e, 4]);
    it('at address 0, more than one', () => {
      assert.equal(
        rowAt({ debugFrame: [...cie(), ...fde(0, 0x10, []), ...fde(0, 0x18, []), ...live] }, 0x8),
        undefined,
      );
    });
    it('at address 0, running into another function', () => {
      assert.equal(rowAt({ debugFrame: [...cie(), ...fde(0, 0x30, []), ...live] }, 0x8), undefined);
    });
    it('at address 0, where there is no code', () => {
      const more = { isCode: (address: number) => address >= 0x20 };
      assert.equal(rowAt({ debugFrame: [...cie(), ...fde(0, 0x10, []), ...live], more }, 0x8), undefined);
    });
    it('at the last address', () => {
      const more = { isCode: () => true };
      assert.equal(
        rowAt({ debugFrame: [...cie(), ...fde(0xffff_ffff, 0x10, []), ...live], more }, 0xffff_ffff),
        undefined,
      );
    });
    it('but a function at 0 is a function', () => {
      assert.deepEqual(rowAt({ debugFrame: [...cie(), ...fde(0, 0x10, []), ...live] }, 0x8)!.range, {
        low: 0,
        high: 0x10,
      });
    });
  });

  const damaged: [string, number[], RegExp][] = [
    ['an entry that passes the end', [...word(0x7000_0000), 1, 2, 3, 4], /passes the end/],
    ['a reserved length', [...word(0xffff_fff5), 1, 2, 3, 4], /reserved initial length/],
    ['an entry that is too short', [...word(2), 1, 2], /too short/],
    ['an unknown version', entry(...word(0xffff_ffff), 9, 0, 2, 0x7c, 14), /version 9 is not known/],
    ['an unknown augmentation', entry(...word(0xffff_ffff), 1, ...text('q'), 2, 0x7c, 14), /augmentation “q”/],
    ['an impossible address size', entry(...word(0xffff_ffff), 4, 0, 7, 0, 2, 0x7c, 14), /addresses of 7 bytes/],
  ];
  for (const [name, bytes, message] of damaged) {
    it(`${name} gives a warning, and entries before it stay good`, () => {
      const good = [...cie(), ...fde(0x1000, 8, [])];
      const { table, warnings } = tableOf({ debugFrame: [...good, ...bytes, ...fde(0x2000, 8, [], good.length)] });
      assert.ok(table.rowAt(0x1000));
      assert.equal(table.rowAt(0x2000), undefined);
      assert.match(warnings.list[0]?.message ?? '', message);
    });
  }

  it('an FDE whose CIE is none gives a warning', () => {
    const { table, warnings } = tableOf({
      debugFrame: [...cie(), ...fde(0x1000, 8, [], 4), ...fde(0x2000, 8, [], 0x1234)],
    });
    assert.equal(table.rowAt(0x1000), undefined);
    assert.equal(warnings.list.length, 2);
  });
});

describe('.eh_frame', () => {
  const header = (augmentation: string, data: number[]) =>
    entry(...word(0), 1, ...text(augmentation), 1, 0x7c, 1, data.length, ...data, 0x0c, 2, 0);
  /** An FDE right after a CIE, whose address is written as the bytes say. */
  const following = (before: number[], location: number[], instructions: number[] = []) => [
    ...before,
    ...entry(...word(before.length + 4), ...location, ...word(0x10), 0, ...instructions),
  ];
  const pcOf = (before: number[]) => addresses.ehFrame + before.length + 8;

  it('pointers relative to themselves, with personality, language data and signal marks', () => {
    const before = header('zPLRSBG', [0x9b, ...word(0x100), 0x1b, 0x1b]);
    const ehFrame = following(before, word(0x1000 - pcOf(before)), [0x0e, 8]);
    const row = rowAt({ ehFrame }, 0x1004)!;
    assert.deepEqual(row.range, { low: 0x1000, high: 0x1010 });
    assert.equal(row.isSignalFrame, true);
    assert.equal(row.source, '.eh_frame');
    assert.equal(row.returnAddressRegister, 1);
  });

  it('absolute, text-relative and short pointers', () => {
    const absolute = following(header('zR', [0x00]), word(0x1200));
    assert.equal(rowAt({ ehFrame: absolute }, 0x1200)!.range.low, 0x1200);
    const relative = following(header('zR', [0x23]), word(0x300));
    assert.equal(rowAt({ ehFrame: relative }, 0x1300)!.range.low, 0x1300);
  });

  it('goes on after a terminator in the middle', () => {
    const first = following(header('zR', [0x00]), word(0x1200));
    const second = header('zR', [0x00]);
    const ehFrame = [
      ...first,
      ...word(0),
      ...second,
      ...entry(...word(second.length + 4), ...word(0x1300), ...word(0x10), 0),
    ];
    assert.ok(rowAt({ ehFrame }, 0x1308));
  });

  it('is asked where .debug_frame has nothing', () => {
    const ehFrame = following(header('zR', [0x00]), word(0x1200));
    const debugFrame = [...cie(), ...fde(0x1000, 8, [])];
    assert.equal(rowAt({ ehFrame, debugFrame }, 0x1200)!.source, '.eh_frame');
    assert.equal(rowAt({ ehFrame, debugFrame }, 0x1000)!.source, '.debug_frame');
  });

  describe('with a search table', () => {
    const before = header('zR', [0x00]);
    const ehFrame = following(before, word(0x1200));
    const searchTable = (...entries: [number, number][]) => [
      ...[1, 0x1b, 0x03, 0x3b, ...word(addresses.ehFrame - addresses.ehFrameHeader - 4), ...word(entries.length)],
      ...entries.flatMap(([address, offset]) => [
        ...word(address - addresses.ehFrameHeader),
        ...word(addresses.ehFrame + offset - addresses.ehFrameHeader),
      ]),
    ];
    it('that is right', () => {
      assert.ok(rowAt({ ehFrame, ehFrameHeader: searchTable([0x1200, before.length]) }, 0x1208));
      assert.equal(rowAt({ ehFrame, ehFrameHeader: searchTable([0x1200, before.length]) }, 0x1100), undefined);
    });
    it('that is incomplete', () => assert.ok(rowAt({ ehFrame, ehFrameHeader: searchTable() }, 0x1208)));
    for (const [name, ehFrameHeader] of [
      ['that points elsewhere', searchTable([0x1200, 0x700])],
      ['that points at a CIE', searchTable([0x1200, 0])],
      ['that is too long', [...searchTable().slice(0, 8), ...word(0xffff)]],
      ['of another version', [2, ...searchTable().slice(1)]],
      ['of another encoding', [...searchTable().slice(0, 3), 0x1b, ...searchTable().slice(4)]],
      ['that is cut off', [1, 0x1b]],
    ] as const) {
      it(`${name}: it is not believed`, () => {
        const { table, warnings } = tableOf({ ehFrame, ehFrameHeader: [...ehFrameHeader] });
        assert.ok(table.rowAt(0x1208));
        assert.notEqual(warnings.list.length, 0);
      });
    }
  });
});
