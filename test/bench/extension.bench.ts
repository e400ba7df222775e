// How long the extension takes to start, in a real VS Code: the time that the “Running Extensions” list of VS Code shows.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runInHost } from '../vscode/inHost';
import type { Activation } from '../vscode/suites/support';
import type { Figure } from './run';

const RUNS = 7;

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export default async function extension(): Promise<readonly Figure[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-activation-'));
  const file = path.join(folder, 'times.json');
  const times: Activation[] = [];
  process.env['ACTIVATION_TIMES'] = file;
  try {
    for (let run = 0; run < RUNS; run++) {
      await runInHost({ only: 'activation' });
      times.push(JSON.parse(fs.readFileSync(file, 'utf8')));
    }
  } finally {
    delete process.env['ACTIVATION_TIMES'];
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const figure = (name: string, pick: (time: Activation) => number, target?: string): Figure => ({
    name,
    value: median(times.map(pick)),
    unit: 'ms',
    ...(target === undefined ? {} : { target }),
  });
  return [
    figure('activation: code and activate()', ({ load, activate }) => load + activate, '≤ 30'),
    figure('activation: loading the code', ({ load }) => load),
    figure('activation: activate()', ({ activate }) => activate),
    figure('activation: with what VS Code does around it', ({ total }) => total),
  ];
}
