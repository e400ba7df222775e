// `sim`: the simulated board with an OpenOCD on it, for the other commands and any other client. The board is a process of
// its own (dist/simulator.js), as a probe with a chip would be.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { OpenOcdProcess, ProcessError, quote } from '../openocd';
import { portNumber } from './connect';
import { note, print, printJson } from './output';

interface SimOptions {
  readonly image?: string;
  readonly mhz: string;
  readonly cores: string;
  readonly port: number;
  readonly gdbPort: number;
  readonly telnetPort: number;
  readonly openocd?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

const READY_MS = 20_000;

export function simCommand(): Command {
  return new Command('sim')
    .description('run the simulated board (STM32F072) and OpenOCD on it, until Ctrl+C')
    .option('--image <file>', 'program on the board at the start (.elf or .bin)')
    .addOption(new Option('--mhz <mhz>', 'speed of the core').choices(['8', '48', 'max']).default('8'))
    .addOption(new Option('--cores <count>', 'number of cores').choices(['1', '2']).default('1'))
    .option('--port <port>', 'TCL port of OpenOCD; 0 takes a free one', portNumber, 6666)
    .option('--gdb-port <port>', 'GDB port; 0 takes a free one', portNumber, 3333)
    .option('--telnet-port <port>', 'telnet port; 0 takes a free one', portNumber, 4444)
    .option('--openocd <path>', 'the OpenOCD to start (otherwise the one on PATH)')
    .option('--verbose', 'show OpenOCD’s log')
    .option('--json', 'print the ports as JSON')
    .action(run);
}

async function run(options: SimOptions): Promise<void> {
  const board = startBoard(options);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  try {
    const boardPort = await listening(board);
    await using openocd = await OpenOcdProcess.start(['-f', configFile()], {
      openocdPath: options.openocd,
      tclPort: options.port,
      gdbPort: options.gdbPort,
      telnetPort: options.telnetPort,
      preConfigCommands: [`set SIM_PORT ${boardPort}; set SIM_CORES ${quote(options.cores)}`],
      onLog: ({ text }) => options.verbose && note(text),
    });
    await openocd.waitReady(READY_MS);
    const { tclPort, gdbPort, telnetPort } = openocd;
    if (options.json) printJson({ tclPort, gdbPort, telnetPort });
    else
      print(
        `The simulated board is up. OpenOCD: TCL port ${tclPort}, GDB port ${gdbPort}, telnet port ${telnetPort}. Ctrl+C ends it.`,
      );
    const lost = new Promise<never>((_, reject) => {
      openocd.onExit(({ expected }) => {
        if (!expected) reject(openocd.failure('OpenOCD ended'));
      });
      board.once('exit', () => reject(new ProcessError('The simulated board ended.')));
    });
    await Promise.race([stopped, lost]);
    board.removeAllListeners('exit');
  } finally {
    board.kill();
  }
}

function startBoard(options: SimOptions): ChildProcess {
  const program = path.join(__dirname, 'simulator.js');
  if (!fs.existsSync(program))
    throw new ProcessError(
      `A part of the package is missing: ${program}. Build it (npm run build), or install the package again.`,
    );
  const image = options.image === undefined ? [] : ['--image', options.image];
  const args = [
    program,
    '--port',
    '0',
    '--mhz',
    options.mhz,
    '--cores',
    options.cores,
    '--parent-pid',
    String(process.pid),
    ...image,
  ];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], windowsHide: true });
}

/** @returns the port of the board, from its first line */
async function listening(board: ChildProcess): Promise<number> {
  if (!board.stdout) throw new ProcessError('The simulated board has no output.');
  const lines = createInterface({ input: board.stdout });
  const ended = once(board, 'exit').then(() => {
    throw new ProcessError('The simulated board did not start.');
  });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  // What the firmware sends by its UART follows, line by line; unread, it would fill the pipe.
  lines.on('line', (text) => note(uartText(text)));
  // Its later end is told by the listener of `run`.
  ended.catch(() => undefined);
  return (JSON.parse(line) as { readonly port: number }).port;
}

function uartText(line: string): string {
  const { text } = JSON.parse(line) as { readonly text?: string };
  return text ?? line;
}

function configFile(): string {
  return path.join(__dirname, '../media/simulator.cfg');
}
