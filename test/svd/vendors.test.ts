// Vendors' own files. Expected addresses and names come from the chips' reference manuals, not from another reader.
import assert from 'node:assert/strict';
import { type Device, decodeRegister } from '../../src/svd';
import { field, peripheral, readDevice, register, vendorFile } from './support';

/** Reads the file before the tests of a suite, or skips them. */
function open(name: string): () => Device {
  let svd: Device | undefined;
  before(function () {
    svd = readDevice(vendorFile(this as unknown as Mocha.Context, name));
  });
  return () => {
    if (svd === undefined) throw new Error(`${name} was not read`);
    return svd;
  };
}

function assertAddresses(svd: Device, expected: Readonly<Record<string, bigint>>): void {
  for (const [path, address] of Object.entries(expected)) assert.equal(register(svd, path).address, address, path);
}

describe('SVD of vendors', () => {
  describe('STM32F072x (RM0091)', () => {
    const svd = open('STM32F072x.svd');
    it('places registers', () =>
      assertAddresses(svd(), {
        'GPIOA.MODER': 0x4800_0000n,
        'GPIOA.ODR': 0x4800_0014n,
        'GPIOB.ODR': 0x4800_0414n,
        'GPIOF.BSRR': 0x4800_1418n,
        'RCC.AHBENR': 0x4002_1014n,
        'USART1.ISR': 0x4001_381cn,
        'TIM2.CNT': 0x4000_0024n,
        'DMA.CCR1': 0x4002_0008n,
      }));
    it('decodes MODER after reset: PA13 and PA14 are alternate functions', () => {
      const moder = register(svd(), 'GPIOA.MODER');
      assert.equal(moder.resetValue, 0x2800_0000n);
      const set = decodeRegister(moder, moder.resetValue).fields.filter((one) => one.value !== 0n);
      assert.deepEqual(
        set.map((one) => [one.field.name, one.value]),
        [
          ['MODER14', 2n],
          ['MODER13', 2n],
        ],
      );
    });
  });

  describe('nRF52 (nRF52832 product specification)', () => {
    const svd = open('nrf52.svd');
    it('places registers', () =>
      assertAddresses(svd(), {
        'P0.OUTSET': 0x5000_0508n,
        'P0.PIN_CNF[31]': 0x5000_077cn,
        'UART0.TASKS_STARTRX': 0x4000_2000n,
        'RTC1.CC[3]': 0x4001_154cn,
        'FICR.DEVICEADDR[1]': 0x1000_00a8n,
      }));
    it('knows side effects and enumerated values', () => {
      assert.equal(register(svd(), 'UART0.RXD').readAction, 'modifyExternal');
      assert.equal(field(svd(), 'P0.PIN_CNF[0].PULL').enumerated(3n)?.name, 'Pullup');
    });
  });

  describe('RP2040 (datasheet)', () => {
    const svd = open('rp2040.svd');
    it('places registers', () =>
      assertAddresses(svd(), {
        'SIO.GPIO_OUT_SET': 0xd000_0014n,
        'RESETS.RESET_DONE': 0x4000_c008n,
        'UART0.UARTDR': 0x4003_4000n,
        'UART1.UARTFR': 0x4003_8018n,
        'PIO1.SM0_CLKDIV': 0x5030_00c8n,
        'IO_BANK0.GPIO25_CTRL': 0x4001_40ccn,
      }));
    it('names GPIO functions', () => {
      assert.equal(field(svd(), 'IO_BANK0.GPIO0_CTRL.FUNCSEL').enumerated(5n)?.name, 'sio_0');
    });
  });

  describe('FE310 (E31 manual)', () => {
    const svd = open('e310x.svd');
    it('unfolds arrays of registers', () => {
      const name = peripheral(svd(), 'PLIC').members.at(51)?.name;
      assert.equal(name, 'priority[51]');
      assertAddresses(svd(), { 'PLIC.priority[51]': 0x0c00_00ccn, 'PLIC.threshold': 0x0c20_0000n });
    });
    it('reports what the file has in places of its own', () => {
      assert.ok(svd().warnings.some(({ line, message }) => line === 70 && message.includes('<enumeratedValues>')));
    });
  });

  describe('Kendryte K210', () => {
    const svd = open('k210.svd');
    it('unfolds clusters', () =>
      assertAddresses(svd(), { 'PLIC.targets[1].threshold': 0x0c20_1000n, 'UART2.lcr': 0x5022_000cn }));
    it('derives enumerated values by dotted path', () => {
      const names = field(svd(), 'DMAC.channel[0].ctl.dms')
        .valuesFor('read')
        .map((entry) => entry.name);
      assert.deepEqual(
        names,
        field(svd(), 'DMAC.channel[5].ctl.sms')
          .valuesFor('read')
          .map((entry) => entry.name),
      );
      assert.equal(names.length, 2);
    });
  });

  describe('Arm’s sample', () => {
    const svd = open('ARM_Sample.svd');
    it('reads without a warning', () => assert.deepEqual(svd().warnings, []));
    it('derives two timers from the first', () => {
      assertAddresses(svd(), { 'TIMER0.CR': 0x4001_0000n, 'TIMER1.CR': 0x4001_0100n, 'TIMER2.SR': 0x4001_0204n });
      assert.equal(field(svd(), 'TIMER2.CR.MODE').enumerated(2n)?.name, 'Single_MATCH');
    });
  });
});
