// Faults that a session survives, or ends on in order: each one clear message, and nothing is left behind.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createSession } from '../../../src/adapter/adapter';
import { Simulator } from '../../support/board';
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

  for (const [name, action] of [
    ['the probe being unplugged in the middle of a step', 'unplug'],
    ['the target losing its power in the middle of a step', 'power-off'],
  ] as const) {
    it(name, async () => {
      const rig = await start();
      const from = rig.client.events.length;
      // main never returns.
      await rig.client.request('stepOut', { threadId: 1 });
      await rig.client.event('openocd.targetState', from, ({ state }) => state === 'running');
      await rig.board.control({ do: action });
      await endsWith(rig, /lost/);
      assert.equal(
        rig.client.events.slice(from).some(({ event }) => event === 'stopped'),
        false,
      );
    });
  }

  it('a step that finds no free comparator', async () => {
    const rig = await start();
    await rig.setBreakpoints('main.c', [{ line: 33 }]);
    await rig.run('continue');
    await rig.setBreakpoints(
      'main.c',
      [36, 37, 38, 39].map((line) => ({ line })),
    );
    const stopped = await rig.run('stepOut');
    assert.equal(await rig.place(), 'report:33');
    assert.equal(stopped['reason'], 'pause');
    assert.match(rig.output('important'), /All hardware breakpoints are in use.*Remove one breakpoint/);
    await rig.setBreakpoints('main.c', []);
    await rig.run('stepOut');
    assert.match(await rig.place(), /^run_due_tasks:/);
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

  it('the reset button being held from the start', async () => {
    const rig = await start({ configuration: { load: 'never' } });
    await rig.client.request('disconnect');
    await rig.board.control({ do: 'hold-reset' });
    const client = DapClient.spawn();
    try {
      await client.request('initialize', { adapterID: 'openocd' });
      const configuration = { program: blinkyC, host: '127.0.0.1', tclPort: rig.board.tclPort };
      assert.match(await client.failure('launch', configuration), /reset/i);
      await rig.board.control({ do: 'release-reset' });
      await client.start('launch', configuration);
      assert.equal((await client.event('stopped')).body['reason'], 'entry');
      await client.request('disconnect');
    } finally {
      await client.dispose();
    }
  });

  it('another program at the port of OpenOCD', async () => {
    const server = net.createServer((socket) => socket.end('220 mail.example.org ESMTP\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
    try {
      await client.request('initialize', { adapterID: 'openocd' });
      const words = await client.failure('attach', { program: blinkyC, host: '127.0.0.1', tclPort: port });
      assert.match(words, /is not OpenOCD.*TCL port/);
    } finally {
      await client.dispose();
      server.close();
    }
  });

  it('a configuration for another chip', async () => {
    const simulator = await Simulator.start({ image: blinkyC });
    const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
    try {
      await client.request('initialize', { adapterID: 'openocd' });
      const words = await client.failure('launch', {
        program: blinkyC,
        openOCDPreConfigLaunchCommands: [
          `adapter driver remote_bitbang; remote_bitbang_host 127.0.0.1; remote_bitbang_port ${simulator.port}`,
          'transport select jtag',
        ],
        configFiles: ['target/stm32f4x.cfg'],
      });
      assert.match(words, /Another chip than the configured one answered/);
    } finally {
      await client.dispose();
      await simulator.stop();
    }
  });

  it('an OpenOCD that is not where the configuration says, for the simulated board too', async () => {
    const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
    try {
      await client.request('initialize', { adapterID: 'openocd' });
      const configuration = { program: blinkyC, openocdPath: '/nowhere/openocd' };
      const words = await client.failure('launch', { ...configuration, simulator: true });
      assert.match(words, /\/nowhere\/openocd/);
      assert.equal(await client.failure('launch', { ...configuration, configFiles: ['board.cfg'] }), words);
    } finally {
      await client.dispose();
    }
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
