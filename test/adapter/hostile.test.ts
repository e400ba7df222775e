// What damaged, lost or nonsensical messages and files do to a session: one clear error each, and the session lives on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createSession } from '../../src/adapter/adapter';
import { DapClient } from '../support/dapClient';
import { coreOf, elfOf, needFixtures } from '../support/fixtures';

const open = () => DapClient.inProcess((input, output) => createSession().serve(input, output));
const configuration = () => ({ program: elfOf('atsamd51p19a'), coreFile: coreOf('atsamd51p19a') });

async function started(): Promise<DapClient> {
  const client = open();
  await client.start('attach', configuration());
  await client.event('stopped');
  return client;
}

describe('damaged messages', () => {
  it('are reported, and the session goes on', async () => {
    for (const [damage, words] of [
      ['Content-Length: 5\r\n\r\nabcde', /not JSON/],
      ['Content-Length: 2\r\n\r\n[]', /not a JSON object/],
      ['Content-Length: 2\r\n\r\n{}', /no type/],
      ['Content-Length: -1\r\n\r\n', /header/],
      ['Content-Length: 99999999999\r\n\r\n', /header/],
      ['Content-Length: abc\r\n\r\n{}', /header/],
      ['rubbish before\r\n', /outside of any message/],
      ['Content-Length: 18\r\n\r\n{"type":"request"}', /without command/],
      ['Content-Length: 38\r\n\r\n{"type":"request","command":"threads"}', /without seq/],
    ] as const) {
      const client = open();
      client.writeRaw(damage);
      await client.request('initialize', { adapterID: 'x' });
      const { body } = await client.event('output');
      assert.match(String(body['output']), words, damage);
      await client.dispose();
    }
  });

  it('with a Content-Length that is too large or too small do not swallow the next one', async () => {
    const json = '{"seq":77,"type":"request","command":"threads"}';
    for (const length of [json.length + 30, json.length - 5]) {
      const client = open();
      client.writeRaw(`Content-Length: ${length}\r\n\r\n${json}`);
      await client.request('initialize', { adapterID: 'x' });
      assert.ok(client.events.some((event) => event.event === 'output'));
      await client.dispose();
    }
  });

  it('cut into single bytes are put together', async () => {
    const client = open();
    const json = '{"seq":5,"type":"request","command":"initialize","arguments":{"adapterID":"ü"}}';
    const bytes = Buffer.from(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    for (const byte of bytes) client.writeRaw(Buffer.from([byte]));
    await client.request('initialize', { adapterID: 'x' });
    assert.equal(client.events.length, 0);
  });
});

describe('errors', () => {
  it('become notifications only for what the user does by himself, not for what views ask', async () => {
    const client = open();
    const isShown = async (command: string, args: object = {}) => {
      const { success, body } = await client.send(command, args);
      assert.equal(success, false, command);
      return (body as unknown as { error: { showUser: boolean } }).error.showUser;
    };
    for (const context of ['hover', 'watch', 'repl', 'clipboard', 'variables'])
      assert.equal(await isShown('evaluate', { expression: 'x', context }), false, context);
    for (const command of ['completions', 'scopes', 'variables', 'stackTrace', 'dataBreakpointInfo', 'exceptionInfo'])
      assert.equal(await isShown(command, { threadId: 1 }), false, command);
    for (const command of ['readMemory', 'disassemble', 'source', 'openocd.tcl', 'no_such_request'])
      assert.equal(await isShown(command), false, command);
    for (const command of ['launch', 'attach', 'restart', 'continue', 'next', 'pause', 'setVariable', 'setExpression'])
      assert.equal(await isShown(command), true, command);
  });
});

describe('requests out of order or out of range', () => {
  before(function () {
    needFixtures(this);
  });

  it('before the session began are refused in words', async () => {
    const client = open();
    for (const command of [
      'threads',
      'stackTrace',
      'scopes',
      'variables',
      'evaluate',
      'disassemble',
      'configurationDone',
      'modules',
    ]) {
      assert.match(await client.failure(command, { threadId: 1, frameId: 1 }), /needs a running session/, command);
    }
    assert.match(await client.failure('nonsense'), /is not known/);
    assert.match(await client.failure('launch', configuration()), /“request”: “attach”/);
    assert.match(await client.failure('attach', {}), /no “program”/);
    await client.start('attach', configuration());
    assert.match(await client.failure('attach', configuration()), /already/);
  });

  it('with unknown ids, wrong types and huge counts are answered in words', async () => {
    const client = await started();
    const { stackFrames } = await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 1e9 });
    const frameId = stackFrames[0]?.id;
    const reference = stackFrames[0]?.instructionPointerReference;
    for (const [command, given, words] of [
      ['stackTrace', { threadId: 99 }, /no thread 99/],
      ['stackTrace', {}, /needs “threadId”/],
      ['stackTrace', { threadId: '1' }, /wrong “threadId”/],
      ['stackTrace', { threadId: 1.5 }, /wrong “threadId”/],
      ['scopes', { frameId: 4711 }, /no stack frame 4711/],
      ['variables', { variablesReference: 4711 }, /no variables behind/],
      ['variables', { variablesReference: -1 }, /no variables behind/],
      ['evaluate', { expression: '' }, /empty/],
      ['evaluate', { expression: '> reset', context: 'repl' }, /recorded state/],
      ['evaluate', { expression: 'monitor halt', context: 'repl' }, /recorded state/],
      ['evaluate', { expression: '$r0 = 1', frameId, context: 'hover' }, /would change/],
      ['setExpression', { expression: '$r0', value: '1', frameId }, /core file/],
      ['readMemory', { memoryReference: 'nope', count: 4 }, /not a memory reference/],
      ['readMemory', { memoryReference: '0x0', count: -4 }, /wrong “count”/],
      ['source', { sourceReference: 999 }, /not on this computer/],
      ['source', { source: { path: '/etc/passwd' }, sourceReference: 0 }, /not on this computer/],
      ['continue', { threadId: 1 }, /cannot run/],
      ['writeMemory', { memoryReference: '0x20000000', data: 'AA==' }, /cannot be written/],
    ] as const) {
      assert.match(await client.failure(command, given), words, `${command} ${JSON.stringify(given)}`);
    }
    const { instructions } = await client.request('disassemble', {
      memoryReference: reference,
      instructionOffset: -1e9,
      instructionCount: 40,
    });
    assert.equal(instructions.length, 40);
    const far = await client.request('readMemory', { memoryReference: '0x90000000', count: 16 });
    assert.equal(far.unreadableBytes, 16);
    assert.equal(
      (await client.request('stackTrace', { threadId: 1, startFrame: 1e6, levels: 20 })).stackFrames.length,
      0,
    );
    const answers = await client.request('setBreakpoints', {
      source: { path: 'main.c' },
      breakpoints: [{ line: 3 }, { line: 4 }],
    });
    assert.deepEqual(
      answers.breakpoints.map(({ verified, line }) => [verified, line]),
      [
        [false, 3],
        [false, 4],
      ],
    );
  });

  it('may come without arguments, with seq 0, and end without terminate', async () => {
    const client = await started();
    client.write({ seq: 0, type: 'request', command: 'threads' });
    await client.request('threads');
    await client.request('disconnect');
    await client.event('terminated');
    await client.closed();
  });

  it('that are cancelled answer so', async () => {
    const client = await started();
    const { stackFrames } = await client.request('stackTrace', { threadId: 1 });
    const large = client.send('disassemble', {
      memoryReference: stackFrames[0]?.instructionPointerReference,
      instructionCount: 20_000,
    });
    await client.send('cancel', { requestId: client.lastSequence });
    const response = await large;
    assert.ok(!response.success && response.message === 'cancelled');
  });
});

describe('damaged files', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-hostile-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  before(function () {
    needFixtures(this);
  });

  const attach = async (
    program: string,
    coreFile: string,
  ): Promise<{ problem: string | undefined; output: string }> => {
    const client = open();
    await client.request('initialize', { adapterID: 'x' });
    const response = await client.send('attach', { program, coreFile });
    const output = client.events.map((event) => String(event.body?.['output'] ?? '')).join('');
    if (response.success) await client.request('configurationDone');
    if (response.success) {
      await client.event('stopped');
      await client.request('stackTrace', { threadId: 1, levels: 50 });
    }
    await client.dispose();
    return { problem: response.success ? undefined : response.message, output };
  };

  it('are named with what is wrong and what to do', async () => {
    const text = path.join(folder, 'text.elf');
    fs.writeFileSync(text, 'not an ELF');
    const { program, coreFile } = configuration();
    assert.match((await attach(text, coreFile)).problem ?? '', /cannot be used/);
    assert.match((await attach(path.join(folder, 'none.elf'), coreFile)).problem ?? '', /does not exist/);
    assert.match((await attach(program, path.join(folder, 'none.core'))).problem ?? '', /does not exist/);
    assert.match((await attach(program, text)).problem ?? '', /not a core file/);
    assert.match((await attach(program, program)).problem ?? '', /it is a program/);
    assert.match(
      (await attach(program, coreOf('esp32c3_full_unwind'))).problem ?? '',
      /riscv32 machine, but the program is for arm/,
    );
  });

  it('for another machine are refused before OpenOCD is started', async () => {
    const foreign = path.join(folder, 'foreign.elf');
    const image = fs.readFileSync(configuration().program);
    const EM_386 = 3;
    image.writeUInt16LE(EM_386, 18);
    fs.writeFileSync(foreign, image);
    const client = open();
    await client.request('initialize', { adapterID: 'x' });
    const { success, message } = await client.send('launch', {
      program: foreign,
      configFiles: ['x.cfg'],
      openocdPath: path.join(folder, 'no-openocd'),
    });
    assert.equal(success, false);
    assert.match(message ?? '', /another kind of machine\. Give an ELF file for Arm/);
    await client.dispose();
  });

  it('a core of another build is opened with a warning', async () => {
    const { output } = await attach(elfOf('RP2040_systick'), coreOf('RP2040_full_unwind'));
    assert.match(output, /does not match the program/);
  });

  it('a core cut anywhere opens with a warning or is refused with the place', async function () {
    this.timeout(60_000);
    const { program, coreFile } = configuration();
    const whole = fs.readFileSync(coreFile);
    const cut = path.join(folder, 'cut.core');
    for (let step = 0; step < 40; step++) {
      const length = Math.floor((whole.length * step) / 40) + (step % 3);
      fs.writeFileSync(cut, whole.subarray(0, length));
      const { problem, output } = await attach(program, cut);
      if (problem === undefined) assert.match(output, /cut short/, `cut at ${length}`);
      else assert.match(problem, /damaged|not a core file|has no registers/, `cut at ${length}`);
    }
  });

  it('a core with any one byte changed never takes the session down', async function () {
    this.timeout(60_000);
    const { program, coreFile } = configuration();
    const whole = fs.readFileSync(coreFile);
    const changed = path.join(folder, 'changed.core');
    for (let at = 0; at < 0x540; at += 37) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      fs.writeFileSync(changed, bytes);
      await attach(program, changed);
    }
  });
});
