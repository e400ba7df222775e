// How commands run: errors become one message, long work shows progress and can be cancelled.
import * as vscode from 'vscode';
import { showBoardError } from '../board/messages';

/** Registers a command whose failure is shown to the user once. */
export function register(id: string, run: (...args: never[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: never[]) => {
    try {
      return await run(...args);
    } catch (error) {
      if (error instanceof vscode.CancellationError) return undefined;
      // Cancelled in the middle: what is done and what is not is worth knowing, and no fault.
      if (error instanceof Error && error.cause instanceof vscode.CancellationError) {
        void vscode.window.showWarningMessage(error.message);
        return undefined;
      }
      // Not awaited: the command is over, whether or not the message is answered.
      void showBoardError(error);
      return undefined;
    }
  });
}

export interface Progress {
  readonly signal: AbortSignal;
  /** 0 … 100 and what is being done. */
  report(percent: number, phase: string): void;
}

/** Shows a notification with percent and a cancel button while the work lasts. */
export async function withProgress<T>(title: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (bar, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
    let shown = 0;
    return work({
      signal: abort.signal,
      report: (percent, phase) => {
        bar.report({ increment: Math.max(0, percent - shown), message: `${phase} ${Math.round(percent)} %` });
        shown = Math.max(shown, percent);
      },
    });
  });
}

/**
 * Long work that was cancelled in the middle tells the user so.
 * @param state what is done and what is not, asked for when the work was cancelled
 * @throws as the work does; when cancelled, an Error with the state
 */
export async function orState<T>(work: Promise<T>, state: () => string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) throw error;
    throw new Error(state(), { cause: error });
  }
}

/** Asks once before something is destroyed. False: the user said no. */
export async function confirm(message: string, action: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(message, { modal: true }, action)) === action;
}

/** A number as people write it: decimal, 0x…, or with a K or M suffix. Undefined: it is none. */
export function parseNumber(text: string): number | undefined {
  const match = /^\s*(0x[0-9a-f]+|\d+)\s*([kKmM]?)(?:i?[bB])?\s*$/i.exec(text);
  if (match === null) return undefined;
  const factor = { '': 1, k: 1024, m: 1024 * 1024 }[(match[2] ?? '').toLowerCase()] ?? 1;
  return Number(match[1]) * factor;
}
