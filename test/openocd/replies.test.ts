// Recorded replies of OpenOCD 0.10, 0.11, 0.12 and of its development version, word for word.
import assert from 'node:assert/strict';
import type { Client } from '../../src/openocd/client';
import type { Dialect } from '../../src/openocd/dialect';
import { readBreakpoints, readWatchpoints } from '../../src/openocd/replies/breakpoints';
import { readFlashInfo, readFlashList } from '../../src/openocd/replies/flash';
import { readElements } from '../../src/openocd/replies/memory';
import { readNotification } from '../../src/openocd/replies/notifications';
import { readRegisterLine, readRegisterList } from '../../src/openocd/replies/registers';
import { readRttChannels } from '../../src/openocd/replies/rttChannels';
import { readScanChain } from '../../src/openocd/replies/scanChain';
import { haltReasonIn, readStates } from '../../src/openocd/replies/states';
import type { Request } from '../../src/openocd/request';
import { Rtt } from '../../src/openocd/subsystems/rtt';

describe('bp', () => {
  const soft = { address: 0x80000250n, length: 2, kind: 'software' };
  const hard = { address: 0x80000106n, length: 4, kind: 'hardware' };

  it('0.10 and 0.11', () => {
    assert.deepEqual(
      readBreakpoints('IVA breakpoint: 0x80000250, 0x2, 1, 0x4111\nBreakpoint(IVA): 0x80000106, 0x4, 1\n'),
      [soft, hard],
    );
  });

  it('0.12', () => {
    assert.deepEqual(
      readBreakpoints('IVA breakpoint: 0x80000250, 0x2, 0x01\nBreakpoint(IVA): 0x80000106, 0x4, 1879050800\n'),
      [soft, hard],
    );
  });

  it('after 0.12', () => {
    const text =
      'Software breakpoint(IVA): addr=0x80000250, len=0x2, orig_instr=0x1141\nHardware breakpoint(IVA): addr=0x80000106, len=0x4, num=0';
    assert.deepEqual(readBreakpoints(text), [soft, hard]);
  });

  it('contexts and hybrids', () => {
    const old =
      'Context breakpoint: 0x00000012, 0x4, 1\nHybrid breakpoint(IVA): 0x00001000, 0x4, 1\n\t|--->linked with ContextID: 0x00000012\n';
    const fresh =
      'Context breakpoint: asid=0x00000012, len=0x4, num=1\nHybrid breakpoint(IVA): addr=0x00001000, len=0x4, num=1\n\t|--->linked with ContextID: 0x00000012';
    const expected = [
      { address: 0x12n, length: 4, kind: 'context' },
      { address: 0x1000n, length: 4, kind: 'hybrid' },
    ];
    assert.deepEqual(readBreakpoints(old), expected);
    assert.deepEqual(readBreakpoints(fresh), expected);
  });

  it('none', () => assert.deepEqual(readBreakpoints(''), []));
});

describe('wp', () => {
  it('0.10 to 0.12: access as a number', () => {
    const line = (access: number) =>
      `address: 0x80000444, len: 0x00000004, r/w/a: ${access}, value: 0x00000000, mask: 0xffffffff\n`;
    assert.deepEqual(
      readWatchpoints(line(0) + line(1) + line(2)).map(({ access }) => access),
      ['r', 'w', 'a'],
    );
    assert.deepEqual(readWatchpoints(line(1)), [
      { address: 0x80000444n, length: 4, access: 'w', value: 0n, mask: 0xffffffffn },
    ]);
  });

  it('after 0.12: access as a letter, 64-bit mask', () => {
    assert.deepEqual(
      readWatchpoints('address: 0x80000444, len: 0x00000004, r/w/a: w, value: 0x00000000, mask: 0xffffffffffffffff'),
      [{ address: 0x80000444n, length: 4, access: 'w', value: 0n, mask: 0xffffffffffffffffn }],
    );
  });
});

describe('registers', () => {
  it('reg NAME in all versions', () => {
    assert.deepEqual(readRegisterLine('pc (/32): 0x800001d8\n'), { size: 32, value: 0x800001d8n });
    assert.deepEqual(readRegisterLine('pc (/32): 0x800001d8'), { size: 32, value: 0x800001d8n });
    assert.deepEqual(readRegisterLine('v0 (/128): 0xffeeddccbbaa99887766554433221100'), {
      size: 128,
      value: 0xffeeddccbbaa99887766554433221100n,
    });
    assert.equal(readRegisterLine('register nosuch not found in current target'), undefined);
  });

  it('reg', () => {
    const text =
      '===== arm v7m registers\n(0) r0 (/32): 0x00000005 (dirty)\n(20) primask (/1): 0x00\n(24) d0 (/64)\n===== Cortex-M DWT registers\n';
    assert.deepEqual(readRegisterList(text), [
      { name: 'r0', number: 0, size: 32, value: 5n, dirty: true },
      { name: 'primask', number: 20, size: 1, value: 0n, dirty: false },
      { name: 'd0', number: 24, size: 64, value: undefined, dirty: false },
    ]);
  });
});

describe('memory', () => {
  const read = (text: string, bits: 8 | 16 | 32 | 64, count: number) => {
    const buffer = Buffer.alloc((bits / 8) * count);
    readElements(text, bits, count, buffer, 0);
    return buffer.toString('hex');
  };

  it('read_memory', () => {
    assert.equal(read('0x18110a03 0x342d261f', 32, 2), '030a11181f262d34');
    assert.equal(read('0xa03 0x1811', 16, 2), '030a1118');
    assert.equal(read('0x3 0xa 0x11', 8, 3), '030a11');
    assert.equal(read('0x342d261f18110a03', 64, 1), '030a11181f262d34');
    assert.equal(read('', 32, 0), '');
  });

  it('mdw, mdh, mdb, with and without a line end', () => {
    assert.equal(read('0x80000540: 18110a03 342d261f \n', 32, 2), '030a11181f262d34');
    assert.equal(read('0x80000540: 0a03 1811 ', 16, 2), '030a1118');
    const line = (address: string) => `${address}: ${'00 '.repeat(32)}\n`;
    assert.equal(read(`${line('0x80000540')}${line('0x80000560')}`, 8, 64), '00'.repeat(64));
  });

  it('too few or too many elements are an error', () => {
    assert.throws(() => read('0x1', 32, 2), /1 elements where 2/);
    assert.throws(() => read('0x1 0x2', 32, 1), /more than 1 elements/);
  });
});

describe('flash', () => {
  const bank = { number: 0, base: 0x08000000n, size: 131072, busWidth: 0, chipWidth: 0 };

  it('flash list in 0.10 and 0.11', () => {
    assert.deepEqual(readFlashList('{name stm32f1x base 134217728 size 131072 bus_width 0 chip_width 0}'), [
      { ...bank, name: 'stm32f1x', driver: 'stm32f1x', target: undefined },
    ]);
  });

  it('flash list in 0.12', () => {
    const text =
      '{name stm32f0x.flash driver stm32f1x base 134217728 size 131072 bus_width 0 chip_width 0 target stm32f0x.cpu}';
    assert.deepEqual(readFlashList(text), [
      { ...bank, name: 'stm32f0x.flash', driver: 'stm32f1x', target: 'stm32f0x.cpu' },
    ]);
  });

  it('flash list after 0.12', () => {
    const text =
      '{\n    name       {stm32f0x.flash}\n    driver     stm32f1x\n    base       0x08000000\n    size       0x20000\n    bus_width  0\n    chip_width 0\n    target     stm32f0x.cpu\n}';
    assert.deepEqual(readFlashList(text), [
      { ...bank, name: 'stm32f0x.flash', driver: 'stm32f1x', target: 'stm32f0x.cpu' },
    ]);
  });

  it('flash info', () => {
    const text =
      '#0 : stm32f1x at 0x08000000, size 0x00020000, buswidth 0, chipwidth 0\n\t#  0: 0x00000000 (0x800 2kB) not protected\n\t#  1: 0x00000800 (0x800 2kB) protected\n\t#  2: 0x00001000 (0x800 2kB) protection state unknown\n\t#  3: 0x00001800 (0x800 2kB) \nSTM32F07x - Rev: unknown (0x2001)\n\n';
    const { sectors, description } = readFlashInfo(text);
    assert.deepEqual(
      sectors.map((sector) => sector.protected),
      [false, true, undefined, undefined],
    );
    assert.deepEqual(sectors[1], { index: 1, offset: 2048, size: 2048, protected: true });
    assert.equal(description, 'STM32F07x - Rev: unknown (0x2001)');
  });
});

describe('others', () => {
  it('states', () => {
    assert.deepEqual(
      [...readStates('riscv.cpu0 halted riscv.cpu1 running')],
      [
        ['riscv.cpu0', 'halted'],
        ['riscv.cpu1', 'running'],
      ],
    );
    assert.equal(readStates('').size, 0);
    assert.throws(() => readStates('a b c'), /does not pair/);
  });

  it('halt reasons', () => {
    assert.equal(
      haltReasonIn('[stm32f0x.cpu] halted due to single-step, current mode: Thread \nxPSR: 0x41000000'),
      'single-step',
    );
    assert.equal(haltReasonIn('target halted due to debug-request\n… halted due to breakpoint, current'), 'breakpoint');
    assert.equal(haltReasonIn(''), undefined);
  });

  it('rtt channels', () => {
    assert.deepEqual(
      readRttChannels(
        'Channels: up=2, down=1\nUp-channels:\n0: Terminal 1024 0\n1: two words 512 2\nDown-channels:\n0: Terminal 64 0\n',
      ),
      {
        up: [
          { number: 0, name: 'Terminal', size: 1024, flags: 0 },
          { number: 1, name: 'two words', size: 512, flags: 2 },
        ],
        down: [{ number: 0, name: 'Terminal', size: 64, flags: 0 }],
      },
    );
  });

  it('scan chain, with further expected IDs', () => {
    const text =
      '   TapName             Enabled  IdCode     Expected   IrLen IrCap IrMask\n-- ------------------- -------- ---------- ---------- ----- ----- ------\n 0 a.cpu              Y     0x0bb11477 0x*bb11477     4 0x01  0x0f\n                                           0x12345678\n 1 a.bs               n     0x00000000 0x00000000     5 0x01  0x03\n';
    assert.deepEqual(readScanChain(text), [
      {
        position: 0,
        name: 'a.cpu',
        enabled: true,
        idcode: 0x0bb11477,
        expected: ['0x*bb11477', '0x12345678'],
        irLength: 4,
      },
      { position: 1, name: 'a.bs', enabled: false, idcode: 0, expected: ['0x00000000'], irLength: 5 },
    ]);
  });

  it('notifications', () => {
    assert.deepEqual(readNotification('type target_event event gdb-halt'), { kind: 'event', name: 'gdb-halt' });
    assert.deepEqual(readNotification('type target_state state debug-running'), {
      kind: 'state',
      state: 'debug-running',
    });
    assert.deepEqual(readNotification('type target_reset mode init'), { kind: 'reset', mode: 'init' });
    assert.deepEqual(readNotification('type target_trace data 00ff10'), {
      kind: 'trace',
      data: Buffer.from([0, 255, 16]),
    });
    assert.equal(readNotification('type something_new x y'), undefined);
  });
});

describe('rtt on a target without it (0.12, RISC-V)', () => {
  const usage = 'rtt\n  rtt server\n    rtt server start <port> <channel>\n    rtt server stop <port>\n';
  for (const [code, message, log] of [
    [1, '', usage],
    [0, usage, ''],
  ] as const) {
    it(`is told in words where the code is ${code}`, async () => {
      const answer = { command: 'rtt setup', code, errorCode: 'NONE', message, log };
      const client = { execute: async (request: Request<unknown>) => request.parse(answer, {} as Dialect) };
      await assert.rejects(new Rtt(client as unknown as Client).setup({ address: 0x80000000, size: 4096 }), {
        name: 'RttError',
        message: 'Setting RTT up failed: this OpenOCD offers no RTT for this kind of target.',
      });
    });
  }
});
