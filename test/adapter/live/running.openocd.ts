// What a session does while the program runs, and how it begins again.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { catches, catchScript } from '../../../src/debugger/live/catches';
import { Session } from '../../../src/openocd';
import { Rig, sourceOf } from './support';

describe('a running program', function () {
  this.timeout(30_000);
  let rig: Rig;
  before(async () => {
    rig = await Rig.start({ configuration: { rttInClient: true } });
    await rig.client.request('continue', { threadId: 1 });
    await rig.client.event('openocd.rtt', 0, (body) => body['state'] === 'found');
  });
  after(() => rig?.stop());

  const staysRunning = async (action: () => Promise<void>) => {
    const from = rig.client.events.length;
    await action();
    assert.equal(
      rig.client.events.slice(from).some(({ event }) => event === 'stopped'),
      false,
    );
  };

  it('is read and written without a stop', () =>
    staysRunning(async () => {
      await rig.client.request('evaluate', { expression: 'wave_speed = 9', context: 'repl' });
      assert.equal(await rig.evaluate('wave_speed'), '9');
      const { data } = await rig.client.request('readMemory', { memoryReference: '0x20000000', count: 16 });
      assert.equal(Buffer.from(data ?? '', 'base64').length, 16);
      const { variablesReference } = await rig.client.request('evaluate', { expression: 'tasks[0]', context: 'watch' });
      const { variables } = await rig.client.request('variables', { variablesReference });
      assert.equal(variables[0]?.name, 'period_ms');
    }));

  it('refuses what needs a halted core, in words', async () => {
    assert.match(await rig.client.failure('stackTrace', { threadId: 1 }), /running/);
    assert.match(await rig.client.failure('next', { threadId: 1 }), /running.*Pause it first/);
    assert.match(await rig.client.failure('continue', { threadId: 1 }), /running/);
  });

  it('is sampled', async () => {
    const answer = await rig.client.request('openocd.liveWatch', {
      expressions: ['counter', 'traffic_light.state', 'nothing'],
      samplesPerSecond: 40,
    });
    assert.deepEqual(
      (answer['problems'] as { expression: string }[]).map(({ expression }) => expression),
      ['nothing'],
    );
    const from = rig.client.events.length;
    const samples = () => rig.client.events.slice(from).filter(({ event }) => event === 'openocd.liveSample');
    while (samples().length < 5) await rig.client.event('openocd.liveSample', rig.client.events.length);
    const values = samples()[0]?.body['values'] ?? [];
    const [counter, state] = values as { text: string; number?: number }[];
    assert.equal(String(counter?.number), counter?.text);
    assert.match(state?.text ?? '', /^STATE_/);
    await rig.client.request('openocd.stopLiveWatch', { subscription: answer['subscription'] });
  });

  it('answers the views: RTT channels, batched reads, one write, Tcl, budget', async () => {
    const { channels } = await rig.client.request('openocd.rttChannels');
    assert.deepEqual(
      (channels as { name: string; direction: string }[]).map(({ name, direction }) => `${name} ${direction}`),
      ['Terminal up', 'Wave up', 'Terminal down'],
    );
    const { results } = await rig.client.request('openocd.readMany', {
      ranges: [
        { address: '0x48000814', lengthBytes: 4, accessBits: 32 },
        { address: '0x60000000', lengthBytes: 4, accessBits: 32 },
      ],
    });
    const [good, bad] = results as { data?: string; error?: string }[];
    assert.equal(Buffer.from(good?.data ?? '', 'base64').length, 4);
    assert.match(bad?.error ?? '', /failed/);
    await rig.client.request('openocd.writeOne', { address: '0x48000814', accessBits: 32, value: '0x40' });
    const { reply } = await rig.client.request('openocd.tcl', { command: 'target current' });
    assert.match(String(reply), /stm32f0x\.cpu/);
    const { result } = await rig.client.request('evaluate', { expression: '> version', context: 'repl' });
    assert.match(result, /Open On-Chip Debugger/);
    assert.match(await rig.client.failure('openocd.tcl', { command: 'no_such_command' }), /no_such_command/);
  });

  it('pauses, and continues', async () => {
    const stopped = await rig.run('pause');
    assert.equal(stopped['reason'], 'pause');
    assert.ok((await rig.places()).some((place) => place.startsWith('main:')));
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    // What another client does next meets a running core.
    await rig.client.event('openocd.targetState', from, ({ state }) => state === 'running');
  });

  it('that another client halts or resumes is told', async () => {
    const halted = await rig.stopAfter(() => rig.board.tcl('halt'));
    assert.match(String(halted['description']), /another client/);
    const from = rig.client.events.length;
    await rig.board.tcl('resume');
    await rig.client.event('continued', from);
  });

  it('that the user’s own command halts, steps or resumes is not blamed on others', async () => {
    const command = (text: string) => rig.client.request('evaluate', { expression: `> ${text}`, context: 'repl' });
    for (const text of ['halt', 'step']) {
      const stopped = await rig.stopAfter(() => command(text));
      assert.deepEqual([stopped['reason'], stopped['description']], ['pause', 'Halted by your command'], text);
    }
    let from = rig.client.events.length;
    await command('resume');
    await rig.client.event('continued', from);
    from = rig.client.events.length;
    const stopped = await rig.stopAfter(() => command('reset halt'));
    assert.equal(stopped['description'], 'Halted by your command');
    from = rig.client.events.length;
    await command('reset run');
    await rig.client.event('openocd.rtt', from, ({ state }) => state === 'found');
    assert.doesNotMatch(rig.output(), /from outside/);
    // What others do is told as before, once the command is over.
    await delay(600);
  });

  it('that is reset from outside is told', async () => {
    const from = rig.client.events.length;
    await rig.board.tcl('reset run');
    const { body } = await rig.client.event('output', from, ({ output }) => /reset from outside/.test(String(output)));
    assert.equal(body['category'], 'important');
    await rig.client.event('openocd.rtt', from, ({ state }) => state === 'found');
  });

  it('starts again in place, with its breakpoints', async () => {
    await rig.setBreakpoints('main.c', [{ line: 33 }]);
    const stopped = await rig.stopAfter(() => rig.client.request('restart', {}));
    assert.equal(stopped['reason'], 'entry');
    assert.match(rig.output(), /holds this program already/);
    await rig.run('continue');
    assert.equal(await rig.place(), 'report:33');
    assert.equal(await rig.evaluate('counter'), '1');
    await rig.setBreakpoints('main.c', []);
  });

  it('is moved to another line', async () => {
    const { targets } = await rig.client.request('gotoTargets', { source: { path: sourceOf('main.c') }, line: 39 });
    const stopped = await rig.stopAfter(() => rig.client.request('goto', { threadId: 1, targetId: targets[0]?.id }));
    assert.equal(stopped['reason'], 'goto');
    assert.equal(await rig.place(), 'report:39');
  });

  it('explains a fault', async () => {
    await rig.client.request('setExceptionBreakpoints', { filters: ['hardFault'] });
    await rig.stopAfter(() => rig.client.request('restart', {}));
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    const { body } = await rig.client.event('openocd.rtt', from, ({ state }) => state === 'found');
    await using session = await Session.connect({ port: rig.board.tclPort });
    await session.rtt.setup({ address: BigInt(String(body['controlBlock'])), size: 64 });
    await session.rtt.start();
    const stopped = await rig.stopAfter(() => session.rtt.write(0, 'fault\n'));
    assert.equal(stopped['reason'], 'exception');
    assert.match(String(stopped['text']), /HardFault.*run_fault, shell\.c:25/);
    const info = await rig.client.request('exceptionInfo', { threadId: 1 });
    assert.equal(info.exceptionId, 'HardFault');
    assert.match(info.details?.stackTrace ?? '', /run_fault, shell\.c:25/);
  });

  it('catches what the core has, and says what it has not', async () => {
    const answer = await rig.client.request('setExceptionBreakpoints', { filters: ['busFault', 'hardFault'] });
    const [bus, hard] = answer['breakpoints'] as { verified: boolean; message?: string }[];
    assert.equal(bus?.verified, false);
    assert.match(bus?.message ?? '', /no such catch/);
    assert.equal(hard?.verified, true);
    // The client is told what there is once the core is known.
    const told = rig.client.events.find(({ event }) => event === 'capabilities')?.body['capabilities'];
    const { exceptionBreakpointFilters: filters } = told as { exceptionBreakpointFilters: { filter: string }[] };
    assert.deepEqual(
      filters.map(({ filter }) => filter),
      ['hardFault', 'reset'],
    );
    const caught = async () => Number(await rig.board.tcl('read_memory 0xe000edfc 32 1')) & 0x401;
    assert.equal(await caught(), 0x400);
    await rig.client.request('setExceptionBreakpoints', { filters: ['reset'] });
    assert.equal(await caught(), 0x001);
    // Without OpenOCD's own command the register is written.
    const [wanted] = catches.filter(({ id }) => id === 'hardFault');
    const direct = catchScript(wanted === undefined ? [] : [wanted]).replace('info commands cortex_m', 'list');
    await rig.board.tcl(direct);
    assert.equal(await caught(), 0x400);
    await rig.client.request('setExceptionBreakpoints', { filters: [] });
    assert.equal(await caught(), 0);
  });

  it('is left running at the end, as configured', async () => {
    await rig.client.request('disconnect');
    await delay(50);
    assert.equal((await rig.board.tcl('stm32f0x.cpu curstate')).trim(), 'running');
    assert.equal((await rig.board.tcl('bp')).trim(), '');
  });
});
