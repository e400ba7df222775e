// The TCL RPC connection against a scripted server: what networks and misbehaving servers do.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, ConnectionError, TclRpcConnection, TimeoutError } from '../../src/openocd';
import { FakeServer, type Handler } from './support/fakeServer';

let server: FakeServer;
let connection: TclRpcConnection;

async function connect(handler: Handler, timeout = 2000): Promise<void> {
  server = await FakeServer.start(handler);
  connection = new TclRpcConnection(timeout);
  await connection.connect('127.0.0.1', server.port);
}

/** Answers the marker that follows a time-out, and otherwise what `reply` says. */
const echo: Handler = (command, socket) => socket.write(`${/^format %s (.*)$/.exec(command)?.[1] ?? command}\x1a`);

afterEach(async () => {
  await connection?.close();
  await server?.stop();
});

describe('TclRpcConnection', () => {
  it('puts a reply together whose characters are split over chunks', async () => {
    await connect(async (_, socket) => {
      for (const byte of Buffer.from('größe → 大\x1a')) {
        socket.write(Buffer.from([byte]));
        await sleep(1);
      }
    });
    assert.equal(await connection.send('x'), 'größe → 大');
  });

  it('sends one command at a time, in order, and keeps what follows a separator', async () => {
    let open = 0;
    await connect((command, socket) => {
      open++;
      assert.equal(open, 1, 'a second command came before the first was answered');
      setTimeout(() => {
        open--;
        socket.write(`${command}!\x1a`);
      }, 2);
    });
    const replies = await Promise.all(['a', 'b', 'c', 'd'].map((command) => connection.send(command)));
    assert.deepEqual(replies, ['a!', 'b!', 'c!', 'd!']);
  });

  it('takes several frames in one chunk apart', async () => {
    await connect((_, socket) =>
      socket.write('type target_state state halted\r\n\x1aanswer\x1atype target_event event halted\r\n\x1a'),
    );
    const accept = (frame: Buffer) =>
      (frame.toString().startsWith('type ') ? 'foreign' : 'whole') as 'foreign' | 'whole';
    assert.equal((await connection.exchange('x', { accept })).toString(), 'answer');
  });

  it('gives up when 11 MiB arrive without a separator, and names the port', async () => {
    await connect((_, socket) => socket.write(Buffer.alloc(11 * 1048576, 0x41)));
    await assert.rejects(
      connection.send('x'),
      (error: Error) => error instanceof ConnectionError && /TCL port/.test(error.message),
    );
    await assert.rejects(connection.send('y'), ConnectionError);
    assert.equal(connection.closed, true);
  });

  it('never takes a late reply for the next command’s', async () => {
    let slow: (() => void) | undefined;
    await connect((command, socket, fake) => {
      if (command === 'slow') slow = () => socket.write('late\x1a');
      else if (slow) {
        // OpenOCD answers in order: first the late one.
        slow();
        slow = undefined;
        echo(command, socket, fake);
      } else echo(command, socket, fake);
    });
    await assert.rejects(connection.send('slow', { timeout: 30 }), TimeoutError);
    assert.equal(await connection.send('next'), 'next');
    assert.equal(await connection.send('after'), 'after');
  });

  it('does not send a command whose signal was aborted while it waited', async () => {
    await connect(async (command, socket) => {
      await sleep(30);
      socket.write(`${command}\x1a`);
    });
    const cancel = new AbortController();
    const first = connection.send('first', { signal: cancel.signal });
    const second = connection.send('second', { signal: cancel.signal });
    const third = connection.send('third');
    cancel.abort(new Error('enough'));
    assert.equal(await first, 'first', 'what was sent is answered');
    await assert.rejects(second, /enough/);
    assert.equal(await third, 'third');
    assert.deepEqual(server.commands, ['first', 'third']);
  });

  it('survives two time-outs in a row', async () => {
    const waiting: string[] = [];
    await connect((command, socket, fake) => {
      if (command.startsWith('slow')) waiting.push(command);
      else if (command.startsWith('format') && waiting.length < 2)
        return; // busy: answers nothing yet
      else {
        for (const late of waiting.splice(0)) socket.write(`${late} late\x1a`);
        echo(command, socket, fake);
      }
    });
    await assert.rejects(connection.send('slow 1', { timeout: 20 }), TimeoutError);
    await assert.rejects(connection.send('slow 2', { timeout: 20 }), TimeoutError);
    assert.equal(await connection.send('next'), 'next');
  });

  it('fails a command at once when OpenOCD finds the line too long, and goes on', async () => {
    await connect((command, socket, fake) => {
      if (command === 'long') socket.write('line too long\n\0');
      else echo(command, socket, fake);
    });
    await assert.rejects(
      connection.send('long'),
      (error: Error) => error instanceof CommandError && /too long/.test(error.message),
    );
    assert.equal(await connection.send('next'), 'next');
  });

  it('strips “line too long” from the front of a marker', async () => {
    await connect((command, socket, fake) => {
      if (command === 'never') return;
      if (command.startsWith('format')) socket.write('line too long\n\0');
      echo(command, socket, fake);
    });
    await assert.rejects(connection.send('never', { timeout: 20 }), TimeoutError);
    assert.equal(await connection.send('next'), 'next');
  });

  it('refuses a command beyond OpenOCD’s line buffer without sending it', async () => {
    await connect(echo);
    await assert.rejects(connection.send('x'.repeat(5 * 1048576)), CommandError);
    assert.equal(await connection.send('next'), 'next');
    assert.deepEqual(server.commands, ['next']);
  });

  it('rejects everything that waits when the server goes in the middle of a reply', async () => {
    await connect((_, socket) => {
      socket.write('half a rep');
      setTimeout(() => socket.destroy(), 5);
    });
    let reason: Error | undefined;
    connection.onClose((error) => {
      reason = error;
    });
    const results = await Promise.allSettled([connection.send('a'), connection.send('b')]);
    for (const result of results) assert.ok(result.status === 'rejected' && result.reason instanceof ConnectionError);
    assert.ok(reason);
  });

  it('rejects what is pending at close, and closes twice', async () => {
    await connect(() => undefined);
    const pending = assert.rejects(connection.send('a'), /closed by this program/);
    await connection.close();
    await connection.close();
    await pending;
  });

  it('says who should listen where when nobody does', async () => {
    const free = await FakeServer.start(echo);
    await free.stop();
    await assert.rejects(
      new TclRpcConnection().connect('127.0.0.1', free.port),
      (error: Error) =>
        error instanceof ConnectionError && error.message.includes(`127.0.0.1:${free.port}: nothing listens there`),
    );
  });
});

describe('notifications', () => {
  const frames = (socket: { write(text: string): unknown }, ...lines: string[]) =>
    socket.write(lines.map((line) => `${line}\r\n\x1a`).join(''));

  it('come from a second socket, whose acknowledgement is none of them', async () => {
    await connect((command, socket, fake) => {
      if (command === 'tcl_notifications on')
        frames(socket, 'type target_state state running', 'Target Notification output  is enabled');
      else echo(command, socket, fake);
    });
    const seen: string[] = [];
    connection.onNotification((frame) => seen.push(frame));
    await connection.enableNotifications();
    await connection.enableNotifications();
    assert.equal(server.sockets.length, 2);
    frames(server.sockets[1]!, 'type target_event event halted', 'type target_reset mode halt');
    while (seen.length < 3) await sleep(1);
    assert.deepEqual(seen, [
      'type target_state state running',
      'type target_event event halted',
      'type target_reset mode halt',
    ]);
  });

  it('are opened again after their socket is lost, while commands go on', async () => {
    await connect(echo);
    const available: boolean[] = [];
    connection.onNotificationsAvailable((up) => available.push(up));
    await connection.enableNotifications();
    server.sockets[1]!.destroy();
    while (available.length < 1) await sleep(1);
    assert.equal(connection.notificationsFailed, true);
    assert.equal(await connection.send('still here'), 'still here');
    while (available.length < 2) await sleep(5);
    assert.deepEqual(available, [false, true]);
    assert.equal(connection.notificationsFailed, false);
    const seen = new Promise((resolve) => connection.onNotification(resolve));
    frames(server.sockets[2]!, 'type target_event event halted');
    assert.equal(await seen, 'type target_event event halted');
  });

  it('stop with the connection', async () => {
    await connect(echo);
    await connection.enableNotifications();
    const closed = once(server.sockets[1]!, 'close');
    await connection.close();
    await closed;
  });
});
