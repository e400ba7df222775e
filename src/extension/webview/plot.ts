// The plot inside its webview: draws what the extension posts. Runs in the browser; knows nothing of VS Code but its message port.
import uPlot from 'uplot';
import type { FromPlot, PlotTexts, ToPlot } from '../plot/plotMessages';

declare function acquireVsCodeApi(): { postMessage(message: FromPlot): void };

const vscode = acquireVsCodeApi();
/** Seconds kept and shown. */
const WINDOW_SECONDS = 60;
/** Of a fast source fewer seconds are kept, so that drawing stays smooth. */
const MOST_SAMPLES = 50_000;
const palette = ['blue', 'yellow', 'green', 'purple', 'red', 'orange'].map((name) => `--vscode-charts-${name}`);

/** Pixels beside the numbers of the vertical axis, and of one letter of them. */
const AXIS_GAP = 20;
const LETTER = 7;

const lengthOf = (text: string | null) => text?.length ?? 0;
const css = (name: string) => getComputedStyle(document.body).getPropertyValue(name).trim();
const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

let labels: string[] = [];
let texts: PlotTexts | undefined;
let times: number[] = [];
let columns: (number | null)[][] = [];
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
    [times, ...columns],
    element('plot'),
  );
}

function add(message: Extract<ToPlot, { kind: 'samples' }>): void {
  if (paused) return;
  for (const [row, time] of message.times.entries()) {
    times.push(time);
    for (const [column, values] of columns.entries()) values.push(message.values[row]?.[column] ?? null);
  }
  const oldest = (times.at(-1) ?? 0) - WINDOW_SECONDS;
  let drop = Math.max(0, times.length - MOST_SAMPLES);
  while ((times[drop] ?? oldest) < oldest) drop++;
  if (drop > 0) {
    times = times.slice(drop);
    columns = columns.map((values) => values.slice(drop));
  }
  dirty = true;
}

function draw(): void {
  if (dirty) plot?.setData([times, ...columns]);
  dirty = false;
  requestAnimationFrame(draw);
}

function csv(): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = times.map((time, row) => [time, ...columns.map((values) => values[row] ?? '')].join(','));
  return [['seconds', ...labels].map(quote).join(','), ...rows, ''].join('\n');
}

function reset(): void {
  times = [];
  columns = labels.map(() => []);
  dirty = true;
}

window.addEventListener('message', ({ data }: MessageEvent<ToPlot>) => {
  if (data.kind === 'samples') {
    add(data);
    return;
  }
  texts = data.texts;
  labels = data.series.map((series) => series.label);
  element('pause').textContent = paused ? texts.resume : texts.pause;
  element('csv').textContent = texts.exportCsv;
  element('clear').textContent = texts.clear;
  element('empty').textContent = texts.empty;
  reset();
  build();
});
window.addEventListener('resize', () => plot?.setSize(size()));
element('pause').addEventListener('click', () => {
  paused = !paused;
  element('pause').textContent = (paused ? texts?.resume : texts?.pause) ?? '';
});
element('clear').addEventListener('click', reset);
element('csv').addEventListener('click', () => vscode.postMessage({ kind: 'csv', text: csv() }));
new MutationObserver(build).observe(document.body, {
  attributes: true,
  attributeFilter: ['class', 'data-vscode-theme-id'],
});
draw();
vscode.postMessage({ kind: 'ready' });
