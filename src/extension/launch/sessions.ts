// Debug sessions as the views see them: the typed events of the adapter, whether the program runs, and the end of a session.
import * as vscode from 'vscode';
import type { CustomEvents } from '../../adapter/protocol';
import type { Board } from '../board/board';
import type { Boards } from '../board/boards';
import * as settings from '../settings';
import type { ConfigurationProvider } from './configurationProvider';

export type SessionEvent = {
  [E in keyof CustomEvents]: {
    readonly session: vscode.DebugSession;
    readonly event: E;
    readonly body: CustomEvents[E];
  };
}[keyof CustomEvents];

/** Whether the program of a session runs, as its stopped and continued events tell. */
export type Running = 'running' | 'stopped';

export class Sessions implements vscode.DebugAdapterTrackerFactory, vscode.Disposable {
  readonly #events = new vscode.EventEmitter<SessionEvent>();
  readonly onEvent = this.#events.event;
  readonly #running = new vscode.EventEmitter<{ readonly session: vscode.DebugSession; readonly state: Running }>();
  readonly onDidChangeState = this.#running.event;
  readonly #ended = new vscode.EventEmitter<vscode.DebugSession>();
  readonly onDidEnd = this.#ended.event;
  readonly #alive = new Set<vscode.DebugSession>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly provider: ConfigurationProvider,
    private readonly boards: Boards,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#subscriptions = [
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (session.type === 'openocd' && event.startsWith('openocd.'))
          this.#events.fire({ session, event, body } as SessionEvent);
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (session.type === 'openocd') this.#end(session);
      }),
    ];
  }

  /** A board that was started for sessions stops with the last of them. */
  #end(session: vscode.DebugSession): void {
    this.#alive.delete(session);
    this.#ended.fire(session);
    const board = this.#boardOf(session);
    if (board === undefined || this.provider.expected.has(board)) return;
    if ([...this.#alive].some((other) => this.#boardOf(other) === board)) return;
    if (!this.provider.startedForSessions.delete(board)) return;
    board.stop().catch((error: unknown) => this.log.error(String(error)));
  }

  #boardOf(session: vscode.DebugSession): Board | undefined {
    const id: unknown = session.configuration['board'];
    return typeof id === 'number' ? this.boards.byId(id) : undefined;
  }

  /** The session has come that the board waited for. */
  #arrived(session: vscode.DebugSession): void {
    const board = this.#boardOf(session);
    if (board !== undefined) this.provider.expected.delete(board);
    this.#alive.add(session);
  }

  /** The traffic with the adapter, in the log when the setting asks for it or its level is “Trace”. */
  #trace(direction: '→' | '←', message: object): void {
    if (settings.trace()) this.log.info(`${direction} ${JSON.stringify(message)}`);
    else if (this.log.logLevel === vscode.LogLevel.Trace) this.log.trace(`${direction} ${JSON.stringify(message)}`);
  }

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    this.#arrived(session);
    return {
      onWillReceiveMessage: (message: { readonly command?: unknown }) => {
        this.#trace('→', message);
        if (message.command === 'restart') this.#arrived(session);
      },
      onDidSendMessage: (message: { readonly type?: unknown; readonly event?: unknown }) => {
        this.#trace('←', message);
        if (message.type !== 'event') return;
        if (message.event === 'stopped') this.#running.fire({ session, state: 'stopped' });
        if (message.event === 'continued') this.#running.fire({ session, state: 'running' });
      },
    };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const emitter of [this.#events, this.#running, this.#ended]) emitter.dispose();
  }
}
