// Operations beside a connection that fails every command at once: a fault that OpenOCD cannot be made to produce on demand.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type OperationHost, Operations } from '../../../src/debugger/live/operations';

describe('an operation on a connection that has just broken', () => {
  it('leaves the event loop its turn, so that the end of the connection can be told', async () => {
    const said: string[] = [];
    let isLost = false;
    const target = {
      state: () => ({ kind: 'running' }),
      follow: () => Promise.resolve({ kind: 'running' }),
      halt: () => Promise.reject(new Error('the connection broke')),
      refresh: () => Promise.reject(new Error('the connection broke')),
    };
    const host = {
      target,
      get isLost() {
        return isLost;
      },
      say: (text: string) => void said.push(text),
      follow: () => {
        if (said.length > 100) throw new Error('it goes round without end');
        operations.begin([1], (operation) => operations.runAll(operation, []));
      },
    } as unknown as OperationHost;
    const operations = new Operations(host);
    host.follow();
    await setImmediate();
    isLost = true;
    await setImmediate();
    assert.deepEqual(said, ['the connection broke\n']);
  });
});
