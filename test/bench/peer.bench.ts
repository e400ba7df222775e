// Our adapter beside the GDB way (cdt-gdb-adapter and gdb-multiarch): the same operations, on boards of the same kind, by the same client.
// OPENOCD_DEBUG_BENCH narrows it to the operations whose name contains that text.
import { benchElf } from './peer/firmware';
import { measureLaunches, peakMemoryMb } from './peer/launching';
import { measure, type Result } from './peer/measure';
import { operations } from './peer/operations';
import { Rig } from './peer/rig';
import { measureLiveWatch, measureRtt } from './peer/streams';
import { figuresOf, tableHead, tableRow } from './peer/table';
import type { Figure } from './run';

const filter = process.env['OPENOCD_DEBUG_BENCH'] ?? '';
const wanted = (name: string) => name.includes(filter);

export default async function bench(): Promise<Figure[]> {
  const rigs = { ours: await Rig.start('ours', profiling()), peer: await Rig.start('peer') };
  try {
    console.log(tableHead());
    const figures = show(await measureLaunches(rigs, wanted));
    await Promise.all(Object.values(rigs).map((rig) => rig.launch(benchElf)));
    for (const operation of operations.filter(({ name }) => wanted(name))) {
      figures.push(...show([await measure(operation, rigs)]));
    }
    figures.push(...memory(rigs));
    await rigs.ours.runTo('call');
    if (wanted('live watch')) figures.push(...(await measureLiveWatch(rigs.ours)));
    if (wanted('RTT')) {
      await rigs.ours.runTo('call');
      figures.push(...(await measureRtt(rigs.ours)));
    }
    return figures;
  } finally {
    await Promise.all(Object.values(rigs).map((rig) => rig.stop()));
  }
}

/** Node's own options that write what its process did, when it ends. */
function profiling(): string[] {
  const folder = process.env['OPENOCD_DEBUG_PROFILE'];
  if (folder === undefined) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--heap-prof', `--heap-prof-dir=${folder}`];
}

function show(results: readonly Result[]): Figure[] {
  for (const result of results) console.log(tableRow(result));
  return results.flatMap(figuresOf).map((figure) => ({ ...figure, isShown: true }));
}

function memory(rigs: Readonly<Record<'ours' | 'peer', Rig>>): Figure[] {
  const ours = peakMemoryMb(rigs.ours.client.child?.pid);
  const peer = peakMemoryMb(rigs.peer.client.child?.pid);
  if (ours === undefined || peer === undefined) return [];
  return [
    { name: 'peak memory of the adapter', value: ours, unit: 'MB' },
    { name: 'peak memory of the peer with gdb', value: peer, unit: 'MB' },
    { name: 'peak memory / peer', value: ours / peer, unit: '×', target: '≤ 1' },
  ];
}
