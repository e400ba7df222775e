// What every subsystem stands on: one connection, its dialect, and typed requests through the envelope. Holds no target logic.
import { milliseconds } from './address';
import type { Connection, SendOptions } from './connection/connection';
import { DIALECT_SCRIPT, type Dialect, readDialect } from './dialect';
import { Listeners } from './disposable';
import { CommandError, ConnectionError, TargetNotHaltedError } from './errors';
import { type Request, type Results, settle, type Values } from './request';
import { Envelope, local, type Outcome } from './tcl/envelope';

/** One round trip, for logs: what was sent, and either what became of each script or why there is no answer. */
export interface Exchange {
  readonly scripts: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Set when no answer came: a ConnectionError or a TimeoutError. */
  readonly error: unknown;
  /** From the call to the answer, waiting for earlier commands included. */
  readonly milliseconds: number;
}

/** After 0.12 a target's state is `unknown` from OpenOCD's start to its first poll, 100 ms later. */
const FIRST_POLL = local(
  'foreach t [target names] {if {[$t curstate] eq "unknown" && [$t was_examined]} {catch {$t arp_poll}}}',
);

export class Client {
  readonly connection: Connection;
  readonly dialect: Dialect;
  readonly host: string;
  /** Milliseconds a command may take when nothing else is said. */
  readonly timeout: number;
  /** Hears of every round trip when it is over. */
  readonly exchanges = new Listeners<Exchange>();
  readonly #envelope: Envelope;

  /** @throws ConnectionError when the other side is not OpenOCD */
  static async open(connection: Connection, host: string, timeout: number): Promise<Client> {
    const { envelope, version } = await Envelope.open(connection);
    const [outcome] = await envelope.run([DIALECT_SCRIPT, FIRST_POLL]);
    if (outcome?.code !== 0)
      throw new ConnectionError('The other side does not answer as OpenOCD does.', { reply: outcome?.message });
    return new Client(connection, envelope, readDialect(version, outcome.message), host, timeout);
  }

  private constructor(connection: Connection, envelope: Envelope, dialect: Dialect, host: string, timeout: number) {
    this.connection = connection;
    this.#envelope = envelope;
    this.dialect = dialect;
    this.host = host;
    this.timeout = timeout;
  }

  /** Sends one request. @throws what the request throws, ConnectionError, TimeoutError */
  async execute<T>(request: Request<T>, options: SendOptions = {}): Promise<T> {
    const outcome = (await this.outcomes([request.script(this.dialect)], this.#limit([request], options)))[0];
    if (!outcome) throw new ConnectionError('OpenOCD’s answer is empty.');
    try {
      return request.parse(outcome, this.dialect);
    } catch (error) {
      throw request.needsHalt ? await this.#explain(error) : error;
    }
  }

  /** Sends several requests in one round trip; each has its own status. @throws ConnectionError, TimeoutError */
  async batch<const R extends readonly Request<unknown>[]>(
    requests: R,
    options: SendOptions = {},
  ): Promise<Results<R>> {
    if (requests.length === 0) return [] as unknown as Results<R>;
    const scripts = requests.map((request) => request.script(this.dialect));
    const outcomes = await this.outcomes(scripts, this.#limit(requests, options));
    return requests.map((request, index) => settle(request, outcomes[index] as Outcome, this.dialect)) as Results<R>;
  }

  /** Sends several requests in one round trip, all of which have to succeed. @throws as `execute`, for the first that fails */
  async all<const R extends readonly Request<unknown>[]>(requests: R): Promise<Values<R>> {
    const results = await this.batch(requests);
    const values: unknown[] = [];
    for (const [index, result] of results.entries()) {
      if (!result.ok) throw requests[index]?.needsHalt ? await this.#explain(result.error) : result.error;
      values.push(result.value);
    }
    return values as Values<R>;
  }

  /** Runs scripts in one round trip and returns what became of each, failures included. */
  async outcomes(scripts: readonly string[], options: SendOptions = {}): Promise<Outcome[]> {
    const begun = performance.now();
    const tell = (outcomes: readonly Outcome[], error: unknown) =>
      this.exchanges.fire({ scripts, outcomes, error, milliseconds: performance.now() - begun });
    try {
      const outcomes = await this.#envelope.run(scripts, { timeout: this.timeout, ...options });
      tell(outcomes, undefined);
      return outcomes;
    } catch (error) {
      tell([], error);
      throw error;
    }
  }

  #limit(requests: readonly Request<unknown>[], options: SendOptions): SendOptions {
    const timeout = options.timeout ?? Math.max(this.timeout, ...requests.map((request) => request.timeout ?? 0));
    return { ...options, timeout: milliseconds(timeout) };
  }

  /** OpenOCD often fails without saying that the core merely runs: ask, so that the error can say it. */
  async #explain(error: unknown): Promise<unknown> {
    if (!(error instanceof CommandError) || error instanceof TargetNotHaltedError) return error;
    const [state] = await this.outcomes(['[target current] curstate']);
    if (state?.code !== 0 || state.message.trim() !== 'running') return error;
    return new TargetNotHaltedError(`${error.message} The core is running: halt it first.`, error);
  }
}
