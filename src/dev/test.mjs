// `npm test`: sets the machine up, then lint, build and every test; `npm test unit|openocd|vscode` runs one part.
// Ends with the line “N passed, N failed, N skipped”; exit code 0 only when nothing failed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeMissing, ensurePackages, ensureTools, runNode, tools } from './setup.mjs';

/** The files of each part. Unit tests need no OpenOCD; the others name in their ending what they need. */
const parts = {
  unit: 'test/**/*.test.ts',
  openocd: 'test/**/*.openocd.ts',
  vscode: 'test/vscode/*.vscode.ts',
};

const asked = process.argv.slice(2).filter((word) => word in parts);
const files = process.argv.slice(2).filter((word) => !(word in parts));
const chosen = /** @type {(keyof typeof parts)[]} */ (asked.length > 0 ? asked : Object.keys(parts));

ensurePackages();
const missing = ensureTools(
  chosen.includes('openocd') || chosen.includes('vscode') ? Object.values(tools) : [tools.binutils, tools.tcl],
);
if (missing.length > 0) console.log(describeMissing(missing));
if (missing.includes(tools.openocd)) process.exit(1);

const total = { passed: 0, failed: 0, skipped: 0 };
/** @param {string} name @param {() => number} step */
function check(name, step) {
  console.log(`\n== ${name}`);
  const good = step() === 0;
  if (good) total.passed++;
  else total.failed++;
  return good;
}

if (asked.length === 0) check('lint', () => runNode(['src/dev/lint.mjs']));
const built = check('build', () => runNode(['src/dev/build.mjs']));
if (built) for (const part of chosen) runMocha(part);

/** @param {keyof typeof parts} part */
function runMocha(part) {
  console.log(`\n== ${part}`);
  const counts = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-test-')), 'counts.json');
  const status = runNode(
    [
      ...['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', '--reporter', 'test/support/countingReporter.cjs'],
      ...['--forbid-only', '--timeout', '20000', '--exit', ...(files.length > 0 ? files : [parts[part]])],
    ],
    { env: { ...process.env, TEST_COUNTS: counts } },
  );
  const result = fs.existsSync(counts) ? JSON.parse(fs.readFileSync(counts, 'utf8')) : undefined;
  fs.rmSync(path.dirname(counts), { recursive: true, force: true });
  total.passed += result?.passed ?? 0;
  total.skipped += result?.skipped ?? 0;
  const failed = result?.failed ?? 0;
  if (failed === 0 && status !== 0) console.log(`The test run of “${part}” ended without a result.`);
  total.failed += failed === 0 && status !== 0 ? 1 : failed;
}

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
