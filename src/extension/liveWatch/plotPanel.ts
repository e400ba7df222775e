// The plot of the live values: a webview panel with a strict content security policy. Feeds it the samples of Live Watch.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { LiveWatch, Sample } from './liveWatch';
import type { FromPlot, ToPlot } from './plotMessages';

/** Samples are posted in bundles, so that a fast link does not flood the webview. */
const POST_MS = 50;

export class PlotPanel implements vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #pending: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly model: LiveWatch,
    private readonly extensionUri: vscode.Uri,
  ) {
    this.#subscriptions = [
      model.onDidChange(() => this.#sendSeries()),
      model.onSample((sample) => this.#receive(sample)),
    ];
  }

  show(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal(undefined, true);
      return;
    }
    const dist = vscode.Uri.joinPath(this.extensionUri, 'dist');
    const panel = vscode.window.createWebviewPanel(
      'openocd.plot',
      vscode.l10n.t('OpenOCD Live Plot'),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [dist], retainContextWhenHidden: true },
    );
    panel.webview.html = html(panel.webview, dist);
    panel.webview.onDidReceiveMessage((message: FromPlot) => {
      if (message.kind === 'ready') this.#sendSeries();
      else void exportCsv(message.text);
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    this.#panel = panel;
  }

  #sendSeries(): void {
    const { t } = vscode.l10n;
    this.#pending = [];
    this.#post({
      kind: 'series',
      series: this.model.entries.map((entry) => ({ label: entry.expression })),
      texts: {
        pause: t('Pause'),
        resume: t('Go on'),
        exportCsv: t('Export CSV…'),
        clear: t('Clear'),
        empty: t('Add an expression to Live Watch to see it here.'),
        seconds: t('Time (s)'),
      },
    });
  }

  #receive(sample: Sample): void {
    if (this.#panel === undefined) return;
    this.#pending.push(sample);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const samples = this.#pending;
      this.#pending = [];
      this.#post({
        kind: 'samples',
        times: samples.map((entry) => entry.timeMs / 1000),
        values: samples.map((entry) => entry.numbers.map((number) => number ?? null)),
      });
    }, POST_MS);
  }

  #post(message: ToPlot): void {
    this.#panel?.webview.postMessage(message);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#panel?.dispose();
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
