// Starts the simulated board and the real OpenOCD on it, for any test that wants hardware. Ports are free ones, and
// everything ends with `stop()` — or with the test process, whatever happens to it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { TclRpc } from './tclRpc';

export const root = path.resolve(__dirname, '../..');
export const boardConfig = path.join(root, 'media/simulator.cfg');

export interface SimulatorOptions {
  /** Firmware to start with, .elf or .bin. */
  image?: string;
  mhz?: '8' | '48' | 'max';
  cores?: 1 | 2;
  /** Listen on a UNIX socket instead of a TCP port. */
  unixSocket?: boolean;
  /** Further command line arguments. */
  args?: readonly string[];
}

export interface BoardOptions extends SimulatorOptions {
  /** Configuration for OpenOCD instead of the shipped one. */
  config?: string;
  /** OpenOCD commands before `init`, each in one `-c`. */
  commands?: readonly string[];
}

/** What a child process has said, and a way to be sure that it is gone. */
class Process {
  log = '';
  /** Lines of standard output. */
  readonly lines: string[] = [];

  constructor(readonly child: ChildProcess) {
    live.add(child);
    child.once('close', () => live.delete(child));
    child.stderr?.on('data', (data) => {
      this.log += data;
    });
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.log += `${line}\n`;
        this.lines.push(line);
      });
    }
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.running) return;
    const closed = once(this.child, 'close');
    this.child.kill(signal);
    const hard = setTimeout(() => this.child.kill('SIGKILL'), 2000);
    await closed;
    clearTimeout(hard);
  }
}

const live = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

let bundle: string | undefined;

/** The simulator as one JavaScript file built from the sources as they are now; removed when the process ends. */
export function simulatorBundle(): string {
  if (bundle) return bundle;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-simulator-'));
  bundle = path.join(folder, 'simulator.js');
  const entryPoints = [path.join(root, 'src/simulator/main.ts')];
  buildSync({ entryPoints, bundle: true, platform: 'node', target: 'node20', outfile: bundle });
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return bundle;
}

/** A running simulator, without OpenOCD. */
export class Simulator extends Process {
  private constructor(
    child: ChildProcess,
    private readonly folder: string | undefined,
  ) {
    super(child);
  }

  /** OpenOCD's port of the board, or 0 where it listens on `path`. */
  port = 0;
  path: string | undefined;
  controlPort = 0;

  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const folder = options.unixSocket ? fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-board-')) : undefined;
    const args = [
      simulatorBundle(),
      ...(folder ? ['--path', path.join(folder, 'board.sock')] : ['--port', '0']),
      ...['--control-port', '0', '--parent-pid', String(process.pid)],
      ...(options.image ? ['--image', options.image] : []),
      ...(options.mhz ? ['--mhz', options.mhz] : []),
      ...(options.cores ? ['--cores', String(options.cores)] : []),
      ...(options.args ?? []),
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const simulator = new Simulator(child, folder);
    for (const end = Date.now() + 10_000; simulator.lines.length === 0; await delay(5)) {
      if (!simulator.running || Date.now() > end) throw new Error(`The simulator did not start: ${simulator.log}`);
    }
    const started = JSON.parse(simulator.lines[0] as string);
    Object.assign(simulator, { port: started.port ?? 0, path: started.path, controlPort: started.controlPort });
    return simulator;
  }

  /** One request to the control port; @returns its answer */
  async control<T = unknown>(request: object): Promise<T> {
    const socket = net.connect(this.controlPort, '127.0.0.1');
    try {
      await once(socket, 'connect');
      const answer = once(createInterface({ input: socket }), 'line');
      socket.write(`${JSON.stringify(request)}\n`);
      return JSON.parse((await answer)[0] as string);
    } finally {
      socket.destroy();
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.folder) fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A running OpenOCD, connected by its TCL port. */
export class OpenOcd extends Process {
  private constructor(
    child: ChildProcess,
    readonly tclPort: number,
    readonly gdbPort: number,
    readonly telnetPort: number,
  ) {
    super(child);
  }

  rpc!: TclRpc;

  /** @param simulator the board to connect to */
  static async start(simulator: Simulator, options: Omit<BoardOptions, keyof SimulatorOptions> = {}): Promise<OpenOcd> {
    for (let attempt = 1; ; attempt++) {
      const [tclPort, gdbPort, telnetPort] = await freePorts(3);
      const where = simulator.path ? `set SIM_PATH {${simulator.path}}` : `set SIM_PORT ${simulator.port}`;
      const ports = `tcl_port ${tclPort}; gdb_port ${gdbPort}; telnet_port ${telnetPort}`;
      const commands = [where, ports, ...(options.commands ?? [])].flatMap((command) => ['-c', command]);
      const child = spawn('openocd', [...commands, '-f', options.config ?? boardConfig, '-c', 'init'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.on('error', () => undefined); // an OpenOCD that is not installed shows as one that does not listen
      const openOcd = new OpenOcd(child, tclPort as number, gdbPort as number, telnetPort as number);
      try {
        openOcd.rpc = await TclRpc.connect(openOcd.tclPort, () => openOcd.running);
        // After 0.12 the state of a target is unknown until OpenOCD has looked at it once.
        await openOcd.rpc.call('foreach t [target names] {catch {$t arp_poll}}');
        return openOcd;
      } catch (error) {
        await openOcd.kill('SIGKILL');
        // Another process may have taken a port between the choice and the start.
        if (attempt === 3 || !/couldn't bind/.test(openOcd.log)) {
          throw new Error(`${(error as Error).message}\n${openOcd.log}`);
        }
      }
    }
  }

  /** The reply of a command, without the log text that it caused. */
  tcl(command: string, timeoutMs?: number): Promise<string> {
    return this.rpc.call(command, timeoutMs);
  }

  /** What a command logged, followed where OpenOCD does so by its result. */
  capture(command: string, timeoutMs?: number): Promise<string> {
    return this.rpc.call(`capture {${command}}`, timeoutMs);
  }

  async stop(): Promise<void> {
    this.rpc.close();
    await this.kill();
  }
}

export interface RunningBoard {
  readonly simulator: Simulator;
  readonly openOcd: OpenOcd;
  readonly tclPort: number;
  readonly gdbPort: number;
  readonly controlPort: number;
  /** One request to the simulator's control port; @returns its answer */
  control<T = unknown>(request: object): Promise<T>;
  /** The reply of an OpenOCD command. */
  tcl(command: string, timeoutMs?: number): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the simulated board and OpenOCD on it. */
export async function startBoard(options: BoardOptions = {}): Promise<RunningBoard> {
  const simulator = await Simulator.start(options);
  let openOcd: OpenOcd;
  try {
    openOcd = await OpenOcd.start(simulator, {
      ...options,
      commands: [...(options.cores ? [`set SIM_CORES ${options.cores}`] : []), ...(options.commands ?? [])],
    });
  } catch (error) {
    await simulator.stop();
    throw error;
  }
  return {
    simulator,
    openOcd,
    tclPort: openOcd.tclPort,
    gdbPort: openOcd.gdbPort,
    controlPort: simulator.controlPort,
    control: (request) => simulator.control(request),
    tcl: (command, timeoutMs) => openOcd.tcl(command, timeoutMs),
    stop: async () => {
      await openOcd.stop();
      await simulator.stop();
    },
  };
}

/** Ports of 127.0.0.1 that nobody listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
