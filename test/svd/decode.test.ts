// Values to fields and back: names, write constraints, fields that must not be disturbed, and the two ways being inverse.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkRegisterValue, type Device, decodeRegister, encodeField, encodeRegister, SvdError } from '../../src/svd';
import { field, ownFixture, readDevice, register, withFields } from './support';

describe('SVD values', () => {
  let svd: Device;
  before(() => {
    svd = readDevice(ownFixture('constructs.svd'));
  });
  const refuses = (message: RegExp, call: () => unknown) =>
    assert.throws(call, (error: unknown) => error instanceof SvdError && message.test(error.message));

  it('decodes a register', () => {
    const decoded = decodeRegister(register(svd, 'UART0.CTRL'), 0x8003_0137n);
    const shown = decoded.fields.map((one) => [one.field.name, one.value, one.enumerated?.name]);
    assert.deepEqual(shown, [
      ['EN', 1n, 'On'],
      ['MODE', 3n, 'Slow'],
      ['DIV', 3n, undefined],
      ['SEL', 1n, 'IsA'],
      ['KEEP', 0n, undefined],
      ['PINA', 0n, undefined],
      ['PINB', 0n, undefined],
      ['PINC', 3n, undefined],
      ['PIND', 0n, undefined],
      ['COPIED', 1n, 'On'],
    ]);
    assert.equal(decodeRegister(register(svd, 'UART0.STATUS'), 0x1_2345n).value, 0x2345n, 'cut to 16 bits');
  });

  it('decodes 64 bits', () => {
    const decoded = decodeRegister(register(svd, 'UART0.BUF_RX'), 0xfedc_ba98_7654_3210n);
    assert.deepEqual(
      decoded.fields.map((one) => one.value),
      [0xfedc_ba98n, 0x7654_3210n],
    );
  });

  it('writes a field by number and by name', () => {
    assert.equal(encodeField(field(svd, 'UART0.CTRL.EN'), 0n, 'On'), 1n);
    assert.equal(encodeField(field(svd, 'UART0.CTRL.EN'), 0xffn, 'off'), 0xfen);
    assert.equal(encodeField(field(svd, 'UART0.CTRL.SEL'), 0n, 'B'), 0x200n);
    assert.equal(encodeField(field(svd, 'UART0.CTRL.DIV'), 0n, 9n), 0x90n);
    assert.equal(encodeRegister(register(svd, 'UART0.CTRL'), { EN: 'On', DIV: 2n }, 0n), 0x21n);
    assert.equal(encodeRegister(register(svd, 'UART0.CTRL'), { DIV: 2n }), 0b0010_1001n, 'over the reset value');
  });

  it('refuses what does not fit or is not allowed', () => {
    const control = (name: string) => field(svd, `UART0.CTRL.${name}`);
    refuses(/CTRL\.MODE takes values from 0 to 7 \(3 bits\); 8 is outside/, () => encodeField(control('MODE'), 0n, 8n));
    refuses(/CTRL\.EN takes values from 0 to 1 \(1 bit\); 2 is outside/, () => encodeField(control('EN'), 0n, 2n));
    refuses(/-1 is outside/, () => encodeField(control('MODE'), 0n, -1n));
    refuses(/CTRL\.DIV takes values from 2 to 9/, () => encodeField(control('DIV'), 0n, 1n));
    refuses(/CTRL\.SEL takes only its named values: A \(1\), B \(2\)/, () => encodeField(control('SEL'), 0n, 3n));
    refuses(/CTRL\.SEL has no value named C\. It has: A/, () => encodeField(control('SEL'), 0n, 'C'));
    refuses(/CTRL\.DIV has no named values/, () => encodeField(control('DIV'), 0n, 'C'));
    refuses(/Odd stands for every other value/, () => encodeField(control('MODE'), 0n, 'Odd'));
    refuses(/CTRL\.KEEP may only be written with the value that was read, 3/, () =>
      encodeField(control('KEEP'), 0xc00n, 1n),
    );
    assert.equal(encodeField(control('KEEP'), 0xc00n, 3n), 0xc00n);
    refuses(/FLAGS\.LATE is read-only/, () => encodeField(field(svd, 'UART0.FLAGS.LATE'), 0n, 1n));
    refuses(/CTRL has no field NONE/, () => encodeRegister(register(svd, 'UART0.CTRL'), { NONE: 1n }));
  });

  it('checks whole registers', () => {
    refuses(/STATUS is read-only/, () => checkRegisterValue(register(svd, 'UART0.STATUS'), 0n));
    refuses(/BUF_RX takes values from 1 to/, () => checkRegisterValue(register(svd, 'UART0.BUF_RX'), 0n));
    refuses(/\(16 bits\); 65536 is outside/, () => checkRegisterValue(register(svd, 'UART0.FLAGS'), 0x1_0000n));
    checkRegisterValue(register(svd, 'UART0.BUF_RX'), 1n);
  });

  it('does not disturb flags beside the field it writes', () => {
    const current = 0x0000_00f1n; // DONE is pending, IDLE reads 0
    const written = encodeField(field(svd, 'UART0.FLAGS.LEVEL'), current, 5n);
    assert.equal(written & 1n, 0n, 'a 1 would clear DONE');
    assert.equal(written & 2n, 2n, 'a 0 would set IDLE');
    assert.equal((written >> 4n) & 0xfn, 5n);
    assert.equal(encodeField(field(svd, 'UART0.FLAGS.DONE'), current, 1n) & 1n, 1n);
  });

  it('is the inverse of decoding, for any layout of fields', () => {
    const layout = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(layout, fc.bigInt(0n, (1n << 64n) - 1n), (widths, raw) => {
        let bit = 0;
        const fields = widths.map((width, i) => {
          const text = `<field><name>F${i}</name><bitOffset>${bit}</bitOffset><bitWidth>${width}</bitWidth></field>`;
          bit += width;
          return bit <= 32 ? text : '';
        });
        const one = register(withFields(fields.join('')), 'P.R');
        const decoded = decodeRegister(one, raw);
        const values = Object.fromEntries(decoded.fields.map(({ field: { name }, value }) => [name, value]));
        assert.equal(encodeRegister(one, values, decoded.value), decoded.value);
        const all = decoded.fields.reduce((mask, { field: { mask: bits } }) => mask | bits, 0n);
        assert.equal(encodeRegister(one, values, 0n), decoded.value & all);
        for (const { field: target, value } of decoded.fields) {
          const other = target.maximum - value;
          const again = decodeRegister(one, encodeField(target, decoded.value, other));
          for (const { field: seen, value: now } of again.fields) {
            assert.equal(now, seen.name === target.name ? other : values[seen.name]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
