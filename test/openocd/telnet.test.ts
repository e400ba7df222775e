// The telnet connection against a scripted terminal.
import assert from 'node:assert/strict';
import { CommandError, ConnectionError, TelnetConnection, TimeoutError } from '../../src/openocd';
import { FakeServer, type Handler } from './support/fakeServer';

/** WILL ECHO, WILL SUPPRESS-GO-AHEAD, a subnegotiation, and the greeting. */
const greeting = Buffer.concat([
  Buffer.from([0xff, 0xfb, 0x01, 0xff, 0xfb, 0x03, 0xff, 0xfa, 0x18, 0x01, 0xff, 0xf0]),
  Buffer.from('Open On-Chip Debugger\r\n> '),
]);

let server: FakeServer;
let connection: TelnetConnection;

/** Echoes each line as a terminal, prints the output and the prompt. */
function terminal(output: (command: string) => string): Handler {
  return (command, socket) => {
    const mark = /^format %s%s (\S+) (\S+)$/.exec(command);
    const text = mark ? `${mark[1]}${mark[2]}` : output(command);
    socket.write(Buffer.from(`${command}\r\n${text === '' ? '' : `${text.replace(/\n/g, '\r\n')}\r\n`}\r> `, 'latin1'));
  };
}

async function connect(handler: Handler): Promise<void> {
  server = await FakeServer.start(handler, { terminator: '\n', greeting });
  connection = new TelnetConnection(1000);
  await connection.connect('127.0.0.1', server.port);
}

afterEach(async () => {
  await connection?.close();
  await server?.stop();
});

describe('TelnetConnection', () => {
  it('strips negotiation, echo and prompt', async () => {
    await connect(terminal(() => 'one\ntwo'));
    assert.equal(await connection.send('list'), 'one\ntwo');
    assert.equal(await connection.send('list'), 'one\ntwo');
  });

  it('gives empty text for a command without output', async () => {
    await connect(terminal(() => ''));
    assert.equal(await connection.send('halt'), '');
  });

  it('keeps output that looks like a prompt', async () => {
    await connect(terminal(() => 'a\n> b'));
    assert.equal(await connection.send('x'), 'a\n> b');
  });

  it('strips negotiation in the middle of output', async () => {
    await connect(terminal(() => `on\xff\xfb\x01e`));
    assert.equal(await connection.send('x'), 'one');
  });

  it('runs commands in order', async () => {
    await connect(terminal((command) => command.toUpperCase()));
    assert.deepEqual(await Promise.all([connection.send('a'), connection.send('b')]), ['A', 'B']);
  });

  it('times out, refuses long lines, and reports the end', async () => {
    await connect((command, socket) => {
      if (command === 'end') socket.destroy();
    });
    await assert.rejects(connection.send('x', { timeout: 30 }), TimeoutError);
    await assert.rejects(
      connection.send('x'.repeat(20_000)),
      (error: Error) => error instanceof CommandError && /TCL port/.test(error.message),
    );
    await assert.rejects(connection.send('end'), ConnectionError);
    await assert.rejects(connection.send('x'), ConnectionError);
  });

  it('warns once that there are no notifications', async () => {
    await connect(terminal(() => ''));
    const warnings: string[] = [];
    const listener = (warning: Error) => warnings.push(warning.message);
    process.on('warning', listener);
    await connection.enableNotifications();
    await connection.enableNotifications();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listener);
    assert.equal(warnings.filter((text) => /no notifications over telnet/.test(text)).length, 1);
  });
});
