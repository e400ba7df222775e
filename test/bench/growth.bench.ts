// How cost grows: with the depth of the stack, the length of an array, breakpoints, RTT channels, the size of ELF and SVD files. Prints
// a table for each and draws them. OPENOCD_DEBUG_BENCH narrows it to the series whose name contains that text.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { root } from '../support/board';
import { elfSize, svdSize } from './growth/files';
import { plot } from './growth/plot';
import { exponent, type Series, seriesTable } from './growth/series';
import { arrayLength, breakpoints, rttChannels, stackDepth } from './growth/target';
import { benchElf } from './peer/firmware';
import { Rig } from './peer/rig';
import type { Figure } from './run';

const filter = process.env['OPENOCD_DEBUG_BENCH'] ?? '';

/** Above this the cost grows faster than the size. */
const LINEAR = 1.1;

export default async function bench(): Promise<Figure[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-growth-'));
  const all: Series[] = [];
  const add = (series: readonly Series[]) => {
    for (const each of series) console.log(seriesTable(each));
    all.push(...series);
  };
  try {
    await onBoards(add);
    if ('svd'.includes(filter)) add([await svdSize(folder)]);
    if ('elf'.includes(filter)) {
      const series = await elfSize(folder, bundleReader(folder));
      if (series !== undefined) add([series]);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const drawn = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-growth-'));
  console.log(`  Drawn: ${(await plot(all, drawn)).join(', ')}`);
  return all.flatMap(figuresOf);
}

async function onBoards(add: (series: readonly Series[]) => void): Promise<void> {
  const measurements = {
    stack: async (rigs: Rigs) => [await stackDepth(rigs)],
    array: arrayLength,
    breakpoints,
    rtt: async (rigs: Rigs) => [await rttChannels(rigs)],
  };
  const wanted = Object.entries(measurements).filter(([name]) => name.includes(filter));
  if (wanted.length === 0) return;
  const rigs = { ours: await Rig.start('ours'), peer: await Rig.start('peer') };
  try {
    await Promise.all(Object.values(rigs).map((rig) => rig.launch(benchElf)));
    for (const [, measure] of wanted) add(await measure(rigs));
  } finally {
    await Promise.all(Object.values(rigs).map((rig) => rig.stop()));
  }
}

type Rigs = { readonly ours: Rig; readonly peer: Rig };

/** As in the product: through esbuild, not through the loader of the tests. */
function bundleReader(folder: string): string {
  const outfile = path.join(folder, 'debuginfo.js');
  const entryPoints = [path.join(root, 'src/debuginfo/index.ts')];
  const loader = { '.wasm': 'binary' } as const;
  buildSync({ entryPoints, bundle: true, platform: 'node', format: 'cjs', outfile, loader, logLevel: 'error' });
  return outfile;
}

function figuresOf({ name, sizeUnit, unit, peer, points }: Series): Figure[] {
  const figures: Figure[] = points.flatMap(({ size, ours, peer: other, scans }) => [
    ...(ours === undefined ? [] : [{ name: `${name}, ${size} ${sizeUnit}`, value: ours, unit, isShown: true }]),
    ...(other === undefined
      ? []
      : [{ name: `${name}, ${size} ${sizeUnit}, ${peer}`, value: other, unit, isShown: true }]),
    ...(scans === undefined
      ? []
      : [{ name: `${name}, ${size} ${sizeUnit}: JTAG scans`, value: scans, unit: 'scans', isShown: true }]),
  ]);
  const power = exponent(points, ({ ours }) => ours);
  if (power !== undefined) figures.push({ name: `${name}: exponent`, value: power, unit: '', target: `≤ ${LINEAR}` });
  return figures;
}
