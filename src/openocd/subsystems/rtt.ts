// SEGGER RTT: text and data through buffers in target memory, which OpenOCD polls while the core runs.
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, hex, milliseconds, whole } from '../address';
import type { Client } from '../client';
import { openSocket } from '../connection/tcpSocket';
import { ArgumentError, CommandError, OpenOcdError, RttError, TimeoutError } from '../errors';
import { freePorts } from '../process/freePorts';
import { type RttChannels, readRttChannels } from '../replies/rttChannels';
import { describeRequest, type Request } from '../request';
import { quote } from '../tcl/quote';

export interface RttSetup {
  /** Where the control block is, or the search for it begins. */
  readonly address: Address;
  /** Bytes searched. */
  readonly size: number;
  /** What the control block begins with; `SEGGER RTT` when absent. */
  readonly id?: string | undefined;
}

const RETRY_MS = 100;
const PORT_ATTEMPTS = 3;
/** A session that ends does not wait longer for an OpenOCD that hangs. */
const STOP_TIMEOUT_MS = 1000;

export class Rtt {
  readonly #client: Client;
  /** Open streams, with the ports of their servers in OpenOCD. */
  readonly #streams = new Map<Duplex, number>();
  readonly #channels = new Map<number, Promise<Duplex>>();
  #setup: RttSetup | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `rtt setup ADDRESS SIZE ID`. @throws RttError where OpenOCD has no RTT for the target (RISC-V up to 0.12) */
  async setup(setup: RttSetup): Promise<void> {
    const { address, size, id = 'SEGGER RTT' } = setup;
    if (id === '' || id.length > 15) throw new ArgumentError('The id of an RTT control block has 1 to 15 characters.');
    await this.#client.execute(
      rttRequest('Setting RTT up', `rtt setup ${hex(address)} ${whole(size, 'size', 1)} ${quote(id)}`),
    );
    this.#setup = setup;
  }

  /**
   * `rtt start`, again and again until the firmware has made its control block.
   * `timeout` is in milliseconds; 5,000 when absent
   * @throws RttError when there is none by then
   */
  async start({
    timeout = 5000,
    signal,
  }: {
    readonly timeout?: number;
    readonly signal?: AbortSignal;
  } = {}): Promise<void> {
    const deadline = performance.now() + milliseconds(timeout);
    for (;;) {
      signal?.throwIfAborted();
      if (await this.#client.execute(rttStart())) return;
      if (performance.now() + RETRY_MS >= deadline) break;
      await sleep(RETRY_MS);
    }
    const { address = 0, size = 0, id = 'SEGGER RTT' } = this.#setup ?? {};
    const where = this.#setup ? ` “${id}” in the ${size} bytes from ${hex(address)}` : '';
    throw new RttError(
      `No RTT control block${where} after ${timeout} ms. Is a firmware with RTT running there? Give the address of its symbol _SEGGER_RTT, and start after the firmware has initialised it.`,
      { command: 'rtt start' },
    );
  }

  /** `rtt stop`. Open channels end. @throws RttError */
  async stop(): Promise<void> {
    await this.closeChannels();
    await this.#client.execute(rttRequest('Stopping RTT', 'rtt stop'));
  }

  /** `rtt polling_interval [MS]`: how often OpenOCD looks, in milliseconds; sets it when given. @throws RttError */
  async pollingInterval(ms?: number): Promise<number> {
    if (ms !== undefined)
      await this.#client.execute(
        rttRequest('Setting the RTT polling interval', `rtt polling_interval ${whole(ms, 'polling interval', 1)}`),
      );
    return this.#client.execute(
      describeRequest({
        action: 'Asking for the RTT polling interval',
        error: RttError,
        script: 'rtt polling_interval',
        refused: unsupported,
        parse: (text) => Number.parseInt(text, 10),
      }),
    );
  }

  /** `rtt channels`. @throws RttError before a control block was found */
  async channels(): Promise<RttChannels> {
    return this.#client.execute(
      describeRequest({
        action: 'Listing the RTT channels',
        error: RttError,
        script: 'rtt channels',
        refused: unsupported,
        parse: readRttChannels,
      }),
    );
  }

  /**
   * A channel as a stream in both directions: `rtt server start` on a free port. Ending the stream stops that server.
   * @throws RttError, ConnectionError
   */
  async open(channel: number): Promise<Duplex> {
    const number = whole(channel, 'channel');
    let failure: unknown;
    for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      const [port = 0] = await freePorts(1);
      try {
        await this.#client.execute(rttRequest(`Opening RTT channel ${number}`, `rtt server start ${port} ${number}`));
      } catch (error) {
        // Someone may have taken the port between its being found free and its use.
        if (!(error instanceof CommandError) || !/bind/i.test(`${error.message} ${error.log}`)) throw error;
        failure = error;
        continue;
      }
      const socket = await openSocket(this.#client.host, port, this.#client.timeout, 'RTT');
      this.#streams.set(socket, port);
      // Its end is told by `close`; a broken socket has nothing to add.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        if (this.#streams.delete(socket)) void this.#stopServers([port]);
      });
      return socket;
    }
    throw failure;
  }

  /**
   * What arrives on a channel: at least one byte, as soon as there is any.
   * `timeout` is in milliseconds; 1,000 when absent
   * @throws TimeoutError when nothing arrives; RttError
   */
  async read(channel: number, { timeout = 1000 }: { readonly timeout?: number } = {}): Promise<Buffer> {
    const stream = await this.#channel(channel);
    const deadline = performance.now() + milliseconds(timeout);
    for (;;) {
      const data = stream.read() as Buffer | null;
      if (data !== null) return data;
      if (stream.readableEnded || stream.destroyed) throw new RttError(`RTT channel ${channel} was closed.`);
      const left = deadline - performance.now();
      if (left <= 0) throw new TimeoutError(`Nothing arrived on RTT channel ${channel} within ${timeout} ms.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, left);
        function done() {
          clearTimeout(timer);
          for (const event of ['readable', 'end', 'close']) stream.off(event, done);
          resolve();
        }
        for (const event of ['readable', 'end', 'close']) stream.once(event, done);
      });
    }
  }

  /** Sends bytes, or text as UTF-8, to the target. @throws RttError */
  async write(channel: number, data: Uint8Array | string): Promise<void> {
    const stream = await this.#channel(channel);
    await new Promise<void>((resolve, reject) => {
      stream.write(data, (error) =>
        error ? reject(new RttError(`RTT channel ${channel} was closed.`, { cause: error })) : resolve(),
      );
    });
  }

  /** Ends all open channels, and the servers behind them. */
  async closeChannels(): Promise<void> {
    const ports = [...this.#streams.values()];
    const streams = [...this.#streams.keys()];
    this.#streams.clear();
    this.#channels.clear();
    for (const stream of streams) stream.destroy();
    await this.#stopServers(ports);
  }

  /** The stream that `read` and `write` share. */
  #channel(channel: number): Promise<Duplex> {
    const existing = this.#channels.get(channel);
    if (existing) return existing;
    const opening = this.open(channel);
    this.#channels.set(channel, opening);
    const forget = () => this.#channels.delete(channel);
    opening.then((stream) => stream.once('close', forget), forget);
    return opening;
  }

  async #stopServers(ports: readonly number[]): Promise<void> {
    if (ports.length === 0 || this.#client.connection.closed) return;
    try {
      await this.#client.outcomes(
        ports.map((port) => `rtt server stop ${port}`),
        { timeout: STOP_TIMEOUT_MS },
      );
    } catch (error) {
      // The session went down meanwhile: OpenOCD ends with it, or keeps a server that nobody can reach any more.
      if (!(error instanceof OpenOcdError)) throw error;
    }
  }
}

/** `rtt start`. @returns whether a control block was found: up to 0.12 it is a success without one, a failure after it */
function rttStart(): Request<boolean> {
  const plain = rttRequest('Starting RTT', 'rtt start');
  return {
    ...plain,
    parse: (outcome, dialect) => {
      if (/No control block found/i.test(`${outcome.message}\n${outcome.log}`)) return false;
      plain.parse(outcome, dialect);
      return true;
    },
  };
}

function rttRequest(action: string, script: string): Request<void> {
  return describeRequest({ action, error: RttError, script, refused: unsupported, parse: () => undefined });
}

/** For targets without RTT, OpenOCD has only `rtt server`: everything else is answered with its usage. */
function unsupported({ message, log }: { readonly message: string; readonly log: string }): string | undefined {
  return /^\s*rtt server\b/m.test(`${message}\n${log}`)
    ? 'this OpenOCD offers no RTT for this kind of target'
    : undefined;
}
