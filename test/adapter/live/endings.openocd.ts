// What a session leaves behind: cores that run or stand as asked for, no breakpoint, no held interrupts, no catches.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { createSession } from '../../../src/adapter/adapter';
import { type RunningBoard, startBoard } from '../../support/board';
import { DapClient } from '../../support/dapClient';
import { blinkyC, sourceOf } from './support';

interface Ending {
  readonly request?: 'launch' | 'attach';
  readonly configuration?: object;
  /** OpenOCD commands that bring the core to where the session finds it. */
  readonly before?: readonly string[];
  readonly during?: (client: DapClient) => Promise<unknown>;
  readonly arguments?: object;
}

describe('the end of a session', function () {
  this.timeout(30_000);
  let board: RunningBoard;
  const clients: DapClient[] = [];
  before(async () => {
    board = await startBoard({ image: blinkyC });
  });
  after(() => board?.stop());
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.dispose();
    await board.tcl('halt; rbp all; cortex_m maskisr auto');
  });

  const open = async ({ request = 'launch', configuration = {}, before = ['reset run'] }: Ending) => {
    for (const command of before) await board.tcl(command);
    const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
    clients.push(client);
    const connection = { program: blinkyC, host: '127.0.0.1', tclPort: board.tclPort };
    await client.start(request, { ...connection, load: 'never', rttInClient: true, ...configuration });
    return client;
  };
  const state = async () => {
    await board.tcl('poll');
    return (await board.tcl('stm32f0x.cpu curstate')).trim();
  };
  const stoppedBy = async (client: DapClient, command: string) => {
    const from = client.events.length;
    await client.request(command, { threadId: 1 });
    await client.event('stopped', from);
  };
  const pause = (client: DapClient) => stoppedBy(client, 'pause');
  const breakAtReport = (client: DapClient) =>
    client.request('setBreakpoints', { source: { path: sourceOf('main.c') }, breakpoints: [{ line: 33 }] });
  /** Ends a session and tells what became of the core. */
  const left = async (ending: Ending) => {
    const client = await open(ending);
    if (ending.request !== 'attach') await client.event('stopped');
    await ending.during?.(client);
    await client.request('disconnect', ending.arguments);
    assert.equal((await board.tcl('bp')).trim(), '');
    return state();
  };
  const attach = { request: 'attach' } as const;
  const halted = ['reset run', 'halt'];

  const endings: [string, Ending, 'running' | 'halted'][] = [
    ['lets a program run that it launched', {}, 'running'],
    ['halts it with onDisconnect “halt”', { configuration: { onDisconnect: 'halt' } }, 'halted'],
    ['halts it where the client terminates the debuggee', { arguments: { terminateDebuggee: true } }, 'halted'],
    ['leaves it to the configuration otherwise', { arguments: { terminateDebuggee: false } }, 'running'],
    ['halts it where the client suspends the debuggee', { arguments: { suspendDebuggee: true } }, 'halted'],
    [
      'halts a running core that it attached to with onDisconnect “halt”',
      { ...attach, configuration: { onDisconnect: 'halt' } },
      'halted',
    ],
    ['halts it where the client suspends it', { ...attach, arguments: { suspendDebuggee: true } }, 'halted'],
    ['lets a core run on that it attached to', attach, 'running'],
    ['resumes what it paused', { ...attach, during: pause }, 'running'],
    ['resumes what it halted when it attached', { ...attach, configuration: { halt: true } }, 'running'],
    [
      'resumes what a breakpoint of its user stopped',
      { ...attach, during: (client) => Promise.all([client.event('stopped'), breakAtReport(client)]) },
      'running',
    ],
    ['leaves a core halted that stood before', { ...attach, before: halted }, 'halted'],
    [
      'resumes a core that it has let run',
      {
        ...attach,
        before: halted,
        during: async (client) => {
          await client.request('continue', { threadId: 1 });
          await pause(client);
        },
      },
      'running',
    ],
    [
      'resumes a core that stood before with onDisconnect “resume”',
      { ...attach, before: halted, configuration: { onDisconnect: 'resume' } },
      'running',
    ],
    [
      'leaves a core halted that another client has halted',
      { ...attach, during: (client) => Promise.all([client.event('stopped'), board.tcl('halt')]) },
      'halted',
    ],
  ];
  for (const [name, ending, expected] of endings)
    it(name, async () => {
      assert.equal(await left(ending), expected);
    });

  /** Stops the clock of the program, so that nothing wakes a core that sleeps; then begins a step over the sleep. */
  const beginLongStep = async (client: DapClient) => {
    const source = { path: sourceOf('main.c') };
    await client.request('setBreakpoints', { source, breakpoints: [{ line: 87 }] });
    await stoppedBy(client, 'continue');
    await client.request('setBreakpoints', { source, breakpoints: [] });
    const data = Buffer.alloc(4).toString('base64');
    await client.request('writeMemory', { memoryReference: '0xe000e010', data });
    const from = client.events.length;
    await client.request('next', { threadId: 1 });
    await client.event('openocd.targetState', from, (body) => body['state'] === 'running');
  };

  it('takes back the breakpoints of a step that is not over', async () => {
    assert.equal(await left({ during: beginLongStep }), 'running');
  });

  it('serves interrupts again that a step held back', async () => {
    // DHCSR.C_MASKINTS
    const areHeld = async () => (Number(await board.tcl('read_memory 0xe000edf0 32 1')) & 8) !== 0;
    const ended = await left({
      configuration: { stepWithInterruptsMasked: true },
      during: async (client) => {
        await beginLongStep(client);
        assert.equal(await areHeld(), true);
      },
    });
    assert.equal(ended, 'running');
    await board.tcl('halt');
    assert.match(await board.tcl('cortex_m maskisr'), /auto/);
    assert.equal(await areHeld(), false);
  });

  it('takes back the breakpoint of an entry point that is not reached', async () => {
    const client = await open({ configuration: { runToEntryPoint: 'HardFault_Handler' } });
    await client.event('openocd.targetState', 0, (body) => body['state'] === 'running');
    assert.notEqual((await board.tcl('bp')).trim(), '');
    await client.request('disconnect');
    assert.equal((await board.tcl('bp')).trim(), '');
    assert.equal(await state(), 'running');
  });

  for (const [name, ending] of [
    ['lets the program run on', {}],
    ['halts it', { configuration: { onDisconnect: 'halt' } }],
    ['resets it', { configuration: { onDisconnect: 'reset' } }],
    ['leaves what it attached to', attach],
  ] as const)
    it(`catches no more faults than before where it ${name}`, async () => {
      const caught = async () => Number(await board.tcl('read_memory 0xe000edfc 32 1')) & 0x7f1;
      await board.tcl('cortex_m vector_catch reset');
      await left({
        ...ending,
        during: async (client) => {
          await client.request('setExceptionBreakpoints', { filters: ['hardFault'] });
          assert.equal(await caught(), 0x400);
        },
      });
      assert.equal(await caught(), 1);
      await board.tcl('cortex_m vector_catch none');
    });

  it('resets the program with onDisconnect “reset”', async () => {
    const address = async (client: DapClient) =>
      (await client.request('evaluate', { expression: 'counter', context: 'watch' })).memoryReference;
    let counter = '';
    const ended = await left({
      configuration: { onDisconnect: 'reset' },
      during: async (client) => {
        counter = String(await address(client));
        await client.request('evaluate', { expression: 'counter = 1000000', context: 'repl' });
      },
    });
    assert.equal(ended, 'running');
    await delay(20);
    assert.ok(Number(await board.tcl(`read_memory ${counter} 32 1`)) < 1000);
  });
});
