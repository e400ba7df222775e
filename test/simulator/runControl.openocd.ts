// Halt, step, breakpoints, watchpoints, vector catch and resets of the simulated board under the real OpenOCD.
import assert from 'node:assert/strict';
import { startBoard } from '../support/board';
import { Bench, boardElf, eventually, symbol } from './support';

describe('The simulated board under OpenOCD: run control', () => {
  let bench: Bench;
  const lastHaltReason = () =>
    /halted due to ([\w-]+)/.exec(
      bench.board.openOcd.log
        .split('\n')
        .filter((line) => line.includes('halted due'))
        .at(-1) ?? '',
    )?.[1];

  /** Runs until the firmware is well under way. */
  const runToFib = async () => {
    await bench.tcl(`bp ${symbol('fib')} 2 hw`);
    assert.equal(await bench.resumeToHalt(), symbol('fib'));
    await bench.tcl(`rbp ${symbol('fib')}`);
  };

  before(async () => {
    bench = new Bench(await startBoard({ image: boardElf }));
  });
  after(() => bench.board.stop());
  beforeEach(() => bench.restart());

  it('is examined as a Cortex-M0 with four breakpoints and two watchpoints', async () => {
    const { log } = bench.board.openOcd;
    // OpenOCD 0.11 names no core.
    if (!log.includes('Open On-Chip Debugger 0.11')) assert.match(log, /Cortex-M0 r0p0 processor detected/);
    assert.match(log, /(?:target|hardware) has 4 breakpoints, 2 watchpoints/);
    assert.doesNotMatch(log, /Error/);
  });

  it('names its components in the ROM table', async () => {
    const text = await bench.board.openOcd.capture('stm32f0x.dap info');
    for (const part of ['Cortex-M0 SCS', 'Cortex-M0 DWT', 'Cortex-M0 BPU', 'STMicroelectronics'])
      assert.match(text, new RegExp(part));
  });

  it('halts at the reset vector after reset halt', async () => {
    assert.equal(await bench.register('pc'), symbol('Reset_Handler'));
    assert.equal(await bench.register('sp'), 0x20004000);
    assert.equal(await bench.register('lr'), 0xffffffff);
  });

  it('runs after reset run, and its memory can be read meanwhile', async () => {
    await bench.tcl('reset run');
    const first = await eventually(
      () => bench.word('ticks'),
      (ticks) => ticks > 10,
    );
    await eventually(
      () => bench.word('ticks'),
      (ticks) => ticks > first,
    );
    await bench.noticed('running');
  });

  it('resets by the SRST line as well', async () => {
    await bench.tcl('reset_config srst_only srst_nogate');
    await bench.tcl('reset halt');
    assert.equal(await bench.register('pc'), symbol('Reset_Handler'));
    await bench.tcl('reset_config none connect_deassert_srst');
  });

  it('halts before the first instruction when it is connected under reset', async () => {
    await bench.tcl('reset_config srst_only srst_nogate connect_assert_srst');
    await bench.tcl('reset halt');
    assert.equal(await bench.register('pc'), symbol('Reset_Handler'));
    await bench.tcl('reset_config none connect_deassert_srst');
  });

  it('steps one instruction', async () => {
    await bench.tcl(`bp ${symbol('fib')} 2 hw`);
    assert.equal(await bench.resumeToHalt(), symbol('fib'));
    await bench.tcl('step');
    assert.equal(await bench.register('pc'), symbol('fib') + 2);
    await bench.tcl('step');
    assert.equal(await bench.register('pc'), symbol('fib') + 4);
  });

  it('stops at a hardware breakpoint in flash, again and again', async () => {
    await bench.tcl(`bp ${symbol('fib')} 2 hw`);
    assert.equal(await bench.resumeToHalt(), symbol('fib'));
    assert.equal(await bench.resumeToHalt(), symbol('fib'));
    assert.equal(lastHaltReason(), 'breakpoint');
  });

  it('stops at breakpoints in both halves of a word', async () => {
    const low = symbol('fib') & ~3;
    await bench.tcl(`bp ${low} 2 hw; bp ${low + 2} 2 hw`);
    const first = await bench.resumeToHalt();
    const second = await bench.resumeToHalt();
    assert.deepEqual(new Set([first, second]), new Set([low, low + 2]));
  });

  it('refuses a fifth hardware breakpoint', async () => {
    for (let i = 0; i < 4; i++) await bench.tcl(`bp ${0x08001000 + 16 * i} 2 hw`);
    assert.match(await bench.failure('bp 0x08001100 2 hw'), /resource|Can not find free/i);
  });

  it('stops at a software breakpoint in RAM and restores the instruction', async () => {
    await runToFib(); // the start-up code has copied the function
    const read = () => bench.tcl(`read_memory ${symbol('ram_mix')} 16 1`);
    const instruction = await read();
    await bench.tcl(`bp ${symbol('ram_mix')} 2`);
    assert.equal(await bench.resumeToHalt(), symbol('ram_mix'));
    assert.notEqual(await read(), instruction);
    await bench.tcl(`rbp ${symbol('ram_mix')}`);
    assert.equal(await read(), instruction);
  });

  for (const [access, variable] of [
    ['w', 'watched'],
    ['r', 'request_fault'],
    ['a', 'watched'],
  ] as const) {
    it(`stops at a watchpoint of kind ${access}`, async () => {
      await runToFib();
      await bench.tcl(`wp ${symbol(variable)} 4 ${access}`);
      await bench.resumeToHalt();
      assert.equal(lastHaltReason(), 'watchpoint');
      await bench.tcl(`rwp ${symbol(variable)}`);
    });
  }

  it('does not stop for a debugger that touches what it watches', async () => {
    await runToFib(); // past the start-up code, which clears the variable
    await bench.tcl(`wp ${symbol('request_flood')} 4 w; resume`);
    const first = await bench.word('ticks');
    await bench.write('request_flood', 0);
    await eventually(
      () => bench.word('ticks'),
      (ticks) => ticks > first + 20,
    );
    assert.equal(await bench.state(), 'running');
    await bench.tcl(`halt; rwp ${symbol('request_flood')}`);
  });

  it('catches a HardFault at its handler, with the faulting instruction in the frame', async () => {
    await bench.tcl('cortex_m vector_catch hard_err; resume');
    await eventually(
      () => bench.word('ticks'),
      (ticks) => ticks > 0,
    );
    await bench.write('request_fault', 1);
    assert.equal(await bench.halted(), symbol('HardFault_Handler'));
    assert.equal((await bench.status()) & 0x3f, 3);
    const stacked = await bench.word((await bench.register('sp')) + 24);
    assert(stacked > symbol('main') && stacked < symbol('main') + 0x300, `PC in the frame ${stacked.toString(16)}`);
  });

  it('locks up after a fault in the fault handler, and OpenOCD can clear it', async () => {
    await bench.tcl('write_memory 0x20003000 16 0xde00; reg primask 1; reg pc 0x20003000; reg sp 0x30000000');
    assert.equal(await bench.resumeToHalt(), 0xfffffffe);
    assert.match(bench.board.openOcd.log, /clearing lockup after double fault/);
    await bench.restart();
    assert.equal(await bench.register('pc'), symbol('Reset_Handler'));
  });

  it('takes every core register from DCRDR', async () => {
    const write = (selector: number, value: number) =>
      bench.tcl(`mww 0xe000edf8 ${value}; mww 0xe000edf4 ${0x10000 | selector}`);
    const selectors = { r0: 0, r7: 7, r12: 12, lr: 14, msp: 17, psp: 18 };
    for (const [name, selector] of Object.entries(selectors)) {
      await write(selector, 0x20001230 + 4 * selector);
      assert.equal(await bench.register(name), 0x20001230 + 4 * selector, name);
    }
    await write(20, 0x02000001); // CONTROL.SPSEL and PRIMASK, which OpenOCD reads packed into one register
    await bench.tcl('mww 0xe000edf4 20');
    assert.equal(await bench.word(0xe000edf8), 0x02000001);
    assert.equal(await bench.register('sp'), await bench.register('psp'));
  });

  it('refuses an unmapped address and goes on', async () => {
    assert.match(await bench.failure('read_memory 0x60000000 32 1'), /failed to read/i);
    assert.equal(await bench.word(0xe000ed00), 0x410cc200);
    assert.match(await bench.failure('mww 0x60000000 1'), /Failed|fail/i);
    assert.equal(await bench.word(0xe000ed00), 0x410cc200);
  });

  it('reads and writes bytes, half-words and words alike', async () => {
    await bench.tcl('write_memory 0x20003000 8 {0 1 2 3 4 5}; write_memory 0x20003006 16 {0x706 0x908}');
    assert.equal(await bench.tcl('read_memory 0x20003000 32 2'), '0x3020100 0x7060504');
    assert.equal(await bench.tcl('read_memory 0x20003003 8 3'), '0x3 0x4 0x5');
    assert.equal(await bench.tcl('read_memory 0x20003006 16 2'), '0x706 0x908');
  });
});
