// Draws the series with uPlot, one chart each on logarithmic axes, as a page that needs nothing else; and as a picture where there is
// a browser.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../support/board';
import type { Series } from './series';

const WIDTH = 520;
const HEIGHT = 320;

/** @returns the files written */
export async function plot(series: readonly Series[], folder: string): Promise<string[]> {
  const page = path.join(folder, 'growth.html');
  fs.writeFileSync(page, html(series));
  const picture = path.join(folder, 'growth.png');
  return (await photograph(page, picture)) ? [page, picture] : [page];
}

function html(series: readonly Series[]): string {
  const uplot = (file: string) => fs.readFileSync(path.join(root, 'node_modules/uplot/dist', file), 'utf8');
  const charts = series.map(({ name, sizeUnit, unit, peer, points }) => ({
    title: name,
    x: sizeUnit,
    y: unit,
    names: ['ours', ...(peer === undefined ? [] : [peer])],
    data: [
      points.map(({ size }) => size),
      points.map(({ ours }) => ours ?? null),
      ...(peer === undefined ? [] : [points.map((point) => point.peer ?? null)]),
    ],
  }));
  return `<!doctype html><meta charset="utf-8"><title>How cost grows</title><style>${uplot('uPlot.min.css')}
body { display: grid; grid-template-columns: repeat(auto-fill, ${WIDTH}px); gap: 16px; font: 13px sans-serif; background: white }</style>
<script>${uplot('uPlot.iife.min.js')}
const colours = ['#0b6', '#c30'];
for (const { title, x, y, names, data } of ${JSON.stringify(charts)}) new uPlot({
  title, width: ${WIDTH}, height: ${HEIGHT},
  scales: { x: { time: false, distr: 3 }, y: { distr: 3 } },
  axes: [{ label: x }, { label: y, size: 70 }],
  series: [{ label: x }, ...names.map((label, i) => ({ label, stroke: colours[i], width: 2, points: { show: true } }))],
}, data, document.body);
</script>`;
}

/** False where no browser is installed. */
async function photograph(page: string, picture: string): Promise<boolean> {
  const { openBrowser } = await import('../../vscode/rig/browser.mjs');
  const browser = await openBrowser({ width: 2 * WIDTH + 64, height: 800 }).catch(() => undefined);
  if (browser === undefined) return false;
  try {
    await browser.page.goto(`file://${page}`);
    await browser.page.screenshot({ path: picture, fullPage: true });
    return true;
  } finally {
    await browser.close();
  }
}
