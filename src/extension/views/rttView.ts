// The RTT view: the channels of the current board, or what is being waited for.
import * as vscode from 'vscode';
import type { Channel, RttModel } from '../rtt/rttModel';

type Node =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'channel'; readonly channel: Channel };

export class RttView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;

  constructor(private readonly model: RttModel) {
    this.#subscription = model.onDidChange(() => this.#changed.fire());
  }

  getChildren(node?: Node): Node[] {
    const { state } = this.model;
    if (node !== undefined || state.kind === 'off') return [];
    if (state.kind === 'searching') return [{ kind: 'message', text: state.message }];
    return state.channels.map((channel) => ({ kind: 'channel', channel }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'message') {
      const item = new vscode.TreeItem(node.text);
      item.iconPath = new vscode.ThemeIcon('search');
      return item;
    }
    const { index, name, up, down } = node.channel;
    const item = new vscode.TreeItem(`${index}: ${name}`);
    item.description = [up ? vscode.l10n.t('up') : '', down ? vscode.l10n.t('down') : ''].filter(Boolean).join(', ');
    item.iconPath = new vscode.ThemeIcon('terminal');
    item.contextValue = 'channel';
    item.command = { command: 'openocd.rtt.open', title: vscode.l10n.t('Open Terminal'), arguments: [node] };
    return item;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
