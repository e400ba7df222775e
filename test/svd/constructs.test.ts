// Every construct of the format, read from one file; expected values are worked out by hand from its text.
import assert from 'node:assert/strict';
import { Cluster, type Device } from '../../src/svd';
import { field, ownFixture, peripheral, readDevice, register } from './support';

describe('SVD constructs', () => {
  let svd: Device;
  before(() => {
    svd = readDevice(ownFixture('constructs.svd'));
  });

  it('reads without a warning', () => assert.deepEqual(svd.warnings, []));

  it('reads the device and its cpu', () => {
    assert.equal(svd.name, 'CONSTRUCTS');
    assert.equal(svd.vendor, 'Example');
    assert.equal(svd.series, 'Tests');
    assert.equal(svd.version, '1.2');
    assert.equal(svd.schemaVersion, '1.3');
    assert.equal(svd.cpu?.name, 'CM33');
    assert.equal(svd.cpu?.mpuPresent, true);
    assert.equal(svd.cpu?.fpuPresent, false);
    assert.equal(svd.cpu?.nvicPrioBits, 3);
    assert.deepEqual(svd.cpu?.sauRegionsConfig, {
      enabled: true,
      protectionWhenDisabled: 's',
      region: [{ name: 'code', enabled: true, base: 0x1000, limit: 0x1fff, access: 'c' }],
    });
  });

  it('reads a peripheral', () => {
    const uart = peripheral(svd, 'UART0');
    assert.equal(uart.address, 0x4000_0000n);
    assert.equal(uart.description, 'Serial port');
    assert.equal(uart.groupName, 'UART');
    assert.equal(uart.version, '2.0');
    assert.equal(uart.alternatePeripheral, 'OTHER');
    assert.equal(uart.headerStructName, 'UART_Type');
    assert.equal(uart.disableCondition, 'CLK->UART == 0');
    assert.deepEqual(uart.addressBlocks, [{ address: 0x4000_0000n, size: 1024, usage: 'registers', protection: 'n' }]);
    assert.deepEqual(uart.interrupts, [{ name: 'UART0', description: 'Serial port 0', value: 7 }]);
    assert.equal(uart.find('UART_CTRL')?.name, 'CTRL', 'found with prependToName too');
  });

  it('derives a peripheral from a later one, with own registers added or replaced', () => {
    const uart = peripheral(svd, 'UART1');
    assert.equal(uart.description, 'Serial port');
    assert.equal(uart.groupName, 'UART');
    assert.deepEqual(uart.interrupts, [{ name: 'UART1', value: 8 }]);
    assert.deepEqual(uart.addressBlocks[0]?.address, 0x4000_1000n);
    assert.deepEqual(
      [...uart.members].map((member) => member.name),
      ['CTRL', 'STATUS', 'FLAGS', 'BUF_RX', 'BUF_TX', 'BUF_AUX', 'EXTRA'],
    );
    assert.equal(register(svd, 'UART1.STATUS').description, 'Replaced');
    assert.equal(register(svd, 'UART1.STATUS').readAction, undefined);
    assert.equal(register(svd, 'UART1.CTRL').address, 0x4000_1000n);
  });

  it('inherits register properties from device, peripheral and cluster', () => {
    const status = register(svd, 'UART0.STATUS');
    assert.equal(status.size, 16);
    assert.equal(status.bytes, 2);
    assert.equal(status.resetValue, 0x3344n, 'the inherited value, cut to the size');
    assert.equal(status.resetMask, 0xffffn);
    assert.equal(status.protection, 'p');
    const source = register(svd, 'DMA[0].CH[0].SRC');
    assert.deepEqual([source.size, source.access, source.resetValue], [32, 'write-only', 5n]);
    const byte = register(svd, 'DMA[0].CH[0].CFG.BYTE1');
    assert.deepEqual([byte.size, byte.access, byte.resetValue], [8, 'read-writeOnce', 5n]);
  });

  it('reads a register', () => {
    const control = register(svd, 'UART0.CTRL');
    assert.equal(control.displayName, 'Control');
    assert.equal(control.description, 'Control register');
    assert.equal(control.size, 32);
    assert.equal(control.resetValue, 0b1001n, 'don’t-care bits count as 0');
    assert.equal(control.resetMask, 0x0fn);
    assert.equal(control.readAction, undefined);
    assert.equal(register(svd, 'UART0.STATUS').access, 'read-only');
    assert.equal(register(svd, 'UART0.STATUS').readAction, 'clear');
    assert.equal(register(svd, 'UART0.FLAGS').alternateRegister, 'STATUS');
    assert.equal(register(svd, 'UART0.FLAGS').readAction, 'modifyExternal', 'a field’s read action counts');
  });

  it('unfolds a list of 64-bit registers', () => {
    const buffer = register(svd, 'UART0.BUF_AUX');
    assert.equal(buffer.address, 0x4000_0020n);
    assert.equal(buffer.displayName, 'Buffer AUX');
    assert.equal(buffer.alternateGroup, 'BUFFERS');
    assert.equal(buffer.dataType, 'uint64_t');
    assert.equal(buffer.size, 64);
    assert.equal(buffer.resetValue, 0xfedc_ba98_7654_3210n);
    assert.deepEqual(buffer.writeConstraint, { kind: 'range', minimum: 1n, maximum: 0xffff_ffff_ffff_fffen });
  });

  it('reads the three spellings of a bit range', () => {
    const place = (name: string) => {
      const { lsb, msb, width, mask } = field(svd, `UART0.CTRL.${name}`);
      return [lsb, msb, width, mask];
    };
    assert.deepEqual(place('EN'), [0, 0, 1, 1n]);
    assert.deepEqual(place('MODE'), [1, 3, 3, 0b1110n]);
    assert.deepEqual(place('DIV'), [4, 7, 4, 0xf0n]);
  });

  it('unfolds an array of fields', () => {
    const pin = field(svd, 'UART0.CTRL.PINC');
    assert.deepEqual([pin.lsb, pin.width, pin.description], [16, 2, 'Pin C']);
  });

  it('derives a field by path, and enumerated values by name and forward', () => {
    const copied = field(svd, 'UART0.CTRL.COPIED');
    assert.deepEqual([copied.lsb, copied.access], [31, 'read-only']);
    assert.equal(copied.enumerated(1n)?.name, 'On');
    assert.equal(field(svd, 'UART0.CTRL.EN').enumerated(0n)?.name, 'Off');
    assert.equal(field(svd, 'UART0.CTRL.EN').enumerated(0n)?.description, 'Not on');
  });

  it('names values by don’t-care patterns and default', () => {
    const mode = field(svd, 'UART0.CTRL.MODE');
    const names = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((value) => mode.enumerated(value)?.name);
    assert.deepEqual(names, ['Off', 'Odd', 'Slow', 'Slow', 'Fast', 'Fast', 'Odd', 'Odd']);
  });

  it('keeps names for reading and for writing apart', () => {
    const select = field(svd, 'UART0.CTRL.SEL');
    assert.equal(select.enumerated(1n)?.name, 'IsA');
    assert.equal(select.enumerated(1n, 'write')?.name, 'A');
    assert.equal(select.enumerated(2n), undefined);
    assert.deepEqual(
      select.valuesFor('write').map((entry) => entry.name),
      ['A', 'B'],
    );
  });

  it('unfolds arrays of peripherals and nested clusters', () => {
    assert.equal(svd.peripherals.length, 4);
    assert.equal(peripheral(svd, 'DMA[1]').address, 0x5000_1000n);
    assert.equal(peripheral(svd, 'DMA[1]').indexName, 'SLOW');
    assert.equal(register(svd, 'DMA[1].CH[3].CFG2.BYTE1').address, 0x5000_1000n + 0x100n + 0xc0n + 0x20n + 2n);
    const channel = svd.find('DMA[0].CH[2]');
    assert.ok(channel instanceof Cluster);
    assert.deepEqual(
      [channel.addressOffset, channel.alternateCluster, channel.headerStructName],
      [0x180, 'RAW', 'DMA_CH_Type'],
    );
    assert.equal(peripheral(svd, 'DMA[0]').registerCount, 4 * 5 + 3);
    assert.equal([...peripheral(svd, 'DMA[0]').registers()].length, 23);
  });

  it('derives registers from another peripheral and from one element of an array', () => {
    assert.deepEqual(
      register(svd, 'DMA[0].CTRL').fields.map((one) => one.name),
      register(svd, 'UART0.CTRL').fields.map((one) => one.name),
    );
    const copy = register(svd, 'DMA[0].COPY');
    assert.deepEqual([copy.address, copy.access], [0x5000_000cn, 'read-only']);
    assert.equal([...peripheral(svd, 'DMA[0]').members].filter((member) => member.name === 'COPY').length, 1);
  });

  it('takes the access that all fields agree on', () => {
    assert.equal(register(svd, 'DMA[0].WONLY').access, 'write-only');
    assert.equal(register(svd, 'DMA[0].WONLY').readable, false);
  });

  it('finds nothing under a wrong path', () => {
    for (const path of [
      '',
      'UART9',
      'UART0.',
      'UART0.CTRL.EN.X',
      'UART0.BUF_',
      'DMA[2]',
      'DMA[0].CH[4].SRC',
      'DMA[00]',
    ]) {
      assert.equal(svd.find(path), undefined, path);
    }
  });
});
