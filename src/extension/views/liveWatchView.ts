// The Live Watch view: one row per expression, with its newest value.
import * as vscode from 'vscode';
import type { LiveWatch, WatchEntry } from '../liveWatch/liveWatch';

/** Most redraws per second: more than the eye follows would only load the window. */
const REDRAW_MS = 100;

export class LiveWatchView implements vscode.TreeDataProvider<WatchEntry>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #pending: NodeJS.Timeout | undefined;

  constructor(private readonly model: LiveWatch) {
    this.#subscriptions = [model.onDidChange(() => this.#changed.fire()), model.onSamples(() => this.#soon())];
  }

  #soon(): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.#changed.fire();
    }, REDRAW_MS);
  }

  getChildren(entry?: WatchEntry): WatchEntry[] {
    return entry === undefined ? [...this.model.entries] : [];
  }

  getTreeItem({ expression, value }: WatchEntry): vscode.TreeItem {
    const item = new vscode.TreeItem(expression);
    item.id = expression;
    item.contextValue = 'expression';
    item.description = value?.error ?? value?.text ?? vscode.l10n.t('no debug session');
    item.iconPath = new vscode.ThemeIcon(value?.error === undefined ? 'pulse' : 'warning');
    const rate = this.model.rate;
    item.tooltip =
      value?.error ??
      (rate === undefined ? expression : vscode.l10n.t('{0}, read {1} times per second', expression, rate));
    return item;
  }

  dispose(): void {
    clearTimeout(this.#pending);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
