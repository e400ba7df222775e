// A whole session over OpenOCD's telnet port, where its TCL port is closed.
import assert from 'node:assert/strict';
import { createSession } from '../../../src/adapter/adapter';
import { type RunningBoard, startBoard } from '../../support/board';
import { DapClient } from '../../support/dapClient';
import { blinkyC, sourceOf } from './support';

describe('a live session over telnet', function () {
  this.timeout(40_000);
  let board: RunningBoard;
  let client: DapClient;
  before(async () => {
    board = await startBoard({ image: blinkyC });
    client = DapClient.inProcess((input, output) => createSession().serve(input, output));
  });
  after(async () => {
    await client?.send('disconnect').catch(() => undefined);
    await client?.dispose();
    await board?.stop();
  });

  const stopAfter = async (command: string, args: object = {}) => {
    const from = client.events.length;
    await client.request(command, { threadId: 1, ...args });
    return (await client.event('stopped', from)).body;
  };
  const place = async () => {
    const { stackFrames } = await client.request('stackTrace', { threadId: 1, levels: 1 });
    return `${stackFrames[0]?.name}:${stackFrames[0]?.line}`;
  };
  const evaluate = async (expression: string) =>
    (await client.request('evaluate', { expression, context: 'watch' })).result;

  it('runs to main, breaks, steps, reads, writes, pauses', async () => {
    // Nothing answers at the TCL port.
    const ports = { host: '127.0.0.1', tclPort: 1, telnetPort: board.openOcd.telnetPort };
    await client.start('launch', { program: blinkyC, ...ports, load: 'always' }, async () => {
      await client.request('setBreakpoints', { source: { path: sourceOf('main.c') }, breakpoints: [{ line: 33 }] });
    });
    assert.equal((await client.event('stopped')).body['reason'], 'entry');
    assert.ok(client.events.some(({ body }) => /telnet port \d+ is used instead/.test(String(body?.['output']))));
    assert.match(await place(), /^main:/);
    assert.equal((await stopAfter('continue'))['reason'], 'breakpoint');
    assert.equal(await place(), 'report:33');
    assert.equal(await evaluate('counter'), '1');
    await stopAfter('next');
    assert.equal(await place(), 'report:34');
    await stopAfter('stepIn');
    assert.match(await place(), /^line_add:/);
    await stopAfter('stepOut');
    await client.request('setBreakpoints', { source: { path: sourceOf('main.c') }, breakpoints: [] });
    const { data } = await client.request('readMemory', { memoryReference: '0x20000000', count: 4096 });
    assert.equal(Buffer.from(data ?? '', 'base64').length, 4096);
    await client.request('evaluate', { expression: 'wave_speed = 9', context: 'repl' });
    await client.request('continue', { threadId: 1 });
    assert.equal(await evaluate('wave_speed'), '9');
    const from = client.events.length;
    await client.request('pause', { threadId: 1 });
    assert.equal((await client.event('stopped', from)).body['reason'], 'pause');
    await client.request('disconnect');
    assert.equal((await board.tcl('stm32f0x.cpu curstate')).trim(), 'running');
  });
});
