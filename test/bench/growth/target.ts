// Growth of what is asked of the board: deeper stacks, longer arrays, more breakpoints, more RTT channels.
import { Session } from '../../../src/openocd';
import { quantile } from '../peer/measure';
import type { Rig, Side } from '../peer/rig';
import type { Point, Series } from './series';

type Rigs = Readonly<Record<Side, Rig>>;
const RUNS = 5;

/** cdt-gdb-adapter asks GDB for no more. */
const PEER_FRAMES = 100;

/** Median of time, least of scans, both sides in turn. */
async function point(
  size: number,
  rigs: Rigs,
  prepare: (rig: Rig) => Promise<void>,
  act: (rig: Rig) => Promise<void>,
  runs = RUNS,
  peerCan = true,
): Promise<Point> {
  const times: Record<Side, number[]> = { ours: [], peer: [] };
  let scans = Number.POSITIVE_INFINITY;
  const sides = peerCan ? (['ours', 'peer'] as const) : (['ours'] as const);
  for (let run = 0; run < runs; run++) {
    for (const side of sides) {
      await prepare(rigs[side]);
      const before = await rigs[side].cost();
      const begun = performance.now();
      await act(rigs[side]);
      times[side].push(performance.now() - begun);
      if (side === 'ours') scans = Math.min(scans, (await rigs[side].cost()).scans - before.scans);
    }
  }
  return { size, ours: quantile(times.ours, 0.5), peer: peerCan ? quantile(times.peer, 0.5) : undefined, scans };
}

const addressOf = async (rig: Rig, name: string) =>
  Number.parseInt((await rig.evaluate(`&${name}`)).memoryReference ?? '', 16);

/** The whole stack, from the stop in the innermost function to the last frame. */
export async function stackDepth(rigs: Rigs): Promise<Series> {
  const points: Point[] = [];
  await Promise.all(Object.values(rigs).map((rig) => rig.runTo('call')));
  const depth = await addressOf(rigs.ours, 'depth');
  for (const size of [5, 20, 50, 100, 200, 500]) {
    const prepare = async (rig: Rig) => {
      await rig.board.tcl(`write_memory ${depth} 32 ${size}`);
      await rig.breakAt('bottom');
      await rig.untilStopped('continue');
      await rig.breakAt();
    };
    const act = async ({ client, side }: Rig) => {
      const { stackFrames } = await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 1000 });
      if (stackFrames.length < size) throw new Error(`${side} shows ${stackFrames.length} frames.`);
    };
    points.push(await point(size, rigs, prepare, act, RUNS, size <= PEER_FRAMES));
  }
  for (const rig of Object.values(rigs)) await rig.board.tcl(`write_memory ${depth} 32 20`);
  const reason = `the peer shows ${PEER_FRAMES} frames at most`;
  return { name: 'all frames of the stack', sizeUnit: 'frames', unit: 'ms', peer: 'peer', points, reason };
}

/** All elements of an array of bytes in flash behind the program, and, for ours, the first page as an editor asks for it. */
export async function arrayLength(rigs: Rigs): Promise<Series[]> {
  const all: Point[] = [];
  const first: Point[] = [];
  for (const size of [10, 100, 1000, 10_000, 100_000]) {
    const prepare = (rig: Rig) => rig.runTo('call');
    const expand = (page: object) => async (rig: Rig) => {
      const { variablesReference } = await rig.evaluate(`flash->of${size}`);
      await rig.client.request('variables', { variablesReference, ...page });
    };
    const runs = size > 10_000 ? 1 : 3;
    all.push(await point(size, rigs, prepare, expand({}), runs));
    first.push(await point(size, rigs, prepare, expand({ filter: 'indexed', start: 0, count: 100 }), runs));
  }
  const common = { sizeUnit: 'elements', unit: 'ms', peer: 'peer' };
  return [
    { ...common, name: 'all elements of an array', points: all },
    { ...common, name: 'the first 100 elements of an array', points: first, reason: 'the peer knows no pages' },
  ];
}

/** A continue to the next stop with so many software breakpoints in RAM, none of which is met on the way. */
export async function breakpoints(rigs: Rigs): Promise<Series[]> {
  await Promise.all(Object.values(rigs).map((rig) => rig.runTo('call')));
  const code = (await addressOf(rigs.ours, 'ram_code')) & ~1;
  const setting: Point[] = [];
  const running: Point[] = [];
  for (const size of [1, 10, 50, 100, 200]) {
    const wanted = Array.from({ length: size }, (_, i) => ({
      instructionReference: `0x${(code + 2 * i).toString(16)}`,
    }));
    const set = (breakpoints: readonly object[]) => async (rig: Rig) => {
      await rig.client.request('setInstructionBreakpoints', { breakpoints });
    };
    const clear = async (rig: Rig) => {
      await set([])(rig);
      await rig.runTo('continue from');
    };
    setting.push(await point(size, rigs, clear, set(wanted), 3));
    const prepare = async (rig: Rig) => {
      await clear(rig);
      await rig.breakAt('continue to');
      await set(wanted)(rig);
    };
    const act = async (rig: Rig) => {
      await rig.untilStopped('continue');
    };
    running.push(await point(size, rigs, prepare, act, 3));
  }
  for (const rig of Object.values(rigs)) await rig.client.request('setInstructionBreakpoints', { breakpoints: [] });
  const common = { sizeUnit: 'breakpoints', unit: 'ms', peer: 'peer' };
  return [
    {
      ...common,
      name: 'setting software breakpoints in RAM',
      points: setting,
      reason: 'the peer sets them when the core runs',
    },
    { ...common, name: 'running to another breakpoint with them', points: running },
  ];
}

const RTT_MS = 1000;
/** Bytes of an RTT channel's description; the number of up channels is at 16, of down channels at 20. */
const DOWN_COUNT = 20;

/** Scans that OpenOCD spends on RTT in a second, by the number of channels. Each is opened through the client library. */
export async function rttChannels({ ours }: Rigs): Promise<Series> {
  await ours.runTo('call');
  const block = await addressOf(ours, '_SEGGER_RTT');
  const session = await Session.connect({ port: ours.board.tclPort });
  const points: Point[] = [];
  try {
    // The descriptions of further up channels lie where the down channel's was.
    await session.memory.writeU32(block + DOWN_COUNT, 0);
    for (const size of [1, 2, 4, 8, 16]) {
      await session.memory.writeU32(block + 16, size);
      await session.command(`rtt setup ${block} 64 "SEGGER RTT"`);
      await session.command('rtt start');
      const begun = performance.now();
      await session.rtt.channels();
      const listing = performance.now() - begun;
      const channels = [];
      for (let i = 0; i < size; i++) channels.push(await session.rtt.open(i));
      const before = (await ours.cost()).scans;
      await new Promise((resolve) => setTimeout(resolve, RTT_MS));
      const scans = Math.round(((await ours.cost()).scans - before) / (RTT_MS / 1000));
      for (const channel of channels) channel.destroy();
      points.push({ size, ours: listing, peer: undefined, scans });
      await session.command('rtt stop');
    }
  } finally {
    await session.close();
  }
  return {
    name: 'listing RTT channels; scans for polling them in a second',
    sizeUnit: 'channels',
    unit: 'ms',
    points,
    reason: 'OpenOCD reads every open channel’s description at each poll',
  };
}
