// A debug adapter at work on a simulated board of its own: ours or the peer (cdt-gdb-adapter with gdb-multiarch), driven by the same
// client in the same way. Counts what an operation costs on the link.
import { once } from 'node:events';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type RunningBoard, root, startBoard } from '../../support/board';
import { type Body, DapClient } from '../../support/dapClient';
import { type CountingProxy, countingProxy } from './countingProxy';
import { benchSource, exampleElf, lineAt } from './firmware';

export type Side = 'ours' | 'peer';

/** What an operation costs beside time. */
export interface Cost {
  readonly scans: number;
  readonly roundTrips: number;
  readonly bytes: number;
}

/** Slow operations of the peer take half a minute. */
const TIMEOUT_MS = 120_000;

export class Rig {
  #client: DapClient | undefined;
  /** Of the last stop. */
  frames: DebugProtocol.StackFrame[] = [];
  locals: DebugProtocol.Variable[] = [];

  private constructor(
    readonly side: Side,
    readonly board: RunningBoard,
    private readonly proxy: CountingProxy,
    private readonly nodeArguments: readonly string[],
  ) {}

  /** @param nodeArguments for the process of our adapter, such as `--cpu-prof` */
  static async start(side: Side, nodeArguments: readonly string[] = []): Promise<Rig> {
    const board = await startBoard({ image: exampleElf, unixSocket: true });
    return new Rig(side, board, await countingProxy(board.tclPort), nodeArguments);
  }

  get client(): DapClient {
    if (this.#client === undefined) throw new Error('No session has been launched.');
    return this.#client;
  }

  /** Starts the adapter, programs the board, runs to main. Ends when the adapter has told of the stop. */
  async launch(program: string, more: object = {}): Promise<void> {
    const command =
      this.side === 'ours'
        ? [...this.nodeArguments, path.join(root, 'dist/adapter.js')]
        : [path.join(root, 'node_modules/cdt-gdb-adapter/dist/debugTargetAdapter.js')];
    const client = DapClient.spawn({ command, timeoutMs: TIMEOUT_MS });
    this.#client = client;
    if (this.side === 'ours') {
      const host = '127.0.0.1';
      await client.start('launch', { program, host, tclPort: this.proxy.port, ...more });
    } else {
      await client.start('attach', {
        program,
        cwd: path.dirname(program),
        gdb: 'gdb-multiarch',
        initCommands: ['monitor reset halt', 'load', 'monitor reset halt', 'thbreak main'],
        customResetCommands: ['monitor reset halt', 'thbreak main', 'continue'],
        target: { type: 'remote', host: '127.0.0.1', port: String(this.board.gdbPort) },
      });
    }
    await client.event('stopped');
  }

  async disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    await client.send('disconnect', { terminateDebuggee: false }).catch(() => undefined);
    // A process that ends by itself writes its profile, where one is wanted.
    const { child } = client;
    const ended = child === undefined || child.exitCode !== null ? client.closed() : once(child, 'exit');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000))]);
    await client.dispose();
  }

  /** Sends a request that makes the core run, and waits for the stop. */
  async untilStopped(command: string, args: object = {}): Promise<Body> {
    const from = this.client.events.length;
    const answer = this.client.request(command, { threadId: 1, ...args });
    const [event] = await Promise.all([this.client.event('stopped', from), answer]);
    return event.body;
  }

  /** What an editor asks for after each stop. */
  async look(levels = 20): Promise<void> {
    await this.client.request('threads');
    this.frames = (await this.client.request('stackTrace', { threadId: 1, startFrame: 0, levels })).stackFrames;
    const { scopes } = await this.client.request('scopes', { frameId: this.frames[0]?.id });
    const reference = scopes[0]?.variablesReference ?? 0;
    this.locals = (await this.client.request('variables', { variablesReference: reference })).variables;
  }

  /** Sets the breakpoints of bench.c; none without places. */
  async breakAt(...breakpoints: readonly (DebugProtocol.SourceBreakpoint | string)[]): Promise<void> {
    const wanted = breakpoints.map((each) => (typeof each === 'string' ? { line: lineAt(each) } : each));
    const { breakpoints: set } = await this.client.request('setBreakpoints', {
      source: { name: 'bench.c', path: benchSource },
      breakpoints: wanted,
    });
    const refused = set.find(({ verified }) => !verified);
    if (refused !== undefined) throw new Error(`${this.side} did not set a breakpoint: ${refused.message}`);
  }

  /** Runs to a place in bench.c, and leaves no breakpoint behind. */
  async runTo(place: string, times = 1): Promise<void> {
    await this.breakAt(place);
    for (let i = 0; i < times; i++) await this.untilStopped('continue');
    await this.breakAt();
    await this.look();
    if (this.frames[0]?.line !== lineAt(place)) {
      throw new Error(`${this.side} is in line ${this.frames[0]?.line} instead of at “${place}”.`);
    }
  }

  /** The value of an expression in the innermost frame. */
  async evaluate(expression: string, context = 'watch'): Promise<DebugProtocol.EvaluateResponse['body']> {
    return this.client.request('evaluate', { expression, context, frameId: this.frames[0]?.id });
  }

  /** Counters since the start. */
  async cost(): Promise<Cost> {
    const { stats } = await this.board.control<{ stats: { scans: number } }>({ get: 'stats' });
    return { scans: stats.scans, ...this.proxy.traffic() };
  }

  async stop(): Promise<void> {
    await this.disconnect();
    this.proxy.close();
    await this.board.stop();
  }
}
