// An OpenOCD that hangs: it is alive, keeps its connections, and answers nothing any more. Every request is answered all the same,
// the session ends with one clear sentence, and the process is gone afterwards. Waiting takes long, so all sessions wait at once.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { DapClient, type DapResponse } from '../../support/dapClient';
import { exampleFolder } from './support';

interface Hung {
  readonly client: DapClient;
  readonly pid: number;
}

/** A session with an OpenOCD of its own that has just been stopped in its tracks. */
async function hang(prepare: (client: DapClient) => Promise<unknown>): Promise<Hung> {
  const client = DapClient.spawn({ timeoutMs: 60_000 });
  await client.start('launch', { simulator: true, cwd: exampleFolder });
  await client.event('stopped');
  const pid = Number((await client.request('openocd.tcl', { command: 'pid' }))['reply']);
  await prepare(client);
  process.kill(pid, 'SIGSTOP');
  return { client, pid };
}

async function isGone(pid: number): Promise<boolean> {
  for (let left = 200; left > 0; left--) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await delay(50);
  }
  return false;
}

const outputOf = (client: DapClient) =>
  client.events
    .filter(({ event, body }) => event === 'output' && body['category'] === 'important')
    .map(({ body }) => String(body['output']))
    .join('');

describe('an OpenOCD that hangs', function () {
  this.timeout(120_000);
  let sessions: Hung[];
  before(async function () {
    if (process.platform === 'win32') this.skip();
    const nothing = () => Promise.resolve();
    sessions = await Promise.all([
      hang((client) => client.request('continue', { threadId: 1 })),
      hang(nothing),
      hang(nothing),
    ]);
    for (const session of sessions) answers.push(await begin(session));
  });
  after(async () => {
    for (const { client, pid } of sessions ?? []) {
      await client.dispose();
      if (!(await isGone(pid))) process.kill(pid, 'SIGKILL');
    }
  });

  /** What is asked of each session, before any of them is waited for. */
  const answers: Promise<DapResponse>[][] = [];
  const begin = async ({ client }: Hung): Promise<Promise<DapResponse>[]> =>
    answers.length === 2
      ? [client.send('disconnect')]
      : [
          client.send('readMemory', { memoryReference: '0x20001000', count: 4 }),
          client.send('evaluate', { expression: 'wave_speed', context: 'watch' }),
          client.send(answers.length === 0 ? 'pause' : 'next', { threadId: 1 }),
        ];

  for (const [index, state] of ['runs', 'stands'].entries()) {
    it(`while the program ${state}: requests are answered, and the session ends`, async () => {
      const { client, pid } = sessions[index] as Hung;
      const [memory, evaluated] = await Promise.all(answers[index] as Promise<DapResponse>[]);
      assert.match(
        String(memory?.message ?? memory?.body['unreadableBytes']),
        /did not answer|connection|ended|closed/,
      );
      assert.match(`${evaluated?.message} ${evaluated?.body['result']}`, /did not answer|connection|ended|closed/);
      await client.event('terminated');
      assert.match(outputOf(client), /connection to the target is lost: OpenOCD (did|does) not answer/);
      assert.equal(outputOf(client).match(/is lost/g)?.length, 1);
      assert.equal((await client.send('disconnect')).success, true);
      assert.ok(await isGone(pid));
    });
  }

  it('does not hold up the end of the session', async () => {
    const { client, pid } = sessions[2] as Hung;
    const [ended] = await Promise.all(answers[2] as Promise<DapResponse>[]);
    assert.equal(ended?.success, true);
    await client.closed();
    assert.ok(await isGone(pid));
  });
});
