// OpenOCD ends with its owner, even when the owner is killed without warning. On Linux and macOS a small shell beside
// OpenOCD waits on a pipe from the owner: the pipe ends, however the owner ended, and the shell ends OpenOCD. This needs
// nothing of OpenOCD, so it also holds while OpenOCD is busy with its probe. On Windows Node.js puts every child into a job
// that the system ends with its owner (libuv, `uv__init_global_job_handle`).

/**
 * The shell becomes OpenOCD (`exec`), so OpenOCD keeps the process id that was spawned. `$$` in the background part is that id.
 * A line on the pipe says that OpenOCD has ended by itself and nothing is left to do.
 */
const GUARDIAN = `
exec 3<&0 </dev/null
(
  trap '' HUP INT TERM
  exec >/dev/null 2>&1
  if read -r word <&3; then exit; fi
  kill -TERM $$
  for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2; kill -0 $$ || exit; done
  kill -KILL $$
) &
exec 3<&-
exec "$@"
`;

/** What ends the wait of the guardian. */
export const RELEASE = 'released\n';

/** @returns program and arguments to spawn, with a pipe as standard input */
export function guarded(
  program: string,
  args: readonly string[],
  platform: NodeJS.Platform = process.platform,
): { readonly program: string; readonly args: string[] } {
  if (platform === 'win32') return { program, args: [...args] };
  return { program: '/bin/sh', args: ['-c', GUARDIAN, 'openocd-guardian', program, ...args] };
}
