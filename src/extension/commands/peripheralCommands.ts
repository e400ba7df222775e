// Commands of the Peripherals view: refresh, filter, edit, number format, pin, copy, choice of the SVD file.
import * as vscode from 'vscode';
import { findSvdFiles, pick, pickFile } from '../launch/files';
import type { PeripheralTree } from '../peripherals/model';
import type { EditOffer } from '../peripherals/modelEdit';
import type { TreeNode } from '../peripherals/modelNodes';
import type { Peripherals } from '../peripherals/peripherals';
import type { SvdChoice } from '../peripherals/svdChoice';
import { register } from './run';

const FORMATS = ['auto', 'hex', 'decimal', 'binary', 'octal'] as const;

export function peripheralCommands(model: Peripherals, choice: SvdChoice): vscode.Disposable[] {
  const { t } = vscode.l10n;

  function tree(): PeripheralTree {
    if (model.tree === undefined) throw new Error(t('No SVD file is open: select one in the Peripherals view first.'));
    return model.tree;
  }

  async function askValue(node: TreeNode, offer: EditOffer): Promise<string | undefined> {
    if (offer.choices.length === 0) {
      return vscode.window.showInputBox({
        title: offer.title,
        value: offer.text,
        prompt: t('A number: decimal, 0x…, 0b… or 0o…'),
        validateInput: (text) => tree().refuse(node, text),
      });
    }
    const other = { label: `$(edit) ${t('Another number…')}`, description: '', text: undefined };
    const items = [...offer.choices, other];
    const current = items.find((item) => item.text === offer.text);
    const answer = await pick(items, offer.title, t('New value'), undefined, current);
    return answer === other ? askValue(node, { ...offer, choices: [] }) : answer?.text;
  }

  return [
    register('openocd.peripherals.refresh', async () => {
      model.update();
      await model.refresh();
    }),
    register('openocd.peripherals.read', (node: TreeNode) => tree().refreshNode(node)),
    register('openocd.peripherals.edit', async (node: TreeNode, value?: string) => {
      const offer = tree().editOffer(node);
      if (offer === undefined) throw new Error(t('This cannot be edited.'));
      const text = typeof value === 'string' ? value : await askValue(node, offer);
      if (text !== undefined) await tree().write(node, text);
    }),
    register('openocd.peripherals.format', async (node: TreeNode) => {
      const names: Readonly<Record<(typeof FORMATS)[number], string>> = {
        auto: t('Automatic'),
        hex: t('Hexadecimal'),
        decimal: t('Decimal'),
        binary: t('Binary'),
        octal: t('Octal'),
      };
      const items = FORMATS.map((format) => ({ label: names[format], format }));
      const active = items.find((item) => item.format === tree().format(node));
      const answer = await pick(items, node.path, t('Number format, for all below as well'), undefined, active);
      if (answer !== undefined) tree().setFormat(node, answer.format === 'auto' ? undefined : answer.format);
    }),
    register('openocd.peripherals.pin', (node: TreeNode) => tree().setPinned(node, true)),
    register('openocd.peripherals.unpin', (node: TreeNode) => tree().setPinned(node, false)),
    register('openocd.peripherals.copyValue', async (node: TreeNode) => {
      const text = tree().valueText(node);
      if (text === undefined) throw new Error(t('The value is not known yet: read it first.'));
      await vscode.env.clipboard.writeText(text);
    }),
    register('openocd.peripherals.copyAddress', async (node: TreeNode) => {
      const text = tree().address(node);
      if (text !== undefined) await vscode.env.clipboard.writeText(text);
    }),
    register('openocd.peripherals.filter', async (given?: string) => {
      const text =
        typeof given === 'string'
          ? given
          : await vscode.window.showInputBox({
              title: t('Filter Peripherals'),
              value: tree().filter,
              prompt: t('Part of the name of a group, peripheral, cluster or register; empty shows all'),
            });
      if (text !== undefined) await tree().setFilter(text);
    }),
    register('openocd.peripherals.autoRefresh', async () => {
      const section = vscode.workspace.getConfiguration('openocd');
      const text = await vscode.window.showInputBox({
        title: t('Refresh While Running'),
        prompt: t('Milliseconds between two readings; 0 reads on a stop or on request only'),
        value: String(section.get('peripherals.refreshWhileRunningMs')),
        validateInput: (input) =>
          /^\s*(0|[1-9]\d{1,5})\s*$/.test(input) ? undefined : t('0, or a number of milliseconds from 10'),
      });
      if (text === undefined) return;
      const target = vscode.workspace.workspaceFolders
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global;
      await section.update('peripherals.refreshWhileRunningMs', Number(text), target);
    }),
    register('openocd.peripherals.selectSvd', async (uri?: vscode.Uri) => {
      const folders = vscode.workspace.workspaceFolders ?? [];
      const file =
        uri?.fsPath ??
        (await pickFile({
          title: t('Select SVD File'),
          placeholder: t('CMSIS-SVD file of the microcontroller'),
          files: (await Promise.all(folders.map(findSvdFiles))).flat(),
          filters: { 'CMSIS-SVD': ['svd', 'xml'] },
          none: t('As launch.json or the settings say'),
        }));
      if (file === undefined) return;
      await choice.pick(file === '' ? undefined : file);
      model.update(true);
    }),
  ];
}
