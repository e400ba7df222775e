// The search of raw bytes for many numbers at once, beside a plain one.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findNumbers } from '../../src/debuginfo/names/findBytes';
import { sectionOf } from './expressionSupport';

function found(bytes: Uint8Array, numbers: readonly number[], isBigEndian: boolean, from?: number, to?: number) {
  const places: number[] = [];
  const section = sectionOf('.debug_info', bytes, isBigEndian);
  findNumbers(section, numbers, isBigEndian, (offset) => places.push(offset), from, to);
  return places;
}

describe('numbers among bytes', () => {
  it('are found wherever they stand, in both byte orders', () => {
    // Few different bytes, so that there is something to find.
    const byte = fc.constantFrom(0, 0, 0, 1, 2, 0x80);
    const bytes = fc.uint8Array({ maxLength: 60 }).chain((raw) => fc.tuple(...[...raw].map(() => byte)));
    const numbers = fc.array(fc.constantFrom<number>(0, 1, 2, 0x100, 0x101, 0x8000, 0x10000, 0x20001), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(bytes, numbers, fc.boolean(), (list, wanted, isBigEndian) => {
        const data = Uint8Array.from(list);
        const view = new DataView(data.buffer);
        const expected: number[] = [];
        for (let at = 0; at + 4 <= data.length; at++)
          if (wanted.includes(view.getUint32(at, !isBigEndian))) expected.push(at);
        assert.deepEqual(found(data, wanted, isBigEndian), expected);
      }),
    );
  });

  it('are found once where one window of the file ends and the next begins', () => {
    const window = 4 * 1024 * 1024;
    for (let place = window - 8; place <= window + 4; place++) {
      const bytes = new Uint8Array(window + 100);
      new DataView(bytes.buffer).setUint32(place, 0x123456, true);
      assert.deepEqual(found(bytes, [0x123456, 0x654321], false), [place]);
    }
  });

  it('are looked for in the wanted part alone', () => {
    const bytes = Uint8Array.from([7, 0, 0, 0, 7, 0, 0, 0, 7, 0, 0, 0]);
    assert.deepEqual(found(bytes, [7], false, 1, 11), [4]);
  });
});
