// One plot: a webview panel with a strict content security policy. Feeds it the samples of its source while it is open.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { FromPlot, ToPlot } from './plotMessages';
import type { PlotSource, Sample } from './plotSource';

/** Samples are posted in bundles, so that a fast link does not flood the webview. */
const POST_MS = 50;

export class PlotPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  #pending: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #subscriptions: vscode.Disposable[];

  /** @param closed is called once, however the panel goes */
  constructor(
    private readonly source: PlotSource,
    extensionUri: vscode.Uri,
    closed: () => void,
  ) {
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    const panel = vscode.window.createWebviewPanel(
      'openocd.plot',
      source.title,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [dist], retainContextWhenHidden: true },
    );
    this.#panel = panel;
    this.#subscriptions = [
      source.onDidChange(() => this.#sendSeries()),
      source.onSamples((samples) => this.#receive(samples)),
    ];
    panel.webview.onDidReceiveMessage((message: FromPlot) => {
      if (message.kind === 'ready') this.#sendSeries();
      else void exportCsv(message.text);
    });
    panel.onDidDispose(() => {
      clearTimeout(this.#timer);
      for (const subscription of this.#subscriptions) subscription.dispose();
      closed();
    });
    panel.webview.html = html(panel.webview, dist);
  }

  reveal(): void {
    this.#panel.reveal(undefined, true);
  }

  #sendSeries(): void {
    const { t } = vscode.l10n;
    this.#pending = [];
    this.#post({
      kind: 'series',
      series: this.source.series.map((label) => ({ label })),
      texts: {
        pause: t('Pause'),
        resume: t('Go on'),
        exportCsv: t('Export CSV…'),
        clear: t('Clear'),
        empty: this.source.empty,
        seconds: t('Time (s)'),
      },
    });
  }

  #receive(samples: readonly Sample[]): void {
    this.#pending.push(...samples);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const bundle = this.#pending;
      this.#pending = [];
      this.#post({
        kind: 'samples',
        times: bundle.map((entry) => entry.timeMs / 1000),
        values: bundle.map((entry) => entry.numbers.map((number) => number ?? null)),
      });
    }, POST_MS);
  }

  #post(message: ToPlot): void {
    this.#panel.webview.postMessage(message);
  }

  dispose(): void {
    this.#panel.dispose();
  }
}

function html(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'plot.js'));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'plot-style.css'));
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}';`;
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${style}">
</head>
<body>
<div class="bar"><button id="pause"></button><button id="clear"></button><button id="csv"></button></div>
<p id="empty" hidden></p>
<div id="plot"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

async function exportCsv(text: string): Promise<void> {
  const target = await vscode.window.showSaveDialog({ filters: { CSV: ['csv'] }, title: vscode.l10n.t('Export CSV') });
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, Buffer.from(text));
}
