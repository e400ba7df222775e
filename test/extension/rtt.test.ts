// RTT channels: what the configuration says of them, what tells data from text, and what their terminals show.
import assert from 'node:assert/strict';
import { HexRows, NumberDecoder, TextJudge } from '../../src/extension/rtt/binary';
import { type ChannelPlan, type Encoding, readPlans } from '../../src/extension/rtt/channelPlan';
import { ChannelText } from '../../src/extension/rtt/channelText';

const time = new Date(2026, 0, 2, 14, 3, 59, 123);
const bytes = (...values: number[]) => Uint8Array.from(values);
const text = (words: string) => new TextEncoder().encode(words);
/** Without what steers the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away
const plain = (shown: string) => shown.replace(/\x1b\[\d+m/g, '');

function shownBy(plans: readonly ChannelPlan[] = []) {
  return new ChannelText(
    () => plans,
    () => false,
    () => time,
  );
}

describe('RTT: plans for channels', () => {
  it('takes Cortex-Debug’s decoders', () => {
    const { plans, problems } = readPlans([
      { port: 0, type: 'console', label: 'Log', timestamp: true },
      { port: 1, type: 'binary', encoding: 'Q16.16', scale: 0.5, logfile: 'rtt.bin', noclear: true },
      { port: 2, type: 'graph', graphId: 'wave', encoding: 'float' },
      { port: 3 },
      { port: 4, type: 'binary', encoding: 'ascii' },
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      plans.map(({ channel, kind, label }) => [channel, kind, label]),
      [
        [0, 'console', 'Log'],
        [1, 'binary', undefined],
        [2, 'graph', 'wave'],
        [3, 'console', undefined],
        [4, 'console', undefined],
      ],
    );
    assert.equal(plans[0]?.timestamps, true);
    assert.deepEqual(
      [plans[1]?.encoding, plans[1]?.scale, plans[1]?.logFile, plans[1]?.append],
      ['Q16.16', 0.5, 'rtt.bin', true],
    );
  });

  it('leaves out what is wrong, and says what', () => {
    const { plans, problems } = readPlans([
      'x',
      { type: 'graph' },
      { port: -1 },
      { port: 1, type: 'chart' },
      { port: 1, type: 'graph', encoding: 'int24' },
      { port: 1, scale: 'much' },
      { type: 'advanced', decoder: 'x.js' },
      { port: 7 },
    ]);
    assert.deepEqual(
      plans.map(({ channel }) => channel),
      [7],
    );
    assert.equal(problems.length, 7);
    assert.match(problems[3] ?? '', /chart.*console, binary, graph/);
    assert.match(problems[4] ?? '', /int24.*int16/);
    assert.match(problems[6] ?? '', /advanced/);
    assert.deepEqual(readPlans(undefined), { plans: [], problems: [] });
  });
});

describe('RTT: data and text', () => {
  it('tells them apart', () => {
    const isBinary = (data: Uint8Array) => new TextJudge().isBinary(data);
    assert.equal(isBinary(text('counter 1, 500 ms\r\n')), false);
    assert.equal(isBinary(text('\x1b[31mGrün, 温度 21 °C\x1b[0m\n')), false);
    assert.equal(isBinary(bytes(0xff, 0x31, ...text('on virtual terminal 1'))), false);
    assert.equal(isBinary(text('A line of text with one fault\0 in it')), false);
    assert.equal(isBinary(bytes(0x12, 0x00)), true);
    assert.equal(isBinary(bytes(0xd2, 0x04, 0x2e, 0xfb)), true);
  });

  it('takes time for its judgement, and stays with it', () => {
    const judge = new TextJudge();
    assert.equal(judge.isBinary(bytes(0x41, 0x42)), false, 'may be either');
    assert.equal(judge.isBinary(bytes(0x10, 0x00, 0x90)), true);
    const settled = new TextJudge();
    settled.isBinary(text('x'.repeat(300)));
    assert.equal(settled.isBinary(new Uint8Array(200)), false);
  });

  it('needs some bytes for its judgement, and takes a NUL at an end for what it is', () => {
    const isBinary = (data: Uint8Array) => new TextJudge().isBinary(data);
    assert.equal(isBinary(text('Boot\r\n\0')), false);
    assert.equal(isBinary(text('\0\0\0ok\0')), false);
    assert.equal(isBinary(text('a\0b\0c\r\n')), false, 'strings that follow each other');
    assert.equal(isBinary(Uint8Array.from([...text('x'.repeat(40)), ...new Uint8Array(20), 0x41])), true);
    assert.equal(isBinary(new Uint8Array(8)), true);
  });

  it('reads numbers of each kind, cut anywhere', () => {
    const data = bytes(0x00, 0x80, 0xff, 0xff, 0x00, 0x00, 0x80, 0x3f);
    const expected: Readonly<Record<Encoding, readonly number[]>> = {
      unsigned: [0xffff8000, 0x3f800000],
      signed: [-32768, 0x3f800000],
      'Q16.16': [-0.5, 0x3f80],
      float: [Number.NaN, 1],
      uint8: [0, 128, 255, 255, 0, 0, 128, 63],
      int8: [0, -128, -1, -1, 0, 0, -128, 63],
      uint16: [0x8000, 0xffff, 0, 0x3f80],
      int16: [-32768, -1, 0, 0x3f80],
    };
    for (const [encoding, numbers] of Object.entries(expected) as [Encoding, readonly number[]][]) {
      assert.deepEqual(new NumberDecoder(encoding).push(data), numbers, encoding);
      const piecewise = new NumberDecoder(encoding);
      assert.deepEqual(
        [...data].flatMap((byte) => piecewise.push(bytes(byte))),
        numbers,
        `${encoding} byte by byte`,
      );
    }
    assert.deepEqual(new NumberDecoder('uint16', 0.1).push(bytes(30, 0)), [3]);
  });

  it('shows bytes in rows of sixteen that grow', () => {
    const rows = new HexRows();
    assert.equal(plain(rows.write(bytes(0x41, 0x00))), '00000000  41 00 ');
    const rest = Uint8Array.from({ length: 15 }, (_, index) => index + 2);
    assert.equal(
      plain(rows.write(rest)),
      '02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  A...............\r\n00000010  10 ',
    );
  });
});

describe('RTT: what a terminal shows', () => {
  it('is text where text comes', () => {
    const shown = shownBy();
    assert.deepEqual(shown.write(text('Hello\n')), { text: 'Hello\r\n', clear: false });
    assert.equal(shown.isBinary, false);
  });

  it('is hexadecimal, with words, where data comes that nobody has described', () => {
    const shown = shownBy();
    const { text: first, clear } = shown.write(bytes(0x12, 0x34, 0x00, 0x01));
    assert.equal(clear, true);
    assert.match(plain(first), /^This channel sends binary data\..*Plot.*Log/);
    assert.match(plain(first), /00000000 {2}12 34 00 01/);
    assert.equal(shown.isBinary, true);
    assert.equal(shown.write(text('AB')).text, '41 42 ');
  });

  it('is text again when text follows', () => {
    const shown = shownBy();
    shown.write(bytes(0x12, 0x34, 0x00, 0x01));
    assert.equal(shown.write(text('Now there is text.\n')).clear, false);
    assert.equal(shown.isBinary, true, 'it may be by chance');
    const { text: after, clear } = shown.write(text(`${'And more of it, line after line.\n'.repeat(3)}`));
    assert.equal(clear, false);
    assert.match(plain(after), /\r\nAnd more of it, line after line\.\r\n$/);
    assert.equal(shown.isBinary, false);
    assert.equal(shown.write(text('Hello\n')).text, 'Hello\r\n');
  });

  it('is numbers with their times where the plan says how to read them', () => {
    const { plans } = readPlans([{ port: 1, type: 'binary', encoding: 'int16', scale: 0.1 }]);
    const shown = shownBy(plans);
    assert.equal(plain(shown.write(bytes(3, 0, 0xff)).text), '14:03:59.123 0.3\r\n');
    assert.equal(plain(shown.write(bytes(0xff)).text), '14:03:59.123 -0.1\r\n');
    shown.write(bytes(1));
    shown.beginStream();
    assert.equal(plain(shown.write(bytes(3, 0)).text), '14:03:59.123 0.3\r\n');
    const flood = plain(shown.write(new Uint8Array(400)).text);
    assert.match(flood, /^… 100 more\r\n/);
    assert.equal(flood.split('\r\n').length, 102);
  });

  it('stays text where the plan says so, whatever comes', () => {
    const shown = shownBy(readPlans([{ port: 0, timestamp: true }]).plans);
    assert.equal(shown.write(bytes(0, 1, 2, 3)).clear, false);
    assert.equal(shown.isBinary, false);
    assert.match(plain(shown.write(text('\nx')).text), /14:03:59\.123 x/);
  });
});
