// A debug session over DAP on the simulated board: the adapter in this process, OpenOCD and the board as for any test.
import path from 'node:path';
import { createSession } from '../../../src/adapter/adapter';
import { type BoardOptions, type RunningBoard, root, startBoard } from '../../support/board';
import { type Body, DapClient } from '../../support/dapClient';

export const exampleFolder = path.join(root, 'examples/blinky-c');
export const blinkyC = path.join(exampleFolder, 'build/blinky-c.elf');
export const blinkyCpp = path.join(root, 'examples/blinky-cpp/build/blinky-cpp.elf');
export const sourceOf = (name: string) => path.join(exampleFolder, 'src', name);

export interface LiveOptions extends BoardOptions {
  readonly request?: 'launch' | 'attach';
  readonly configuration?: object;
  readonly configure?: (client: DapClient) => Promise<void>;
  /** Firmware that is in the flash already; the example when absent. */
  readonly image?: string;
}

/** A session that has begun. */
export class Rig {
  private constructor(
    readonly board: RunningBoard,
    readonly client: DapClient,
  ) {}

  static async start(options: LiveOptions = {}): Promise<Rig> {
    const board = await startBoard({ image: blinkyC, ...options });
    const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
    const rig = new Rig(board, client);
    try {
      const configuration = { program: options.image ?? blinkyC, host: '127.0.0.1', tclPort: board.tclPort };
      await client.start(options.request ?? 'launch', { ...configuration, ...options.configuration }, () =>
        Promise.resolve(options.configure?.(client)),
      );
      if ((options.request ?? 'launch') === 'launch' && !isFree(options.configuration)) await client.event('stopped');
      return rig;
    } catch (error) {
      await rig.stop();
      throw error;
    }
  }

  /** Does something that makes the core run, and waits for the stop. */
  async stopAfter(action: () => Promise<unknown>): Promise<Body> {
    const from = this.client.events.length;
    await action();
    return (await this.client.event('stopped', from)).body;
  }

  run(command: string, args: object = {}): Promise<Body> {
    return this.stopAfter(() => this.client.request(command, { threadId: 1, ...args }));
  }

  /** `function:line` of the innermost frames. */
  async places(levels = 20): Promise<string[]> {
    const { stackFrames } = await this.client.request('stackTrace', { threadId: 1, levels });
    return stackFrames.map(({ name, line }) => `${name}:${line}`);
  }

  async place(): Promise<string> {
    return (await this.places(1))[0] ?? '';
  }

  async evaluate(expression: string): Promise<string> {
    return (await this.client.request('evaluate', { expression, context: 'watch' })).result;
  }

  setBreakpoints(file: string, breakpoints: readonly object[]) {
    return this.client.request('setBreakpoints', { source: { path: sourceOf(file) }, breakpoints });
  }

  output(category?: string): string {
    return this.client.events
      .filter(({ event, body }) => event === 'output' && (category === undefined || body['category'] === category))
      .map(({ body }) => String(body['output']))
      .join('');
  }

  async stop(): Promise<void> {
    // A session that was ended by the test answers no more.
    if (!this.client.transcript.includes('→ disconnect')) await this.client.send('disconnect').catch(() => undefined);
    await this.client.dispose();
    await this.board.stop();
  }
}

const isFree = (configuration: object | undefined) =>
  (configuration as { runToEntryPoint?: unknown } | undefined)?.runToEntryPoint === false;
