// The envelope against a scripted server: statuses, foreign frames, results that contain the separator.
import assert from 'node:assert/strict';
import { CommandError, ConnectionError, MemoryError, request, Session, TargetNotHaltedError } from '../../src/openocd';
import { envelopeReply, FakeServer, type Handler, openocdHandler } from './support/fakeServer';

let server: FakeServer;
let session: Session;

async function connect(handler: Handler): Promise<void> {
  server = await FakeServer.start(handler);
  session = await Session.connect({ port: server.port, timeout: 1000 });
}

afterEach(async () => {
  await session?.close();
  await server?.stop();
});

describe('envelope', () => {
  it('tells result, error and log apart, item by item', async () => {
    await connect(
      openocdHandler((script) => {
        if (script === 'good') return { message: 'fine', log: 'by the way' };
        if (script === 'bad') return { code: 1, errorCode: 'NONE', message: 'invalid command name "bad"' };
        return { code: -4, log: 'Failed to read memory at 0x60000000\n' };
      }),
    );
    const [good, bad, silent, outcome] = await session.batch([
      request.tcl('good'),
      request.tcl('bad'),
      request.bytes(0x60000000, 4),
      request.outcome('bad'),
    ]);
    assert.deepEqual(good, { ok: true, value: 'fine' });
    assert.ok(!bad.ok && bad.error instanceof CommandError);
    assert.ok(!silent.ok && silent.error instanceof MemoryError);
    assert.match(silent.error.message, /Reading 4 bytes at 0x60000000 failed: Failed to read memory/);
    assert.equal(silent.error.openocdCode, -4);
    assert.ok(outcome.ok && outcome.value.code === 1);
  });

  it('sends a batch in one command', async () => {
    await connect(openocdHandler(() => '0x1'));
    const before = server.commands.length;
    await session.batch([request.tcl('a'), request.tcl('b'), request.tcl('c {d}')]);
    assert.equal(server.commands.length - before, 1);
    assert.deepEqual(await session.batch([]), []);
  });

  it('understands OpenOCD’s numbers after 0.12, which come as error code', async () => {
    await connect(openocdHandler(() => ({ code: 1, errorCode: 'OpenOCD -304', message: '' })));
    await assert.rejects(
      session.command('resume'),
      (error: Error) => error instanceof TargetNotHaltedError && error.openocdCode === -304,
    );
  });

  it('has words of its own where OpenOCD has none', async () => {
    await connect(openocdHandler(() => ({ code: -4 })));
    await assert.rejects(session.command('step'), /without a reason/);
  });

  it('puts a result together that contains the separator', async () => {
    await connect(openocdHandler(() => 'a\x1ab\x1a'));
    assert.equal(await session.command('x'), 'a\x1ab\x1a');
    assert.equal(await session.command('y'), 'a\x1ab\x1a');
  });

  it('passes over frames that are no answer of its own', async () => {
    const plain = openocdHandler(() => 'mine');
    await connect((command, socket, fake) => {
      socket.write(`type target_state state halted\r\n\x1a${envelopeReply('zzz', 'exit', [{ message: 'old' }])}\x1a`);
      plain(command.startsWith('proc') ? 'tcl_ignored' : command, socket, fake);
    });
    assert.equal(await session.command('x'), 'mine');
  });

  it('reads characters of several bytes by their bytes', async () => {
    await connect(openocdHandler(() => ({ message: 'größe', log: '→' })));
    const outcome = await session.execute(request.outcome('x'));
    assert.equal(outcome.message, 'größe');
    assert.equal(outcome.log, '→');
  });

  it('says so when the other side is something else', async () => {
    const web = await FakeServer.start((_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n\x1a'));
    await assert.rejects(
      Session.connect({ port: web.port, timeout: 500 }),
      (error: Error) =>
        error instanceof ConnectionError &&
        /^What listens at 127\.0\.0\.1:\d+ is not OpenOCD: it says "HTTP.*Is \d+ the TCL port/.test(error.message),
    );
    await web.stop();
  });

  it('refuses damaged lengths', async () => {
    await connect(openocdHandler(() => 'x'));
    server.handler = (command, socket) => socket.write(`#${command.split(' ')[1]} 0 x y z:\x1a`);
    await assert.rejects(session.command('x'), ConnectionError);
  });
});

describe('dialects', () => {
  it('uses mdw and mww with an OpenOCD before 0.12', async () => {
    const scripts: string[] = [];
    const old = (script: string) => {
      scripts.push(script);
      if (script.startsWith('mdw')) return '0x20000000: 18110a03 342d261f \n';
      if (script.includes('foreach n')) return '{pc (/32): 0x0800021a\n} {sp (/32): 0x20004000\n}';
      return '';
    };
    await connect((command, socket, fake) => {
      if (command.includes('known')) {
        const [, id, delivery] = command.split(' ');
        socket.write(`${envelopeReply(id!, delivery!, [{ message: '0 0 0 0' }, { message: '' }])}\x1a`);
      } else openocdHandler(old)(command, socket, fake);
    });
    assert.deepEqual(await session.memory.readU32(0x20000000, 2), [0x18110a03, 0x342d261f]);
    await session.memory.writeU32(0x20000000, [1, 2]);
    assert.deepEqual(
      await session.registers.readMany(['pc', 'sp']),
      new Map([
        ['pc', 0x800021an],
        ['sp', 0x20004000n],
      ]),
    );
    assert.deepEqual(scripts, [
      'mdw 0x20000000 2',
      'set a 0x20000000; foreach v {0x1 0x2} {mww $a $v; incr a 4}',
      scripts[2],
    ]);
  });

  for (const [version, failing] of [
    ['0.12', { log: 'rtt: No control block found\n' }],
    ['master', { code: 1, errorCode: 'OpenOCD -4', log: 'rtt: No control block found\n' }],
  ] as const)
    it(`waits for the control block of RTT with ${version}`, async () => {
      let tries = 0;
      await connect(openocdHandler((script) => (script === 'rtt start' && ++tries < 3 ? failing : '')));
      await session.rtt.start();
      assert.equal(tries, 3);
    });
});
