// The simulated board as a child process of the extension host. It ends by itself when the host is gone (its stdin closes).
import { type ChildProcess, spawn } from 'node:child_process';
import readline from 'node:readline';
import type { SimulatedBoard } from './configuration';

export interface RunningSimulator {
  readonly port: number;
  stop(): void;
  onExit(callback: () => void): void;
}

/**
 * @param script the bundle `dist/simulator.js`
 * @throws Error when it ends before it listens, with its own words
 */
export async function startSimulator(script: string, board: SimulatedBoard): Promise<RunningSimulator> {
  const args = [script, '--port', '0', '--mhz', board.mhz, '--cores', String(board.cores), '--watch-stdin'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const port = await listeningPort(child);
  return {
    port,
    stop: () => child.kill(),
    onExit: (callback) => void child.once('exit', callback),
  };
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-2000);
    });
    child.once('error', (error) => reject(new Error(`The simulated board could not be started: ${error.message}`)));
    child.once('exit', (code) => reject(new Error(`The simulated board ended with code ${code}: ${words.trim()}`)));
    if (child.stdout === null) return;
    readline.createInterface(child.stdout).on('line', (line) => {
      const message = parse(line);
      if (message?.event === 'listening' && typeof message.port === 'number') resolve(message.port);
    });
  });
}

function parse(line: string): { readonly event?: unknown; readonly port?: unknown } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
