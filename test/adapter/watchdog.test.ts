// When an OpenOCD is given up: not for a late answer alone, and not while it works for the user.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { Watchdog } from '../../src/adapter/watchdog';
import { type Session, TimeoutError } from '../../src/openocd';

type Listener = Parameters<Session['onExchange']>[0];

/** A watchdog beside an OpenOCD whose answers are made up. */
function watch(isGreeting: boolean, isBusy = false) {
  const listeners = new Set<Listener>();
  const count = { greetings: 0, ends: 0 };
  const onExchange = (listener: Listener) => {
    listeners.add(listener);
    return { dispose: () => void listeners.delete(listener) };
  };
  const greet = async () => {
    count.greetings++;
    if (!isGreeting) throw new Error('no greeting');
  };
  const watchdog = new Watchdog(
    { onExchange } as Pick<Session, 'onExchange'>,
    greet,
    () => isBusy,
    () => count.ends++,
  );
  const exchange = async (error: unknown) => {
    for (const listener of listeners) listener({ scripts: [], outcomes: [], error, milliseconds: 10_000 });
    await turn();
  };
  return { watchdog, count, exchange };
}

const late = new TimeoutError('OpenOCD did not answer');

describe('The watchdog of OpenOCD', () => {
  it('does nothing while answers come', async () => {
    const { count, exchange } = watch(false);
    await exchange(undefined);
    await exchange(new Error('closed'));
    assert.deepEqual(count, { greetings: 0, ends: 0 });
  });

  it('greets after a command without an answer, and is content with a greeting', async () => {
    const { count, exchange } = watch(true);
    await exchange(late);
    assert.deepEqual(count, { greetings: 1, ends: 0 });
  });

  it('gives up when the greeting is not answered either', async () => {
    const { count, exchange } = watch(false);
    await exchange(late);
    assert.deepEqual(count, { greetings: 1, ends: 1 });
  });

  it('waits for what the user has OpenOCD do', async () => {
    const { count, exchange } = watch(false, true);
    await exchange(late);
    await exchange(late);
    assert.deepEqual(count, { greetings: 2, ends: 0 });
  });

  it('is quiet after the session', async () => {
    const { watchdog, count, exchange } = watch(false);
    watchdog.dispose();
    await exchange(late);
    assert.deepEqual(count, { greetings: 0, ends: 0 });
  });
});
