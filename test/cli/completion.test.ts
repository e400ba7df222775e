// Completion in the REPL.
import assert from 'node:assert/strict';
import { complete } from '../../src/cli/repl';

describe('complete', () => {
  const names = ['flash info', 'flash list', 'halt', 'help'];

  it('completes names of several words', () => {
    assert.deepEqual(complete(names, 'flash '), [['flash info', 'flash list'], 'flash ']);
    assert.deepEqual(complete(names, 'h'), [['halt', 'help'], 'h']);
  });

  it('completes the command the cursor is in', () => {
    assert.deepEqual(complete(names, 'halt; flash in'), [['flash info'], 'flash in']);
    assert.deepEqual(complete(names, 'set x [he'), [['help'], 'he']);
    assert.deepEqual(complete(names, 'nothing like it'), [[], 'nothing like it']);
  });
});
