// Speed of the simulated board: the interpreter alone, the link through the real OpenOCD, and its cost while idle.
import fs from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Board } from '../../src/simulator/board';
import { readImage } from '../../src/simulator/image';
import { boardElf, throughputElf } from '../simulator/support';
import { startBoard } from '../support/board';
import type { Figure } from './run';

const READ_WORDS = 4096;

export default async function bench(): Promise<Figure[]> {
  const link = await measureLink();
  return [
    { name: 'interpreter, warm', value: measureInterpreter(), unit: 'MIPS', target: '≥ 40' },
    {
      name: 'memory read through OpenOCD, 16 KiB by words, best of 15',
      value: link.readRate,
      unit: 'KB/s',
      target: '≥ 60',
    },
    { name: 'step through OpenOCD', value: link.stepMs, unit: 'ms' },
    { name: 'step through OpenOCD, JTAG scans', value: link.stepScans, unit: 'scans' },
    ...(link.idleLoad === undefined
      ? []
      : [{ name: 'one core while firmware waits in WFI at 8 MHz', value: link.idleLoad, unit: '%', target: '≤ 12' }]),
  ];
}

/** Median of runs after the compiler has warmed up. */
function measureInterpreter(): number {
  const image = readImage(throughputElf);
  const rates: number[] = [];
  for (let run = 0; run < 8; run++) {
    const board = new Board();
    board.load(image);
    const core = board.cores[0]?.core;
    if (!core) throw new Error('The board has no core.');
    core.debugEnabled = true; // its BKPT ends the program
    const begin = performance.now();
    while (!core.halted) board.advance(8000);
    rates.push(core.instructions / (performance.now() - begin) / 1000);
  }
  return median(rates.slice(3));
}

async function measureLink() {
  const board = await startBoard({ image: boardElf });
  try {
    await board.tcl('poll off; halt');
    const read = () => board.tcl(`read_memory 0x20000000 32 ${READ_WORDS}`);
    const readRate = (READ_WORDS * 4) / 1.024 / Math.min(...(await times(read, 15)));
    const step = () => board.tcl('step');
    const stepMs = await medianTime(step, 20);
    const scans = async () => (await board.control<{ stats: { scans: number } }>({ get: 'stats' })).stats.scans;
    const before = await scans();
    for (let i = 0; i < 10; i++) await step();
    const stepScans = ((await scans()) - before) / 10;
    await board.tcl('resume');
    const idleLoad = await measureLoad(board.simulator.child.pid);
    return { readRate, stepMs, stepScans, idleLoad };
  } finally {
    await board.stop();
  }
}

/** Share of one core that a process uses, in percent; undefined where the system has no /proc. */
async function measureLoad(pid: number | undefined): Promise<number | undefined> {
  if (!fs.existsSync(`/proc/${pid}/stat`)) return undefined;
  const ticks = () => {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]); // user and system time in 10 ms
  };
  await delay(500);
  const before = ticks();
  const begin = performance.now();
  await delay(3000);
  return ((ticks() - before) * 1000) / (performance.now() - begin);
}

async function medianTime(act: () => Promise<unknown>, runs: number): Promise<number> {
  return median(await times(act, runs));
}

/** Milliseconds of each run, after four that warm up. */
async function times(act: () => Promise<unknown>, runs: number): Promise<number[]> {
  for (let i = 0; i < 4; i++) await act();
  const all: number[] = [];
  for (let i = 0; i < runs; i++) {
    const begin = performance.now();
    await act();
    all.push(performance.now() - begin);
  }
  return all;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
