// Random requests against one live session: everything is answered, nothing hangs, nothing is left behind. Ten seconds in the suite;
// OPENOCD_DEBUG_SOAK_SECONDS asks for a longer run, which also looks at the adapter's memory.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { startBoard } from '../../support/board';
import { DapClient } from '../../support/dapClient';
import { blinkyC, sourceOf } from './support';

const seconds = Number(process.env['OPENOCD_DEBUG_SOAK_SECONDS'] ?? 10);

/** Small and repeatable (mulberry32). */
function randomizer(seed: number) {
  let state = seed;
  return (limit: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * limit);
  };
}

describe('a live session under random requests', function () {
  this.timeout(60_000 + seconds * 1500);

  it(`answers all of them for ${seconds} s`, async () => {
    const board = await startBoard({ image: blinkyC });
    const client = DapClient.spawn({ timeoutMs: 20_000 });
    const random = randomizer(7);
    const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
    const thread = { threadId: 1 };
    const moves: readonly (() => Promise<unknown>)[] = [
      () => client.send('continue', thread),
      () => client.send('continue', thread),
      () => client.send('pause', thread),
      () => client.send('next', { ...thread, granularity: pick(['line', 'statement', 'instruction']) }),
      () => client.send('stepIn', thread),
      () => client.send('stepOut', thread),
      () =>
        client.send('setBreakpoints', {
          source: { path: sourceOf(pick(['main.c', 'numbers.c', 'machine.c'])) },
          breakpoints: Array.from({ length: random(3) }, () => ({
            line: 10 + random(60),
            ...(random(3) === 0 ? { condition: pick(['counter > 2', 'nothing', 'counter']) } : {}),
            ...(random(4) === 0 ? { logMessage: 'at {counter}' } : {}),
          })),
        }),
      () =>
        client.send('setDataBreakpoints', {
          breakpoints: random(2) === 0 ? [] : [{ dataId: '0x20000084 4 x', accessType: 'write' }],
        }),
      () => client.send('stackTrace', { ...thread, levels: random(30) }),
      () =>
        client.send('evaluate', {
          expression: pick(['counter', 'traffic_light', 'tasks', '$pc', 'nope', '1/0']),
          context: 'watch',
        }),
      () =>
        client.send('readMemory', {
          memoryReference: pick(['0x20000000', '0x60000000', '0x08000000']),
          count: random(4096),
        }),
      () => client.send('disassemble', { memoryReference: '0x08000400', instructionOffset: -20, instructionCount: 60 }),
      () => client.send('openocd.readMany', { ranges: [{ address: '0x48000814', lengthBytes: 4, accessBits: 32 }] }),
      () => client.send('threads'),
      () => client.send('openocd.reset', { mode: pick(['halt', 'run']) }),
      () => client.send('restart', {}),
    ];
    try {
      await client.start('launch', { program: blinkyC, host: '127.0.0.1', tclPort: board.tclPort, rttInClient: true });
      await client.event('stopped');
      const memory: number[] = [];
      let asked = 0;
      for (const end = Date.now() + seconds * 1000; Date.now() < end; asked++) {
        // Several at once now and then: clients do not wait for each other's views.
        await Promise.all(Array.from({ length: 1 + random(3) }, () => pick(moves)()));
        if (random(4) === 0) await delay(random(30));
        if (asked % 50 === 0) memory.push(residentBytes(client.child?.pid));
      }
      // Whatever happened, the session is still one.
      await client.request('setDataBreakpoints', { breakpoints: [] });
      for (const file of ['main.c', 'numbers.c', 'machine.c']) {
        await client.request('setBreakpoints', { source: { path: sourceOf(file) }, breakpoints: [] });
      }
      const from = client.events.length;
      await client.send('continue', thread);
      await delay(100);
      await client.request('pause', thread);
      await client.event('stopped', from);
      await client.request('stackTrace', thread);
      assert.ok(asked > seconds, `only ${asked} rounds in ${seconds} s`);
      if (seconds >= 120) {
        const third = Math.floor(memory.length / 3);
        const early = Math.max(...memory.slice(third, 2 * third));
        const late = Math.max(...memory.slice(2 * third));
        assert.ok(late < early * 1.3, `memory grew from ${early >> 20} to ${late >> 20} MiB`);
      }
      await client.request('disconnect');
      await client.closed();
    } finally {
      await client.dispose();
      await board.stop();
    }
  });
});

/** Resident memory of a process; 0 where `ps` does not tell. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
  } catch {
    return 0;
  }
}
