// Blocking sessions for scripts and REPLs: every method of a session and its subsystems, by one mechanism. The real session
// lives in a worker thread; a call is a message there, and this thread sleeps until the answer is in.
// Never use one in VS Code's extension host or any other server: nothing else runs while a call waits.
import fs from 'node:fs';
import path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { SendOptions } from '../connection/connection';
import type { Dialect } from '../dialect';
import { ArgumentError, ConnectionError, OpenOcdError } from '../errors';
import { type Request, type Results, settle } from '../request';
import type { ConnectOptions, Session, StartOptions } from '../session';
import type { Outcome } from '../tcl/envelope';
import { type Answer, type Call, rebuildError, type Script } from './messages';

/** A method that resolves becomes one that returns; overloads (two at most) are kept. */
export type Blocking<M> = M extends { (...args: infer A): Promise<infer R>; (...args: infer B): Promise<infer S> }
  ? ((...args: A) => R) & ((...args: B) => S)
  : never;

export type AsyncMethod = (...args: never[]) => Promise<unknown>;

/** The methods of `T` that return promises. Callbacks and streams cannot cross threads and are left out. */
export type BlockingMethods<T, Omitted = never> = {
  readonly [K in keyof T as T[K] extends AsyncMethod ? Exclude<K, Omitted> : never]: Blocking<T[K]>;
};

const SUBSYSTEMS = [
  'target',
  'registers',
  'memory',
  'flash',
  'jtag',
  'swd',
  'breakpoints',
  'rtt',
  'svd',
  'transport',
  'events',
] as const;

export type Subsystem = (typeof SUBSYSTEMS)[number];

/** The session as seen from a blocked thread. */
export type SyncSession = BlockingMethods<Session, 'execute' | 'batch' | typeof Symbol.asyncDispose> & {
  readonly [K in Subsystem]: BlockingMethods<Session[K], 'open'>;
} & Disposable &
  SyncRequests & { readonly dialect: Dialect };

/** Typed requests; they are read in the calling thread, only their scripts travel. */
export interface SyncRequests {
  /** As `Session.execute`, blocking. @throws what the request names */
  execute<T>(request: Request<T>, options?: SendOptions): T;
  /** As `Session.batch`, blocking: one round trip, each request with its own status. @throws ConnectionError, TimeoutError */
  batch<const R extends readonly Request<unknown>[]>(requests: R, options?: SendOptions): Results<R>;
}

export type SyncStartOptions = Omit<StartOptions, 'onLog' | 'signal'>;

export function connectSync(options: ConnectOptions = {}): SyncSession {
  return open({ path: ['connect'], args: [options] });
}

export function startSync(config: string | readonly string[], options: SyncStartOptions = {}): SyncSession {
  return open({ path: ['start'], args: [config, options] });
}

function open(call: Omit<Call, 'id'>): SyncSession {
  const bridge = new Bridge();
  try {
    const dialect = bridge.call(call) as Dialect;
    return face(bridge, dialect);
  } catch (error) {
    bridge.end();
    throw error;
  }
}

/** Everything but the subsystems and these few is a method of the session. */
function face(bridge: Bridge, dialect: Dialect): SyncSession {
  const close = () => {
    if (bridge.ended) return;
    bridge.call({ path: ['close'], args: [] });
    bridge.end();
  };
  const own = { dialect, close, [Symbol.dispose]: close, ...requests(bridge, dialect) };
  const subsystems = Object.fromEntries(SUBSYSTEMS.map((name) => [name, methods(bridge, [name], {})]));
  return methods(bridge, [], { ...subsystems, ...own }) as unknown as SyncSession;
}

function requests(bridge: Bridge, dialect: Dialect): SyncRequests {
  const batch: SyncRequests['batch'] = (asked, options = {}) => {
    const scripts = asked.map(({ script, timeout }): Script => ({ script: script(dialect), timeout }));
    const outcomes = bridge.call({ path: ['outcomes'], args: [scripts, options] }) as readonly Outcome[];
    return asked.map((request, index) => settle(request, outcomes[index] as Outcome, dialect)) as Results<typeof asked>;
  };
  return {
    batch,
    execute: (request, options) => {
      const [result] = batch([request], options);
      if (result.ok) return result.value;
      throw result.error;
    },
  };
}

function methods(bridge: Bridge, at: readonly string[], own: Readonly<Record<PropertyKey, unknown>>): object {
  return new Proxy(own, {
    get: (known, name) => {
      // `then` must stay undefined, or an `await` would take the object for a promise.
      if (name in known || typeof name === 'symbol' || name === 'then') return known[name];
      return (...args: readonly unknown[]) => bridge.call({ path: [...at, name], args });
    },
  });
}

/** A worker thread and the way to sleep until it answers. */
class Bridge {
  readonly #channel = new MessageChannel();
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  #lastId = 0;
  #ended = false;

  constructor() {
    const file = workerFile();
    // A worker that cannot load would never answer.
    if (!fs.existsSync(file))
      throw new OpenOcdError(
        `A part of the client library is missing: ${file}. Build the client library (npm run build), or install the package again.`,
      );
    this.#worker = new Worker(file, {
      workerData: { port: this.#channel.port2, bell: this.#bell },
      transferList: [this.#channel.port2],
    });
    this.#worker.unref();
  }

  get ended(): boolean {
    return this.#ended;
  }

  call(call: Omit<Call, 'id'>): unknown {
    if (this.#ended) throw new ConnectionError('The session is closed.', { command: call.path.join('.') });
    const id = ++this.#lastId;
    try {
      this.#channel.port1.postMessage({ id, ...call } satisfies Call);
    } catch (cause) {
      throw new ArgumentError(
        `${call.path.join('.')} was given a function or a signal, which a SyncSession cannot pass on. Use the asynchronous Session for it.`,
        { cause },
      );
    }
    for (;;) {
      // Looked at before the mailbox: a ring in between then ends the wait at once.
      const rung = Atomics.load(this.#bell, 0);
      const received = receiveMessageOnPort(this.#channel.port1) as { readonly message: Answer } | undefined;
      if (!received) {
        Atomics.wait(this.#bell, 0, rung);
        continue;
      }
      const { message } = received;
      // An answer that comes after a failure of its own call is nobody's.
      if (message.id !== id) continue;
      if (message.ok) return asBuffer(message.value);
      throw rebuildError(message.error);
    }
  }

  end(): void {
    this.#ended = true;
    this.#channel.port1.close();
    void this.#worker.terminate();
  }
}

/** Cloning makes a plain Uint8Array of a Buffer. */
function asBuffer(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** Beside the bundle that contains this. From source there is no such file: a blocked thread cannot help to compile it. */
function workerFile(): string {
  return path.join(__dirname, 'clientWorker.js');
}
