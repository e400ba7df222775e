// How a session begins with clients that send their requests in different orders.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { createSession } from '../../../src/adapter/adapter';
import { type RunningBoard, startBoard } from '../../support/board';
import { DapClient } from '../../support/dapClient';
import { blinkyC, sourceOf } from './support';

describe('the beginning of a session', function () {
  this.timeout(30_000);
  let board: RunningBoard;
  let client: DapClient;
  before(async () => {
    board = await startBoard({ image: blinkyC });
  });
  after(() => board?.stop());
  beforeEach(() => {
    client = DapClient.inProcess((input, output) => createSession().serve(input, output));
  });
  afterEach(async () => {
    if (!client.transcript.includes('→ disconnect')) await client.send('disconnect');
    await client.dispose();
  });

  const launch = (configuration: object = {}) => {
    const connection = { program: blinkyC, host: '127.0.0.1', tclPort: board.tclPort };
    return client.send('launch', { ...connection, rttInClient: true, ...configuration });
  };
  const breakAtReport = () =>
    client.send('setBreakpoints', { source: { path: sourceOf('main.c') }, breakpoints: [{ line: 33 }] });

  for (const [name, wait] of [
    ['at once after launch', () => Promise.resolve()],
    ['in the middle of launch', () => delay(60)],
  ] as const)
    it(`takes breakpoints and configurationDone that come ${name}`, async () => {
      const initialized = client.send('initialize', { adapterID: 'openocd' });
      const launched = launch({ runToEntryPoint: false });
      await wait();
      const set = breakAtReport();
      const configured = client.send('configurationDone');
      const answers = await Promise.all([initialized, launched, set, configured]);
      assert.deepEqual(
        answers.map(({ success, message }) => [success, message]),
        answers.map(() => [true, undefined]),
      );
      assert.equal((await set).body.breakpoints[0]?.verified, true);
      // Nothing stops before the breakpoint, which was set before the program ran.
      const { body } = await client.event('stopped');
      assert.equal(body['reason'], 'breakpoint');
      assert.equal((await client.request('evaluate', { expression: 'counter', context: 'watch' })).result, '1');
      const order = client.transcript.filter((line) =>
        /^(← (launch|setB|configurationDone)|! (initialized|stopped))/.test(line),
      );
      assert.deepEqual(
        order.map((line) => line.split(' ')[1]),
        ['launch', 'initialized', 'setBreakpoints', 'configurationDone', 'stopped'],
      );
    });

  it('answers what came too early for a launch that fails', async () => {
    await client.request('initialize', { adapterID: 'openocd' });
    const launched = launch({ program: '/no/such.elf' });
    const early = [breakAtReport(), client.send('configurationDone')];
    assert.match((await launched).message ?? '', /no\/such\.elf/);
    for (const answer of await Promise.all(early)) assert.match(answer.message ?? '', /needs a running session/);
    // The next one is not held up by that.
    assert.equal((await launch()).success, true);
    await client.request('configurationDone');
    assert.equal((await client.event('stopped')).body['reason'], 'entry');
  });

  it('answers what came too early when the client goes instead', async () => {
    await client.request('initialize', { adapterID: 'openocd' });
    const launched = launch();
    const set = breakAtReport();
    await client.request('disconnect');
    assert.equal((await launched.catch(() => undefined))?.success ?? false, false);
    assert.equal((await set.catch(() => undefined))?.success ?? false, false);
  });
});
