// How RTT is looked for on a board: what ends the search, and what becomes of channels with odd names.
import './vscodeFake';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { Boards } from '../../src/extension/board/boards';
import { RttModel, type RttState } from '../../src/extension/rtt/rttModel';
import { RttError, type Session } from '../../src/openocd';
import { fake, silentLog } from './vscodeFake';

/** An OpenOCD whose RTT commands answer as `rtt` says; counts the attempts. */
function search(rtt: { readonly setup?: () => void; readonly channels?: () => unknown }) {
  let attempts = 0;
  const session = {
    events: { on: () => ({ dispose: () => undefined }) },
    rtt: {
      setup: async () => {
        attempts++;
        rtt.setup?.();
      },
      stop: async () => undefined,
      pollingInterval: async () => 10,
      start: async () => undefined,
      channels: async () => rtt.channels?.(),
      open: async () => ({ on: () => undefined, destroy: () => undefined }),
    },
  };
  const boards = {
    onDidChange: () => ({ dispose: () => undefined }),
    current: { session: session as unknown as Session },
  };
  const model = new RttModel(boards as unknown as Boards, silentLog as unknown as vscode.LogOutputChannel, 1);
  const settled = new Promise<RttState>((resolve) => {
    model.onDidChange((state) => {
      if (state.kind !== 'searching') resolve(state);
    });
  });
  return { model, settled, attempts: () => attempts };
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
});
