// Commands of the Live Watch view.
import * as vscode from 'vscode';
import type { LiveWatch, WatchEntry } from '../liveWatch/liveWatch';
import type { Plots } from '../plot/plots';
import { register } from './run';

export function liveWatchCommands(model: LiveWatch, plots: Plots): vscode.Disposable[] {
  const { t } = vscode.l10n;
  const askExpression = (title: string, value = '') =>
    vscode.window.showInputBox({
      title,
      value,
      prompt: t('An expression with a fixed address, for example a global variable'),
    });
  return [
    register('openocd.liveWatch.add', async (given?: string) => {
      const expression = (typeof given === 'string' ? given : await askExpression(t('Add Expression')))?.trim();
      if (expression) await model.add(expression);
    }),
    register('openocd.liveWatch.addSelection', async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) return;
      const { document, selection } = editor;
      const word = selection.isEmpty ? document.getWordRangeAtPosition(selection.active) : selection;
      const expression = word === undefined ? '' : document.getText(word).trim();
      if (expression !== '') await model.add(expression);
    }),
    register('openocd.liveWatch.edit', async (entry: WatchEntry) => {
      const expression = (await askExpression(t('Edit Expression'), entry.expression))?.trim();
      if (expression) await model.edit(entry.expression, expression);
    }),
    register('openocd.liveWatch.set', async (entry: WatchEntry) => {
      const value = await vscode.window.showInputBox({
        title: entry.expression,
        value: entry.value?.text ?? '',
        prompt: t('New value'),
      });
      if (value !== undefined) await model.set(entry.expression, value);
    }),
    register('openocd.liveWatch.remove', (entry: WatchEntry) => model.remove(entry.expression)),
    register('openocd.liveWatch.plot', () => plots.show('liveWatch', () => ({ source: model }))),
    register('openocd.liveWatch.rate', async () => {
      const section = vscode.workspace.getConfiguration('openocd');
      const text = await vscode.window.showInputBox({
        title: t('Sampling Rate'),
        prompt: t('Samples per second'),
        value: String(section.get('liveWatch.samplesPerSecond')),
        validateInput: (input) =>
          Number(input) >= 0.1 && Number(input) <= 1000 ? undefined : t('A number from 0.1 to 1000'),
      });
      if (text === undefined) return;
      const target = vscode.workspace.workspaceFolders
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global;
      await section.update('liveWatch.samplesPerSecond', Number(text), target);
    }),
  ];
}
