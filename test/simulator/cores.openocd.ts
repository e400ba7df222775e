// The board with two cores: each behind its own access port, halted and stepped on its own.
import assert from 'node:assert/strict';
import { startBoard } from '../support/board';
import { Bench, boardElf, eventually, symbol } from './support';

describe('The simulated board under OpenOCD: two cores', () => {
  let bench: Bench;
  const second = 'stm32f0x.cpu1';
  const stateOf = (target: string) => bench.tcl(`${target} curstate`);
  const on = async <T>(target: string, act: () => Promise<T>) => {
    await bench.tcl(`targets ${target}`);
    const result = await act();
    await bench.tcl('targets stm32f0x.cpu');
    return result;
  };

  before(async () => {
    bench = new Bench(await startBoard({ image: boardElf, cores: 2 }));
  });
  after(() => bench.board.stop());

  it('shows both to OpenOCD', async () => {
    assert.deepEqual((await bench.tcl('target names')).split(/\s+/), ['stm32f0x.cpu', second]);
    assert.equal(await stateOf('stm32f0x.cpu'), 'running');
    assert.equal(await stateOf(second), 'running');
  });

  it('halts one while the other runs on', async () => {
    await on(second, () => bench.tcl('halt'));
    assert.equal(await stateOf(second), 'halted');
    assert.equal(await stateOf('stm32f0x.cpu'), 'running');
    const ticks = await bench.word('ticks');
    await eventually(
      () => bench.word('ticks'),
      (now) => now > ticks + 5,
    );
  });

  it('steps the second in shared RAM while the first is halted elsewhere', async () => {
    await bench.tcl('halt');
    const pc = await bench.register('pc');
    await on(second, async () => {
      await bench.tcl(
        'halt; write_memory 0x20003000 16 {0x3001 0x3001 0x3001}; reg r0 5; reg pc 0x20003000; step; step',
      );
      assert.equal(await bench.register('pc'), 0x20003004);
      assert.equal(await bench.register('r0'), 7);
    });
    assert.equal(await bench.register('pc'), pc);
    await bench.tcl('resume');
  });

  it('stops each at its own breakpoint', async () => {
    await bench.tcl('halt');
    await on(second, async () => {
      await bench.tcl(`halt; reg pc ${symbol('fib')}; reg sp 0x20003800; reg r0 6; bp ${symbol('fib') + 2} 2 hw`);
      assert.equal(await bench.resumeToHalt(), symbol('fib') + 2);
      await bench.tcl(`rbp ${symbol('fib') + 2}`);
    });
    await bench.tcl(`bp ${symbol('ram_mix')} 2 hw`).catch(() => undefined);
    await bench.tcl('rbp all; resume');
    await eventually(
      () => stateOf('stm32f0x.cpu'),
      (state) => state === 'running',
    );
    assert.equal(await stateOf(second), 'halted');
  });

  it('resets both together', async () => {
    await bench.tcl('reset halt');
    assert.equal(await bench.register('pc'), symbol('Reset_Handler'));
    await on(second, async () => {
      await bench.halted();
      assert.equal((await bench.register('pc')) >>> 16, 0x1fff);
    });
  });
});
