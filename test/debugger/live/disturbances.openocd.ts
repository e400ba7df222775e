// What other clients of OpenOCD do to the target is told; what this session does itself is not even looked at.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { blinkyC, type Rig, runTo, startRig } from './support';

/** By then all notifications have come and were judged. */
const LATER_MS = 200;

describe('runs of cores', function () {
  this.timeout(30_000);
  let rig: Rig;
  let trips: string[] = [];
  before(async () => {
    rig = await startRig(blinkyC);
    rig.session.onExchange(({ scripts }) => trips.push(scripts.join('; ')));
    await runTo(rig, 'main');
    await delay(LATER_MS);
  });
  beforeEach(() => {
    trips = [];
  });
  after(() => rig?.stop());

  const step = (motion: 'over' | 'into' | 'out' = 'over') =>
    rig.stopAfter(() => rig.live.step(1, motion, motion === 'over' ? 'instruction' : 'line'));

  it('that this session began are not looked at again', async () => {
    await step();
    await step('into');
    await rig.stopAfter(() => rig.live.step(1, 'over', 'line'));
    const during = trips.length;
    await delay(LATER_MS);
    assert.deepEqual(trips.slice(during), []);
  });

  it('that this session began by continuing are not looked at again', async () => {
    await rig.live.continue(1, true);
    await rig.live.pause(1);
    const during = trips.length;
    await delay(LATER_MS);
    assert.deepEqual(trips.slice(during), []);
  });

  it('that another client made right after an own step are told', async () => {
    await step();
    const told = await rig.stopAfter(() => rig.board.tcl('step').then(() => undefined));
    assert.equal(told.kind, 'pause');
    assert.equal(BigInt(await pcOf(rig)), BigInt(rig.live.target.programCounter(1) ?? -1));
  });

  it('that another client began right after an own step are told, and their end', async () => {
    await step();
    const running = new Promise<void>((resolve) => {
      const listening = rig.live.target.on('state', (_, { kind }) => {
        if (kind !== 'running') return;
        listening.dispose();
        resolve();
      });
    });
    await rig.board.tcl('resume');
    await running;
    assert.ok(rig.live.isRunning);
    await rig.stopAfter(() => rig.board.tcl('halt').then(() => undefined));
  });

  it('that another client made between two own steps are told', async () => {
    for (let i = 0; i < 3; i++) await step();
    await rig.board.tcl('step');
    await step();
    const during = trips.length;
    await delay(LATER_MS);
    assert.equal(trips.length, during + 1);
  });
});

async function pcOf(rig: Rig): Promise<string> {
  return /0x[0-9a-f]+/.exec(await rig.board.tcl('reg pc'))?.[0] ?? '';
}
