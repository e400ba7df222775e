// A board: one OpenOCD for one configuration, with its state. Views, terminals, commands and debug sessions share it through its
// TCL port. Knows no view and no debug session; who needs it says so with `use`.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Session } from '../../openocd';
import * as settings from '../settings';
import type { BoardConfiguration, ExternalBoard, OpenOcdBoard } from './configuration';
import { ProbeLoss } from './probeLoss';
import { PULSE, Pulse, type PulseLimits } from './pulse';
import { type RunningSimulator, startSimulator } from './simulatorProcess';

export type BoardState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly session: Session; readonly host: string; readonly tclPort: number }
  /** `reconnecting`: the board tries again by itself. */
  | { readonly kind: 'lost'; readonly reason: string; readonly reconnecting: boolean }
  | { readonly kind: 'stopping' };

/** The debug configuration behind a board. */
export interface Origin {
  readonly name: string;
  /** Of the workspace; undefined where any will do. */
  readonly folder: vscode.WorkspaceFolder | undefined;
  /** The absolute path of the program that a debug session ran on the board, with all its variables replaced. */
  readonly program?: string;
}

export interface BoardLimits {
  /** Waits before each attempt to reconnect, in milliseconds. */
  readonly reconnectMs: readonly number[];
  readonly pulse: PulseLimits;
}

/** A hub takes some seconds to find its probes after sleep. */
const LIMITS: BoardLimits = { reconnectMs: [1000, 2000, 4000, 8000, 15_000], pulse: PULSE };

export class Board implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<BoardState>();
  readonly onDidChange = this.#changed.event;
  readonly #silent = new vscode.EventEmitter<void>();
  /** OpenOCD has not answered for a while: it hangs, or is busy. */
  readonly onDidFallSilent = this.#silent.event;
  #state: BoardState = { kind: 'stopped' };
  #simulator: RunningSimulator | undefined;
  #starting: Promise<Session> | undefined;
  #pulse: Pulse | undefined;
  #probe = new ProbeLoss();
  /** Ends a start that is under way. */
  #abort = new AbortController();
  /** Ends the attempts to reconnect. */
  #reconnecting: AbortController | undefined;
  /** What it was last made or used for: several debug configurations may mean this board. */
  origin: Origin | undefined;

  constructor(
    readonly configuration: BoardConfiguration,
    private readonly extensionPath: string,
    private readonly log: vscode.LogOutputChannel,
    private readonly limits = LIMITS,
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
    this.#reconnecting?.abort();
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
      return await this.#connect();
    } catch (error) {
      this.#giveUp({ kind: 'stopped' });
      throw error;
    }
  }

  async #connect(): Promise<Session> {
    this.#probe = new ProbeLoss();
    this.#abort = new AbortController();
    const session = await this.#open(this.#abort.signal);
    const { configuration } = this;
    const host = configuration.kind === 'external' ? configuration.host : '127.0.0.1';
    const tclPort = configuration.kind === 'external' ? configuration.tclPort : session.process?.tclPort;
    if (tclPort === undefined) throw new Error('OpenOCD has no TCL port.');
    this.#pulse = new Pulse({
      ask: (timeout, afterSleep) =>
        session.command(afterSleep ? 'catch {[target current] arp_poll}' : 'expr 1', { timeout }),
      onGone: () => this.#lose(session, vscode.l10n.t('OpenOCD does not answer any more.'), true),
      onSilence: () => this.#silent.fire(),
      limits: this.limits.pulse,
    });
    this.#enter({ kind: 'ready', session, host, tclPort });
    return session;
  }

  async #open(signal: AbortSignal): Promise<Session> {
    const { configuration } = this;
    const { Session } = await import('../../openocd');
    const timeout = settings.startTimeoutMs();
    if (configuration.kind === 'external') {
      const session = await orAborted(this.#reach(configuration), signal);
      session.onClose(() =>
        this.#lose(session, vscode.l10n.t('OpenOCD closed the connection.'), this.#pulse?.hasSlept ?? false),
      );
      return session;
    }
    const words =
      configuration.kind === 'simulator' ? await this.#simulatorArguments() : openocdArguments(configuration);
    const openocd = configuration.kind === 'openocd' ? configuration : undefined;
    signal.throwIfAborted();
    const session = await Session.start(words, {
      tclPort: 0,
      timeout,
      signal,
      openocdPath: configuration.openocdPath ?? settings.openocdPath(),
      searchDirs: openocd?.searchDirs,
      cwd: openocd?.cwd,
      env: openocd?.env,
      onLog: (line) => this.#write(line),
    });
    session.process?.onExit(() => {
      const last = session.process?.log.filter((line) => line.level === 'error').at(-1)?.text;
      this.#lose(session, last ?? vscode.l10n.t('OpenOCD ended.'), this.#pulse?.hasSlept ?? false);
    });
    return session;
  }

  /** Connects to an OpenOCD that somebody else started. */
  async #reach({ host, tclPort, telnetPort }: ExternalBoard): Promise<Session> {
    const { Session } = await import('../../openocd');
    const timeout = settings.startTimeoutMs();
    try {
      return await Session.connect({ host, port: tclPort, timeout });
    } catch (error) {
      if (telnetPort === undefined) throw error;
      const telnet = Session.connect({ host, port: telnetPort, timeout, protocol: 'telnet' });
      // The TCL port is the one to mend.
      const session = await telnet.catch(() => Promise.reject(error));
      this.log.warn(`The TCL port ${tclPort} is closed: the telnet port ${telnetPort} is used, which is slower.`);
      return session;
    }
  }

  #write(line: { readonly level: string; readonly text: string }): void {
    const { session } = this;
    if (session !== undefined && line.level === 'error' && this.#probe.line(line.text, performance.now()))
      this.#lose(session, vscode.l10n.t('The debug probe does not answer any more: {0}', line.text), true);
    if (line.level === 'error') this.log.error(line.text);
    else if (line.level === 'warning') this.log.warn(line.text);
    else if (line.level === 'debug') this.log.debug(line.text);
    else this.log.info(line.text);
  }

  async #simulatorArguments(): Promise<readonly string[]> {
    const { configuration } = this;
    if (configuration.kind !== 'simulator') return [];
    // It is the hardware: it stays while OpenOCD is started anew.
    this.#simulator ??= await startSimulator(path.join(this.extensionPath, 'dist/simulator.js'), configuration);
    const simulator = this.#simulator;
    simulator.onExit(() => {
      if (this.#simulator === simulator) this.#simulator = undefined;
    });
    const commands = [`set SIM_PORT ${simulator.port}`, `set SIM_CORES ${configuration.cores}`];
    return ['-c', commands.join('; '), '-f', path.join(this.extensionPath, 'media/simulator.cfg')];
  }

  /** OpenOCD or its probe went away without being asked to. */
  #lose(session: Session, reason: string, reconnect: boolean): void {
    if (this.session !== session) return;
    this.#pulse?.dispose();
    this.#enter({ kind: 'lost', reason, reconnecting: reconnect });
    const closed = session.close().catch((error: unknown) => this.log.debug(String(error)));
    if (reconnect) void closed.then(() => this.#reconnect(reason));
    else this.#stopSimulator();
  }

  /** Tries some times; in the end the board is ready, or lost with what stood in the way last. */
  async #reconnect(reason: string): Promise<void> {
    if (this.#state.kind !== 'lost') return;
    const abort = new AbortController();
    this.#reconnecting = abort;
    let last = reason;
    for (const [index, waitMs] of this.limits.reconnectMs.entries()) {
      try {
        await sleep(waitMs, undefined, { signal: abort.signal });
      } catch {
        return;
      }
      this.log.info(`Reconnecting, attempt ${index + 1} of ${this.limits.reconnectMs.length}`);
      const attempt = this.#connect();
      this.#starting = attempt;
      try {
        await attempt;
        return;
      } catch (error) {
        last = explain(error);
        this.log.warn(last);
      } finally {
        this.#starting = undefined;
      }
      // Stopped meanwhile, or started by the user, who is told what went wrong.
      if (abort.signal.aborted) return this.#giveUp({ kind: 'stopped' });
    }
    this.#giveUp({ kind: 'lost', reason: last, reconnecting: false });
  }

  #giveUp(state: BoardState): void {
    this.#stopSimulator();
    this.#enter(state);
  }

  /** Stops OpenOCD (an external one is only left alone). Who waits for its start is told that it was cancelled. */
  async stop(): Promise<void> {
    this.#reconnecting?.abort();
    this.#abort.abort(new vscode.CancellationError());
    await this.#starting?.catch(() => undefined);
    this.#pulse?.dispose();
    const session = this.session;
    if (session === undefined) return this.#giveUp({ kind: 'stopped' });
    this.#enter({ kind: 'stopping' });
    try {
      await session.close();
    } finally {
      this.#giveUp({ kind: 'stopped' });
    }
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

/** A connection that comes after all is closed. @throws the signal's reason */
function orAborted(connecting: Promise<Session>, signal: AbortSignal): Promise<Session> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    connecting.then((session) => {
      if (signal.aborted) void session.close();
      else resolve(session);
    }, reject);
  });
}

/** What went wrong and what to do, as one text for a message box. */
export function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
