// What is asked in the middle of other work: pausing comes first whatever goes on, and nothing waits for ever.
import assert from 'node:assert/strict';
import { Rig, sourceOf } from './support';

describe('a busy session', function () {
  this.timeout(40_000);
  let rig: Rig;
  before(async () => {
    rig = await Rig.start({ configuration: { load: 'never', rttInClient: true } });
    await rig.client.request('continue', { threadId: 1 });
    await rig.client.event('openocd.rtt', 0, ({ state }) => state === 'found');
  });
  after(() => rig?.stop());
  afterEach(async () => {
    await rig.client.request('setBreakpoints', { source: { path: sourceOf('sensors.c') }, breakpoints: [] });
  });

  /** Pauses while something is under way: the pause is over before it is. */
  const pausesBefore = async (work: Promise<unknown>) => {
    let isOver = false;
    const done = work.then(() => {
      isOver = true;
    });
    const stopped = await rig.run('pause');
    const wasOver = isOver;
    await done;
    await rig.client.request('continue', { threadId: 1 });
    assert.equal(stopped['reason'], 'pause');
    assert.equal(wasOver, false);
  };
  const storm = () =>
    rig.client.request('setBreakpoints', {
      source: { path: sourceOf('sensors.c') },
      breakpoints: [{ line: 41, logMessage: 'reading {noise}' }],
    });
  const logged = (from: number) => rig.client.event('output', from, ({ output }) => /^reading /.test(String(output)));

  it('pauses in the middle of a long read', () =>
    pausesBefore(rig.client.request('readMemory', { memoryReference: '0x08000000', count: 128 * 1024 })));

  it('cancels a long read', async () => {
    const read = rig.client.send('readMemory', { memoryReference: '0x08000000', count: 128 * 1024 });
    const requestId = rig.client.lastSequence;
    await rig.client.request('evaluate', { expression: 'counter', context: 'watch' });
    await rig.client.request('cancel', { requestId });
    assert.equal((await read).message, 'cancelled');
  });

  it('pauses in the middle of many reads for the views', () =>
    pausesBefore(
      rig.client.request('openocd.readMany', {
        ranges: Array.from({ length: 8 }, (_, index) => ({
          address: `0x${(0x08000000 + index * 0x4000).toString(16)}`,
          lengthBytes: 0x4000,
          accessBits: 32,
        })),
      }),
    ));

  it('pauses while it samples as fast as it can', async () => {
    const { subscription } = await rig.client.request('openocd.liveWatch', {
      expressions: ['counter', 'readings', 'tasks', 'statistics'],
      samplesPerSecond: 1000,
    });
    await rig.client.event('openocd.liveSample', rig.client.events.length);
    await pausesBefore(rig.client.request('readMemory', { memoryReference: '0x08000000', count: 128 * 1024 }));
    await rig.client.request('openocd.stopLiveWatch', { subscription });
  });

  it('pauses in the middle of a storm of log points', async () => {
    const from = rig.client.events.length;
    await storm();
    await logged(from);
    assert.equal((await rig.run('pause'))['reason'], 'pause');
    await rig.client.request('continue', { threadId: 1 });
  });

  it('evaluates in the middle of a storm of log points', async () => {
    const from = rig.client.events.length;
    await storm();
    await logged(from);
    // Each step of it depends on what the one before has read.
    const places = ['counter', 'wave_speed', 'tasks[1].runs', 'readings[3].index', 'traffic_light.transitions'];
    const expression = [...places, 'tree->left->left->key'].map((place) => `(${place} & 0xf)`).join(' + ');
    assert.match(await rig.evaluate(expression), /^\d+$/);
    await logged(rig.client.events.length);
  });

  it('pauses in the middle of a step that goes on for ever', async () => {
    await rig.run('pause');
    while (!/^main:/.test(await rig.place())) await rig.run('stepOut');
    const from = rig.client.events.length;
    // main never returns.
    await rig.client.request('stepOut', { threadId: 1 });
    await rig.client.event('openocd.targetState', from, ({ state }) => state === 'running');
    assert.equal((await rig.run('pause'))['reason'], 'pause');
    await rig.client.request('continue', { threadId: 1 });
  });
});
