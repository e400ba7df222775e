// A Debug Adapter Protocol client for tests: talks to an adapter process (stdio or TCP) or to a session in this process, waits
// for events, and writes the conversation down for golden transcripts.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';

export const repositoryRoot = path.resolve(__dirname, '../..');

export type Body = Readonly<Record<string, unknown>>;
export type DapEvent = Omit<DebugProtocol.Event, 'body'> & { readonly body: Body };
export type DapResponse<B = Body> = Omit<DebugProtocol.Response, 'body'> & { readonly body: B };

/** The bodies of responses by request. */
interface Bodies {
  initialize: DebugProtocol.Capabilities;
  threads: DebugProtocol.ThreadsResponse['body'];
  stackTrace: DebugProtocol.StackTraceResponse['body'];
  scopes: DebugProtocol.ScopesResponse['body'];
  variables: DebugProtocol.VariablesResponse['body'];
  setVariable: DebugProtocol.SetVariableResponse['body'];
  evaluate: DebugProtocol.EvaluateResponse['body'];
  setExpression: DebugProtocol.SetExpressionResponse['body'];
  completions: DebugProtocol.CompletionsResponse['body'];
  exceptionInfo: DebugProtocol.ExceptionInfoResponse['body'];
  readMemory: NonNullable<DebugProtocol.ReadMemoryResponse['body']>;
  writeMemory: NonNullable<DebugProtocol.WriteMemoryResponse['body']>;
  disassemble: NonNullable<DebugProtocol.DisassembleResponse['body']>;
  modules: DebugProtocol.ModulesResponse['body'];
  loadedSources: DebugProtocol.LoadedSourcesResponse['body'];
  source: DebugProtocol.SourceResponse['body'];
  breakpointLocations: DebugProtocol.BreakpointLocationsResponse['body'];
  setBreakpoints: DebugProtocol.SetBreakpointsResponse['body'];
  setFunctionBreakpoints: DebugProtocol.SetFunctionBreakpointsResponse['body'];
  setInstructionBreakpoints: DebugProtocol.SetInstructionBreakpointsResponse['body'];
  setDataBreakpoints: DebugProtocol.SetDataBreakpointsResponse['body'];
  dataBreakpointInfo: DebugProtocol.DataBreakpointInfoResponse['body'];
  stepInTargets: DebugProtocol.StepInTargetsResponse['body'];
  gotoTargets: DebugProtocol.GotoTargetsResponse['body'];
}

export type BodyOf<C extends string> = C extends keyof Bodies ? Bodies[C] : Body;

/** How long a response or event is waited for, unless told otherwise. */
const defaultTimeoutMs = 15_000;

export interface ClientOptions {
  readonly timeoutMs?: number;
}

export class DapClient {
  /** All events that came, in order. */
  readonly events: DapEvent[] = [];
  /** The conversation as text; see `record`. */
  readonly transcript: string[] = [];
  #sequence = 1;
  #pending: Buffer = Buffer.alloc(0);
  readonly #waiting = new Map<number, { resolve: (response: DapResponse) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Set<() => void>();
  #isClosed = false;
  /** What the adapter wrote to standard error. */
  errorOutput = '';

  private constructor(
    readonly input: NodeJS.WritableStream,
    output: NodeJS.ReadableStream,
    readonly dispose: () => Promise<void>,
    readonly timeoutMs: number,
    readonly child?: ChildProcess,
  ) {
    output.on('data', (chunk: Buffer) => this.#receive(chunk));
    output.on('close', () => this.#close());
    output.on('end', () => this.#close());
  }

  /** Starts the adapter as its own process on standard streams: the bundle when it is there, else from the sources. */
  static spawn(
    options: ClientOptions & {
      readonly args?: readonly string[];
      readonly bundle?: boolean;
      /** Arguments of node that run another adapter. */
      readonly command?: readonly string[];
    } = {},
  ): DapClient {
    const command = options.command ?? adapterCommand(options.bundle ?? false);
    const child = spawn(process.execPath, [...command, ...(options.args ?? [])], {
      stdio: 'pipe',
      cwd: repositoryRoot,
    });
    const exited = new Promise<void>((resolve) => child.on('exit', () => resolve()));
    const dispose = async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill();
      await exited;
    };
    const client = new DapClient(child.stdin, child.stdout, dispose, options.timeoutMs ?? defaultTimeoutMs, child);
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk: Buffer) => {
      client.errorOutput += chunk.toString();
    });
    return client;
  }

  /** Runs a session in this process; `serve` gets the streams (see adapter/adapter.ts `createSession().serve`). */
  static inProcess(
    serve: (input: NodeJS.ReadableStream, output: NodeJS.WritableStream) => void,
    options: ClientOptions = {},
  ): DapClient {
    const toAdapter = new PassThrough();
    const fromAdapter = new PassThrough();
    serve(toAdapter, fromAdapter);
    const dispose = () => {
      toAdapter.destroy();
      return Promise.resolve();
    };
    return new DapClient(toAdapter, fromAdapter, dispose, options.timeoutMs ?? defaultTimeoutMs);
  }

  /** Connects to an adapter that listens on a TCP port. */
  static async connect(port: number, host = '127.0.0.1', options: ClientOptions = {}): Promise<DapClient> {
    const socket = net.connect(port, host);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const dispose = () => {
      socket.destroy();
      return Promise.resolve();
    };
    return new DapClient(socket, socket, dispose, options.timeoutMs ?? defaultTimeoutMs);
  }

  /** The seq of the last request, for cancelling it. */
  get lastSequence(): number {
    return this.#sequence - 1;
  }

  /** Sends a request and returns its response, also when it is an error. */
  async send<C extends string>(command: C, args?: object): Promise<DapResponse<BodyOf<C>>> {
    const seq = this.#sequence++;
    this.#note(`→ ${command}${args === undefined ? '' : ` ${brief(args)}`}`);
    const answer = new Promise<DapResponse<BodyOf<C>>>((resolve, reject) =>
      this.#waiting.set(seq, { resolve: (response) => resolve(response as DapResponse<BodyOf<C>>), reject }),
    );
    this.write({ seq, type: 'request', command, ...(args === undefined ? {} : { arguments: args }) });
    return this.#within(answer, `no response to ${command}`);
  }

  /** Sends a request whose success is expected; returns the body. */
  async request<C extends string>(command: C, args?: object): Promise<BodyOf<C>> {
    const response = await this.send(command, args);
    if (!response.success) throw new Error(`${command} failed: ${response.message}`);
    return response.body;
  }

  /** Sends a request whose failure is expected; returns the message. */
  async failure(command: string, args?: object): Promise<string> {
    const response = await this.send(command, args);
    if (response.success) throw new Error(`${command} succeeded: ${JSON.stringify(response.body)}`);
    return response.message ?? '';
  }

  /** The first event of a name from index `from` on (see `events.length`), when it comes. */
  async event(name: string, from = 0, accept: (body: Body) => boolean = () => true): Promise<DapEvent> {
    const find = () => this.events.slice(from).find((event) => event.event === name && accept(event.body ?? {}));
    const known = find();
    if (known !== undefined) return known;
    let listener: () => void = () => undefined;
    const coming = new Promise<DapEvent>((resolve, reject) => {
      listener = () => {
        const found = find();
        if (found !== undefined) resolve(found);
        else if (this.#isClosed) reject(new Error(`The adapter ended before the event “${name}”. ${this.errorOutput}`));
      };
      this.#listeners.add(listener);
    });
    try {
      return await this.#within(coming, `no event “${name}”`);
    } finally {
      this.#listeners.delete(listener);
    }
  }

  /** initialize, attach or launch, initialized, configurationDone. Returns the capabilities. */
  async start(
    request: 'launch' | 'attach',
    configuration: object,
    configure: () => Promise<void> = async () => undefined,
  ): Promise<DebugProtocol.Capabilities> {
    const capabilities = await this.request('initialize', {
      adapterID: 'openocd',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
      supportsVariableType: true,
      supportsVariablePaging: true,
      supportsProgressReporting: true,
      supportsInvalidatedEvent: true,
      supportsMemoryEvent: true,
    });
    const started = this.send(request, configuration);
    const failed = started.then((response) => {
      if (!response.success) throw new Error(`${request} failed: ${response.message}`);
      return this.event('initialized');
    });
    await Promise.race([failed, this.event('initialized')]);
    await configure();
    await this.request('configurationDone');
    const response = await started;
    if (!response.success) throw new Error(`${request} failed: ${response.message}`);
    return capabilities;
  }

  /** Writes a message as it is, for tests of damaged ones. */
  write(message: object): void {
    const json = JSON.stringify(message);
    this.writeRaw(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  }

  writeRaw(bytes: string | Uint8Array): void {
    this.input.write(bytes);
  }

  /** Waits until the adapter closed its side. */
  async closed(): Promise<void> {
    if (this.#isClosed) return;
    await this.#within(
      new Promise<void>((resolve) => {
        const listener = () => {
          if (this.#isClosed) resolve();
        };
        this.#listeners.add(listener);
      }),
      'the adapter did not end',
    );
  }

  #receive(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (true) {
      const end = this.#pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#pending.toString('latin1', 0, end))?.[1]);
      if (this.#pending.length < end + 4 + length) return;
      const message = JSON.parse(this.#pending.toString('utf8', end + 4, end + 4 + length));
      this.#pending = this.#pending.subarray(end + 4 + length);
      this.#dispatch(message);
    }
  }

  #dispatch(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === 'response') {
      const response = message as DapResponse;
      this.#note(
        response.success
          ? `← ${response.command}${response.body === undefined ? '' : ` ${brief(response.body)}`}`
          : `← ${response.command} failed: ${response.message}`,
      );
      this.#waiting.get(response.request_seq)?.resolve(response);
      this.#waiting.delete(response.request_seq);
    } else if (message.type === 'event') {
      const event = message as DapEvent;
      this.#note(`! ${event.event}${event.body === undefined ? '' : ` ${brief(event.body)}`}`);
      this.events.push(event);
    }
    for (const listener of this.#listeners) listener();
  }

  #close(): void {
    this.#isClosed = true;
    const error = new Error(`The adapter ended. ${this.errorOutput}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    for (const listener of this.#listeners) listener();
  }

  #note(line: string): void {
    this.transcript.push(line);
  }

  async #within<T>(promise: Promise<T>, problem: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${problem} within ${this.timeoutMs} ms. ${this.errorOutput}`)),
        this.timeoutMs,
      );
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Arguments of node that run the adapter. */
export function adapterCommand(bundle: boolean): string[] {
  if (bundle) return [path.join(repositoryRoot, 'dist/adapter.js')];
  return ['--import', 'tsx', path.join(repositoryRoot, 'src/adapter/main.ts')];
}

/** JSON in one line for short things, in indented lines for long ones; keys that undefined are left out. */
function brief(value: object): string {
  const line = JSON.stringify(value);
  return line.length <= 160 ? line : `\n${indent(value, 2)}`;
}

/** Lists with one item per line: a stack, a list of variables. */
function indent(value: unknown, depth: number): string {
  const pad = ' '.repeat(depth);
  if (Array.isArray(value)) return value.map((item) => `${pad}- ${JSON.stringify(item)}`).join('\n');
  if (typeof value !== 'object' || value === null) return `${pad}${JSON.stringify(value)}`;
  return Object.entries(value)
    .map(([key, item]) => {
      const line = JSON.stringify(item);
      return line.length > 120 && typeof item === 'object' && item !== null
        ? `${pad}${key}:\n${indent(item, depth + 2)}`
        : `${pad}${key}: ${line}`;
    })
    .join('\n');
}

/**
 * Compares a transcript with the golden file beside the tests. `replacements` take out what differs between machines.
 * A missing file is written; UPDATE_GOLDEN=1 writes all of them anew, to be reviewed before they are committed.
 */
export function compareGolden(
  file: string,
  transcript: readonly string[],
  replacements: readonly (readonly [string | RegExp, string])[] = [],
): void {
  let text = `${transcript.join('\n')}\n`;
  for (const [from, to] of replacements) text = text.replaceAll(from as string, to);
  if (process.env['UPDATE_GOLDEN'] === '1' || !fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return;
  }
  const golden = fs.readFileSync(file, 'utf8');
  if (golden === text) return;
  const [a, b] = [golden.split('\n'), text.split('\n')];
  const at = a.findIndex((line, index) => line !== b[index]);
  const line = at < 0 ? a.length : at;
  throw new Error(
    `The conversation differs from ${path.basename(file)} in line ${line + 1}:\n  golden: ${a[line]}\n  now:    ${b[line]}\n` +
      'Set UPDATE_GOLDEN=1 to write it anew, and review the difference.',
  );
}
