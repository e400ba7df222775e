// Unwind tables cut off, mutated and inflated: an answer or a warning that names the section, never an exception.
import assert from 'node:assert/strict';
import { addresses, cie, entry, fde, type TableParts, tableOf, text, word } from './frameSupport';

/** Every instruction at least once, in a few functions. */
function debugFrame(): number[] {
  const first = cie([0x0c, 13, 0, 0x07, 0, 0x08, 4]);
  const second = entry(...word(0xffff_ffff), 4, 0, 4, 0, 1, 0x7c, 14, 0x0c, 7, 8);
  const programs = [
    [0x41, 0x0e, 8, 0x84, 2, 0x8e, 1, 0x42, 0x0d, 7, 0x0a, 0x44, 0x0b, 0xc4],
    [0x02, 4, 0x05, 0x80, 2, 2, 0x03, 4, 0, 0x11, 5, 0x7e, 0x04, ...word(2), 0x14, 6, 1, 0x15, 7, 1, 0x2f, 8, 1],
    [0x01, ...word(0x1220), 0x10, 4, 2, 0x70, 1, 0x16, 5, 1, 0x30, 0x0f, 2, 0x7d, 0],
    [0x09, 14, 3, 0x06, 4, 0x12, 7, 0x7e, 0x13, 0x7e, 0x2e, 4, 0x2d, 0x2c],
  ];
  return [
    ...[...first, ...second],
    ...programs.flatMap((program, index) => fde(0x1000 + 0x100 * index, 0x100, program)),
    ...programs.flatMap((program, index) => fde(0x2000 + 0x100 * index, 0x100, program, first.length)),
  ];
}

function ehFrame(): number[] {
  const before = entry(...word(0), 1, ...text('zPLRS'), 1, 0x7c, 1, 7, 0x1b, ...word(0x100), 0x1b, 0x1b, 0x0c, 2, 0);
  const place = addresses.ehFrame + before.length + 8;
  return [
    ...before,
    ...entry(...word(before.length + 4), ...word(0x3000 - place), ...word(0x100), 4, ...word(0), 0x42, 0x0e, 8),
  ];
}

const prel31 = (target: number, place: number) => word((target - place) & 0x7fff_ffff);
const exidx = [
  ...[...prel31(0x3200, addresses.exidx), ...word(0x80a8_b0b0)],
  ...[...prel31(0x3300, addresses.exidx + 8), ...prel31(addresses.tables, addresses.exidx + 12)],
  ...[...prel31(0x3400, addresses.exidx + 16), ...prel31(addresses.tables + 16, addresses.exidx + 20)],
];
const tables = [0x81, 3, 0xb3, 0x81, 0x84, 0x08, 0x97, 0x3f, 0xb2, 1, 0xc9, 0x12, 0xb0, 0xb0, 0xb0, 0xb0]
  .concat([0, 0, 0x12, 0x34, 0x02, 0xa8, 0xb1, 0x03, 0xd3, 0xc6, 0x12, 0xc7, 0x03, 0xb4, 0xb5, 0xb0])
  .flatMap((_, index, all) => all[4 * Math.floor(index / 4) + 3 - (index % 4)]!);

const whole: Required<Omit<TableParts, 'more' | 'ehFrameHeader'>> = {
  debugFrame: debugFrame(),
  ehFrame: ehFrame(),
  exidx,
  tables,
};
const parts = Object.keys(whole) as (keyof typeof whole)[];
const asked = Array.from({ length: 48 }, (_, index) => 0x1000 + 0x100 * index + 0x21);

function askAll(sources: TableParts): number {
  const { table, warnings } = tableOf(sources);
  let rows = 0;
  for (const address of asked) {
    const row = table.rowAt(address);
    if (!row) continue;
    rows++;
    assert.ok(row.range.low <= address && address < row.range.high);
  }
  for (const { section, offset, message } of warnings.list) {
    assert.match(section, /^\.(debug_frame|eh_frame|eh_frame_hdr|ARM\.exidx|ARM\.extab)$/);
    assert.ok(offset >= 0 && message.length > 0);
  }
  return rows;
}

/** The same numbers in every run (xorshift32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

describe('damaged unwind tables', () => {
  it('whole they have rows', () => assert.equal(askAll(whole), 22));

  for (const part of parts) {
    it(`${part} cut off anywhere`, () => {
      for (let length = 0; length < whole[part].length; length++) {
        askAll({ ...whole, [part]: whole[part].slice(0, length) });
      }
    });

    it(`${part} with bytes changed, 5000 times`, () => {
      const random = randomNumbers(parts.indexOf(part) + 1);
      for (let run = 0; run < 5000; run++) {
        const bytes = [...whole[part]];
        for (let count = 1 + random(4); count > 0; count--) {
          bytes[random(bytes.length)] = [0, 0xff, 0x7f, 0x80, random(256)][random(5)]!;
        }
        askAll({ ...whole, [part]: bytes });
      }
    });
  }

  it('programs without end are cut off', () => {
    const long = (instructions: number[]) =>
      word(12 + instructions.length).concat(word(0), word(0x1000), word(0x100), instructions);
    const repeated = (body: number[]) => long(Array.from({ length: 300_000 }, () => body).flat());
    const cases: [number[], RegExp][] = [
      [repeated([0x0a]), /more than 100000 call frame instructions/],
      [repeated([0x0a, 0x84, 1]), /more than 100000/],
      [
        long(Array.from({ length: 2000 }, (_, n) => [0x08, 0x80 | (n & 0x7f), n >> 7]).flat()),
        /more than 512 registers/,
      ],
    ];
    for (const [description, message] of cases) {
      const { table, warnings } = tableOf({ debugFrame: cie().concat(description) });
      assert.equal(table.rowAt(0x1000), undefined);
      assert.match(warnings.list[0]?.message ?? '', message);
    }
  });
});
