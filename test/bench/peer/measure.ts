// Runs an operation again and again, ours and the peer's in turn so that the machine's load hits both alike, and sums it up.
import type { Operation } from './operations';
import type { Cost, Rig, Side } from './rig';

export interface Sample extends Cost {
  readonly ms: number;
}

export interface Summary {
  readonly medianMs: number;
  readonly p95Ms: number;
  /** The least: OpenOCD's own look at the target every 100 ms comes on top now and then. */
  readonly scans: number;
  readonly roundTrips: number;
  readonly bytes: number;
}

export interface Result {
  readonly operation: Operation;
  readonly ours: Summary | undefined;
  readonly peer: Summary | undefined;
}

export async function measure(operation: Operation, rigs: Readonly<Record<Side, Rig>>): Promise<Result> {
  const samples: Record<Side, Sample[]> = { ours: [], peer: [] };
  // The first run of each is not counted: it meets cold code.
  for (let run = -1; run < operation.samples; run++) {
    for (const side of ['ours', 'peer'] as const) {
      if (operation.only !== undefined && operation.only !== side) continue;
      const sample = await once(operation, rigs[side]);
      if (run >= 0) samples[side].push(sample);
    }
  }
  return { operation, ours: summarize(samples.ours), peer: summarize(samples.peer) };
}

async function once(operation: Operation, rig: Rig): Promise<Sample> {
  await operation.prepare(rig);
  const before = await rig.cost();
  const begun = performance.now();
  await operation.act(rig);
  const ms = performance.now() - begun;
  const after = await rig.cost();
  return {
    ms,
    scans: after.scans - before.scans,
    roundTrips: after.roundTrips - before.roundTrips,
    bytes: after.bytes - before.bytes,
  };
}

export function summarize(samples: readonly Sample[]): Summary | undefined {
  if (samples.length === 0) return undefined;
  const times = samples.map(({ ms }) => ms);
  return {
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    scans: Math.min(...samples.map(({ scans }) => scans)),
    roundTrips: Math.min(...samples.map(({ roundTrips }) => roundTrips)),
    bytes: Math.min(...samples.map(({ bytes }) => bytes)),
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
