// Runs inside the extension host: loads the suites named by SUITES, runs them with mocha and writes a report of each test.
import fs from 'node:fs';
import Mocha from 'mocha';

/** What became of one test. */
export interface InnerResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly error?: string;
}

export async function run(): Promise<void> {
  const wanted = process.env['SUITES'] ?? '';
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  const suites: Readonly<Record<string, () => unknown>> = {
    contributions: () => require('./contributions.suite'),
    activation: () => require('./activation.suite'),
    language: () => require('./language.suite'),
    board: () => require('./board.suite'),
    loss: () => require('./loss.suite'),
    progress: () => require('./progress.suite'),
    peripherals: () => require('./peripherals.suite'),
    debug: () => require('./debug.suite'),
    workspace: () => require('./workspace.suite'),
    dying: () => require('./dying.suite'),
    untrusted: () => require('./untrusted.suite'),
  };
  for (const [name, load] of Object.entries(suites)) if (wanted.split(',').includes(name)) load();
  const results: InnerResult[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const add = (test: Mocha.Test, state: InnerResult['state'], error?: Error) => {
      results.push({
        title: test.fullTitle(),
        state,
        ...(error === undefined ? {} : { error: error.stack ?? String(error) }),
      });
    };
    runner.on('pass', (test) => add(test, 'passed'));
    runner.on('fail', (test, error: Error) => add(test, 'failed', error));
    runner.on('pending', (test) => add(test, 'pending'));
  });
  fs.writeFileSync(String(process.env['SUITE_REPORT']), JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
