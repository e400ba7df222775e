// `npm test`: sets the machine up, then lint, build and every test; `npm test unit|openocd|vscode` runs one part, further words
// name test files, `--no-build` takes dist/ as it is. Ends with the line “N passed, N failed, N skipped”; exit code 0 only when nothing failed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runBounded } from './bounded.mjs';
import { describeMissing, ensurePackages, ensureTools, root, tools } from './setup.mjs';

/** The ending of each part's files. Unit tests need no OpenOCD; the others name in their ending what they need. */
const parts = { unit: '.test.ts', openocd: '.openocd.ts', vscode: '.vscode.ts' };
/** A part takes four minutes on a machine that has nothing else to do; one that takes longer than this hangs. */
const LIMIT_MINUTES = 20;

/** What a test may take that sets no limit of its own. Most take milliseconds, but machines may be busy. */
const TEST_LIMIT_MS = 60_000;

/** @typedef {keyof typeof parts} Part */
/** @typedef {{ passed: number, failed: number, skipped: number, ended: boolean, running?: string, files: string[],
 *   failures: { title: string, file?: string, message: string }[] }} Counts what test/support/countingReporter.cjs writes */

const words = process.argv.slice(2).filter((word) => word !== '--no-build');
const build = words.length === process.argv.length - 2;
const asked = /** @type {Part[]} */ (words.filter((word) => word in parts));
const files = words.filter((word) => !(word in parts));
const chosen = asked.length > 0 ? asked : /** @type {Part[]} */ (Object.keys(parts));
const total = { passed: 0, failed: 0, skipped: 0 };
/** What failed, for the end of the output: that is what a reader of a log sees first. @type {string[]} */
const recap = [];

/** @param {string} what */
function fail(what) {
  total.failed++;
  recap.push(what);
}

/** @param {Part} part @returns {string[]} its files, relative to the repository */
function filesOf(part) {
  return fs
    .readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(parts[part]))
    .map((file) => path.join('test', file))
    .sort();
}

/** @param {string} name @param {string} script */
async function check(name, script) {
  console.log(`\n== ${name}`);
  const { status } = await runBounded([script], { cwd: root, limitMs: LIMIT_MINUTES * 60_000 });
  if (status === 0) total.passed++;
  else fail(`${name}: see above (npm run ${name})`);
  return status === 0;
}

/** @param {string} title @param {string[]} run the test files */
async function runMocha(title, run) {
  console.log(`\n== ${title}`);
  const started = performance.now();
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-test-'));
  const countsFile = path.join(work, 'counts.json');
  const mocha = [
    '--import',
    'tsx',
    'node_modules/mocha/bin/mocha.js',
    '--reporter',
    'test/support/countingReporter.cjs',
  ];
  const { status, timedOut } = await runBounded(
    [...mocha, '--forbid-only', '--timeout', `${TEST_LIMIT_MS}`, '--exit', ...run],
    {
      cwd: root,
      limitMs: LIMIT_MINUTES * 60_000,
      env: { ...process.env, TEST_COUNTS: countsFile },
    },
  );
  /** @type {Counts | undefined} */
  const counts = fs.existsSync(countsFile) ? JSON.parse(fs.readFileSync(countsFile, 'utf8')) : undefined;
  fs.rmSync(work, { recursive: true, force: true });
  total.passed += counts?.passed ?? 0;
  total.skipped += counts?.skipped ?? 0;
  total.failed += counts?.failed ?? 0;
  for (const failure of counts?.failures ?? [])
    recap.push(`${title}: ${failure.title}\n    ${failure.message}${failure.file ? `\n    ${failure.file}` : ''}`);
  if (counts?.ended !== true || (status !== 0 && counts.failed === 0)) {
    const where = counts?.running ? ` in the test “${counts.running}”` : '';
    const what = timedOut ? `was ended after ${LIMIT_MINUTES} minutes` : `ended with code ${status} before its end`;
    fail(`${title}: the run ${what}${where}; what came after did not run`);
  }
  console.log(`${title} took ${Math.round((performance.now() - started) / 1000)} s`);
}

async function main() {
  ensurePackages();
  const isUnitAlone = chosen.every((part) => part === 'unit');
  const missing = ensureTools(
    Object.values(tools).filter((tool) => !isUnitAlone || (tool !== tools.openocd && tool !== tools.chromium)),
  );
  if (missing.length > 0) console.log(describeMissing(missing));
  if (missing.includes(tools.openocd) && (chosen.includes('openocd') || chosen.includes('vscode')))
    return fail('OpenOCD is missing: nothing was run (see above for how to install it)');
  const unknown = files.filter((file) => !file.includes('*') && !fs.existsSync(path.resolve(root, file)));
  if (unknown.length > 0)
    return fail(`there is no test file ${unknown.join(', ')}; the parts are ${Object.keys(parts).join(', ')}`);
  if (words.length === 0) await check('lint', 'src/dev/lint.mjs');
  if (build && !(await check('build', 'src/dev/build.mjs')))
    return recap.push(`not run without a build: ${chosen.join(', ')}`);
  if (files.length > 0) await runMocha('files', files);
  else for (const part of chosen) await runMocha(part, filesOf(part));
}

await main();
if (recap.length > 0) console.log(`\nFailed:\n${recap.map((line) => `  ${line}`).join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
