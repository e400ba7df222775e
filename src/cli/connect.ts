// The options every command shares, and the session they lead to.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ConnectionError, OpenOcdError, Session } from '../openocd';
import { note, reportError } from './output';

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly file?: readonly string[];
  readonly search?: readonly string[];
  readonly command?: readonly string[];
  readonly openocd?: string;
  readonly timeout: number;
  readonly wait: number;
  readonly json?: boolean;
}

const RETRY_MS = 100;
const NOTICE_AFTER_MS = 400;

export function withConnection(command: Command): Command {
  const collect = (value: string, all: readonly string[] = []) => [...all, value];
  return command
    .optionsGroup('OpenOCD:')
    .addOption(new Option('--host <host>', 'where OpenOCD runs').default('127.0.0.1').argParser(hostName))
    .addOption(new Option('--port <port>', 'its TCL port').default(6666).argParser(portInUse))
    .option('--wait <seconds>', 'how long to wait for it to come up', seconds, 5)
    .option('-f, --file <config>', 'start an OpenOCD with this file instead; repeatable', collect)
    .option('-s, --search <dir>', 'look for configuration files here first; repeatable', collect)
    .option('-c, --command <tcl>', 'Tcl after the configuration files; repeatable', collect)
    .option('--openocd <path>', 'the OpenOCD to start (otherwise the one on PATH)')
    .option('--timeout <seconds>', 'longest wait for one answer', positiveSeconds, 10)
    .optionsGroup('Output:')
    .option('--json', 'print JSON');
}

/**
 * Opens the session, runs `action`, closes it, whatever happens. Ctrl+C ends the opening at once; later it aborts the signal
 * that `action` gets, and a second one ends the program: what goes on in OpenOCD cannot be taken back.
 */
export async function withSession(
  options: ConnectOptions,
  action: (session: Session, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const cancel = new AbortController();
  let isOpen = false;
  let patience: NodeJS.Timeout | undefined;
  const interrupt = () => {
    if (!isOpen || cancel.signal.aborted) {
      reportError(new OpenOcdError('Interrupted.'), options.json ?? false);
      process.exit(1);
    }
    cancel.abort(new OpenOcdError('Interrupted.'));
    patience = setTimeout(() => note('Ends after this step. Ctrl+C again ends at once.'), NOTICE_AFTER_MS);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    await using session = await open(options);
    isOpen = true;
    await action(session, cancel.signal);
  } finally {
    clearTimeout(patience);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function open(options: ConnectOptions): Promise<Session> {
  const timeout = options.timeout * 1000;
  if (options.file) {
    const args = [
      ...options.file.flatMap((file) => ['-f', file]),
      ...(options.command ?? []).flatMap((tcl) => ['-c', tcl]),
    ];
    return Session.start(args, { openocdPath: options.openocd, searchDirs: options.search, timeout });
  }
  const session = await connect(options, timeout);
  try {
    for (const tcl of options.command ?? []) await session.command(tcl);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Tries again while nobody listens: OpenOCD may have been started in the same breath. */
async function connect({ host, port, wait }: ConnectOptions, timeout: number): Promise<Session> {
  const started = performance.now();
  for (let noticed = false; ; await sleep(RETRY_MS)) {
    try {
      return await Session.connect({ host, port, timeout });
    } catch (error) {
      const elapsed = performance.now() - started;
      const refused =
        error instanceof ConnectionError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
      if (!refused || elapsed >= wait * 1000) throw error;
      if (!noticed && elapsed >= NOTICE_AFTER_MS) note(`Waiting for OpenOCD at ${host}:${port} …`);
      noticed ||= elapsed >= NOTICE_AFTER_MS;
    }
  }
}

/** Decimal, or hexadecimal with 0x; `k` and `M` multiply by 1,024 and its square. */
export function wholeNumber(text: string): number {
  const match = /^(0x[0-9a-f]+|\d+)([kKM]?)$/i.exec(text);
  const value = match ? Number(match[1]) * (match[2] === '' ? 1 : match[2] === 'M' ? 1048576 : 1024) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('Give a whole number, such as 4096, 4k or 0x1000.');
  return value;
}

/** As `wholeNumber`, without 0. */
export function byteCount(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Give a number of bytes, 1 or more.');
  return value;
}

/** Decimal, or hexadecimal with 0x, up to 64 bits. */
function unsigned64(text: string): bigint | undefined {
  if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  const value = BigInt(text);
  return value < 1n << 64n ? value : undefined;
}

export function address(text: string): bigint {
  const value = unsigned64(text);
  if (value === undefined) throw new InvalidArgumentError('Give an address, such as 0x20000000.');
  return value;
}

/** Collects the values of a repeatable argument. */
export function numbers(text: string, all: readonly bigint[] = []): readonly bigint[] {
  const value = unsigned64(text);
  if (value === undefined) throw new InvalidArgumentError('Give numbers without a sign, such as 0x1234 or 42.');
  return [...all, value];
}

/** Far above any sensible wait, and what the timers of Node.js can hold. */
const MOST_SECONDS = 1_000_000;

export function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= MOST_SECONDS) || text.trim() === '')
    throw new InvalidArgumentError(`Give a number of seconds, ${MOST_SECONDS} at most.`);
  return value;
}

function positiveSeconds(text: string): number {
  const value = seconds(text);
  if (value === 0) throw new InvalidArgumentError('Give a number of seconds above 0.');
  return value;
}

/** A port to listen on; 0 stands for a free one. */
export function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535) throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return value;
}

function portInUse(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65535) throw new InvalidArgumentError('Give a port from 1 to 65535.');
  return value;
}

function hostName(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give a name or an address, such as 127.0.0.1.');
  return text;
}
