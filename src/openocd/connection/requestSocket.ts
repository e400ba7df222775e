// One TCL RPC socket: requests in order, one at a time, each with its time limit; resynchronises after a reply that came
// too late. Knows frames, not what is in them.
import type net from 'node:net';
import { Listeners } from '../disposable';
import { CommandError, ConnectionError, TimeoutError } from '../errors';
import type { Acceptance, ExchangeOptions } from './connection';
import { FrameReader, SEPARATOR } from './frames';
import { openSocket } from './tcpSocket';

interface Waiting {
  readonly command: string;
  readonly timeoutMs: number;
  readonly accept: (frame: Buffer) => Acceptance;
  readonly resolve: (reply: Buffer) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly parts: Buffer[];
  timer?: NodeJS.Timeout;
}

/** OpenOCD's line buffer, with room for the separator (TCL_LINE_MAX in `src/server/tcl_server.c`). */
const MAX_COMMAND_SIZE = 4 * 1024 * 1024 - 256;

/** What OpenOCD sends, without a separator, instead of running a command beyond its line buffer. */
const LINE_TOO_LONG = Buffer.from('line too long\n\0', 'latin1');

const SEPARATOR_BYTES = Buffer.from([SEPARATOR]);

export class RequestSocket {
  /** Frames nobody waits for. */
  readonly unsolicited = new Listeners<Buffer>();
  readonly ended = new Listeners<Error | undefined>();

  readonly #socket: net.Socket;
  readonly #frames = new FrameReader();
  readonly #queue: Waiting[] = [];
  #current: Waiting | undefined;
  /** Set after a time-out: every frame up to the one that ends with this text belongs to the past. */
  #marker: string | undefined;
  #markers = 0;
  #failure: Error | undefined;

  /** @throws ConnectionError */
  static async open(host: string, port: number, timeoutMs: number): Promise<RequestSocket> {
    return new RequestSocket(await openSocket(host, port, timeoutMs, 'TCL'));
  }

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) =>
      this.#end(new ConnectionError(`The connection to OpenOCD broke: ${error.message}.`, { cause: error })),
    );
    socket.on('close', () => this.#end(new ConnectionError('OpenOCD closed the connection.')));
  }

  get closed(): boolean {
    return this.#failure !== undefined;
  }

  /** @throws ConnectionError, TimeoutError; CommandError for a command too long; the signal's reason when it was aborted before the command was sent */
  request(
    command: string,
    timeoutMs: number,
    { accept = () => 'whole', signal }: Omit<ExchangeOptions, 'timeout'> = {},
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(new ConnectionError(this.#failure.message, { command, cause: this.#failure }));
        return;
      }
      const size = Buffer.byteLength(command);
      if (size > MAX_COMMAND_SIZE) {
        reject(
          new CommandError(`The command is ${size} bytes long; OpenOCD takes ${MAX_COMMAND_SIZE} at most.`, {
            command: `${command.slice(0, 200)}…`,
          }),
        );
        return;
      }
      this.#queue.push({ command, timeoutMs, accept, signal, resolve, reject, parts: [] });
      this.#next();
    });
  }

  /** @param reason told to the requests that still wait */
  close(reason = 'The connection was closed by this program.'): void {
    this.#end(new ConnectionError(reason), true);
  }

  #next(): void {
    if (this.#current) return;
    const request = this.#queue.shift();
    if (!request) return;
    if (request.signal?.aborted) {
      request.reject(request.signal.reason);
      this.#next();
      return;
    }
    this.#current = request;
    request.timer = setTimeout(() => this.#expire(request), request.timeoutMs);
    const mark = this.#marker === undefined ? '' : `format %s ${this.#marker}\x1a`;
    this.#socket.write(`${mark}${request.command}\x1a`);
  }

  #receive(chunk: Buffer): void {
    let frames: Buffer[];
    try {
      frames = this.#frames.push(chunk);
    } catch (error) {
      this.#end(error as Error);
      return;
    }
    for (const frame of frames) this.#frame(frame);
    if (this.#current && this.#marker === undefined && this.#frames.drop(LINE_TOO_LONG)) {
      const { command } = this.#current;
      this.#settle((request) =>
        request.reject(
          new CommandError('The command is longer than OpenOCD’s line buffer: “line too long”.', {
            command: `${command.slice(0, 200)}…`,
            reply: 'line too long',
          }),
        ),
      );
    }
  }

  #frame(frame: Buffer): void {
    if (this.#marker !== undefined) {
      // endsWith, because OpenOCD’s “line too long” has no separator and sticks to the front of what follows.
      if (frame.toString('latin1').endsWith(this.#marker)) this.#marker = undefined;
      return;
    }
    const request = this.#current;
    if (!request) {
      this.unsolicited.fire(frame);
      return;
    }
    const whole =
      request.parts.length === 0
        ? frame
        : Buffer.concat([...request.parts.flatMap((part) => [part, SEPARATOR_BYTES]), frame]);
    switch (request.accept(whole)) {
      case 'foreign':
        this.unsolicited.fire(frame);
        break;
      case 'more':
        request.parts.push(frame);
        break;
      case 'whole':
        this.#settle(() => request.resolve(whole));
    }
  }

  #settle(finish: (request: Waiting) => void): void {
    const request = this.#current;
    if (!request) return;
    clearTimeout(request.timer);
    this.#current = undefined;
    finish(request);
    this.#next();
  }

  #expire(request: Waiting): void {
    this.#marker = `openocd-debug-resync-${++this.#markers}`;
    this.#settle(() =>
      request.reject(
        new TimeoutError(
          `OpenOCD did not answer within ${request.timeoutMs} ms. It may be busy with a long operation of another client, or its probe may hang.`,
          {
            command: request.command,
          },
        ),
      ),
    );
  }

  #end(reason: Error, expected = false): void {
    if (this.#failure) return;
    this.#failure = reason;
    this.#socket.destroy();
    const waiting = [...(this.#current ? [this.#current] : []), ...this.#queue.splice(0)];
    this.#current = undefined;
    for (const request of waiting) {
      clearTimeout(request.timer);
      request.reject(new ConnectionError(reason.message, { command: request.command, cause: reason }));
    }
    this.ended.fire(expected ? undefined : reason);
  }
}
