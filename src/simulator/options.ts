// The command line of the simulator.
import { parseArgs } from 'node:util';
import type { Where } from './listen';

export const USAGE = `Usage: simulator [--port N | --path SOCKET] [options]
A simulated STM32F072 board for OpenOCD's remote_bitbang adapter driver (JTAG).

  --port N          listen on 127.0.0.1, port N; 0 chooses a free one (default)
  --path SOCKET     listen on a UNIX socket
  --image FILE      program an .elf or .bin file before the start
  --mhz 8|48|max    speed of the core: in real time, or as fast as possible (default 8)
  --cores 1|2       number of Cortex-M0 cores (default 1)
  --control-port N  accept newline-delimited JSON on 127.0.0.1, port N
  --no-packed       refuse packed transfers, as a real Cortex-M0 does (slower byte access)
  --parent-pid N    end when process N is gone
  --watch-stdin     end when standard input is closed
  --help            print this text

When it listens it prints one line: {"event":"listening","port":N,"controlPort":M}, or with "path" instead of "port".
What the firmware sends by USART1 follows as lines {"event":"usart1","text":"…"}.`;

export interface Options {
  readonly where: Where;
  readonly image: string | undefined;
  /** Infinity for as fast as possible. */
  readonly hz: number;
  readonly cores: number;
  readonly controlPort: number | undefined;
  readonly packedTransfers: boolean;
  readonly parentPid: number | undefined;
  readonly watchStdin: boolean;
  readonly help: boolean;
}

/** @throws Error with a message for the user */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      path: { type: 'string' },
      image: { type: 'string' },
      mhz: { type: 'string', default: '8' },
      cores: { type: 'string', default: '1' },
      'control-port': { type: 'string' },
      'no-packed': { type: 'boolean', default: false },
      'parent-pid': { type: 'string' },
      'watch-stdin': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.port !== undefined && values.path !== undefined) throw new Error('Give --port or --path, not both.');
  return {
    where: values.path !== undefined ? { path: values.path } : { port: integer('--port', values.port ?? '0', 65535) },
    image: values.image,
    hz: oneOf('--mhz', values.mhz, { 8: 8e6, 48: 48e6, max: Number.POSITIVE_INFINITY }),
    cores: oneOf('--cores', values.cores, { 1: 1, 2: 2 }),
    controlPort: optional(values['control-port'], (text) => integer('--control-port', text, 65535)),
    packedTransfers: !values['no-packed'],
    parentPid: optional(values['parent-pid'], (text) => integer('--parent-pid', text, 2 ** 31 - 1)),
    watchStdin: values['watch-stdin'],
    help: values.help,
  };
}

function optional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

function integer(option: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max)
    throw new Error(`${option} must be a number from 0 to ${max}, not “${text}”.`);
  return value;
}

function oneOf(option: string, text: string, values: Record<string, number>): number {
  const value = values[text];
  if (value === undefined || !Object.hasOwn(values, text)) {
    throw new Error(`${option} must be ${Object.keys(values).join(' or ')}, not “${text}”.`);
  }
  return value;
}
