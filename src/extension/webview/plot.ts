// The plot inside its webview: draws what the extension posts. Runs in the browser; knows nothing of VS Code but its message port.
import uPlot from 'uplot';
import { PlotData } from '../plot/plotData';
import type { FromPlot, PlotTexts, ToPlot } from '../plot/plotMessages';

declare function acquireVsCodeApi(): { postMessage(message: FromPlot): void };

const vscode = acquireVsCodeApi();
const palette = ['blue', 'yellow', 'green', 'purple', 'red', 'orange'].map((name) => `--vscode-charts-${name}`);

/** Pixels beside the numbers of the vertical axis, and of one letter of them. */
const AXIS_GAP = 20;
const LETTER = 7;

const lengthOf = (text: string | null) => text?.length ?? 0;
const css = (name: string) => getComputedStyle(document.body).getPropertyValue(name).trim();
const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

const samples = new PlotData();
let texts: PlotTexts | undefined;
let plot: uPlot | undefined;
let paused = false;
let dirty = false;

function size(): { width: number; height: number } {
  const legend = document.querySelector<HTMLElement>('.u-legend')?.offsetHeight ?? 30;
  return { width: document.body.clientWidth - 16, height: Math.max(120, window.innerHeight - legend - 60) };
}

function build(): void {
  plot?.destroy();
  plot = undefined;
  const { labels } = samples;
  element('empty').hidden = labels.length > 0;
  if (labels.length === 0) return;
  // Fainter than the curves, which lines of the editor are not in high contrast.
  const stroke = `color-mix(in srgb, ${css('--vscode-foreground')} 20%, transparent)`;
  const grid = { stroke, width: 1 };
  const axis = { stroke: css('--vscode-foreground'), grid, ticks: grid, font: `11px ${css('--vscode-font-family')}` };
  plot = new uPlot(
    {
      ...size(),
      scales: { x: { time: false } },
      series: [
        { label: texts?.seconds ?? 's', value: (_, value) => (value === null ? '' : value.toFixed(2)) },
        ...labels.map((label, index) => ({
          label,
          stroke: css(palette[index % palette.length] ?? '') || '#3794ff',
          width: 1.5,
        })),
      ],
      axes: [axis, { ...axis, size: (_, labels) => AXIS_GAP + LETTER * Math.max(4, ...(labels ?? []).map(lengthOf)) }],
    },
    samples.columns,
    element('plot'),
  );
}

function draw(): void {
  if (dirty) plot?.setData(samples.columns);
  dirty = false;
  requestAnimationFrame(draw);
}

window.addEventListener('message', ({ data }: MessageEvent<ToPlot>) => {
  if (data.kind === 'samples') {
    if (paused) return;
    samples.add(data);
    dirty = true;
    return;
  }
  texts = data.texts;
  samples.setLabels(data.series.map((series) => series.label));
  element('pause').textContent = paused ? texts.resume : texts.pause;
  element('csv').textContent = texts.exportCsv;
  element('clear').textContent = texts.clear;
  element('empty').textContent = texts.empty;
  build();
});
window.addEventListener('resize', () => plot?.setSize(size()));
element('pause').addEventListener('click', () => {
  paused = !paused;
  element('pause').textContent = (paused ? texts?.resume : texts?.pause) ?? '';
});
element('clear').addEventListener('click', () => {
  samples.clear();
  dirty = true;
});
element('csv').addEventListener('click', () => vscode.postMessage({ kind: 'csv', text: samples.csv() }));
new MutationObserver(build).observe(document.body, {
  attributes: true,
  attributeFilter: ['class', 'data-vscode-theme-id'],
});
draw();
vscode.postMessage({ kind: 'ready' });
