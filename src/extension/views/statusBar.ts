// The status bar item: board and core state; a click offers the actions that fit.
import * as vscode from 'vscode';
import type { Boards } from '../board/boards';
import type { BoardOverview } from '../board/overview';
import { pick } from '../launch/files';
import { stateName } from './boardView';

export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('openocd.board', vscode.StatusBarAlignment.Left, 10);
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly boards: Boards,
    private readonly overview: BoardOverview,
  ) {
    this.#item.name = 'OpenOCD';
    this.#item.command = 'openocd.boardActions';
    this.#subscriptions = [boards.onDidChange(() => this.#show()), overview.onDidChange(() => this.#show())];
    this.#show();
  }

  #show(): void {
    const board = this.boards.current;
    if (board === undefined) {
      this.#item.hide();
      return;
    }
    const { state } = board;
    const { kind } = state;
    const isComing = kind === 'starting' || kind === 'stopping' || (kind === 'lost' && state.reconnecting);
    const still = { ready: 'circuit-board', lost: 'warning', stopped: 'circle-slash' };
    const icon = isComing ? 'sync~spin' : still[kind];
    const targets = this.overview.current?.targets.map((target) => target.state).join(', ');
    const words = kind === 'ready' ? (targets ?? stateName(state)) : stateName(state);
    this.#item.text = `$(${icon}) ${board.configuration.name}: ${words}`;
    this.#item.tooltip = kind === 'lost' ? state.reason : vscode.l10n.t('OpenOCD: click for actions');
    this.#item.backgroundColor = kind === 'lost' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.show();
  }

  /** The actions behind the click. */
  async actions(): Promise<void> {
    const { t } = vscode.l10n;
    const state = this.boards.current?.state.kind ?? 'stopped';
    const action = (icon: string, label: string, command: string) => ({ label: `$(${icon}) ${label}`, command });
    const ready = [
      action('debug-continue', t('Resume'), 'openocd.resume'),
      action('debug-pause', t('Halt'), 'openocd.halt'),
      action('debug-restart', t('Reset and Run'), 'openocd.resetRun'),
      action('debug-restart', t('Reset and Halt'), 'openocd.resetHalt'),
      action('zap', t('Flash Program…'), 'openocd.flashProgram'),
      action('terminal', t('Open Tcl Console'), 'openocd.openTclConsole'),
      action('debug-stop', t('Stop Board'), 'openocd.stopBoard'),
    ];
    const items = [
      ...(state === 'ready' ? ready : [action('play', t('Start Board'), 'openocd.startBoard')]),
      action('circuit-board', t('Select Board Configuration…'), 'openocd.selectConfiguration'),
      action('output', t('Show Log'), 'openocd.showLog'),
    ];
    const chosen = await pick(items, 'OpenOCD', t('What to do with the board'));
    if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }
}
