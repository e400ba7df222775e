// Running a part of the tests for a limited time, with all it starts.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts a process of its own that does nothing, writes its number to a file, and goes on as `then` says. */
const withChild = (file: string, then: string) => `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  require('node:fs').writeFileSync(${JSON.stringify(file)}, String(child.pid));
  ${then}`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // In a container whose first process does not collect the ended ones, they stay as zombies.
    return process.platform !== 'linux' || !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function waitUntilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

describe('A run for a limited time', () => {
  let folder: string;
  let pidFile: string;
  let run: typeof import('../../src/dev/bounded.mjs')['runBounded'];
  const cwd = os.tmpdir();

  before(async () => {
    run = (await import('../../src/dev/bounded.mjs')).runBounded;
  });
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-bounded-'));
    pidFile = path.join(folder, 'pid');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('gives the exit code', async () => {
    assert.deepEqual(await run(['-e', 'process.exit(3)'], { cwd, limitMs: 60_000 }), { status: 3, timedOut: false });
    assert.deepEqual(await run(['-e', ''], { cwd, limitMs: 60_000 }), { status: 0, timedOut: false });
  });

  it('fails when the program is killed or its folder does not exist', async () => {
    const killed = await run(['-e', 'process.kill(process.pid, "SIGKILL")'], { cwd, limitMs: 60_000 });
    assert.deepEqual(killed, { status: 1, timedOut: false });
    assert.equal((await run(['-e', ''], { cwd: path.join(folder, 'none'), limitMs: 60_000 })).status, 1);
  });

  it('ends a program that hangs without yielding, and what it started', async () => {
    const result = await run(['-e', withChild(pidFile, 'for (;;);')], { cwd, limitMs: 4000 });
    assert.deepEqual(result, { status: 1, timedOut: true });
    await waitUntilGone(Number(fs.readFileSync(pidFile, 'utf8')));
  });

  it('ends what a program leaves behind', async function () {
    if (process.platform === 'win32') return this.skip(); // there is no process group to end
    const result = await run(['-e', withChild(pidFile, 'process.exit(0);')], { cwd, limitMs: 60_000 });
    assert.deepEqual(result, { status: 0, timedOut: false });
    await waitUntilGone(Number(fs.readFileSync(pidFile, 'utf8')));
  });
});
