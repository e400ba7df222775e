// Message boxes about the board: what happened, and the buttons that help.
import * as vscode from 'vscode';
import type { ProcessError } from '../../openocd';
import { type Board, explain } from './board';
import type { Boards } from './boards';
import type { Selection } from './selection';

/** How OpenOCD is installed here. */
function installation(): string {
  const { t } = vscode.l10n;
  switch (process.platform) {
    case 'darwin':
      return t('Install it with “brew install open-ocd”');
    case 'win32':
      return t('Install the xPack OpenOCD archive');
    default:
      return t(
        'Install it with “sudo apt-get install openocd” (Debian, Ubuntu) or “sudo dnf install openocd” (Fedora)',
      );
  }
}

/** Shows why the board did not start, with what helps. */
export async function showBoardError(error: unknown): Promise<void> {
  // The user stopped the board while it started.
  if (error instanceof vscode.CancellationError) return;
  const { t } = vscode.l10n;
  const showLog = t('Show Log');
  const openSettings = t('Open Settings');
  const message = explain(error);
  const missing = isMissing(error);
  const text = missing
    ? t(
        '{0} {1}, or point the setting “openocd.path” at it. The simulated board needs OpenOCD too, but no hardware.',
        // The library's advice is for all systems; here follows that for this one.
        message.replace(` ${error.hint}`, ''),
        installation(),
      )
    : message;
  const answer = await vscode.window.showErrorMessage(text, ...(missing ? [openSettings] : []), showLog);
  if (answer === showLog) vscode.commands.executeCommand('openocd.showLog');
  if (answer === openSettings) vscode.commands.executeCommand('workbench.action.openSettings', 'openocd.path');
}

/** Tells once when OpenOCD went away or does not answer, and offers to start it again, as launch.json says by then. */
export function watchLosses(boards: Boards, selection: Selection): vscode.Disposable {
  return vscode.Disposable.from(watchGone(boards, selection), watchSilent(boards, selection));
}

function watchSilent(boards: Boards, selection: Selection): vscode.Disposable {
  return boards.onDidFallSilent(async (board) => {
    const { t } = vscode.l10n;
    const restart = t('Restart');
    const text = t(
      'The OpenOCD of the board “{0}” does not answer. It may be busy with something long, such as erasing; if it hangs, restart it.',
      board.configuration.name,
    );
    const answer = await vscode.window.showWarningMessage(text, restart, t('Wait'));
    if (answer !== restart) return;
    await board.stop();
    await restartBoard(selection.renewed(board));
  });
}

function watchGone(boards: Boards, selection: Selection): vscode.Disposable {
  return boards.onDidLose(async ({ board, reason }) => {
    const { t } = vscode.l10n;
    const restart = t('Restart');
    const showLog = t('Show Log');
    const text = t('The board “{0}” is gone: {1}', board.configuration.name, reason);
    const answer = await vscode.window.showErrorMessage(text, restart, showLog);
    if (answer === restart) await restartBoard(selection.renewed(board));
    if (answer === showLog) vscode.commands.executeCommand('openocd.showLog');
  });
}

function isMissing(error: unknown): error is ProcessError {
  return error instanceof Error && 'missingProgram' in error && error.missingProgram === true;
}

async function restartBoard(board: Board): Promise<void> {
  try {
    await board.start();
  } catch (error) {
    await showBoardError(error);
  }
}
