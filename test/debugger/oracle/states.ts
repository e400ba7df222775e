// Stops programs of the corpus at random points on the simulated board and asks GDB about each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { saveCore, worthSaving } from '../../../src/debugger/core/saveCore';
import { openProgram } from '../../../src/debuginfo/index';
import { BoardTarget } from './boardTarget';
import type { OracleAnswer } from './compare';
import { serveToGdb } from './rspServer';

/** Numbers that are the same in every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A program that was stopped after some cycles and then at the next instruction. */
export function stopAt(file: string, cycles: number): BoardTarget {
  const target = new BoardTarget(file);
  target.run(cycles);
  return target;
}

/** What GDB shows of a stopped target; undefined where GDB itself fails (13.1 does on values in several registers). */
export async function askGdb(file: string, target: BoardTarget): Promise<OracleAnswer | undefined> {
  const server = await serveToGdb(target);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-oracle-'));
  const out = path.join(folder, 'answer.json');
  try {
    const commands = [
      'set architecture arm',
      `file ${file}`,
      `target remote 127.0.0.1:${server.port}`,
      `source ${path.join(__dirname, 'ask.py')}`,
    ];
    const child = spawn('gdb-multiarch', ['-nx', '-batch', ...commands.flatMap((command) => ['-ex', command])], {
      env: { ...process.env, ORACLE_OUT: out },
      // A GDB that crashes leaves its core file where it runs.
      cwd: folder,
      timeout: 30_000,
    });
    let log = '';
    child.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    await once(child, 'close');
    if (/internal-error/.test(log)) return undefined;
    if (!fs.existsSync(out)) throw new Error(`GDB gave no answer:\n${log}`);
    return JSON.parse(fs.readFileSync(out, 'utf8')) as OracleAnswer;
  } finally {
    await server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The bytes of a core file of a stopped target. */
export async function coreBytes(file: string, target: BoardTarget): Promise<Uint8Array> {
  const program = openProgram(file);
  try {
    const sp = Number((await target.readRegisters(1, ['sp'])).get('sp') ?? 0n);
    const ranges = worthSaving(program, [sp], false);
    return await saveCore(program, target, { machine: 'arm', coreType: 'armv6m', ranges });
  } finally {
    program.close();
  }
}
