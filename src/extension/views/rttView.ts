// The RTT view: the channels of the current board, or what is being waited for.
import path from 'node:path';
import * as vscode from 'vscode';
import type { RttLogs } from '../rtt/rttLogs';
import type { Channel, RttModel } from '../rtt/rttModel';
import type { RttTerminals } from '../rtt/rttTerminals';

type Node =
  | { readonly kind: 'message'; readonly text: string; readonly icon: string }
  | { readonly kind: 'channel'; readonly channel: Channel };

export class RttView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly model: RttModel,
    private readonly terminals: RttTerminals,
    private readonly logs: RttLogs,
  ) {
    const tell = () => this.#changed.fire();
    this.#subscriptions = [model.onDidChange(tell), terminals.onDidChange(tell), logs.onDidChange(tell)];
  }

  getChildren(node?: Node): Node[] {
    const { state } = this.model;
    if (node !== undefined || state.kind === 'off') return [];
    if (state.kind !== 'found')
      return [{ kind: 'message', text: state.message, icon: state.kind === 'searching' ? 'search' : 'circle-slash' }];
    return state.channels.map((channel) => ({ kind: 'channel', channel }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'message') {
      const item = new vscode.TreeItem(node.text);
      item.iconPath = new vscode.ThemeIcon(node.icon);
      item.tooltip = node.text;
      return item;
    }
    const { t } = vscode.l10n;
    const { index, name, up, down } = node.channel;
    const isBinary = this.terminals.isBinary(index);
    const file = this.logs.fileOf(index);
    const item = new vscode.TreeItem(`${index}: ${name}`);
    const words = [up ? t('up') : '', down ? t('down') : '', isBinary ? t('binary') : ''].filter(Boolean).join(', ');
    item.description = file === undefined ? words : `${words} → ${path.basename(file)}`;
    if (file !== undefined) item.tooltip = t('Written to {0}', file);
    item.iconPath = new vscode.ThemeIcon(isBinary ? 'file-binary' : 'terminal');
    item.contextValue = `channel${up ? ' up' : ''}${file === undefined ? '' : ' logged'}`;
    item.command = { command: 'openocd.rtt.open', title: t('Open Terminal'), arguments: [node] };
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
