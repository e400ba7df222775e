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

  const begin = async (request: 'launch' | 'attach', configuration: object) => {
    const connection = { program: blinkyC, host: '127.0.0.1', tclPort: board.tclPort, load: 'never' };
    await client.start(request, { ...connection, rttInClient: true, ...configuration });
    return (await client.event('stopped')).body;
  };
  const place = async () => {
    const { stackFrames } = await client.request('stackTrace', { threadId: 1, levels: 1 });
    return `${stackFrames[0]?.name}:${stackFrames[0]?.line}`;
  };
  const evaluate = async (expression: string) =>
    (await client.request('evaluate', { expression, context: 'watch' })).result;
  const output = () => client.events.map(({ event, body }) => (event === 'output' ? body['output'] : '')).join('');

  for (const command of ['tbreak', 'break', 'thbreak', 'hbreak'])
    it(`stops where “${command}” and “continue” among the commands say`, async () => {
      const postLaunchCommands = [`${command} factorial`, 'continue'];
      const stopped = await begin('launch', { postLaunchCommands, breakAfterReset: true });
      assert.equal(stopped['reason'], 'entry');
      assert.match(await place(), /^factorial:/);
      assert.equal((await board.tcl('bp')).trim(), '');
    });

  it('stops at the line that a command names, and there again after a restart', async () => {
    await begin('launch', { postLaunchCommands: ['tbreak main.c:34', 'continue'] });
    assert.equal(await place(), 'report:34');
    const from = client.events.length;
    await client.request('restart', {});
    await client.event('stopped', from);
    assert.equal(await place(), 'report:34');
    assert.equal(await evaluate('counter'), '1');
  });

  it('stops where the commands of a restart say', async () => {
    await begin('launch', { postResetCommands: ['tbreak report', 'continue'] });
    assert.match(await place(), /^main:/);
    const from = client.events.length;
    await client.request('restart', {});
    await client.event('stopped', from);
    assert.match(await place(), /^report:/);
  });

  it('says that there is no such place, and stops at the reset', async () => {
    const stopped = await begin('launch', { postLaunchCommands: ['tbreak nowhere', 'continue'] });
    assert.equal(stopped['reason'], 'entry');
    assert.match(output(), /no code at nowhere to stop at/);
  });

  it('runs a halted core that it attaches to where the commands say', async () => {
    await board.tcl('reset halt');
    await begin('attach', { postAttachCommands: ['tbreak report', 'continue'] });
    assert.match(await place(), /^report:/);
  });

  it('sets variables, registers and the number format by GDB’s commands', async () => {
    const postLaunchCommands = [
      'set {int}&tasks[1].runs = 7',
      'set var wave_speed = 0x21',
      'set $r7 = 1 + 1',
      'set {int}&no_such_variable = 5',
      'set output-radix 16',
    ];
    // Past the code that clears and fills the variables.
    await begin('launch', { postLaunchCommands, overrideLaunchCommands: ['halt'], stopOnEntry: true });
    assert.equal(await evaluate('tasks[1].runs,d'), '7');
    assert.equal(await evaluate('wave_speed'), '0x21');
    assert.match(await evaluate('$r7'), /^0x0*2\b/);
    assert.match(output(), /“set \{int\}&no_such_variable = 5” is left out: .*no_such_variable/);
  });

  it('does not blame others for what its own commands do', async () => {
    await begin('launch', { overrideLaunchCommands: ['monitor reset halt'], postLaunchCommands: ['reset halt'] });
    assert.match(await place(), /^main:/);
    await delay(200);
    assert.doesNotMatch(output(), /from outside/);
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
