// Location lists in their three encodings.
import assert from 'node:assert/strict';
import { locationAt, locationList } from '../../src/debuginfo/expressions/locationList';
import { frame, locatorOf, sectionOf, type UnitParts, unitOf } from './expressionSupport';

const word = (value: number) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
const x = 0x50; // DW_OP_reg0
const y = 0x51;
const z = 0x52;

function entries(name: string, bytes: number[], parts: UnitParts) {
  const unit = unitOf({ ...parts, section: sectionOf(name, Uint8Array.from(bytes)) });
  return [...locationList(unit, 0)].map(({ low, high, isDefault, expression }) =>
    isDefault ? ['default', expression[0]] : [low, high, expression[0]],
  );
}

describe('location lists', () => {
  it('of DWARF 4: offsets from the unit, then from a base of their own', () => {
    const list = [
      ...[...word(0x10), ...word(0x20), 1, 0, x],
      ...[...word(0x30), ...word(0x30), 1, 0, y],
      ...[...word(0xffff_ffff), ...word(0x8000)],
      ...[...word(0x4), ...word(0x8), 1, 0, z],
      ...[...word(0), ...word(0)],
    ];
    assert.deepEqual(entries('.debug_loc', list, { version: 4 }), [
      [0x1010, 0x1020, x],
      [0x8004, 0x8008, z],
    ]);
  });

  it('of split DWARF 4', () => {
    const list = [
      ...[2, 1, 2, 1, 0, x],
      ...[3, 1, ...word(0x10), 1, 0, y],
      ...[1, 3],
      ...[4, ...word(1), ...word(2), 1, 0, z],
      0,
    ];
    assert.deepEqual(entries('.debug_loc', list, { version: 4, isGnuSplit: true }), [
      [0x2100, 0x2200, x],
      [0x2100, 0x2110, y],
      [0x2301, 0x2302, z],
    ]);
  });

  it('of DWARF 5, every kind of entry', () => {
    const list = [
      ...[0x04, 0x10, 0x20, 1, x],
      ...[0x09, 1, 2],
      ...[0x01, 2, 0x04, 0, 4, 1, y],
      ...[0x02, 1, 2, 1, z],
      ...[0x03, 3, 0x10, 1, x],
      ...[0x05, 1, y],
      ...[0x06, ...word(0x8000), 0x04, 1, 2, 1, z],
      ...[0x07, ...word(0x9000), ...word(0x9004), 1, x],
      ...[0x08, ...word(0xa000), 8, 1, y],
      // What a linker dropped.
      ...[0x08, ...word(0xffff_ffff), 8, 1, y],
      ...[0x06, ...word(0xffff_ffff), 0x04, 1, 2, 1, z],
      0x00,
    ];
    assert.deepEqual(entries('.debug_loclists', list, { version: 5 }), [
      [0x1010, 0x1020, x],
      [0x2200, 0x2204, y],
      [0x2100, 0x2200, z],
      [0x2300, 0x2310, x],
      ['default', y],
      [0x8001, 0x8002, z],
      [0x9000, 0x9004, x],
      [0xa000, 0xa008, y],
    ]);
  });

  it('the entry that covers the address goes before the default', () => {
    const list = sectionOf('.debug_loclists', Uint8Array.of(0x05, 1, y, 0x04, 0, 0x10, 1, x, 0));
    const unit = unitOf({ section: list });
    assert.deepEqual(locationAt(unit, 0, 0x1008), Uint8Array.of(x));
    assert.deepEqual(locationAt(unit, 0, 0x1010), Uint8Array.of(y));
  });

  it('damage before the wanted entry is reported, damage after it does not matter', () => {
    const list = sectionOf('.debug_loclists', Uint8Array.of(0x04, 0, 0x10, 1, x, 0x77));
    const locator = locatorOf(unitOf({ section: list }));
    const source = { kind: 'list', offset: 0, unit: { index: 0 } } as const;
    assert.equal(locator.locate(source, frame({ pc: 0x1008 })).kind, 'pieces');
    const answer = locator.locate(source, frame({ pc: 0x2000 }));
    assert.match(JSON.stringify(answer), /kind 119 is not known \(.debug_loclists at offset 0x5\)/);
    assert.match(JSON.stringify(locator.locate({ ...source, offset: 99 }, frame())), /lies outside/);
  });

  it('no list section, no location', () => {
    const source = { kind: 'list', offset: 0, unit: { index: 0 } } as const;
    assert.deepEqual(locatorOf(unitOf()).locate(source, frame()), { kind: 'optimizedOut' });
  });
});
