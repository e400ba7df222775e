// OpenOCD's unmodified stm32f1x flash driver, with its loader on the simulated core.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startBoard } from '../support/board';
import { Bench, boardElf, eventually, symbol } from './support';

describe('The simulated board under OpenOCD: flash', () => {
  let bench: Bench;
  let folder: string;
  let random: string;
  const capture = (command: string) => bench.board.openOcd.capture(command, 60_000);

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-flash-'));
    random = path.join(folder, 'random.bin');
    fs.writeFileSync(
      random,
      Buffer.from(Array.from({ length: 8192 }, (_, i) => (Math.imul(i + 7, 2654435761) >>> 13) & 255)),
    );
    bench = new Bench(await startBoard());
  });
  after(async () => {
    await bench.board.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('waits in its boot ROM while the flash is blank, not in lockup', async () => {
    assert.equal(await bench.state(), 'running');
    assert.doesNotMatch(bench.board.openOcd.log, /lockup/);
    await bench.tcl('reset halt');
    assert.equal((await bench.register('pc')) >>> 16, 0x1fff);
    assert.equal(await bench.word(0), 0x20000400);
  });

  it('is programmed, verified and started from that state', async () => {
    assert.match(await capture(`program {${boardElf}} verify reset`), /Verified OK/);
    await eventually(
      () => bench.word('ticks'),
      (ticks) => ticks > 20 && ticks < 100_000,
    );
    await bench.noticed('running');
  });

  it('is recognised by the driver', async () => {
    await bench.tcl('halt; flash probe 0');
    const text = await capture('flash info 0');
    assert.match(text, /stm32f1x at 0x08000000, size 0x00020000/);
    assert.match(text, /STM32F07x/);
  });

  it('is written, and read back equal', async () => {
    assert.match(
      await bench.board.tcl(`flash write_image erase {${random}} 0x08004000 bin`, 60_000),
      /wrote 8192 bytes/,
    );
    assert.match(await capture(`flash verify_image {${random}} 0x08004000 bin`), /verified 8192 bytes/);
    assert.match(await capture(`verify_image {${random}} 0x08004000 bin`), /verified 8192 bytes/);
    const copy = path.join(folder, 'copy.bin');
    await bench.tcl(`dump_image {${copy}} 0x08004000 8192`);
    assert.deepEqual(fs.readFileSync(copy), fs.readFileSync(random));
  });

  it('refuses a wrong image at verification', async () => {
    assert.match(await bench.failure(`flash verify_image {${random}} 0x08004800 bin`), /verify failed/);
  });

  it('erases a page and leaves its neighbours alone', async () => {
    const before = await bench.word(0x08004800);
    assert.match(await capture('flash erase_sector 0 8 8'), /erased sectors 8 through 8/);
    assert.equal(await bench.word(0x08004000), 0xffffffff);
    assert.equal(await bench.word(0x080047fc), 0xffffffff);
    assert.equal(await bench.word(0x08004800), before);
  });

  it('refuses to program what is not erased', async () => {
    await capture('flash fillw 0x08004000 0x12345678 4');
    assert.match(await bench.failure('flash fillw 0x08004000 0x87654321 4'), /not erased|not blank|fail|PGERR/i);
    assert.equal(await bench.word(0x08004000), 0x12345678);
  });

  it('protects a block of two pages after the option bytes are loaded, and gives them back', async () => {
    await capture('flash protect 0 4 4 on; stm32f1x options_load 0; reset halt');
    assert.match(await bench.failure('flash erase_sector 0 8 8'), /protected|failed/i);
    assert.equal(await bench.word(0x08004000), 0x12345678);
    await capture('flash protect 0 4 4 off; stm32f1x options_load 0; reset halt');
    assert.match(await capture('flash erase_sector 0 8 8'), /erased sectors 8 through 8/);
    assert.equal(await bench.word(0x08004000), 0xffffffff);
  });

  it('reports its option bytes', async () => {
    const text = await capture('stm32f1x options_read 0');
    assert.match(text, /read protection: off/);
  });

  it('refuses a plain write to flash with a bus error', async () => {
    assert.match(await bench.failure('mww 0x08010000 0'), /fail/i);
    assert.equal(await bench.word(0x08010000), 0xffffffff);
  });

  it('is blank after a mass erase', async () => {
    assert.match(await capture('stm32f1x mass_erase 0'), /mass erase complete/);
    assert.equal(await bench.word(symbol('Reset_Handler') & ~3), 0xffffffff);
    await bench.tcl('reset halt');
    assert.equal((await bench.register('pc')) >>> 16, 0x1fff);
  });
});
