// Events on the simulated board: with one core, and with two, where OpenOCD's notifications are only hints.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventMap, Session, Subscription } from '../../src/openocd';
import { bench } from './support/board';
import { LOOP } from './support/firmware';

/** Notes events as `name target` lines. */
function watch(session: Session): {
  lines: string[];
  until: (line: string) => Promise<void>;
  [Symbol.dispose](): void;
} {
  const lines: string[] = [];
  const note = <K extends keyof EventMap>(event: K, text: (value: EventMap[K]) => string) =>
    session.events.on(event, (value) => lines.push(`${event} ${text(value)}`));
  const subscriptions: Subscription[] = [
    note('halted', ({ target }) => target),
    note('resumed', ({ target }) => target),
    note('reset', ({ mode }) => mode),
  ];
  return {
    lines,
    until: async (line) => {
      const end = Date.now() + 5000;
      while (!lines.includes(line)) {
        assert.ok(Date.now() < end, `no “${line}” in ${JSON.stringify(lines)}`);
        await sleep(5);
      }
    },
    [Symbol.dispose]: () => {
      for (const one of subscriptions) one.dispose();
    },
  };
}

describe('events', () => {
  const it_ = bench();
  const CPU = 'stm32f0x.cpu';

  it('tell of halts, resumes and steps, also those of other clients', async () => {
    const { session, board } = it_;
    await session.target.halt();
    await session.events.enable();
    using seen = watch(session);
    await session.target.resume();
    await seen.until(`resumed ${CPU}`);
    await board.tcl('halt');
    await seen.until(`halted ${CPU}`);
    seen.lines.length = 0;
    await session.target.step();
    await seen.until(`halted ${CPU}`);
    assert.deepEqual(seen.lines, [`resumed ${CPU}`, `halted ${CPU}`]);
  });

  it('tell of a breakpoint without being asked', async () => {
    const { session } = it_;
    await session.target.reset('halt');
    await session.breakpoints.add(LOOP, { hardware: true });
    const halted = session.events.once('halted');
    await session.target.resume();
    assert.deepEqual(await halted, { target: CPU });
    await session.breakpoints.removeAll();
  });

  it('tell of a reset once, and of the state after it', async () => {
    const { session } = it_;
    await session.target.halt();
    await sleep(50);
    using seen = watch(session);
    await session.target.reset('run');
    await seen.until(`resumed ${CPU}`);
    await session.target.reset('halt');
    await seen.until(`halted ${CPU}`);
    assert.deepEqual(
      seen.lines.filter((line) => line.startsWith('reset')),
      ['reset run', 'reset halt'],
    );
  });

  it('go through the shortcuts of the session, until disposed', async () => {
    const { session } = it_;
    await session.target.halt();
    await sleep(50);
    const calls: string[] = [];
    const subscriptions = [
      session.onHalt(() => calls.push('halt')),
      session.onResume(() => calls.push('resume')),
      session.onReset(() => calls.push('reset')),
    ];
    await session.target.resume();
    await session.target.halt();
    while (calls.length < 2) await sleep(5);
    assert.deepEqual(calls, ['resume', 'halt']);
    for (const one of subscriptions) one.dispose();
    await session.target.resume();
    await sleep(50);
    assert.equal(calls.length, 2);
  });

  it('are heard by all, though one listener throws', async () => {
    const { session } = it_;
    await session.target.halt();
    await sleep(50);
    const thrown = new Promise<unknown>((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const other of others) process.on('uncaughtException', other);
        resolve(error);
      });
    });
    using first = session.onResume(() => {
      throw new Error('mine');
    });
    const second = session.events.once('resumed');
    await session.target.resume();
    await second;
    assert.match(String(await thrown), /mine/);
    first.dispose();
  });

  it('pass frames on as they are, and stop waiting when told', async () => {
    const { session } = it_;
    const raw = session.events.once('raw');
    await session.target.halt();
    assert.match(await raw, /^type target_/);
    await assert.rejects(session.events.once('trace', { signal: AbortSignal.timeout(30) }), { name: 'TimeoutError' });
  });

  it('know when GDB comes and goes', async () => {
    const { session, board } = it_;
    await session.events.enable();
    const attached = session.events.once('gdb-attach');
    const { connect } = await import('node:net');
    const gdb = connect(board.gdbPort, '127.0.0.1');
    gdb.write('+'); // OpenOCD waits for GDB's first acknowledgement
    await attached;
    const detached = session.events.once('gdb-detach');
    gdb.destroy();
    await detached;
  });
});

describe('events of two cores', () => {
  const it_ = bench({ cores: 2 });
  const [FIRST, SECOND] = ['stm32f0x.cpu', 'stm32f0x.cpu1'];

  it('name the core, and a reset is one event', async () => {
    const { session } = it_;
    assert.deepEqual(
      (await session.target.list()).map(({ name }) => name),
      [FIRST, SECOND],
    );
    for (const name of [FIRST, SECOND]) {
      await session.target.select(name);
      await session.target.halt();
    }
    await session.events.enable();
    using seen = watch(session);
    await session.target.resume();
    await seen.until(`resumed ${SECOND}`);
    await session.target.halt();
    await seen.until(`halted ${SECOND}`);
    assert.ok(!seen.lines.some((line) => line.endsWith(` ${FIRST}`)), seen.lines.join());
    await session.target.select(FIRST);
    assert.equal((await session.target.state()).name, FIRST);
    await session.target.reset('halt');
    await sleep(100);
    assert.equal(seen.lines.filter((line) => line.startsWith('reset')).length, 1);
  });
});
