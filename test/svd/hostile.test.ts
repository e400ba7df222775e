// What is no SVD file, or wants to be too much: one clear error with line and remedy, soon and without filling the memory.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDevice, SvdError } from '../../src/svd';
import { device, peripheral, withRegisters } from './support';

function assertRefused(source: string | Uint8Array, message: RegExp): void {
  assert.throws(
    () => parseDevice(source, 'chip.svd'),
    (error: unknown) => {
      assert.ok(error instanceof SvdError, String(error));
      assert.match(error.message, message);
      assert.equal(error.file, 'chip.svd');
      return true;
    },
  );
}

const start = '<device><name>D</name><peripherals><peripheral><name>P</name><baseAddress>0</baseAddress><registers>';
const end = '</registers></peripheral></peripherals></device>';

describe('SVD refusals', () => {
  it('refuses other files', () => {
    assertRefused('', /^chip\.svd: The file has no elements|must contain a root|not an XML file/);
    assertRefused(Buffer.alloc(0), /^chip\.svd: The file is empty/);
    assertRefused('Hello', /^chip\.svd, line 1: This is not an XML file.*Choose/);
    assertRefused(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3, 0, 0xff]), /not an XML file/);
    assertRefused(Buffer.from('PK\x03\x04....'), /zip archive.*Unpack/);
    assertRefused(Buffer.from([0x1f, 0x8b, 8]), /gzip archive.*Unpack/);
    assertRefused('<html><body/></html>', /line 1: The root element is <html>, not <device>/);
  });

  it('names the line where a file is cut off or damaged', () => {
    assertRefused(`${start}\n<register>\n<name>R</na`, /^chip\.svd, line 3: The file ends too early .*fetch it again/);
    assertRefused(`${start}\n<register>\n<name>R</register>${end}`, /^chip\.svd, line 3: The XML is damaged here/);
    assertRefused(`<device>\n<name>a < b</name></device>`, /line 2: The XML is damaged here/);
    assertRefused('<device/><device/>', /only one root/);
  });

  it('refuses deep nesting', () => {
    assertRefused(`<device>${'<peripherals>'.repeat(100_000)}`, /nested more than 100 deep/);
    const nested = '<cluster><name>C</name><addressOffset>0</addressOffset>'.repeat(200);
    assertRefused(`${start}${nested}`, /nested more than 100 deep/);
  });

  it('refuses an array of a million', () => {
    const array = '<register><dim>1000000</dim><dimIncrement>4</dimIncrement><name>R%s</name></register>';
    assertRefused(`${start}\n${array}${end}`, /^chip\.svd, line 2: <dim> of P\.R%s is 1000000; 65536 is the most/);
    const nested = (inside: string) =>
      `<cluster><dim>60000</dim><dimIncrement>4</dimIncrement><name>C%s</name><addressOffset>0</addressOffset>${inside}</cluster>`;
    const one = '<register><name>R</name><addressOffset>0</addressOffset></register>';
    assertRefused(`${start}${nested(nested(nested(one)))}${end}`, /unfold to more than 100000000 registers/);
  });

  it('refuses clusters that double at each derivation', () => {
    let clusters =
      '<cluster><name>C0</name><addressOffset>0</addressOffset><register><name>R</name></register></cluster>';
    for (let level = 1; level < 60; level++) {
      const copy = (name: string) => `<cluster derivedFrom="P.C${level - 1}"><name>${name}</name></cluster>`;
      clusters += `<cluster><name>C${level}</name>${copy('A')}${copy('B')}</cluster>`;
    }
    assertRefused(start + clusters + end, /unfold to more than/);
  });

  it('refuses an endless chain of derivedFrom', () => {
    let chain = '';
    for (let i = 0; i < 20_000; i++) chain += `<register derivedFrom="R${i + 1}"><name>R${i}</name></register>`;
    assertRefused(start + chain + end, /leads through more than 256 elements/);
  });

  it('keeps big arrays small', () => {
    const svd = withRegisters(
      '<cluster><dim>1000</dim><dimIncrement>0x1000</dimIncrement><name>C[%s]</name><addressOffset>0</addressOffset>' +
        '<register><dim>500</dim><dimIncrement>4</dimIncrement><name>R[%s]</name><addressOffset>0</addressOffset></register></cluster>',
    );
    assert.equal(svd.registerCount, 500_000);
    assert.equal(peripheral(svd, 'P').members.length, 1000);
    const last = svd.find('P.C[999].R[499]');
    assert.equal(last?.kind === 'register' ? last.address : undefined, 0x1000n + 999n * 0x1000n + 499n * 4n);
  });

  it('shares the registers of derived peripherals', () => {
    const registers = Array.from(
      { length: 200 },
      (_, i) => `<register><name>R${i}</name><addressOffset>${i * 4}</addressOffset></register>`,
    );
    const first = `<peripheral><name>P0</name><baseAddress>0</baseAddress><registers>${registers.join('')}</registers></peripheral>`;
    const others = Array.from(
      { length: 999 },
      (_, i) => `<peripheral derivedFrom="P0"><name>P${i + 1}</name><baseAddress>${i}</baseAddress></peripheral>`,
    );
    const svd = device(first + others.join(''));
    assert.equal(svd.registerCount, 200_000);
    assert.equal(peripheral(svd, 'P999').find('R199')?.address, 998n + 199n * 4n);
  });

  it('never fails in another way, whatever the bytes', () => {
    const whole =
      `${start}<register><dim>2</dim><dimIncrement>4</dimIncrement><name>R%s</name><fields><field><name>F</name>` +
      `<bitRange>[3:0]</bitRange></field></fields></register>${end}`;
    const mutation = fc.tuple(
      fc.nat(whole.length),
      fc.nat(40),
      fc.oneof(fc.string(), fc.constantFrom('<', '>', '&', '%s', '0x', ']]>')),
    );
    fc.assert(
      fc.property(mutation, ([at, cut, put]) => {
        try {
          const svd = parseDevice(whole.slice(0, at) + put + whole.slice(at + cut));
          for (const one of svd.peripherals) for (const register of one.registers()) register.fields.length;
        } catch (error) {
          assert.ok(error instanceof SvdError, String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
