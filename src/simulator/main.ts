// The simulator's process: command line in, board up, clean end. Run with --help for its options.
import { Board } from './board';
import { ControlPort } from './controlPort';
import { readImage } from './image';
import { type Options, parseOptions, USAGE } from './options';
import { Pacer } from './pacer';
import { BitbangServer } from './server';
import { TextLines } from './textLines';

const PARENT_CHECK_MS = 500;

function print(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function warn(message: string): void {
  process.stderr.write(`simulator: ${message}\n`);
}

async function run(options: Options): Promise<void> {
  const usart = new TextLines((text) => print({ event: 'usart1', text }));
  const board = new Board({
    cores: options.cores,
    packedTransfers: options.packedTransfers,
    onUsart: (byte) => usart.push(byte),
  });
  if (options.image !== undefined) board.load(readImage(options.image));
  const pacer = new Pacer(board, options.hz);
  const server = new BitbangServer(board, pacer, warn);
  const where = await server.listen(options.where);
  const control = new ControlPort(board, server, () => pacer.catchUp());
  const controlPort = options.controlPort === undefined ? undefined : await control.listen(options.controlPort);
  pacer.start();
  const end = () => {
    pacer.stop();
    control.close();
    server.close();
    usart.flush();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.on('error', end); // nobody reads any more
  if (options.watchStdin) process.stdin.on('close', end).on('end', end).resume();
  const { parentPid } = options;
  if (parentPid !== undefined) setInterval(() => isAlive(parentPid) || end(), PARENT_CHECK_MS);
  print({ event: 'listening', [typeof where === 'string' ? 'path' : 'port']: where, controlPort });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function fail(error: unknown): void {
  warn((error as Error).message);
  process.exit(1);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${USAGE}\n`);
  else run(options).catch(fail);
} catch (error) {
  warn(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}
