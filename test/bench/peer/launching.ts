// Launches: from the start of the adapter's process to the program standing at main with stack and variables shown. And the memory
// that the processes take in the end.
import fs from 'node:fs';
import { exampleElf } from './firmware';
import { type Result, type Sample, summarize } from './measure';
import type { Operation } from './operations';
import type { Rig, Side } from './rig';

const SAMPLES = 10;

interface Launch {
  readonly name: string;
  readonly targets: Operation['targets'];
  /** Attributes of our launch configuration. The peer always programs the flash. */
  readonly attributes: object;
}

const launches: readonly Launch[] = [
  { name: 'launch to main', targets: { time: 0.4 }, attributes: {} },
  { name: 'launch to main, always flashing', targets: { time: 1 }, attributes: { load: 'always' } },
];

export async function measureLaunches(
  rigs: Readonly<Record<Side, Rig>>,
  wanted: (name: string) => boolean,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, targets, attributes } of launches.filter((launch) => wanted(launch.name))) {
    const samples: Record<Side, Sample[]> = { ours: [], peer: [] };
    for (let run = -1; run < SAMPLES; run++) {
      for (const side of ['ours', 'peer'] as const) {
        const sample = await launchOnce(rigs[side], attributes);
        if (run >= 0) samples[side].push(sample);
      }
    }
    const none = () => Promise.resolve();
    const operation = { name, targets, samples: SAMPLES, isTimed: true, prepare: none, act: none };
    results.push({ operation, ours: summarize(samples.ours), peer: summarize(samples.peer) });
  }
  return results;
}

async function launchOnce(rig: Rig, attributes: object): Promise<Sample> {
  const before = await rig.cost();
  const begun = performance.now();
  await rig.launch(exampleElf, attributes);
  await rig.look();
  const ms = performance.now() - begun;
  const after = await rig.cost();
  await rig.disconnect();
  return {
    ms,
    scans: after.scans - before.scans,
    roundTrips: after.roundTrips - before.roundTrips,
    bytes: after.bytes - before.bytes,
  };
}

/** The most memory that a process and its children have held, in MB; undefined where the system has no /proc. */
export function peakMemoryMb(pid: number | undefined): number | undefined {
  if (!fs.existsSync(`/proc/${pid}/status`)) return undefined;
  const own = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + (peakMemoryMb(Number(child)) ?? 0), own);
}
