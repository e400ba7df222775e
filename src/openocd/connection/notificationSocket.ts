// The second socket of a TCL RPC connection, on which OpenOCD reports events. Lost, it is opened again with back-off.
import { Listeners } from '../disposable';
import { RequestSocket } from './requestSocket';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;

const NOTIFICATION = /^type target_(?:event|state|reset|trace) /;

/** @returns whether a frame is a notification (OpenOCD `src/server/tcl_server.c`) and not an answer. */
export function isNotification(frame: Buffer): boolean {
  return NOTIFICATION.test(frame.subarray(0, 24).toString('latin1'));
}

export class NotificationSocket {
  readonly frames = new Listeners<string>();
  readonly available = new Listeners<boolean>();

  readonly #host: string;
  readonly #port: number;
  readonly #timeoutMs: number;
  #socket: RequestSocket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #state: 'new' | 'up' | 'down' | 'closed' = 'new';
  #trace = false;

  constructor(host: string, port: number, timeoutMs: number) {
    this.#host = host;
    this.#port = port;
    this.#timeoutMs = timeoutMs;
  }

  get failed(): boolean {
    return this.#state === 'down';
  }

  /** @throws ConnectionError, TimeoutError when the first attempt fails; later losses are mended in the background */
  async open(): Promise<void> {
    const socket = await RequestSocket.open(this.#host, this.#port, this.#timeoutMs);
    socket.unsolicited.add((frame) => {
      if (isNotification(frame)) this.frames.fire(frame.toString('utf8').trimEnd());
    });
    try {
      await this.#ask(socket, 'tcl_notifications on');
      if (this.#trace) await this.#ask(socket, 'tcl_trace on');
    } catch (error) {
      socket.close();
      throw error;
    }
    if (this.#state === 'closed') {
      socket.close();
      return;
    }
    this.#socket = socket;
    const regained = this.#state === 'down';
    this.#state = 'up';
    socket.ended.add((reason) => {
      if (reason) this.#lost();
    });
    if (regained) this.available.fire(true);
  }

  async enableTrace(): Promise<void> {
    this.#trace = true;
    if (this.#socket && this.#state === 'up') await this.#ask(this.#socket, 'tcl_trace on');
  }

  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  async #ask(socket: RequestSocket, command: string): Promise<void> {
    await socket.request(command, this.#timeoutMs, {
      accept: (frame) => (isNotification(frame) ? 'foreign' : 'whole'),
    });
  }

  #lost(): void {
    if (this.#state !== 'up') return;
    this.#state = 'down';
    this.#socket = undefined;
    this.available.fire(false);
    this.#reopen(FIRST_RETRY_MS);
  }

  #reopen(delayMs: number): void {
    this.#retry = setTimeout(() => {
      this.open().catch(() => {
        // Not swallowed: `failed` stays true, and the next attempt follows.
        if (this.#state === 'down') this.#reopen(Math.min(delayMs * 2, LONGEST_RETRY_MS));
      });
    }, delayMs);
    this.#retry.unref();
  }
}
