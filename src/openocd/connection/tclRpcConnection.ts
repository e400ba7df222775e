// OpenOCD’s TCL RPC (port 6666): a socket for commands and, once asked for, one for notifications.
import { Listeners, type Subscription } from '../disposable';
import { ConnectionError } from '../errors';
import type { Connection, ExchangeOptions, SendOptions } from './connection';
import { NotificationSocket } from './notificationSocket';
import { RequestSocket } from './requestSocket';

export class TclRpcConnection implements Connection {
  readonly carries = 'bytes';

  readonly #timeoutMs: number;
  readonly #notifications = new Listeners<string>();
  readonly #available = new Listeners<boolean>();
  readonly #closing = new Listeners<Error | undefined>();
  #address: { readonly host: string; readonly port: number } | undefined;
  #commands: RequestSocket | undefined;
  #events: NotificationSocket | undefined;
  #opening: Promise<void> | undefined;

  /** @param timeoutMs for connecting, and for each command that names no other */
  constructor(timeoutMs = 10_000) {
    this.#timeoutMs = timeoutMs;
  }

  get closed(): boolean {
    return this.#commands?.closed ?? true;
  }

  get notificationsFailed(): boolean {
    return this.#events?.failed ?? false;
  }

  async connect(host: string, port: number): Promise<void> {
    this.#commands = await RequestSocket.open(host, port, this.#timeoutMs);
    this.#address = { host, port };
    this.#commands.ended.add((reason) => {
      this.#events?.close();
      this.#closing.fire(reason);
    });
  }

  async send(command: string, options: SendOptions = {}): Promise<string> {
    return (await this.exchange(command, options)).toString('utf8');
  }

  async exchange(command: string, { timeout = this.#timeoutMs, ...options }: ExchangeOptions = {}): Promise<Buffer> {
    if (!this.#commands) throw new ConnectionError('The connection has not been opened.', { command });
    return this.#commands.request(command, timeout, options);
  }

  async close(): Promise<void> {
    this.#events?.close();
    this.#commands?.close();
  }

  enableNotifications(): Promise<void> {
    this.#opening ??= this.#openNotifications().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async enableTrace(): Promise<void> {
    await this.enableNotifications();
    await this.#events?.enableTrace();
  }

  onNotification(callback: (frame: string) => void): Subscription {
    return this.#notifications.add(callback);
  }

  onNotificationsAvailable(callback: (available: boolean) => void): Subscription {
    return this.#available.add(callback);
  }

  onClose(callback: (reason: Error | undefined) => void): Subscription {
    return this.#closing.add(callback);
  }

  async #openNotifications(): Promise<void> {
    if (!this.#address || this.closed) throw new ConnectionError('The connection is not open.');
    const events = new NotificationSocket(this.#address.host, this.#address.port, this.#timeoutMs);
    events.frames.add((frame) => this.#notifications.fire(frame));
    events.available.add((available) => this.#available.fire(available));
    await events.open();
    this.#events = events;
    if (this.closed) events.close();
  }
}
