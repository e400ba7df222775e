// OpenOCD’s telnet port (4444), the fallback where the TCL port is closed. Made for people: what it sends is a terminal’s
// screen, with echo, prompts and log lines between.
import type net from 'node:net';
import { Listeners, type Subscription, subscription } from '../disposable';
import { CommandError, ConnectionError, TimeoutError } from '../errors';
import type { Connection, ExchangeOptions, SendOptions } from './connection';
import { MAX_RESPONSE_SIZE } from './frames';
import { openSocket } from './tcpSocket';

/** OpenOCD's line buffer (`TELNET_LINE_MAX_SIZE` in `src/server/telnet_server.h`), less some room. */
const LONGEST_LINE = 10 * 256 - 16;

/** Telnet commands (RFC 854): IAC, then subnegotiation up to IAC SE, an option command with its option, or one byte. */
const NEGOTIATION = /\xff(?:\xfa[\s\S]*?\xff\xf0|[\xfb-\xfe][\s\S]|[\xf0-\xf9\xff])/g;

export class TelnetConnection implements Connection {
  readonly carries = 'lines';
  readonly longestCommand = LONGEST_LINE;
  readonly notificationsFailed = false;

  readonly #timeoutMs: number;
  readonly #closing = new Listeners<Error | undefined>();
  #socket: net.Socket | undefined;
  #text = '';
  #failure: Error | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #arrived = new Listeners<void>();
  #marks = 0;
  #warned = false;

  constructor(timeoutMs = 10_000) {
    this.#timeoutMs = timeoutMs;
  }

  get closed(): boolean {
    return this.#socket === undefined || this.#failure !== undefined;
  }

  async connect(host: string, port: number): Promise<void> {
    const socket = await openSocket(host, port, this.#timeoutMs, 'telnet');
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      if (this.#text.length > MAX_RESPONSE_SIZE)
        this.#end(
          new ConnectionError(
            `More than ${MAX_RESPONSE_SIZE / 1048576} MiB arrived without a prompt. Is this really the telnet port of OpenOCD?`,
          ),
        );
      this.#arrived.fire();
    });
    socket.on('error', (error) =>
      this.#end(new ConnectionError(`The connection to OpenOCD broke: ${error.message}.`, { cause: error })),
    );
    socket.on('close', () => this.#end(new ConnectionError('OpenOCD closed the connection.')));
  }

  async send(command: string, options: SendOptions = {}): Promise<string> {
    return (await this.exchange(command, options)).toString('utf8');
  }

  exchange(command: string, { timeout = this.#timeoutMs, signal }: ExchangeOptions = {}): Promise<Buffer> {
    const turn = this.#tail.then(() => {
      signal?.throwIfAborted();
      return this.#ask(command, timeout);
    });
    // The next command waits for this one, whatever becomes of it; its caller hears of a failure.
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    this.#end(new ConnectionError('The connection was closed by this program.'), true);
  }

  async enableNotifications(): Promise<void> {
    if (!this.#warned)
      process.emitWarning(
        'OpenOCD sends no notifications over telnet: events are not available. Use the TCL port for them.',
        'OpenOcdWarning',
      );
    this.#warned = true;
  }

  enableTrace(): Promise<void> {
    return this.enableNotifications();
  }

  onNotification(): Subscription {
    return subscription(() => undefined);
  }

  onNotificationsAvailable(): Subscription {
    return subscription(() => undefined);
  }

  onClose(callback: (reason: Error | undefined) => void): Subscription {
    return this.#closing.add(callback);
  }

  /** Prompts can occur in output: what ends a reply is the output of a second command that prints a mark of its own. */
  async #ask(command: string, timeoutMs: number): Promise<Buffer> {
    if (!this.#socket || this.#failure)
      throw new ConnectionError(this.#failure?.message ?? 'The connection has not been opened.', { command });
    if (Buffer.byteLength(command) > LONGEST_LINE) {
      throw new CommandError(`The command is longer than telnet takes (${LONGEST_LINE} bytes). Use the TCL port.`, {
        command: `${command.slice(0, 200)}…`,
      });
    }
    const mark = `openocd-debug-mark-${++this.#marks}`;
    // Split in the command, so that its echo is not mistaken for its output.
    const [first, second] = [mark.slice(0, 8), mark.slice(8)];
    this.#text = '';
    this.#socket.write(Buffer.from(`${command.replace(/\n/g, ' ; ')}\nformat %s%s ${first} ${second}\n`, 'utf8'));
    const screen = await this.#until(mark, timeoutMs, command);
    return Buffer.from(reply(screen, command, first), 'latin1');
  }

  #until(mark: string, timeoutMs: number, command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        arrived.dispose();
        closed.dispose();
        settle();
      };
      const look = () => {
        const at = this.#text.indexOf(mark);
        if (at >= 0) finish(() => resolve(this.#text.slice(0, at)));
      };
      const timer = setTimeout(
        () => finish(() => reject(new TimeoutError(`OpenOCD did not answer within ${timeoutMs} ms.`, { command }))),
        timeoutMs,
      );
      const arrived = this.#arrived.add(look);
      const closed = this.#closing.add((reason) =>
        finish(() =>
          reject(new ConnectionError(reason?.message ?? 'The connection was closed by this program.', { command })),
        ),
      );
    });
  }

  #end(reason: Error, expected = false): void {
    if (this.#failure) return;
    this.#failure = reason;
    this.#socket?.destroy();
    this.#closing.fire(expected ? undefined : reason);
  }
}

/** Characters of the command that its echo is known by; OpenOCD may redraw the start of a long line. */
const ECHO_TAIL = 40;

/** Cuts the reply out of the screen: after the echoed command, before the prompt and echo of the marking command. */
function reply(screen: string, command: string, markStart: string): string {
  // NUL and backspaces are how OpenOCD redraws its prompt around log lines.
  const text = screen
    .replace(NEGOTIATION, '')
    .replace(/[\0\b]/g, '')
    .replace(/\r\n?/g, '\n');
  const echo = `${Buffer.from(command.replace(/\n/g, ' ; '), 'utf8').toString('latin1').slice(-ECHO_TAIL)}\n`;
  // What comes before the echo is the greeting, or log lines from before the command.
  const start = text.indexOf(echo);
  const body = start < 0 ? text : text.slice(start + echo.length);
  const end = body.lastIndexOf(`format %s%s ${markStart}`);
  return body
    .slice(0, end < 0 ? undefined : end)
    .replace(/(?:^|\n)> $/, '')
    .replace(/^(?:> )+/, '')
    .trimEnd();
}
