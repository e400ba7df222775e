// Places that a client offers its user to choose from: functions to step into, lines to go to.
import assert from 'node:assert/strict';
import { Rig, sourceOf } from './support';

describe('places to choose from', function () {
  this.timeout(30_000);
  let rig: Rig;
  before(async () => {
    rig = await Rig.start({ configuration: { load: 'never', rttInClient: true } });
    await rig.setBreakpoints('main.c', [{ line: 81 }]);
    await rig.run('continue');
    await rig.setBreakpoints('main.c', []);
  });
  after(() => rig?.stop());

  const frameId = async () => {
    const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1, levels: 1 });
    return stackFrames[0]?.id;
  };

  it('that are not offered are refused, and the stop is as it was', async () => {
    const frame = await frameId();
    assert.match(await rig.client.failure('stepIn', { threadId: 1, targetId: 9999 }), /no place 9999/);
    assert.match(await rig.client.failure('goto', { threadId: 1, targetId: 9999 }), /no place 9999/);
    const { result } = await rig.client.request('evaluate', {
      expression: 'line.length',
      frameId: frame,
      context: 'watch',
    });
    assert.match(result, /^\d+$/);
    await rig.client.request('scopes', { frameId: frame });
  });

  it('are the functions of a line, of which one is stepped into', async () => {
    const { targets } = await rig.client.request('stepInTargets', { frameId: await frameId() });
    assert.deepEqual(
      targets.map(({ label }) => label),
      ['tree_depth', 'line_add_number'],
    );
    const reach = await rig.client.request('gotoTargets', { source: { path: sourceOf('main.c') }, line: 82 });
    const stopped = await rig.run('stepIn', { targetId: targets[1]?.id });
    assert.equal(stopped['reason'], 'step');
    assert.match(await rig.place(), /^line_add_number:/);
    // They were offers of the stop before.
    assert.match(
      await rig.client.failure('stepIn', { threadId: 1, targetId: targets[0]?.id }),
      /belongs to an earlier/,
    );
    assert.match(
      await rig.client.failure('goto', { threadId: 1, targetId: reach.targets[0]?.id }),
      /belongs to an earl/,
    );
    assert.match(await rig.place(), /^line_add_number:/);
  });
});

describe('requests to run right behind each other', function () {
  this.timeout(30_000);
  let rig: Rig;
  before(async () => {
    rig = await Rig.start({ configuration: { load: 'never', rttInClient: true } });
  });
  after(() => rig?.stop());

  for (const second of ['next', 'stepIn', 'stepOut', 'continue'])
    it(`“${second}” behind “next” is refused in its answer, not in the console`, async () => {
      const from = rig.client.events.length;
      const answers = [rig.client.send('next', { threadId: 1 }), rig.client.send(second, { threadId: 1 })];
      await rig.client.event('stopped', from);
      const [one, two] = await Promise.all(answers);
      assert.deepEqual([one?.success, two?.success], [true, false]);
      assert.match(two?.message ?? '', /running already.*Pause it first/);
      assert.doesNotMatch(rig.output(), /running already/);
      assert.match(await rig.place(), /^main:/);
    });
});
