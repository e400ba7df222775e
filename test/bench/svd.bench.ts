// Measures opening a 10 MB SVD file: time until the model is there, and how long the calling thread is kept from its work.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Device, loadDevice } from '../../src/svd';
import { bigSvd } from '../svd/bigSvd';

export default async function bench(): Promise<{ name: string; value: number; unit: string; target?: string }[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'svd-bench-'));
  try {
    const file = path.join(folder, 'big.svd');
    fs.writeFileSync(file, bigSvd(10_000_000));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const times: number[] = [];
    let device: Device | undefined;
    delay.enable();
    for (let run = 0; run < 5; run++) {
      const start = performance.now();
      device = await loadDevice(file);
      times.push(performance.now() - start);
    }
    delay.disable();
    times.sort((a, b) => a - b);
    const start = performance.now();
    device?.find('P77.R9.F7');
    const expand = performance.now() - start;
    return [
      { name: 'open a 10 MB SVD file, median of 5', value: times[2] ?? 0, unit: 'ms', target: '≤ 1500' },
      { name: 'open a 10 MB SVD file, slowest of 5', value: times[4] ?? 0, unit: 'ms', target: '≤ 1500' },
      { name: 'longest pause of the calling thread meanwhile', value: delay.max / 1e6, unit: 'ms', target: '≤ 50' },
      { name: 'first look at a register and its fields', value: expand, unit: 'ms', target: '≤ 50' },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
