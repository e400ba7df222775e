// Commands on the active debug session: core file, interrupt masking, number format.
import path from 'node:path';
import * as vscode from 'vscode';
import type { CustomRequests } from '../../adapter/protocol';
import { register } from './run';

/** Sends one of the typed requests. */
export function ask<R extends keyof CustomRequests>(
  session: vscode.DebugSession,
  request: R,
  args: CustomRequests[R]['arguments'],
): Thenable<CustomRequests[R]['body']> {
  return session.customRequest(request, args);
}

/** The active session of our type. @throws Error with words when there is none */
export function activeSession(): vscode.DebugSession {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== 'openocd') throw new Error(vscode.l10n.t('This needs a debug session: press F5 first.'));
  return session;
}

export function debugCommands(): vscode.Disposable[] {
  const { t } = vscode.l10n;
  return [
    register('openocd.saveCore', async (to?: vscode.Uri) => {
      const session = activeSession();
      const file =
        to ?? (await vscode.window.showSaveDialog({ title: t('Save Core File'), filters: { 'Core file': ['core'] } }));
      if (file === undefined) return;
      const { sizeBytes } = await ask(session, 'openocd.saveCore', { path: file.fsPath });
      vscode.window.showInformationMessage(t('{0} bytes were saved to {1}.', sizeBytes, path.basename(file.fsPath)));
    }),
    register('openocd.toggleInterruptMasking', async () => {
      const session = activeSession();
      const { masked } = await ask(session, 'openocd.maskInterrupts', {});
      const now = await ask(session, 'openocd.maskInterrupts', { masked: !masked });
      vscode.window.setStatusBarMessage(
        now.masked ? t('Interrupts are held back while stepping.') : t('Interrupts are served while stepping.'),
        5000,
      );
    }),
    register('openocd.toggleHex', async () => {
      const session = activeSession();
      const { format } = await ask(session, 'openocd.numberFormat', {});
      await ask(session, 'openocd.numberFormat', { format: format === 'decimal' ? 'hexadecimal' : 'decimal' });
    }),
  ];
}
