// A pause at any moment of something that would run for ever: before it began, while it begins, and when it runs.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { blinkyC, type Rig, runTo, startRig } from './support';

describe('a pause', function () {
  this.timeout(60_000);
  let rig: Rig;
  before(async () => {
    rig = await startRig(blinkyC);
    await runTo(rig, 'main');
  });
  after(() => rig?.stop());

  const begin = {
    // The main function never returns.
    'a step out': () => rig.live.step(1, 'out', 'line'),
    'a run to nowhere': () => rig.live.runTo(1, [], { kind: 'entry', description: undefined }),
  };
  for (const [name, start] of Object.entries(begin)) {
    it(`ends ${name}, however soon it comes`, async () => {
      for (let ms = 0; ms < 40; ms += 2) {
        await runTo(rig, 'main');
        const stop = await rig.stopAfter(async () => {
          start();
          if (ms > 0) await delay(ms);
          await rig.live.pause(1);
        });
        assert.equal(stop.kind, 'pause', `${ms} ms`);
        assert.equal(rig.live.target.state(1).kind, 'halted');
      }
    });
  }

  it('holds although the core is let run again after a moment that nobody sees', async () => {
    for (let ms = 0; ms < 20; ms += 2) {
      await runTo(rig, 'main');
      await rig.live.continue(1, true);
      const stop = await rig.stopAfter(async () => {
        const watched = rig.live.target.addWatchpoint(0x20000000, 4, 'read');
        await delay(ms);
        await Promise.all([rig.live.pause(1), watched]);
      });
      assert.equal(stop.kind, 'pause', `${ms} ms`);
      await rig.live.target.removeWatchpoint(0x20000000);
    }
  });

  it('is not all that ends a run: a reset does as well, and nobody else moves the core meanwhile', async () => {
    for (let ms = 0; ms < 40; ms += 4) {
      await runTo(rig, 'main');
      rig.live.step(1, 'out', 'line');
      if (ms > 0) await delay(ms);
      const order: number[] = [];
      const resets = [1, 2].map((which) =>
        rig.live.exclusively(async () => {
          await rig.live.resetHalt();
          order.push(which);
        }),
      );
      assert.throws(() => rig.live.step(1, 'over', 'line'), /being reset or programmed/);
      await assert.rejects(rig.live.continue(1, true), /being reset or programmed/);
      await Promise.all(resets);
      assert.deepEqual(order, [1, 2]);
      assert.equal(rig.live.target.state(1).kind, 'halted');
    }
  });
});
