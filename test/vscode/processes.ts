// The processes below another one, as the system lists them.
import { execFileSync } from 'node:child_process';

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
