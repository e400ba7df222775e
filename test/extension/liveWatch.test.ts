// The expressions of Live Watch, without a session.
import './vscodeFake';
import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { Sessions } from '../../src/extension/launch/sessions';
import { LiveWatch } from '../../src/extension/liveWatch/liveWatch';
import { EventEmitter, fake, memento, silentLog } from './vscodeFake';

const nothing = () => ({ dispose: () => undefined });

describe('Live Watch', () => {
  beforeEach(() => fake.reset());

  it('holds each expression once', async () => {
    const watch = new LiveWatch(
      { onEvent: nothing, onDidEnd: nothing } as unknown as Sessions,
      memento() as unknown as vscode.Memento,
      silentLog as unknown as vscode.LogOutputChannel,
    );
    for (const expression of ['a', 'b', 'a']) await watch.add(expression);
    await assert.rejects(watch.edit('a', 'b'), /“b” is in Live Watch already/);
    assert.deepEqual(watch.series, ['a', 'b']);
    await watch.edit('a', 'a');
    await watch.edit('a', 'c');
    assert.deepEqual(watch.series, ['c', 'b']);
    watch.dispose();
  });

  it('samples as often as the launch configuration says, until the user says otherwise', async () => {
    const events = new EventEmitter<unknown>();
    const rates: unknown[] = [];
    const watch = new LiveWatch(
      { onEvent: events.event, onDidEnd: nothing } as unknown as Sessions,
      memento() as unknown as vscode.Memento,
      silentLog as unknown as vscode.LogOutputChannel,
    );
    await watch.add('a');
    const session = {
      configuration: { liveWatch: { samplesPerSecond: 50 } },
      customRequest: async (request: string, given: { readonly samplesPerSecond?: number }) => {
        if (request === 'openocd.liveWatch') rates.push(given.samplesPerSecond);
        return { subscription: 1, samplesPerSecond: given.samplesPerSecond, problems: [] };
      },
    };
    events.fire({ event: 'openocd.connected', session });
    await tick();
    fake.settings['openocd.liveWatch.samplesPerSecond'] = 5;
    fake.configurationChanged('openocd.liveWatch.samplesPerSecond');
    await tick();
    assert.deepEqual(rates, [50, 5]);
    watch.dispose();
  });
});
