// Commands that start and stop boards and run or halt their core.
import * as vscode from 'vscode';
import type { Session } from '../../openocd';
import type { Board } from '../board/board';
import type { Boards } from '../board/boards';
import type { Selection } from '../board/selection';
import type { StatusBar } from '../views/statusBar';
import { register } from './run';

/** The session of the running board; when none runs, it is started first. */
export async function readySession(boards: Boards, selection: Selection): Promise<Session> {
  const board = await selection.board();
  if (board === undefined) throw new vscode.CancellationError();
  return startWithProgress(boards, board);
}

async function startWithProgress(boards: Boards, board: Board): Promise<Session> {
  boards.select(board);
  const title = vscode.l10n.t('Starting OpenOCD …');
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => board.start());
}

/** While a debug session stands on the board, running and halting go through it, so that both sides agree. */
function debugSession(): vscode.DebugSession | undefined {
  const session = vscode.debug.activeDebugSession;
  return session?.type === 'openocd' ? session : undefined;
}

export function boardCommands(boards: Boards, selection: Selection, statusBar: StatusBar): vscode.Disposable[] {
  const ready = () => readySession(boards, selection);
  return [
    register('openocd.startBoard', async () => {
      const board = await selection.board();
      if (board !== undefined) await startWithProgress(boards, board);
    }),
    register('openocd.stopBoard', () => boards.current?.stop()),
    register('openocd.restartBoard', async () => {
      await boards.current?.stop();
      await ready();
    }),
    register('openocd.selectConfiguration', () => selection.ask()),
    register('openocd.boardActions', () => statusBar.actions()),
    register('openocd.halt', async () => {
      if (debugSession() !== undefined) await vscode.commands.executeCommand('workbench.action.debug.pause');
      else await (await ready()).target.halt();
    }),
    register('openocd.resume', async () => {
      if (debugSession() !== undefined) await vscode.commands.executeCommand('workbench.action.debug.continue');
      else await (await ready()).target.resume();
    }),
    ...(['run', 'halt', 'init'] as const).map((mode) =>
      register(`openocd.reset${mode.charAt(0).toUpperCase()}${mode.slice(1)}`, async () => {
        const debug = debugSession();
        if (debug !== undefined) await debug.customRequest('openocd.reset', { mode });
        else await (await ready()).target.reset(mode);
      }),
    ),
    register('openocd.startBoardWithFile', async (uri?: vscode.Uri) => {
      const file = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (file === undefined) throw new Error(vscode.l10n.t('Open an OpenOCD configuration file first.'));
      const board = selection.boardOfFile(file);
      await startWithProgress(boards, board);
      vscode.window.showInformationMessage(
        vscode.l10n.t('OpenOCD runs with {0}.', vscode.workspace.asRelativePath(file)),
      );
    }),
  ];
}
