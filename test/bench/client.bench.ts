// What the client library costs over a bare socket, on the simulated board: the same questions asked in both ways, in turn,
// so that the machine's load hits both alike. Medians, where nothing else is said.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { Session } from '../../src/openocd';
import { root, startBoard } from '../support/board';
import { TclRpc } from '../support/tclRpc';
import type { Figure } from './run';

const RAM = 0x20000000;
const BLOCK = 65536;
const FLASH = 0x08000000;
const CORE = [
  'r0',
  'r1',
  'r2',
  'r3',
  'r4',
  'r5',
  'r6',
  'r7',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'sp',
  'lr',
  'pc',
  'xPSR',
];

async function time(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function quantile(times: readonly number[], share: number): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;
}

/** Times of the alternatives in milliseconds, taken in turn, each round beginning with another one. */
async function measure(rounds: number, ...actions: readonly (() => unknown)[]): Promise<number[][]> {
  const times: number[][] = actions.map(() => []);
  for (let round = -5; round < rounds; round++) {
    for (let turn = 0; turn < actions.length; turn++) {
      const index = (turn + round + 5) % actions.length;
      const taken = await time(actions[index] ?? (() => undefined));
      if (round >= 0) times[index]?.push(taken);
    }
  }
  return times;
}

/** Medians of `measure`. */
async function compare(rounds: number, ...actions: readonly (() => unknown)[]): Promise<number[]> {
  return (await measure(rounds, ...actions)).map((list) => quantile(list, 0.5));
}

/** Passes everything on to OpenOCD and counts the commands. */
async function countingProxy(target: number): Promise<{ port: number; count: () => number; stop: () => void }> {
  let commands = 0;
  const server = net.createServer((client) => {
    const upstream = net.connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    client.on('data', (data) => {
      commands += data.filter((byte) => byte === 0x1a).length;
      upstream.write(data);
    });
    upstream.pipe(client);
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as net.AddressInfo).port, count: () => commands, stop: () => server.close() };
}

export default async function bench(): Promise<Figure[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-client-bench-'));
  const board = await startBoard();
  const session = await Session.connect({ port: board.tclPort });
  const raw = await TclRpc.connect(board.tclPort, () => true);
  try {
    await session.target.halt();
    return [
      ...(await commands(session, raw)),
      ...(await blocks(session, raw, folder)),
      ...(await writing(session, raw, folder)),
      ...(await registers(board.tclPort)),
      ...(await blocking(session, board.tclPort, folder)),
      ...(await availability(session, board.tclPort)),
    ];
  } finally {
    await session.close();
    raw.close();
    await board.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function commands(session: Session, raw: TclRpc): Promise<Figure[]> {
  const [bare = 0, typed = 0] = await compare(
    400,
    () => raw.call(`read_memory ${RAM} 32 1`),
    () => session.memory.readU32(RAM),
  );
  const [empty = 0, command = 0] = await compare(
    400,
    () => raw.call('version'),
    () => session.command('version'),
  );
  return [
    { name: 'one word, bare socket', value: bare, unit: 'ms' },
    { name: 'one word, memory.readU32', value: typed, unit: 'ms' },
    { name: 'typed / bare, one word', value: typed / bare, unit: '×', target: '≤ 1.3' },
    { name: 'version, bare socket', value: empty, unit: 'ms' },
    { name: 'version, session.command', value: command, unit: 'ms' },
    { name: 'typed / bare, no target work', value: command / empty, unit: '×', target: '≤ 1.3' },
  ];
}

async function blocks(session: Session, raw: TclRpc, folder: string): Promise<Figure[]> {
  const sequence = (piece: number) => async () => {
    for (let at = 0; at < BLOCK; at += piece) await raw.call(`read_memory ${FLASH + at} 32 ${piece / 4}`);
  };
  const file = path.join(folder, 'dump.bin');
  const sizes = [1024, 4096, 16384, 65536];
  const measured = await measure(
    20,
    () => session.memory.readBytes(FLASH, BLOCK),
    ...sizes.map(sequence),
    () => raw.call(`dump_image ${file} ${FLASH} ${BLOCK}`).then(() => fs.readFileSync(file)),
  );
  // The lower quartile: half a second is long enough for the rest of the machine to get into most rounds, and what is
  // compared here differs by a few per cent.
  const times = measured.map((list) => quantile(list, 0.25));
  const speed = (ms: number) => BLOCK / 1024 / (ms / 1000);
  const [ours = 0, ...others] = times.map(speed);
  const names = [...sizes.map((size) => `read_memory by ${size / 1024} KiB`), 'dump_image'];
  return [
    ...others.map((value, index) => ({ name: `64 KiB, bare socket, ${names[index]}`, value, unit: 'KiB/s' })),
    { name: '64 KiB, memory.readBytes', value: ours, unit: 'KiB/s' },
    { name: 'readBytes / best bare sequence', value: ours / Math.max(...others), unit: '×', target: '≥ 0.95' },
  ];
}

/** The work area of the flash loader is spared: the upper part of the RAM. */
const WRITTEN = 12 * 1024;

async function writing(session: Session, raw: TclRpc, folder: string): Promise<Figure[]> {
  const data = Buffer.from(Array.from({ length: WRITTEN }, (_, index) => (index * 31) & 255));
  const file = path.join(folder, 'load.bin');
  const [ours = 0, image = 0] = await compare(
    9,
    () => session.memory.writeBytes(RAM + 0x400, data),
    () => {
      fs.writeFileSync(file, data);
      return raw.call(`load_image ${file} ${RAM + 0x400} bin`);
    },
  );
  const speed = (ms: number) => WRITTEN / 1024 / (ms / 1000);
  return [
    { name: '12 KiB, bare socket, load_image', value: speed(image), unit: 'KiB/s' },
    { name: '12 KiB, memory.writeBytes', value: speed(ours), unit: 'KiB/s' },
    { name: 'writeBytes / load_image', value: image / ours, unit: '×' },
  ];
}

async function registers(port: number): Promise<Figure[]> {
  const proxy = await countingProxy(port);
  const session = await Session.connect({ port: proxy.port });
  const before = proxy.count();
  const taken = await time(() => session.registers.readMany(CORE));
  const trips = proxy.count() - before;
  await session.close();
  proxy.stop();
  return [
    { name: `readMany of ${CORE.length} core registers`, value: trips, unit: 'round trips', target: '≤ 1' },
    { name: `readMany of ${CORE.length} core registers, first time`, value: taken, unit: 'ms' },
  ];
}

async function blocking(session: Session, port: number, folder: string): Promise<Figure[]> {
  const outdir = path.join(folder, 'dist');
  const entryPoints = { client: 'src/openocd/index.ts', clientWorker: 'src/openocd/sync/worker.ts' };
  buildSync({ entryPoints, bundle: true, platform: 'node', target: 'node20', absWorkingDir: root, outdir });
  const { Session: Bundled } = require(path.join(outdir, 'client.js')) as typeof import('../../src/openocd');
  const sync = Bundled.connectSync({ port });
  const [asynchronous = 0, synchronous = 0] = await compare(
    400,
    () => session.command('version'),
    () => sync.command('version'),
  );
  sync.close();
  return [{ name: 'a blocking call costs in addition', value: (synchronous - asynchronous) * 1000, unit: 'µs' }];
}

/** How long another client waits for `version` while this one waits for a halt. */
async function availability(session: Session, port: number): Promise<Figure[]> {
  const other = await TclRpc.connect(port, () => true);
  await session.target.resume();
  const stop = new AbortController();
  const times: number[] = [];
  const waiting = session.target.waitHalt(60_000, { signal: stop.signal }).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  for (let question = 0; question < 300; question++) {
    times.push(await time(() => other.call('version')));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  stop.abort(new Error('enough'));
  await waiting;
  other.close();
  await session.target.halt();
  return [
    { name: 'another client’s version while one waits, p95', value: quantile(times, 0.95), unit: 'ms', target: '≤ 50' },
  ];
}
