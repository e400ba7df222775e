// Gets a connection to OpenOCD: to one that runs, to one started here, or to one on the simulated board.
import path from 'node:path';
import { EngineError } from '../../debugger/errors';
import { asEngineError } from '../../debugger/live/messages';
import { type ConnectOptions, Session as OpenOcd, OpenOcdError, ProcessError } from '../../openocd';
import type { Connection } from '../protocol';
import type { LiveConfiguration, OpenOcdSource } from './liveConfiguration';
import { startSimulator } from './simulator';

export interface OpenedOpenOcd {
  readonly session: OpenOcd;
  readonly connection: Connection;
  /** Set where the telnet port had to stand in for the TCL port. */
  readonly telnetPort: number | undefined;
  /** Connects once more and goes again. @throws when OpenOCD does not answer */
  greet(): Promise<void>;
  /** Ends the connection, and whatever was started for it. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Hears OpenOCD's own lines, where it was started here. */
  readonly onLog: (level: string, text: string) => void;
  /** Where the product is installed. */
  readonly folder: string;
}

/** @throws EngineError */
export async function openOpenOcd(configuration: LiveConfiguration, options: OpenOptions): Promise<OpenedOpenOcd> {
  const { source } = configuration;
  try {
    return source.kind === 'connect' ? await connect(source) : await start(configuration, source, options);
  } catch (error) {
    if (error instanceof ProcessError) throw new EngineError(error.message, undefined, { cause: error });
    throw error instanceof OpenOcdError ? asEngineError(error) : error;
  }
}

async function connect({ host, tclPort, telnetPort }: OpenOcdSource & { kind: 'connect' }): Promise<OpenedOpenOcd> {
  let way: ConnectOptions = { host, port: tclPort };
  const session = await OpenOcd.connect(way).catch(async (error: unknown) => {
    if (telnetPort === undefined) throw error;
    way = { host, port: telnetPort, protocol: 'telnet' };
    try {
      return await OpenOcd.connect(way);
    } catch {
      // The TCL port is the one to mend.
      throw error;
    }
  });
  return {
    session,
    connection: { host, tclPort, owned: false },
    telnetPort: way.protocol === 'telnet' ? telnetPort : undefined,
    greet: () => greet(way),
    close: () => session.close(),
  };
}

/** For the answer to a greeting, in milliseconds: another client may have OpenOCD erase something that takes long. */
const GREETING_MS = 15_000;

async function greet(way: ConnectOptions): Promise<void> {
  await using session = await OpenOcd.connect({ ...way, timeout: GREETING_MS });
  await session.command('list');
}

async function start(
  configuration: LiveConfiguration,
  source: OpenOcdSource & { kind: 'simulator' | 'start' },
  { folder, onLog }: OpenOptions,
): Promise<OpenedOpenOcd> {
  const simulator = source.kind === 'simulator' ? await startSimulator(folder, source.mhz, source.cores) : undefined;
  try {
    const session =
      source.kind === 'simulator'
        ? await OpenOcd.start(
            [
              ...['-c', `set SIM_PORT ${simulator?.port}; set SIM_CORES ${source.cores}`],
              ...['-f', path.join(folder, 'media/simulator.cfg')],
            ],
            { tclPort: 0, openocdPath: source.openocdPath, onLog: ({ level, text }) => onLog(level, text) },
          )
        : await OpenOcd.start(
            source.configFiles.flatMap((file) => ['-f', file]),
            {
              tclPort: 0,
              openocdPath: source.openocdPath,
              searchDirs: source.searchDirs.map((directory) => path.resolve(configuration.cwd, directory)),
              preConfigCommands: source.commandsBefore,
              extraArgs: [...source.args, ...source.commandsAfter.flatMap((command) => ['-c', command])],
              cwd: configuration.cwd,
              env: source.env,
              onLog: ({ level, text }) => onLog(level, text),
            },
          );
    const tclPort = session.process?.tclPort ?? 0;
    return {
      session,
      connection: { host: '127.0.0.1', tclPort, owned: true },
      telnetPort: undefined,
      greet: () => greet({ port: tclPort }),
      close: async () => {
        await session.close();
        simulator?.stop();
      },
    };
  } catch (error) {
    simulator?.stop();
    throw error;
  }
}
