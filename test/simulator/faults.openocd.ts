// What OpenOCD and the simulated board do when something breaks between them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { boardConfig, OpenOcd, Simulator, startBoard } from '../support/board';
import { Bench, boardElf, eventually, symbol } from './support';

describe('The simulated board under OpenOCD: faults', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = new Bench(await startBoard({ image: boardElf }));
    await eventually(
      () => bench.word('ticks'),
      (ticks) => ticks > 5,
    );
  });
  afterEach(() => bench.board.stop());

  it('keeps running when OpenOCD is killed, and another OpenOCD finds it so', async () => {
    const ticks = await bench.word('ticks');
    await bench.board.openOcd.kill('SIGKILL');
    const second = await OpenOcd.start(bench.board.simulator);
    assert.equal(await second.tcl('[target current] curstate'), 'running');
    assert(Number(await second.tcl(`read_memory ${symbol('ticks')} 32 1`)) > ticks);
    await second.stop();
  });

  it('refuses a second client while the first one works on', async () => {
    await assert.rejects(OpenOcd.start(bench.board.simulator), /remote_bitbang|does not listen/);
    assert.match(bench.board.simulator.log, /second client was refused/);
    assert.equal(await bench.state(), 'running');
    assert.equal(await bench.word(0xe000ed00), 0x410cc200);
  });

  it('loses RAM but not flash when the power goes, and can be examined again', async () => {
    await bench.tcl('halt');
    await bench.write('watched', 0x55aa55aa);
    await bench.board.control({ do: 'power-off' });
    assert.match(await bench.failure('read_memory 0x20000000 32 1'), /failed|invalid|polling|DP/i);
    await bench.board.control({ do: 'power-on' });
    await eventually(
      () =>
        bench.tcl(
          `catch {dap init; [target current] arp_examine; read_memory ${symbol('ticks')} 32 1} result; set result`,
        ),
      (ticks) => Number(ticks) > 0,
    );
    assert.notEqual(await bench.word('watched'), 0x55aa55aa);
  });

  it('can be programmed anew after the power went while it was being programmed', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-power-'));
    const image = path.join(folder, 'image.bin');
    fs.writeFileSync(image, Buffer.alloc(48 * 1024, 0x5a));
    await bench.tcl('halt');
    const write = `flash write_image erase {${image}} 0x08000000 bin`;
    const failing = bench.tcl(`catch {${write}}`);
    await eventually(
      () => bench.board.control<{ stats: { apTransfers: number } }>({ get: 'stats' }),
      ({ stats }) => stats.apTransfers > 4000,
    );
    await bench.board.control({ do: 'power-off' });
    assert.notEqual(await failing, '0');
    await bench.board.control({ do: 'power-on' });
    const again = `catch {dap init; [target current] arp_examine; reset halt; ${write}; verify_image {${image}} 0x08000000} result`;
    await eventually(
      () => bench.tcl(again),
      (code) => code === '0',
      10_000,
    );
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is unreachable while the cable is out, and keeps its state', async () => {
    const ticks = await bench.word('ticks');
    await bench.board.control({ do: 'unplug' });
    await eventually(
      async () => bench.board.openOcd.log,
      (log) => /remote_bitbang|Error/.test(log),
    );
    await bench.board.openOcd.kill('SIGKILL');
    await assert.rejects(OpenOcd.start(bench.board.simulator));
    await bench.board.control({ do: 'plug' });
    const second = await OpenOcd.start(bench.board.simulator);
    assert(Number(await second.tcl(`read_memory ${symbol('ticks')} 32 1`)) > ticks);
    await second.stop();
  });

  it('stands still while its reset button is held, and begins anew after', async () => {
    await bench.board.control({ do: 'hold-reset' });
    await eventually(
      () => bench.state(),
      (state) => state === 'reset',
    );
    const ticks = await bench.word('ticks');
    assert.equal(await bench.word('ticks'), ticks);
    await bench.board.control({ do: 'release-reset' });
    await eventually(
      () => bench.state(),
      (state) => state === 'running',
    );
    await eventually(
      () => bench.word('ticks'),
      (now) => now > 0 && now !== ticks,
    );
  });

  it('closes the connection of a client that talks nonsense, and keeps its state', async () => {
    await bench.tcl('halt');
    const pc = await bench.register('pc');
    await bench.board.openOcd.stop();
    for (const nonsense of ['GET / HTTP/1.1\r\n\r\n', '\x00\xff\xfe', 'O', 'BBBB!']) {
      const socket = net.connect(bench.board.simulator.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(Buffer.from(nonsense, 'latin1'));
      await new Promise((resolve) => socket.once('close', resolve));
    }
    assert.match(bench.board.simulator.log, /0x47, which is no letter of the remote_bitbang protocol/);
    const second = await OpenOcd.start(bench.board.simulator);
    await second.tcl('halt');
    assert.equal(Number((await second.tcl('get_reg -force {pc}')).split(' ')[1]), pc);
    await second.stop();
  });
});

describe('The simulated board under OpenOCD: other ways to connect', () => {
  it('works over a UNIX socket', async function () {
    if (process.platform === 'win32') return this.skip();
    const bench = new Bench(await startBoard({ image: boardElf, unixSocket: true }));
    assert.equal(await bench.word(0xe000ed00), 0x410cc200);
    await bench.board.stop();
  });

  it('works with its configuration in a folder with spaces', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd debug '));
    const config = path.join(folder, 'simulator.cfg');
    fs.copyFileSync(boardConfig, config);
    const bench = new Bench(await startBoard({ image: boardElf, config }));
    assert.equal(await bench.word(0xe000ed00), 0x410cc200);
    await bench.board.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('works without packed transfers, as a real Cortex-M0 does', async () => {
    const bench = new Bench(await startBoard({ image: boardElf, args: ['--no-packed'] }));
    await bench.tcl('halt; write_memory 0x20003000 8 {1 2 3 4 5}');
    assert.equal(await bench.tcl('read_memory 0x20003000 8 5'), '0x1 0x2 0x3 0x4 0x5');
    await bench.board.stop();
  });

  it('works as fast as it can', async () => {
    const bench = new Bench(await startBoard({ image: boardElf, mhz: 'max' }));
    await bench.tcl(`halt; bp ${symbol('fib')} 2 hw`);
    assert.equal(await bench.resumeToHalt(), symbol('fib'));
    await bench.board.stop();
  });

  it('leaves no process and no socket behind', async () => {
    const simulator = await Simulator.start({ unixSocket: process.platform !== 'win32' });
    const socket = simulator.path;
    await simulator.stop();
    assert.equal(simulator.child.exitCode, 0);
    if (socket) assert(!fs.existsSync(socket));
  });
});
