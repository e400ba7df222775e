// The simulated board as a child process of the adapter. It ends by itself when the adapter is gone: its standard input closes.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { liveErrors } from './messages';

export interface RunningSimulator {
  readonly port: number;
  stop(): void;
}

/** @param folder where the product is installed @throws EngineError with the simulator's own words when it does not start */
export async function startSimulator(folder: string, mhz: string, cores: number): Promise<RunningSimulator> {
  const script = path.join(folder, 'dist/simulator.js');
  if (!fs.existsSync(script)) throw liveErrors.simulatorMissing(script);
  const args = [script, '--port', '0', '--mhz', mhz, '--cores', String(cores), '--watch-stdin'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  const port = await listeningPort(child);
  // What the firmware sends by its serial port is read, so that the pipe never fills.
  return { port, stop: () => child.kill() };
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-1000);
    });
    child.once('error', (error) => reject(liveErrors.simulator(error.message)));
    child.once('exit', (code) => reject(liveErrors.simulator(words.trim() || `it ended with code ${code}`)));
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      const port = /"event":"listening","port":(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}
