// A session: a connection to OpenOCD, perhaps the process behind it, and the subsystems, each created when first used.
import { milliseconds, whole } from './address';
import { Client, type Exchange } from './client';
import type { Connection, SendOptions } from './connection/connection';
import { TclRpcConnection } from './connection/tclRpcConnection';
import { TelnetConnection } from './connection/telnetConnection';
import type { Dialect } from './dialect';
import type { Subscription } from './disposable';
import { ArgumentError, CommandError, ConnectionError, TimeoutError } from './errors';
import { OpenOcdProcess, type ProcessOptions } from './process/openocdProcess';
import type { Request, Results } from './request';
import { tcl } from './request';
import { Breakpoints } from './subsystems/breakpoints';
import { Events, type ResetEvent, type TargetEvent } from './subsystems/events';
import { Flash } from './subsystems/flash';
import { Jtag } from './subsystems/jtag';
import { Memory } from './subsystems/memory';
import { Registers } from './subsystems/registers';
import { Rtt } from './subsystems/rtt';
import { Svd } from './subsystems/svd';
import { Swd } from './subsystems/swd';
import { Target } from './subsystems/target';
import { Transport } from './subsystems/transport';
import { connectSync, type SyncSession, type SyncStartOptions, startSync } from './sync/syncSession';

export interface ConnectOptions {
  /** 127.0.0.1 when absent; never `localhost`, which may mean IPv6 first. */
  readonly host?: string | undefined;
  /** 6666, or 4444 for telnet, when absent. */
  readonly port?: number | undefined;
  /** Milliseconds for connecting, and for each command that names no other; 10,000 when absent. */
  readonly timeout?: number | undefined;
  /** `telnet` is a fallback where the TCL port is closed: slower, and without notifications. */
  readonly protocol?: 'tcl' | 'telnet' | undefined;
}

export interface StartOptions extends ProcessOptions {
  /** Milliseconds until OpenOCD is ready, and the default for each command; 10,000 when absent. */
  readonly timeout?: number | undefined;
  /** Gives up waiting: OpenOCD is stopped, and the start fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;

export class Session implements AsyncDisposable {
  /** The OpenOCD this session started and will stop; undefined after `connect`. */
  readonly process: OpenOcdProcess | undefined;
  readonly #client: Client;
  readonly #subsystems = new Map<string, unknown>();
  #closing: Promise<void> | undefined;

  /**
   * Attaches to a running OpenOCD.
   * @throws ConnectionError when nothing answers, or something other than OpenOCD; TimeoutError
   */
  static async connect({
    host = '127.0.0.1',
    protocol = 'tcl',
    port = protocol === 'tcl' ? 6666 : 4444,
    timeout = DEFAULT_TIMEOUT_MS,
  }: ConnectOptions = {}): Promise<Session> {
    return new Session(await openClient(protocol, host, port, timeout), undefined);
  }

  /**
   * Starts OpenOCD, waits until it is ready, and connects. The session owns both; when anything fails, OpenOCD is stopped
   * before the error leaves.
   * @param config as for `OpenOcdProcess.start`; `tclPort` absent takes a free port
   * @throws ProcessError, ConnectionError, TimeoutError; the signal's reason
   */
  static async start(config: string | readonly string[], options: StartOptions = {}): Promise<Session> {
    const timeout = options.timeout ?? DEFAULT_TIMEOUT_MS;
    const { signal } = options;
    signal?.throwIfAborted();
    const process = await OpenOcdProcess.start(config, { ...options, tclPort: options.tclPort ?? 0 });
    // The wait for it ends with the process.
    const stop = () => void process.stop();
    signal?.addEventListener('abort', stop);
    try {
      signal?.throwIfAborted();
      await process.waitReady(timeout);
      const client = await openClient('tcl', '127.0.0.1', process.tclPort, timeout);
      signal?.throwIfAborted();
      return new Session(client, process);
    } catch (error) {
      await process.stop();
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** As `connect`, blocking: for scripts and REPLs, never inside VS Code's extension host. @throws as `connect` */
  static connectSync(options: ConnectOptions = {}): SyncSession {
    return connectSync(options);
  }

  /** As `start`, blocking: for scripts and REPLs, never inside VS Code's extension host. @throws as `start` */
  static startSync(config: string | readonly string[], options: SyncStartOptions = {}): SyncSession {
    return startSync(config, options);
  }

  private constructor(client: Client, process: OpenOcdProcess | undefined) {
    this.#client = client;
    this.process = process;
  }

  /** What differs between versions of OpenOCD; `dialect.version` is its first line. */
  get dialect(): Dialect {
    return this.#client.dialect;
  }

  get closed(): boolean {
    return this.#client.connection.closed;
  }

  get target(): Target {
    return this.#subsystem('target', () => new Target(this.#client));
  }

  get registers(): Registers {
    return this.#subsystem('registers', () => new Registers(this.#client));
  }

  get memory(): Memory {
    return this.#subsystem('memory', () => new Memory(this.#client));
  }

  get flash(): Flash {
    return this.#subsystem('flash', () => new Flash(this.#client));
  }

  get breakpoints(): Breakpoints {
    return this.#subsystem('breakpoints', () => new Breakpoints(this.#client));
  }

  get rtt(): Rtt {
    return this.#subsystem('rtt', () => new Rtt(this.#client));
  }

  get svd(): Svd {
    return this.#subsystem('svd', () => new Svd(this.#client));
  }

  get jtag(): Jtag {
    return this.#subsystem('jtag', () => new Jtag(this.#client));
  }

  get swd(): Swd {
    return this.#subsystem('swd', () => new Swd(this.#client));
  }

  get transport(): Transport {
    return this.#subsystem('transport', () => new Transport(this.#client));
  }

  get events(): Events {
    return this.#subsystem('events', () => new Events(this.#client));
  }

  /**
   * Raw Tcl in, raw result out.
   * @throws CommandError when Tcl raised an error; ConnectionError, TimeoutError
   */
  command(command: string, options: SendOptions = {}): Promise<string> {
    return this.#client.execute(tcl(command), options);
  }

  /** Sends one typed request. @throws what the request names */
  execute<T>(request: Request<T>, options: SendOptions = {}): Promise<T> {
    return this.#client.execute(request, options);
  }

  /**
   * Sends several requests in one round trip. Each has its own status: one that fails does not stop the next.
   * @throws ConnectionError, TimeoutError
   */
  batch<const R extends readonly Request<unknown>[]>(requests: R, options: SendOptions = {}): Promise<Results<R>> {
    return this.#client.batch(requests, options);
  }

  /** Calls back at each halt; turns notifications on. */
  onHalt(callback: (event: TargetEvent) => void): Subscription {
    return this.events.on('halted', callback);
  }

  /** Calls back at each resume; turns notifications on. */
  onResume(callback: (event: TargetEvent) => void): Subscription {
    return this.events.on('resumed', callback);
  }

  /** Calls back once for each reset; turns notifications on. */
  onReset(callback: (event: ResetEvent) => void): Subscription {
    return this.events.on('reset', callback);
  }

  /** Calls back after each round trip with what was sent and what came back: for logs. */
  onExchange(callback: (exchange: Exchange) => void): Subscription {
    return this.#client.exchanges.add(callback);
  }

  /** The connection ended: with a reason when it was not this program that closed it. */
  onClose(callback: (reason: Error | undefined) => void): Subscription {
    return this.#client.connection.onClose(callback);
  }

  /** Ends OpenOCD itself (`shutdown`), whoever started it, and closes the session. */
  async shutdown(): Promise<void> {
    await this.#client.connection.send('shutdown').catch((error: unknown) => {
      // The expected answer: OpenOCD has gone.
      if (!(error instanceof ConnectionError)) throw error;
    });
    await this.close();
  }

  /** Closes the connection, then stops a process of its own. Pending commands reject with ConnectionError. Closing twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      // Channels of RTT end in order, so that an OpenOCD that goes on keeps no server of ours.
      const rtt = this.#subsystems.get('rtt');
      if (rtt instanceof Rtt) await rtt.closeChannels();
      await this.#client.connection.close();
      await this.process?.stop();
    })();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #subsystem<T>(name: string, create: () => T): T {
    const existing = this.#subsystems.get(name);
    if (existing !== undefined) return existing as T;
    const created = create();
    this.#subsystems.set(name, created);
    return created;
  }
}

async function openClient(protocol: 'tcl' | 'telnet', host: string, port: number, timeout: number): Promise<Client> {
  milliseconds(timeout);
  whole(port, 'port', 1, 65_535);
  if (host.trim() === '') throw new ArgumentError('The host is empty: give a name or an address.');
  const connection: Connection = protocol === 'tcl' ? new TclRpcConnection(timeout) : new TelnetConnection(timeout);
  await connection.connect(host, port);
  try {
    return await Client.open(connection, host, timeout);
  } catch (error) {
    await connection.close();
    throw noOpenOcd(error, protocol, host, port);
  }
}

/** The port is open, and what listens there does not greet back: most likely another service. */
function noOpenOcd(error: unknown, protocol: 'tcl' | 'telnet', host: string, port: number): unknown {
  const advice =
    protocol === 'tcl'
      ? `Is ${port} the TCL port of OpenOCD (6666 by default)? Its GDB and telnet ports speak other protocols.`
      : `Is ${port} the telnet port of OpenOCD (4444 by default)?`;
  if (error instanceof TimeoutError)
    return new TimeoutError(
      `What listens at ${host}:${port} does not answer. ${advice} If it is, OpenOCD is busy with a long operation, or its probe hangs.`,
      { cause: error },
    );
  if (!(error instanceof ConnectionError || error instanceof CommandError)) return error;
  const answer =
    error.reply === undefined ? 'it closes the connection' : `it says ${JSON.stringify(error.reply.slice(0, 100))}`;
  return new ConnectionError(`What listens at ${host}:${port} is not OpenOCD: ${answer}. ${advice}`, {
    reply: error.reply,
    cause: error,
  });
}
