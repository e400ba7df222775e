// Runs the measurements `*.bench.ts` of this folder one after another and prints one table. Not a test: nothing fails here, but
// `--compare` ends with status 1 when a run is worse than the baseline.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Comparison, differences, writeBaseline } from './baseline';

/** One figure. `target` says in words what it should be, e.g. `≤ 5`. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string;
  /** How it is compared with the baseline (baseline.ts); not at all when absent. */
  readonly compare?: Comparison;
  /** True when the bench has printed it itself. */
  readonly isShown?: boolean;
}

/** Each bench file exports this as its default. */
export type Bench = () => Promise<readonly Figure[]>;

/** True, false, or undefined when the target is not of the form `≤ N` or `≥ N`. */
export function meets({ value, target }: Figure): boolean | undefined {
  const match = /^([≤≥])\s*([\d.]+)/.exec(target ?? '');
  if (match === null) return undefined;
  const limit = Number(match[2]);
  return match[1] === '≤' ? value <= limit : value >= limit;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      compare: { type: 'boolean', default: false },
      'write-baseline': { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  // Bench files read it where they start processes.
  if (values.profile !== undefined) process.env['OPENOCD_DEBUG_PROFILE'] = path.resolve(values.profile);
  const files = fs
    .readdirSync(__dirname)
    .filter((file) => file.endsWith('.bench.ts'))
    .filter((file) => positionals.length === 0 || positionals.some((filter) => file.includes(filter)));
  if (files.length === 0) throw new Error(`No bench file matches “${positionals.join(' ')}”.`);
  const results: Record<string, readonly Figure[]> = {};
  for (const file of files) {
    const name = file.replace('.bench.ts', '');
    console.log(`\n${name}`);
    const module: { default: Bench | { default: Bench } } = await import(
      pathToFileURL(path.join(__dirname, file)).href
    );
    const bench = typeof module.default === 'function' ? module.default : module.default.default;
    const figures = await bench();
    results[name] = figures;
    for (const figure of figures.filter(({ isShown }) => !isShown)) print(figure);
  }
  if (values.json !== undefined) {
    const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model, node: process.version, load: os.loadavg() };
    fs.writeFileSync(values.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
    console.log(`\nWritten to ${values.json}`);
  }
  if (values.compare) {
    const lines = differences(results);
    console.log(lines.length === 0 ? '\nAs in the baseline.' : `\nAgainst the baseline:\n${lines.join('\n')}`);
    if (lines.some((line) => line.startsWith('WORSE'))) process.exitCode = 1;
  }
  if (values['write-baseline']) writeBaseline(results);
}

function print(figure: Figure): void {
  const met = meets(figure);
  const verdict = met === undefined ? '' : met ? '  ok' : '  MISSED';
  const number = figure.value.toLocaleString('en', { maximumFractionDigits: figure.value < 10 ? 3 : 1 });
  const target = figure.target === undefined ? '' : `   target ${figure.target}`;
  console.log(`  ${figure.name.padEnd(60)} ${number.padStart(12)} ${figure.unit}${target}${verdict}`);
}

if (require.main === module) {
  main().then(
    () => process.exit(),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
}
