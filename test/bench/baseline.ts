// Compares a run with the figures kept in baseline.json. Counts of scans and round trips must be equal, since no load of the machine
// touches them, except where OpenOCD's own looks are among them; ratios of two times measured in turn may differ somewhat; bare times
// are not compared.
import fs from 'node:fs';
import path from 'node:path';
import type { Figure } from './run';

const file = path.join(__dirname, 'baseline.json');

/** By bench, then by the name of the figure. */
export type Results = Readonly<Record<string, readonly Figure[]>>;
type Baseline = Record<string, Record<string, number>>;

/**
 * `exact`: a count that must be the same. `scans`: one that depends by 2 on where OpenOCD's own look at the target has left the access
 * port. `close`: one that has some such looks, every 100 ms, in it. `ratio`: of two times.
 */
export type Comparison = 'exact' | 'scans' | 'close' | 'ratio';

/** How much each may grow before it is worth a word: by a factor, or by a number. */
const FACTOR: Readonly<Record<Comparison, number>> = { exact: 1, scans: 1, close: 1.05, ratio: 1.5 };
const SLACK: Readonly<Record<Comparison, number>> = { exact: 0, scans: 2, close: 0, ratio: 0 };

/** @returns one line for each figure that differs from the baseline, worse ones first */
export function differences(results: Results): string[] {
  const baseline = read();
  const worse: string[] = [];
  const other: string[] = [];
  for (const [bench, figures] of Object.entries(results)) {
    for (const { name, value, compare, target } of figures) {
      const expected = baseline[bench]?.[name];
      if (compare === undefined || value === expected) continue;
      const now = `${bench}: ${name}: ${shown(value)}`;
      if (expected === undefined) {
        other.push(`new     ${now}`);
        continue;
      }
      const isMoreBetter = target?.startsWith('≥') === true;
      const growth = isMoreBetter ? expected / value : value / expected;
      if (Math.abs(value - expected) <= SLACK[compare]) continue;
      const limit = FACTOR[compare];
      if (growth > limit) worse.push(`WORSE   ${now}, was ${shown(expected)}`);
      else if (growth < 1 / limit) other.push(`better  ${now}, was ${shown(expected)}`);
    }
  }
  return [...worse, ...other];
}

/** Replaces what the baseline says of the benches and figures that ran. */
export function writeBaseline(results: Results): void {
  const baseline = read();
  for (const [bench, figures] of Object.entries(results)) {
    const kept = { ...baseline[bench] };
    for (const { name, value, compare } of figures) {
      if (compare !== undefined) kept[name] = compare === 'ratio' ? Number(value.toPrecision(3)) : value;
    }
    if (Object.keys(kept).length > 0) baseline[bench] = kept;
  }
  fs.writeFileSync(file, `${JSON.stringify(baseline, undefined, 2)}\n`);
}

const read = (): Baseline => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {});
const shown = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 3 });
