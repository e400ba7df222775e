// `npm test` itself: its last line, its exit code and what it says about failures, for test files made here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

describe('The test command', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-runner-'));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Runs Mocha as `npm test` does, without building first. */
  function run(text: string) {
    const file = path.join(folder, 'made.test.ts');
    fs.writeFileSync(file, text);
    // The switch keeps the build away: it would write dist/ under the feet of tests that run beside this one.
    const result = spawnSync(process.execPath, ['src/dev/test.mjs', 'unit', '--no-build', file], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CI: 'true' },
    });
    return { status: result.status, lines: result.stdout.trimEnd().split('\n'), output: result.stdout };
  }

  it('counts what passed and was skipped', () => {
    const { status, lines } = run(`it('a', () => {}); it('b', () => {}); it.skip('c');`);
    assert.equal(lines.at(-1), '2 passed, 0 failed, 1 skipped');
    assert.equal(status, 0);
  });

  it('names at its end what failed, in which file and why', () => {
    const { status, lines, output } = run(
      `describe('A', () => { it('good', () => {}); it('bad', () => { throw new Error('is wrong\\nand more'); }); });`,
    );
    assert.equal(lines.at(-1), '1 passed, 1 failed, 0 skipped');
    assert.equal(status, 1);
    assert.match(output, /\nFailed:\n {2}files: A bad\n {4}is wrong\n {4}.*made\.test\.ts\n\n1 passed/);
  });

  it('counts a failing hook as a failure', () => {
    const { status, lines } = run(
      `describe('A', () => { before(() => { throw new Error('no'); }); it('never', () => {}); });`,
    );
    assert.equal(lines.at(-1), '0 passed, 1 failed, 0 skipped');
    assert.equal(status, 1);
  });

  it('fails when the run dies in a test, and says in which', () => {
    const { status, lines, output } = run(`it('good', () => {}); it('dies', () => process.exit(0));`);
    assert.equal(lines.at(-1), '1 passed, 1 failed, 0 skipped');
    assert.equal(status, 1);
    assert.match(output, /ended with code 0 before its end in the test “dies”/);
  });

  it('fails when a file cannot be loaded', () => {
    const { status, lines } = run(`import './none';`);
    assert.equal(lines.at(-1), '0 passed, 1 failed, 0 skipped');
    assert.equal(status, 1);
  });

  it('refuses an exclusive test', () => {
    const { status, output } = run(`it${'.only'}('a', () => {});`);
    assert.equal(status, 1);
    assert.match(output, /0 passed, 1 failed/);
  });

  it('says that there is no such file, and which parts there are', () => {
    const result = spawnSync(process.execPath, ['src/dev/test.mjs', 'unti'], { cwd: root, encoding: 'utf8' });
    assert.equal(result.status, 1);
    assert.match(
      result.stdout,
      /no test file unti; the parts are unit, openocd, vscode\n\n0 passed, 1 failed, 0 skipped\n$/,
    );
  });
});
