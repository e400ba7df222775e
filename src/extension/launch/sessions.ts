// Debug sessions as the views see them: the typed events of the adapter, whether the program runs, and the end of a session.
import * as vscode from 'vscode';
import type { CustomEvents } from '../../adapter/protocol';
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
  readonly #subscriptions: vscode.Disposable[];

  constructor(provider: ConfigurationProvider, log: vscode.LogOutputChannel) {
    this.#subscriptions = [
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (session.type === 'openocd' && event.startsWith('openocd.'))
          this.#events.fire({ session, event, body } as SessionEvent);
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (session.type !== 'openocd') return;
        this.#ended.fire(session);
        const key: unknown = session.configuration['boardSession'];
        const board = typeof key === 'string' ? provider.startedFor.get(key) : undefined;
        if (typeof key === 'string') provider.startedFor.delete(key);
        board?.stop().catch((error: unknown) => log.error(String(error)));
      }),
    ];
  }

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    return {
      onDidSendMessage: (message: { readonly type?: unknown; readonly event?: unknown }) => {
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
