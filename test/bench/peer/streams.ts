// What flows while the program runs: live values from our adapter, and RTT through the client library beside the bare socket.
import net from 'node:net';
import { Session } from '../../../src/openocd';
import type { RunningBoard } from '../../support/board';
import type { Figure } from '../run';
import { quantile } from './measure';
import type { Rig } from './rig';

const WATCH_MS = 3000;
const STREAM_MS = 1500;
const ROUNDS = 5;
/** enum mode of bench.c. */
const MODE = { flood: 1, sink: 2 } as const;

/** Ten values, sampled as fast as the adapter gives them. */
export async function measureLiveWatch(rig: Rig): Promise<Figure[]> {
  await rig.client.request('continue', { threadId: 1 });
  const expressions = Array.from({ length: 10 }, (_, index) => `live[${index}]`);
  const from = rig.client.events.length;
  const { subscription } = await rig.client.request('openocd.liveWatch', { expressions, samplesPerSecond: 1000 });
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  await rig.client.request('openocd.stopLiveWatch', { subscription });
  const count = rig.client.events.slice(from).filter(({ event }) => event === 'openocd.liveSample').length;
  await rig.untilStopped('pause');
  const value = count / (WATCH_MS / 1000);
  return [{ name: 'live watch of 10 values', value, unit: 'samples/s', target: '≥ 200' }];
}

/** Both ways through RTT, the bare socket of OpenOCD's RTT server and the client library in turn. The program must stand at main. */
export async function measureRtt(rig: Rig): Promise<Figure[]> {
  const { board } = rig;
  const address = async (name: string) => Number((await rig.evaluate(`&${name}`)).memoryReference);
  const [block, mode, received] = await Promise.all(['_SEGGER_RTT', 'mode', 'received'].map(address));
  if (block === undefined || mode === undefined || received === undefined) throw new Error('A variable is missing.');
  await rig.client.request('continue', { threadId: 1 });
  const session = await Session.connect({ port: board.tclPort });
  try {
    const setMode = (value: number) => session.memory.writeU32(mode, value);
    await session.command(`rtt setup ${block} 64 "SEGGER RTT"`);
    await session.command('rtt start');
    await session.command('rtt polling_interval 1');
    await setMode(MODE.flood);
    const up = await compare(
      (act) => bare(board, session, act),
      (act) => library(session, act),
      receive,
    );
    await setMode(MODE.sink);
    const down = await compare(
      (act) => bare(board, session, act),
      (act) => library(session, act),
      (stream) => send(stream, () => session.memory.readU32(received)),
    );
    await session.command('rtt stop');
    return [...figures('up', up), ...figures('down', down)];
  } finally {
    await session.close();
  }
}

interface Stream {
  on(event: 'data', listener: (data: Uint8Array) => void): unknown;
  write(data: Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
}
type Act = (stream: Stream) => Promise<number>;

async function compare(
  first: (act: Act) => Promise<number>,
  second: (act: Act) => Promise<number>,
  act: Act,
): Promise<readonly [number, number]> {
  const rates: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    rates[0].push(await first(act));
    rates[1].push(await second(act));
  }
  return [quantile(rates[0], 0.5), quantile(rates[1], 0.5)];
}

function figures(direction: string, [raw, ours]: readonly [number, number]): Figure[] {
  return [
    { name: `RTT ${direction}, bare socket`, value: raw / 1024, unit: 'KiB/s' },
    { name: `RTT ${direction}, client library`, value: ours / 1024, unit: 'KiB/s' },
    { name: `RTT ${direction}, library / bare`, value: ours / raw, unit: '×', target: '≥ 0.95', compare: 'ratio' },
  ];
}

/** OpenOCD's RTT server with a plain socket on it. */
async function bare(_board: RunningBoard, session: Session, act: Act): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await session.command(`rtt server start ${port} 0`);
  const socket = net.connect(port, '127.0.0.1');
  try {
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return await act(socket);
  } finally {
    socket.destroy();
    await session.command(`rtt server stop ${port}`);
  }
}

async function library(session: Session, act: Act): Promise<number> {
  const channel = await session.rtt.open(0);
  try {
    return await act(channel);
  } finally {
    channel.destroy();
  }
}

/** Bytes per second that come. */
async function receive(stream: Stream): Promise<number> {
  let bytes = 0;
  stream.on('data', (data) => {
    bytes += data.length;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  bytes = 0;
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, STREAM_MS));
  return (bytes * 1000) / (performance.now() - begun);
}

/** Bytes per second that the program has taken. */
async function send(stream: Stream, taken: () => Promise<number>): Promise<number> {
  const chunk = new Uint8Array(256).fill(0x78);
  let isOver = false;
  const pump = () => {
    while (!isOver) if (!stream.write(chunk)) return void stream.once('drain', pump);
  };
  pump();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = await taken();
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, STREAM_MS));
  const rate = (((await taken()) - before) * 1000) / (performance.now() - begun);
  isOver = true;
  return rate;
}
