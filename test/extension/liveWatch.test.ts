// The expressions of Live Watch, without a session.
import './vscodeFake';
import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { Sessions } from '../../src/extension/launch/sessions';
import { LiveWatch } from '../../src/extension/liveWatch/liveWatch';
import { fake, memento, silentLog } from './vscodeFake';

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
});
