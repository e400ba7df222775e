// GDB as an oracle: drives gdb-multiarch by its machine interface (GDB/MI) on a port of OpenOCD. For tests only.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

export const hasGdb = () => spawnSync('gdb-multiarch', ['--version']).status === 0;

export interface GdbStop {
  readonly reason: string | undefined;
  readonly pc: number;
  readonly function: string | undefined;
  /** As the compiler recorded it. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** GDB's name of what a function returned, such as `$1`. */
  readonly result: string | undefined;
}

interface Waiting {
  readonly accept: (line: string) => boolean;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

export class Gdb {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<Waiting>();
  #token = 1;

  private constructor() {
    this.#child = spawn('gdb-multiarch', ['-q', '-nx', '--interpreter=mi2'], { stdio: ['pipe', 'pipe', 'ignore'] });
    process.on('exit', () => this.#child.kill('SIGKILL'));
    if (this.#child.stdout === null) throw new Error('GDB has no output.');
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#lines.push(line);
      for (const waiting of [...this.#waiting]) {
        if (!waiting.accept(line)) continue;
        this.#waiting.delete(waiting);
        waiting.resolve(line);
      }
    });
    this.#child.once('exit', () => {
      for (const { reject } of this.#waiting) reject(new Error(`GDB ended.\n${this.#lines.slice(-20).join('\n')}`));
    });
  }

  static async connect(program: string, port: number): Promise<Gdb> {
    const gdb = new Gdb();
    for (const command of [
      ...['set confirm off', 'set pagination off', 'set remotetimeout 10', 'set breakpoint auto-hw on'],
      ...['set step-mode off', `file ${program}`, `target extended-remote 127.0.0.1:${port}`],
    ]) {
      await gdb.command(command);
    }
    return gdb;
  }

  /** Runs a console command; @returns what it printed */
  async command(text: string): Promise<string> {
    const from = this.#lines.length;
    const token = this.#token++;
    const done = this.#wait((line) => line.startsWith(`${token}^`));
    this.#child.stdin?.write(`${token}-interpreter-exec console ${JSON.stringify(text)}\n`);
    const result = await done;
    const printed = this.#lines.slice(from).filter((line) => line.startsWith('~'));
    const output = printed.map((line) => JSON.parse(line.slice(1)) as string).join('');
    if (result.includes('^error')) throw new Error(`GDB: ${text}: ${result}`);
    return output;
  }

  /** `step`, `next`, `finish`, `stepi`, …: runs until GDB says that it stopped. */
  async run(command: 'step' | 'next' | 'finish' | 'stepi' | 'nexti' | 'continue'): Promise<GdbStop> {
    const stopped = this.#wait((line) => line.startsWith('*stopped') || /^\d+\^error/.test(line));
    await this.#send(
      `-exec-${command === 'stepi' ? 'step-instruction' : command === 'nexti' ? 'next-instruction' : command}`,
    );
    return readStop(await stopped);
  }

  /** Forgets what it knows of registers and memory: somebody else has changed them. */
  async forget(): Promise<void> {
    await this.command('maintenance flush register-cache');
    await this.command('maintenance flush dcache');
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
  }

  async #send(text: string): Promise<void> {
    const token = this.#token++;
    const done = this.#wait((line) => line.startsWith(`${token}^`));
    this.#child.stdin?.write(`${token}${text}\n`);
    const result = await done;
    if (result.includes('^error')) throw new Error(`GDB: ${text}: ${result}`);
  }

  #wait(accept: (line: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new Error(`GDB does not answer.\n${this.#lines.slice(-20).join('\n')}`));
      }, 30_000);
      const waiting: Waiting = {
        accept,
        resolve: (line) => {
          clearTimeout(timer);
          resolve(line);
        },
        reject,
      };
      this.#waiting.add(waiting);
    });
  }
}

function readStop(line: string): GdbStop {
  const field = (name: string) => new RegExp(`[,{]${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(line)?.[1];
  const number = field('line');
  return {
    reason: field('reason'),
    pc: Number(field('addr') ?? Number.NaN),
    function: field('func'),
    file: field('file'),
    line: number === undefined ? undefined : Number(number),
    result: field('gdb-result-var'),
  };
}
