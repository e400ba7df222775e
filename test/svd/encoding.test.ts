// Byte order marks and encodings, declared rightly and wrongly.
import assert from 'node:assert/strict';
import { parseDevice } from '../../src/svd';

const text = (encoding: string) =>
  `<?xml version="1.0" encoding="${encoding}"?><device><name>D</name><description>5 µA</description><size>32</size>` +
  '<peripherals><peripheral><name>P</name><baseAddress>0</baseAddress></peripheral></peripherals></device>';

describe('SVD encodings', () => {
  const cases: [string, Buffer, number][] = [
    ['UTF-8', Buffer.from(text('utf-8')), 0],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text('utf-8')}`), 0],
    ['UTF-16 little endian', Buffer.from(`\uFEFF${text('utf-16')}`, 'utf16le'), 0],
    ['UTF-16 little endian without a mark', Buffer.from(text('utf-16'), 'utf16le'), 0],
    ['UTF-16 big endian', Buffer.from(`\uFEFF${text('utf-16')}`, 'utf16le').swap16(), 0],
    ['ISO-8859-1', Buffer.from(text('ISO-8859-1'), 'latin1'), 0],
    ['Latin 1 that calls itself UTF-8', Buffer.from(text('utf-8'), 'latin1'), 1],
    ['UTF-8 that calls itself UTF-16', Buffer.from(text('utf-16')), 0],
    ['an encoding nobody knows', Buffer.from(text('klingon'), 'latin1'), 1],
  ];
  for (const [name, bytes, warnings] of cases) {
    it(`reads ${name}`, () => {
      const svd = parseDevice(bytes);
      assert.equal(svd.description, '5 µA');
      assert.equal(svd.warnings.length, warnings, JSON.stringify(svd.warnings));
    });
  }
});
