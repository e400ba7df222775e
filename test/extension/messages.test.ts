// Message boxes about the board: which advice comes with which failure.
import './vscodeFake';
import assert from 'node:assert/strict';
import { showBoardError } from '../../src/extension/board/messages';
import { OpenOcdProcess } from '../../src/openocd';
import { fake } from './vscodeFake';

describe('Messages about the board', () => {
  beforeEach(() => fake.reset());

  it('say how to install OpenOCD where its program is missing', async () => {
    for (const openocdPath of ['no-such-openocd', '/nowhere/openocd']) {
      fake.reset();
      const start = OpenOcdProcess.start('board/x.cfg', { openocdPath });
      await showBoardError(await start.catch((error: unknown) => error));
      const [message] = fake.messages;
      assert.match(message?.text ?? '', /^OpenOCD was not found: .*Install .*openocd\.path/);
      assert.equal(message?.text.match(/Install/g)?.length, 1, message?.text);
      assert.deepEqual(message?.buttons, ['Open Settings', 'Show Log']);
    }
  });

  it('say nothing of it elsewhere', async () => {
    for (const words of [
      'OpenOCD ended before it was ready (exit code 1). OpenOCD says: flash driver ‘nosuch’ not found.',
      'OpenOCD says: adapter not found',
    ]) {
      fake.reset();
      await showBoardError(new Error(words));
      assert.deepEqual(fake.messages, [{ text: words, buttons: ['Show Log'] }]);
    }
  });
});
