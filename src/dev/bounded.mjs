// Runs a program together with everything it starts, for a limited time: a test that hangs must not hold up a build for hours,
// and a process that a test leaves behind must not keep the output open.
import { spawn, spawnSync } from 'node:child_process';

const isWindows = process.platform === 'win32';

/**
 * @param {string[]} args of Node
 * @param {{ cwd: string, limitMs: number, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ status: number, timedOut: boolean }>} `status` is not 0 when it was killed or could not start
 */
export async function runBounded(args, { cwd, limitMs, env = process.env }) {
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    // A process group of its own, so that all of it can be ended at once.
    detached: !isWindows,
  });
  /** @param {NodeJS.Signals} signal */
  const endAll = (signal) => {
    if (child.pid === undefined) return;
    if (isWindows) spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    else
      try {
        process.kill(-child.pid, signal);
      } catch {
        // Nothing of the group is left.
      }
  };
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => {
    endAll('SIGKILL');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endAll('SIGKILL');
  }, limitMs);
  try {
    const status = await new Promise((resolve) => {
      child.once('exit', (code) => resolve(code ?? 1));
      child.once('error', () => resolve(1));
    });
    return { status: timedOut ? 1 : status, timedOut };
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', passOn).off('SIGTERM', passOn);
    if (!isWindows) endAll('SIGKILL');
  }
}
