// An OpenOCD process: started, watched, stopped. Talks to it only to learn whether it is ready.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { milliseconds } from '../address';
import { RequestSocket } from '../connection/requestSocket';
import { Listeners, type Subscription } from '../disposable';
import { ConnectionError, ProcessError, TimeoutError } from '../errors';
import { openocdArguments } from './commandLine';
import { findExecutable } from './executable';
import { freePorts } from './freePorts';
import { guarded, RELEASE } from './guardian';
import { hintFor, isTaken } from './hints';
import { BANNER, complaint, type LogLine, LogLines } from './logLines';

export interface ProcessOptions {
  /** Path or name of the program; `openocd` on PATH when absent. */
  readonly openocdPath?: string | undefined;
  /** TCL port; 0 takes a free one. */
  readonly tclPort?: number | undefined;
  /** GDB port; 0 (the default) takes a free one. With several targets OpenOCD uses the following ports too. */
  readonly gdbPort?: number | 'disabled' | undefined;
  /** Telnet port; 0 (the default) takes a free one. */
  readonly telnetPort?: number | 'disabled' | undefined;
  /** Folders OpenOCD looks for scripts in (`-s`), before its own. */
  readonly searchDirs?: readonly string[] | undefined;
  /** Tcl run before the configuration files. */
  readonly preConfigCommands?: readonly string[] | undefined;
  /** Arguments after the configuration, such as `['-c', 'adapter speed 100']`. */
  readonly extraArgs?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Hears each line of OpenOCD's output from the first on. */
  readonly onLog?: ((line: LogLine) => void) | undefined;
}

/** How OpenOCD ended. */
export interface ProcessExit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** True after `stop()`. */
  readonly expected: boolean;
}

const READY_POLL_MS = 25;
const STOP_GRACE_MS = 5000;

export class OpenOcdProcess implements AsyncDisposable {
  readonly tclPort: number;
  readonly gdbPort: number | undefined;
  readonly telnetPort: number | undefined;
  /** Program and arguments, for messages and logs. */
  readonly commandLine: readonly string[];

  readonly #child: ChildProcess;
  readonly #log: LogLines;
  readonly #exited = new Listeners<ProcessExit>();
  readonly #key: string;
  /** GDB and telnet ports that the caller chose. */
  readonly #given: readonly number[];
  #exit: ProcessExit | undefined;
  #spawnError: Error | undefined;
  #stopping = false;

  /**
   * Starts OpenOCD; it is not ready yet when this resolves (`waitReady`).
   * @param config `board/x.cfg`, several words as for a shell, or an array of ready arguments
   * @throws ProcessError when there is no such program or folder, or the configuration cannot be split
   */
  static async start(config: string | readonly string[], options: ProcessOptions = {}): Promise<OpenOcdProcess> {
    const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
    const cwd = options.cwd ?? process.cwd();
    if (!fs.statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
      throw new ProcessError(`The working folder ${cwd} does not exist.`);
    const args = openocdArguments(config);
    const program = findExecutable(options.openocdPath ?? 'openocd', env, cwd);
    const [freeTcl = 0, freeGdb = 0, freeTelnet = 0] = await freePorts(3);
    const ports: Ports = {
      tcl: options.tclPort === undefined ? 6666 : options.tclPort || freeTcl,
      gdb: options.gdbPort || freeGdb,
      telnet: options.telnetPort || freeTelnet,
    };
    return new OpenOcdProcess(program, args, ports, cwd, env, options);
  }

  private constructor(
    program: string,
    args: readonly string[],
    ports: Ports,
    cwd: string,
    env: NodeJS.ProcessEnv,
    options: ProcessOptions,
  ) {
    this.tclPort = ports.tcl;
    this.gdbPort = ports.gdb === 'disabled' ? undefined : ports.gdb;
    this.telnetPort = ports.telnet === 'disabled' ? undefined : ports.telnet;
    this.#key = randomBytes(8).toString('hex');
    this.#given = [options.gdbPort, options.telnetPort]
      .filter((port) => typeof port === 'number')
      .filter((port) => port !== 0);
    const all = [
      ...(options.searchDirs ?? []).flatMap((folder) => ['-s', folder]),
      ...['-c', `bindto 127.0.0.1; set ::openocd_debug_key ${this.#key}; list`],
      ...portCommands(ports),
      ...(options.preConfigCommands ?? []).flatMap((command) => ['-c', command]),
      ...args,
      ...(options.extraArgs ?? []),
      // Again, in case a configuration file has set ports of its own; once init has run it is too late for that.
      ...['-c', `if {[command mode] ne "exec"} {${portCommands(ports)[1]}}`],
    ];
    this.commandLine = [program, ...all];
    this.#log = new LogLines();
    if (options.onLog) this.#log.added.add(options.onLog);
    const start = guarded(program, all);
    this.#child = spawn(start.program, start.args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    const { stdin, stdout, stderr } = this.#child;
    if (stdout) this.#log.drain(stdout);
    if (stderr) this.#log.drain(stderr);
    // The guardian may be gone before it is released; then there is nothing to release.
    stdin?.on('error', () => stdin.destroy());
    this.#child.once('error', (error) => {
      this.#spawnError = error;
      this.#ended(undefined, undefined);
    });
    this.#child.once('exit', () => stdin?.end(RELEASE));
    // `close` comes after the last line of output, so that an error report has all of them.
    this.#child.once('close', (code, signal) => this.#ended(code ?? undefined, signal ?? undefined));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  get exit(): ProcessExit | undefined {
    return this.#exit;
  }

  /** The last lines of output (1,000 at most), oldest first. */
  get log(): readonly LogLine[] {
    return this.#log.lines;
  }

  onLog(callback: (line: LogLine) => void): Subscription {
    return this.#log.added.add(callback);
  }

  onExit(callback: (exit: ProcessExit) => void): Subscription {
    return this.#exited.add(callback);
  }

  /**
   * Resolves when OpenOCD has initialised its probe and targets and answers on its TCL port.
   * @throws ProcessError as soon as the process ends, or when one of the ports asked for is taken; TimeoutError
   */
  async waitReady(timeoutMs = 10_000): Promise<void> {
    const deadline = Date.now() + milliseconds(timeoutMs);
    for (let left = timeoutMs; left > 0; left = deadline - Date.now()) {
      if (!this.running) throw this.failure('OpenOCD ended before it was ready');
      if (await this.#answers(left)) return this.#checkPorts();
      await sleep(READY_POLL_MS);
    }
    if (!this.running) throw this.failure('OpenOCD ended before it was ready');
    throw new TimeoutError(
      `OpenOCD was not ready within ${timeoutMs} ms.${this.#complaint()} ${hintFor(this.#log.text) ?? 'Give it more time, or see in its log what the configuration waits for.'}`,
      {
        log: this.#log.text,
      },
    );
  }

  /** SIGTERM, after five seconds SIGKILL; on Windows the process tree. Resolves when the process is gone. Stopping twice is harmless. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.#stopping = true;
    const gone = new Promise<void>((resolve) => this.onExit(() => resolve()));
    if (process.platform === 'win32')
      spawnSync('taskkill', ['/pid', String(this.pid), '/T', '/F'], { windowsHide: true });
    else this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_GRACE_MS);
    await gone;
    clearTimeout(force);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Describes the end of the process: exit code, OpenOCD's error lines, what to do. */
  failure(what: string): ProcessError {
    if (this.#spawnError)
      return new ProcessError(`OpenOCD could not be started: ${this.#spawnError.message}.`, {
        cause: this.#spawnError,
      });
    const ending = this.#exit?.signal ? `signal ${this.#exit.signal}` : `exit code ${this.#exit?.code ?? 'unknown'}`;
    return new ProcessError(`${what} (${ending}).${this.#complaint()}`, {
      command: this.commandLine.join(' '),
      log: this.#log.text,
      exitCode: this.#exit?.code,
      hint:
        hintFor(this.#log.text) ??
        (this.#log.text.includes(BANNER)
          ? undefined
          : `Is ${this.commandLine[0]} really OpenOCD? It does not begin with OpenOCD’s greeting.`),
    });
  }

  /** OpenOCD's own words about what went wrong. */
  #complaint(): string {
    const shown = complaint(this.#log.lines);
    return shown.length > 0 ? ` OpenOCD says: ${shown.join(' | ').replace(/\.$/, '')}.` : '';
  }

  /**
   * OpenOCD goes on when a port is taken that it was told to use for GDB or telnet; who asked for that very port would then
   * reach another OpenOCD there.
   */
  async #checkPorts(): Promise<void> {
    // What was logged before the answer on the TCL port may still be on its way.
    await sleep(0);
    const taken = this.#log.lines.find(({ text }) => this.#given.some((port) => isTaken(text, port)));
    if (!taken) return;
    await this.stop();
    throw new ProcessError(`OpenOCD says: ${taken.text}.`, { log: this.#log.text, hint: hintFor(taken.text) });
  }

  /** Asks the TCL port whether it is this very process that answers. */
  async #answers(timeoutMs: number): Promise<boolean> {
    let socket: RequestSocket | undefined;
    const leaving = this.onExit(() => socket?.close());
    try {
      socket = await RequestSocket.open('127.0.0.1', this.tclPort, timeoutMs);
      const reply = (await socket.request('set ::openocd_debug_key', timeoutMs)).toString('utf8');
      if (reply === this.#key) return true;
      await sleep(READY_POLL_MS);
      if (this.running) await this.stop();
      throw new ProcessError(`Another program answers on TCL port ${this.tclPort}.`, {
        log: this.#log.text,
        hint: `Port ${this.tclPort} (tcl) is taken, most often by another OpenOCD. End that one, or choose another port.`,
      });
    } catch (error) {
      if (error instanceof ConnectionError || error instanceof TimeoutError) return false;
      throw error;
    } finally {
      leaving.dispose();
      socket?.close();
    }
  }

  #ended(code: number | undefined, signal: NodeJS.Signals | undefined): void {
    if (this.#exit) return;
    this.#exit = { code, signal, expected: this.#stopping };
    this.#exited.fire(this.#exit);
  }
}

interface Ports {
  readonly tcl: number;
  readonly gdb: number | 'disabled';
  readonly telnet: number | 'disabled';
}

/** Port commands in the spelling after 0.12 (`tcl port N`), else the one before (`tcl_port N`). */
function portCommands(ports: Ports): string[] {
  const commands = Object.entries(ports).map(
    ([service, port]) => `if {[catch {${service} port ${port}}]} {${service}_port ${port}}`,
  );
  return ['-c', commands.join('; ')];
}
