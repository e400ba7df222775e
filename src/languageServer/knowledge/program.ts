// Runs OpenOCD for a moment, without hardware, and hands back what it printed. A run has a time limit, leaves nothing behind, and
// ends with this process whatever becomes of it. What is asked and what the answers mean is in harvest.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { noPorts } from './makeshift';

/** OpenOCD could not be asked; the message names the program, what happened and what to do. */
export class HarvestError extends Error {}

/** The longest that one start of OpenOCD may take; it usually takes some ten milliseconds. */
const runLimitMs = 20_000;
/** The report of OpenOCD 0.12 has a twentieth of that. */
const maxOutput = 4_000_000;

const endMark = '@end@';

/**
 * Prints every command with its stage, every procedure with its parameters (and its body if it is deprecated), then the help text,
 * then `endMark`. Then it waits for its input to end, which happens when this process does, lest OpenOCD goes on to `init` by itself.
 */
const reportScript = `
puts "@commands"
foreach c [lsort [info commands]] { set m unknown; catch {set m [command mode {*}$c]}; puts "$c\\t$m" }
puts "@procedures"
foreach p [info procs] {
  if {[catch {list [info args $p] [info body $p]} found]} continue
  set body [string map [list "\\n" " " "\\t" " "] [lindex $found 1]]
  if {![string match "*DEPRECATED! use '*" $body]} { set body "" }
  puts "$p\\t[lindex $found 0]\\t$body"
}
puts "@help"
puts [capture {help}]
puts "${endMark}"
flush stdout
gets stdin
shutdown
`;

export interface Report {
  /** What the script itself printed. */
  readonly output: string;
  /** Command → its stage. */
  readonly commands: ReadonlyMap<string, string>;
  readonly procedures: ReadonlyMap<string, { parameters: string; body: string }>;
  readonly help: string;
}

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

export class OpenocdProgram {
  readonly #executable: string;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;

  /**
   * @param executable absolute path or name of the program
   * @param timeLimitMs for all runs together
   * @param signal ends the run at work, and every later one at once
   */
  constructor(executable: string, timeLimitMs: number, signal?: AbortSignal) {
    this.#executable = executable;
    this.#deadline = Date.now() + timeLimitMs;
    this.#signal = signal;
  }

  /** The version number that `--version` prints. @throws HarvestError */
  async version(): Promise<string> {
    const { stdout, stderr } = await this.#run(['--version']);
    const output = stdout + stderr;
    const version = /Open On-Chip Debugger (\S+)/.exec(output)?.[1];
    if (version !== undefined) return version;
    const answer = output.trim() === '' ? 'nothing' : `“${printable(output)}”`;
    throw new HarvestError(`“${this.#executable}” is not OpenOCD: to --version it answers ${answer}.`);
  }

  /** The folders in which it looks for scripts, in order, as its debug log names them (OpenOCD src/helper/options.c). */
  async scriptFolders(): Promise<string[]> {
    const { stdout, stderr } = await this.#run(['-d3', '-c', 'shutdown']);
    const log = stdout + stderr;
    return [...log.matchAll(/add_script_search_dir\(\): adding (.*)$/gm)].flatMap((match) => match[1]?.trim() ?? []);
  }

  /** What it knows after a script. @throws HarvestError */
  async report(script: string): Promise<Report> {
    return readReport((await this.#run(['-c', noPorts, '-c', script, '-c', reportScript])).stdout);
  }

  /** Everything it prints until it ends or prints `endMark`, even if it crashes (arm11 without a real chip does that). */
  #run(args: readonly string[]): Promise<Printed> {
    const name = `“${this.#executable}”`;
    const limitMs = Math.min(runLimitMs, this.#deadline - Date.now());
    return new Promise((resolve, reject) => {
      if (this.#signal?.aborted || limitMs <= 0) {
        reject(new HarvestError(`${name} took longer than allowed to list its commands.`));
        return;
      }
      let stdout = '';
      let stderr = '';
      const child = spawn(this.#executable, args, {
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
        detached: process.platform !== 'win32',
      });
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#signal?.removeEventListener('abort', abort);
        process.off('exit', onExit);
        kill(child);
        settle();
      };
      const fail = (what: string): void => end(() => reject(new HarvestError(`${name} ${what}`)));
      const abort = (): void => fail('is not asked any further.');
      const onExit = (): void => kill(child);
      const timer = setTimeout(() => fail('took longer than allowed to list its commands.'), limitMs);
      this.#signal?.addEventListener('abort', abort);
      process.on('exit', onExit);
      const checkLength = (): void => {
        if (stdout.length + stderr.length > maxOutput) fail('prints without end instead of listing its commands.');
      };
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        stdout += chunk;
        const isComplete = stdout.includes(endMark, stdout.length - chunk.length - endMark.length);
        if (isComplete) end(() => resolve({ stdout, stderr }));
        else checkLength();
      });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        stderr += chunk;
        checkLength();
      });
      // A program that ends without reading its input is none of our business.
      child.stdin.on('error', () => undefined);
      child.on('error', (error) => fail(`could not be started: ${error.message}. Check the setting openocd.path.`));
      child.on('close', () => end(() => resolve({ stdout, stderr })));
    });
  }
}

/** Ends the program with whatever it has started: `openocd.path` may name a script. */
function kill(child: ChildProcess): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** The first characters of a text that may hold anything. */
const printable = (text: string): string =>
  text
    .slice(0, 80)
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();

function readReport(output: string): Report {
  const [own = '', rest = ''] = output.split('@commands\n');
  const [commandLines = '', rest2 = ''] = rest.split('@procedures\n');
  const [procedureLines = '', help = ''] = rest2.split('@help\n');
  const rows = (lines: string): string[][] => lines.split('\n').flatMap((line) => (line ? [line.split('\t')] : []));
  return {
    output: own,
    commands: new Map(rows(commandLines).map(([name = '', mode = '']) => [name, mode])),
    procedures: new Map(
      rows(procedureLines).map(([name = '', parameters = '', body = '']) => [name, { parameters, body }]),
    ),
    help: help.split(endMark)[0] ?? '',
  };
}
