// How RTT is looked for on a board: what ends the search, and what becomes of channels with odd names.
import './vscodeFake';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { Boards } from '../../src/extension/board/boards';
import { readRttLaunch } from '../../src/extension/rtt/rttLaunch';
import { RttModel, type RttState } from '../../src/extension/rtt/rttModel';
import type { RttPlans } from '../../src/extension/rtt/rttPlans';
import { RttError, type Session } from '../../src/openocd';
import { EventEmitter, fake, silentLog } from './vscodeFake';

/** An OpenOCD whose RTT commands answer as `rtt` says; counts the attempts. */
function search(
  rtt: { readonly setup?: () => void; readonly channels?: () => unknown },
  debug?: Readonly<Record<string, unknown>>,
) {
  let attempts = 0;
  const asked: unknown[] = [];
  const changed = new EventEmitter<void>();
  const plans = { launch: readRttLaunch(debug), onDidChange: changed.event };
  const session = {
    events: { on: () => ({ dispose: () => undefined }) },
    rtt: {
      setup: async (where: object) => {
        asked.push(where);
        attempts++;
        rtt.setup?.();
      },
      stop: async () => undefined,
      pollingInterval: async (ms: number) => asked.push(ms),
      start: async () => undefined,
      channels: async () => rtt.channels?.(),
      open: async () => ({ on: () => undefined, destroy: () => undefined }),
    },
  };
  const boards = {
    onDidChange: () => ({ dispose: () => undefined }),
    current: { session: session as unknown as Session },
  };
  const model = new RttModel(
    boards as unknown as Boards,
    plans as unknown as RttPlans,
    silentLog as unknown as vscode.LogOutputChannel,
    1,
  );
  const settled = new Promise<RttState>((resolve) => {
    model.onDidChange((state) => {
      if (state.kind !== 'searching') resolve(state);
    });
  });
  /** The launch configuration says something else from now on. */
  const replan = (other: Readonly<Record<string, unknown>>) => {
    plans.launch = readRttLaunch(other);
    changed.fire();
  };
  return { model, settled, attempts: () => attempts, asked, replan };
}

describe('The search for RTT', () => {
  beforeEach(() => fake.reset());

  it('ends with the reason where OpenOCD has no RTT for the target', async () => {
    const { model, settled, attempts } = search({
      setup: () => {
        throw new RttError('Setting RTT up failed: this OpenOCD offers no RTT for this kind of target.');
      },
    });
    const state = await settled;
    assert.ok(state.kind === 'failed');
    assert.match(state.message, /no RTT for this kind of target/);
    await sleep(20);
    assert.equal(attempts(), 1);
    model.dispose();
  });

  for (const [what, name] of [
    ['in another encoding', 'Ger\ufffdt'],
    ['with a tabulator', 'a\tb'],
  ] as const) {
    it(`takes a control block with a name ${what} after some tries`, async () => {
      const channel = (number: number, text: string) => ({ number, name: text, size: 16, flags: 0 });
      const { model, settled, attempts } = search({
        channels: () => ({ up: [channel(0, 'Terminal'), channel(1, name)], down: [channel(0, 'Terminal')] }),
      });
      const state = await settled;
      assert.ok(state.kind === 'found');
      assert.deepEqual(
        state.channels.map((each) => [each.index, each.name, each.up, each.down]),
        [
          [0, 'Terminal', true, true],
          [1, 'Channel 1', true, false],
        ],
      );
      assert.equal(attempts(), 4, 'it may have been the control block of a program that is gone');
      model.dispose();
    });
  }

  it('takes the first channel where a name lies in memory that cannot be read', async () => {
    const { model, settled } = search({
      channels: () => {
        throw new RttError('Listing the RTT channels failed.', { log: 'Channels: up=2, down=1\nUp-channels:\n' });
      },
    });
    const state = await settled;
    assert.ok(state.kind === 'found');
    assert.deepEqual(state.channels, [{ index: 0, name: 'Channel 0', up: true, down: true }]);
    model.dispose();
  });

  it('goes on where there is no control block yet', async () => {
    let tries = 0;
    const { model, settled } = search({
      channels: () => {
        if (++tries < 8) throw new RttError('Listing the RTT channels failed: RTT is not started.');
        return { up: [{ number: 0, name: 'Terminal', size: 16, flags: 0 }], down: [] };
      },
    });
    assert.equal((await settled).kind, 'found');
    model.dispose();
  });

  describe('as the launch configuration says', () => {
    const none = {
      channels: () => {
        throw new RttError('There is no control block.');
      },
    };

    it('does not begin where it is switched off, in any of the ways', () => {
      for (const debug of [{ rtt: false }, { rttConfig: { enabled: false } }, { rtt: { enabled: false } }]) {
        const { model, attempts } = search(none, debug);
        assert.equal(model.state.kind, 'off');
        model.controlBlock({ controlBlock: '0x20000000', channels: [], state: 'found', message: '' });
        assert.equal(attempts(), 0);
        model.dispose();
      }
    });

    it('is switched on against the setting', () => {
      fake.settings['openocd.rtt.enabled'] = false;
      const off = search(none);
      assert.equal(off.model.state.kind, 'off');
      off.model.dispose();
      const on = search(none, { rtt: true });
      assert.equal(on.model.state.kind, 'searching');
      on.model.dispose();
    });

    it('looks at its place, for its mark, as often as it says', async () => {
      const rttConfig = {
        enabled: true,
        address: '0x24000000',
        searchSize: 4096,
        searchId: 'MY RTT',
        polling_interval: 3,
      };
      const { model, asked } = search(none, { rttConfig });
      while (asked.length < 2) await sleep(1);
      assert.deepEqual(asked.slice(0, 2), [{ address: 0x24000000, size: 4096, id: 'MY RTT' }, 3]);
      model.dispose();
    });

    it('ends, and begins elsewhere, when it changes', async () => {
      const { model, asked, replan } = search(none, {});
      while (asked.length < 2) await sleep(1);
      replan({ rtt: false });
      assert.equal(model.state.kind, 'off');
      asked.length = 0;
      replan({ rttConfig: { address: 0x1000 } });
      while (asked.length < 1) await sleep(1);
      assert.deepEqual(asked[0], { address: 0x1000, size: 16, id: undefined });
      model.dispose();
    });
  });
});
