// A board: one OpenOCD for one configuration, with its state. Views, terminals, commands and debug sessions share it through its
// TCL port. Knows no view and no debug session; who needs it says so with `use`.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Session } from '../../openocd';
import * as settings from '../settings';
import type { BoardConfiguration, OpenOcdBoard } from './configuration';
import { type RunningSimulator, startSimulator } from './simulatorProcess';

export type BoardState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly session: Session; readonly host: string; readonly tclPort: number }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'stopping' };

export class Board implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<BoardState>();
  readonly onDidChange = this.#changed.event;
  #state: BoardState = { kind: 'stopped' };
  #simulator: RunningSimulator | undefined;
  #starting: Promise<Session> | undefined;

  constructor(
    readonly configuration: BoardConfiguration,
    private readonly extensionPath: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  get state(): BoardState {
    return this.#state;
  }

  get session(): Session | undefined {
    return this.#state.kind === 'ready' ? this.#state.session : undefined;
  }

  /** Starts OpenOCD, or returns the session of the running one. Concurrent calls share one start. */
  start(): Promise<Session> {
    if (this.#state.kind === 'ready') return Promise.resolve(this.#state.session);
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<Session> {
    if (!vscode.workspace.isTrusted) {
      throw new Error(vscode.l10n.t('OpenOCD is not started in an untrusted workspace. Trust the workspace first.'));
    }
    this.#enter({ kind: 'starting' });
    try {
      const session = await this.#open();
      const { configuration } = this;
      const host = configuration.kind === 'external' ? configuration.host : '127.0.0.1';
      const tclPort = configuration.kind === 'external' ? configuration.tclPort : session.process?.tclPort;
      if (tclPort === undefined) throw new Error('OpenOCD has no TCL port.');
      this.#enter({ kind: 'ready', session, host, tclPort });
      return session;
    } catch (error) {
      this.#stopSimulator();
      this.#enter({ kind: 'stopped' });
      throw error;
    }
  }

  async #open(): Promise<Session> {
    const { configuration } = this;
    const { Session } = await import('../../openocd');
    const timeout = settings.startTimeoutMs();
    if (configuration.kind === 'external') {
      const session = await Session.connect({ host: configuration.host, port: configuration.tclPort, timeout });
      session.onClose(() => this.#lose(session, vscode.l10n.t('OpenOCD closed the connection.')));
      return session;
    }
    const words =
      configuration.kind === 'simulator' ? await this.#simulatorArguments() : openocdArguments(configuration);
    const openocd = configuration.kind === 'openocd' ? configuration : undefined;
    const session = await Session.start(words, {
      tclPort: 0,
      timeout,
      openocdPath: openocd?.openocdPath ?? settings.openocdPath(),
      searchDirs: openocd?.searchDirs,
      cwd: openocd?.cwd,
      env: openocd?.env,
      onLog: (line) => this.#write(line),
    });
    session.process?.onExit(() => {
      const last = session.process?.log.filter((line) => line.level === 'error').at(-1)?.text;
      this.#lose(session, last ?? vscode.l10n.t('OpenOCD ended.'));
    });
    return session;
  }

  #write(line: { readonly level: string; readonly text: string }): void {
    if (line.level === 'error') this.log.error(line.text);
    else if (line.level === 'warning') this.log.warn(line.text);
    else if (line.level === 'debug') this.log.debug(line.text);
    else this.log.info(line.text);
  }

  async #simulatorArguments(): Promise<readonly string[]> {
    const { configuration } = this;
    if (configuration.kind !== 'simulator') return [];
    const simulator = await startSimulator(path.join(this.extensionPath, 'dist/simulator.js'), configuration);
    this.#simulator = simulator;
    const commands = [`set SIM_PORT ${simulator.port}`, `set SIM_CORES ${configuration.cores}`];
    return ['-c', commands.join('; '), '-f', path.join(this.extensionPath, 'media/simulator.cfg')];
  }

  /** OpenOCD ended or went away without being asked to. */
  #lose(session: Session, reason: string): void {
    if (this.session !== session) return;
    this.#stopSimulator();
    this.#enter({ kind: 'lost', reason });
    session.close().catch((error: unknown) => this.log.debug(String(error)));
  }

  /** Stops OpenOCD (an external one is only left alone). */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const session = this.session;
    if (session === undefined) {
      this.#enter({ kind: 'stopped' });
      return;
    }
    this.#enter({ kind: 'stopping' });
    try {
      await session.close();
    } finally {
      this.#stopSimulator();
      this.#enter({ kind: 'stopped' });
    }
  }

  async restart(): Promise<Session> {
    await this.stop();
    return this.start();
  }

  #stopSimulator(): void {
    this.#simulator?.stop();
    this.#simulator = undefined;
  }

  #enter(state: BoardState): void {
    if (state.kind === this.#state.kind && state.kind !== 'ready' && state.kind !== 'lost') return;
    this.#state = state;
    this.log.info(
      `Board “${this.configuration.name}”: ${state.kind}${state.kind === 'lost' ? ` (${state.reason})` : ''}`,
    );
    this.#changed.fire(state);
  }

  dispose(): void {
    this.stop().catch((error: unknown) => this.log.error(String(error)));
    this.#changed.dispose();
  }
}

function openocdArguments(board: OpenOcdBoard): readonly string[] {
  return [
    ...board.commandsBefore.flatMap((command) => ['-c', command]),
    ...board.configFiles.flatMap((file) => ['-f', file]),
    ...board.args,
    ...board.commandsAfter.flatMap((command) => ['-c', command]),
  ];
}

/** What went wrong and what to do, as one text for a message box. */
export function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
