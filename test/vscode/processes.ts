// The processes below another one, as the system lists them.
import { execFileSync, spawnSync } from 'node:child_process';

export interface Process {
  readonly pid: number;
  readonly args: string;
}

/** All children of a process, and theirs, of this moment. Needs `ps`. */
export function descendants(pid: number): Process[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const all = rows.flatMap((row) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row);
    return match === null ? [] : [{ pid: Number(match[1]), parent: Number(match[2]), args: match[3] ?? '' }];
  });
  const found: Process[] = [];
  const collect = (parent: number) => {
    for (const each of all.filter((process) => process.parent === parent)) {
      found.push({ pid: each.pid, args: each.args });
      collect(each.pid);
    }
  };
  collect(pid);
  return found;
}

/** False for a process that has ended and only waits for its parent to take notice, which `kill` with signal 0 cannot tell. */
export function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  const state = stdout.trim();
  return state !== '' && !state.startsWith('Z');
}
