// The open plots, one panel for each source.
import type * as vscode from 'vscode';
import { PlotPanel } from './plotPanel';
import type { PlotSource } from './plotSource';

export class Plots implements vscode.Disposable {
  readonly #panels = new Map<string, PlotPanel>();

  constructor(private readonly extensionUri: vscode.Uri) {}

  isOpen(key: string): boolean {
    return this.#panels.has(key);
  }

  /**
   * Shows the plot, making it when there is none.
   * @param key names the source
   * @param make is called for a new panel; `close` of what it returns is called when the panel goes
   */
  show(key: string, make: () => { readonly source: PlotSource; readonly close?: () => void }): void {
    const known = this.#panels.get(key);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const { source, close } = make();
    const panel = new PlotPanel(source, this.extensionUri, () => {
      this.#panels.delete(key);
      close?.();
    });
    this.#panels.set(key, panel);
  }

  /** Takes the plot away, for example because its source is read otherwise from now on. */
  close(key: string): void {
    this.#panels.get(key)?.dispose();
  }

  dispose(): void {
    for (const panel of [...this.#panels.values()]) panel.dispose();
  }
}
