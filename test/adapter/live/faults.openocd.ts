// Faults that a session survives, or ends on in order: each one clear message, and nothing is left behind.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { DapClient } from '../../support/dapClient';
import { blinkyC, exampleFolder, Rig } from './support';

describe('a live session survives', function () {
  this.timeout(40_000);
  const rigs: Rig[] = [];
  const start = async (options: Parameters<typeof Rig.start>[0] = {}) => {
    const rig = await Rig.start(options);
    rigs.push(rig);
    return rig;
  };
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.stop();
  });

  const endsWith = async (rig: Rig, words: RegExp) => {
    await rig.client.event('terminated');
    assert.match(rig.output('important'), words);
    await rig.client.request('disconnect');
  };

  it('the probe being unplugged while the program runs', async () => {
    const rig = await start();
    await rig.client.request('continue', { threadId: 1 });
    await rig.board.control({ do: 'unplug' });
    await endsWith(rig, /connection to the target is lost/);
  });

  it('the target losing its power while the program runs', async () => {
    const rig = await start();
    await rig.client.request('continue', { threadId: 1 });
    await rig.board.control({ do: 'power-off' });
    await endsWith(rig, /lost/);
  });

  it('the target losing its power while it is halted', async () => {
    const rig = await start();
    await rig.board.control({ do: 'power-off' });
    await rig.client.send('next', { threadId: 1 });
    await endsWith(rig, /the target does not answer any more .*power and wiring/);
  });

  it('OpenOCD being killed', async () => {
    const rig = await start();
    await rig.client.request('continue', { threadId: 1 });
    rig.board.openOcd.child.kill('SIGKILL');
    await endsWith(rig, /lost/);
  });

  it('OpenOCD being killed while the core stands', async () => {
    const rig = await start();
    rig.board.openOcd.child.kill('SIGKILL');
    await endsWith(rig, /lost/);
  });

  it('the reset button being held', async () => {
    const rig = await start();
    const begun = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    await rig.client.event('openocd.targetState', begun, ({ state }) => state === 'running');
    const from = rig.client.events.length;
    await rig.board.control({ do: 'hold-reset' });
    await rig.client.event('openocd.targetState', from, ({ state }) => state === 'reset');
    assert.match(rig.output('important'), /reset from outside/);
    const held = rig.client.events.length;
    await rig.board.control({ do: 'release-reset' });
    await rig.client.event('openocd.targetState', held, ({ state }) => state === 'running');
    assert.equal((await rig.run('pause'))['reason'], 'pause');
  });

  it('a second session on the same board', async () => {
    const rig = await start();
    await rig.client.request('continue', { threadId: 1 });
    const other = DapClient.spawn();
    try {
      await other.start('attach', { program: blinkyC, host: '127.0.0.1', tclPort: rig.board.tclPort });
      assert.match((await other.request('evaluate', { expression: 'counter', context: 'watch' })).result, /^\d+$/);
      const from = rig.client.events.length;
      await other.request('pause', { threadId: 1 });
      await rig.client.event('stopped', from);
      await other.request('disconnect');
    } finally {
      await other.dispose();
    }
    assert.match((await rig.places())[0] ?? '', /:/);
  });

  it('the adapter being killed: no OpenOCD is left', async () => {
    const client = DapClient.spawn();
    await client.start('launch', { simulator: true, cwd: exampleFolder });
    await client.event('stopped');
    const { reply } = await client.request('openocd.tcl', { command: 'pid' });
    client.child?.kill('SIGKILL');
    await client.dispose();
    const isAlive = () => {
      try {
        process.kill(Number(reply), 0);
        return true;
      } catch {
        return false;
      }
    };
    for (const end = Date.now() + 8000; isAlive() && Date.now() < end; ) await delay(50);
    assert.equal(isAlive(), false);
  });

  it('the flash being erased under the program', async () => {
    const rig = await start();
    await rig.board.tcl('flash erase_sector 0 0 last', 20_000);
    const stopped = await rig.run('continue');
    assert.equal(stopped['reason'], 'exception');
    assert.match(String(stopped['description']), /Lockup|HardFault/);
  });
});
