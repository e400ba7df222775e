// What is to be done with each RTT channel of the current board: what its debug session's launch configuration says, else the one
// chosen for the board, and for channels that neither names, the setting.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Boards } from '../board/boards';
import type { Selection } from '../board/selection';
import type { Sessions } from '../launch/sessions';
import * as settings from '../settings';
import { type ChannelPlan, readPlans } from './channelPlan';
import { type RttLaunch, readRttLaunch } from './rttLaunch';

export class RttPlans implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #plans: readonly ChannelPlan[] | undefined;
  /** The newest session; RTT goes on after its end. */
  #session: vscode.DebugSession | undefined;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly boards: Boards,
    private readonly selection: Selection,
    sessions: Sessions,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#subscriptions = [
      sessions.onEvent(({ event, session }) => {
        if (event !== 'openocd.connected') return;
        this.#session = session;
        this.#forget();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('openocd.rtt') || change.affectsConfiguration('launch')) this.#forget();
      }),
    ];
  }

  /** What is wanted of one channel; empty when nobody has said. */
  of(channel: number): readonly ChannelPlan[] {
    this.#plans ??= this.#read();
    return this.#plans.filter((plan) => plan.channel === channel);
  }

  /** The absolute path of a plan's file. */
  fileOf(logFile: string): string {
    const folder = this.#session?.workspaceFolder ?? vscode.workspace.workspaceFolders?.[0];
    return path.resolve(folder?.uri.fsPath ?? '.', logFile);
  }

  #forget(): void {
    this.#plans = undefined;
    this.#changed.fire();
  }

  /** Where RTT is looked for on the current board. */
  get launch(): RttLaunch {
    return readRttLaunch(this.#debug());
  }

  #debug(): vscode.DebugConfiguration | undefined {
    const { current } = this.boards;
    const session = this.#session?.configuration;
    const isItsBoard = current !== undefined && session?.['board'] === this.boards.idOf(current);
    return isItsBoard ? session : this.selection.chosenSubstituted()?.debug;
  }

  #read(): readonly ChannelPlan[] {
    const debug = this.#debug();
    const [launch, setting] = [debug?.['rttConfig']?.decoders, settings.rtt.channels()].map(readPlans);
    for (const problem of [...(launch?.problems ?? []), ...(setting?.problems ?? [])]) this.log.warn(problem);
    const named = new Set(launch?.plans.map((plan) => plan.channel));
    return [...(launch?.plans ?? []), ...(setting?.plans ?? []).filter((plan) => !named.has(plan.channel))];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
