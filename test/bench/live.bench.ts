// Live sessions over DAP on the simulated board: time, JTAG scans and requests to OpenOCD per operation. Each one includes the stack and
// the locals that an editor fetches after a stop. Scans are the board's own count, which no noise of the machine touches.
import { performance } from 'node:perf_hooks';
import { root, startBoard } from '../support/board';
import { DapClient } from '../support/dapClient';
import type { Figure } from './run';

const rounds = 20;
const blinkyC = `${root}/examples/blinky-c/build/blinky-c.elf`;
const source = (name: string) => ({ path: `${root}/examples/blinky-c/src/${name}` });

interface Cost {
  readonly ms: number;
  readonly scans: number;
}

export default async function bench(): Promise<Figure[]> {
  const board = await startBoard({ image: blinkyC });
  const client = DapClient.spawn({ bundle: true });
  const scans = async () => (await board.control<{ stats: { scans: number } }>({ get: 'stats' })).stats.scans;
  const costs = new Map<string, Cost[]>();

  const measure = async (name: string, action: () => Promise<unknown>): Promise<void> => {
    const before = await scans();
    const begun = performance.now();
    await action();
    const ms = performance.now() - begun;
    costs.set(name, [...(costs.get(name) ?? []), { ms, scans: (await scans()) - before }]);
  };
  /** What an editor asks for after each stop. */
  const look = async () => {
    const { stackFrames } = await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 20 });
    const { scopes } = await client.request('scopes', { frameId: stackFrames[0]?.id });
    await client.request('variables', { variablesReference: scopes[0]?.variablesReference });
  };
  const run = async (command: string) => {
    const from = client.events.length;
    await client.request(command, { threadId: 1 });
    await client.event('stopped', from);
    await look();
  };
  const breakAt = (file: string, breakpoints: readonly object[]) =>
    client.request('setBreakpoints', { source: source(file), breakpoints });

  try {
    await measure('launch to main', async () => {
      await client.start('launch', { program: blinkyC, host: '127.0.0.1', tclPort: board.tclPort });
      await client.event('stopped');
      await look();
    });
    await breakAt('main.c', [{ line: 32 }]);
    await run('continue');
    for (let round = 0; round < rounds; round++) {
      await measure('step over', () => run('next'));
      await measure('step into', () => run('stepIn'));
      await measure('step out', () => run('stepOut'));
      await measure('evaluate a member', () =>
        client.request('evaluate', { expression: 'traffic_light.state', context: 'watch' }),
      );
      await run('continue');
    }
    await breakAt('main.c', []);
    await breakAt('numbers.c', [{ line: 11 }]);
    for (let round = 0; round < rounds; round++) await measure('continue to a breakpoint', () => run('continue'));
    // The bottom of a recursion, from where the step out has deeper calls behind it.
    await breakAt('numbers.c', []);
    await breakAt('main.c', [{ line: 25, condition: 'tasks[0].runs % 20 == 0' }]);
    for (let round = 0; round < 3; round++) await measure('condition false 19 times', () => run('continue'));
    await breakAt('main.c', []);
    for (let round = 0; round < rounds; round++) {
      await client.request('continue', { threadId: 1 });
      await measure('pause', () => run('pause'));
    }
    const { memory, flash } = { memory: '0x20000000', flash: '0x08000000' };
    for (let round = 0; round < 3; round++) {
      await run('next');
      await measure('read 16 KiB of RAM', () =>
        client.request('readMemory', { memoryReference: memory, count: 16384 }),
      );
      await measure('read 8 KiB of verified flash', () =>
        client.request('readMemory', { memoryReference: flash, count: 8192 }),
      );
      await measure('disassemble 400 instructions', () =>
        client.request('disassemble', { memoryReference: flash, offset: 0x400, instructionCount: 400 }),
      );
    }
    await client.request('disconnect');
  } finally {
    await client.dispose();
    await board.stop();
  }
  const targets: Readonly<Record<string, { readonly ms?: string; readonly scans?: string }>> = {
    'launch to main': { ms: '≤ 480', scans: '≤ 1270' },
    'step over': { ms: '≤ 25', scans: '≤ 245' },
    'step into': { ms: '≤ 44', scans: '≤ 477' },
    'continue to a breakpoint': { scans: '≤ 104' },
    'condition false 19 times': { ms: '≤ 500' },
    'read 16 KiB of RAM': { scans: '≤ 4178' },
    'read 8 KiB of verified flash': { scans: '≤ 0' },
  };
  return [...costs].flatMap(([name, list]) => [
    { name, value: median(list.map(({ ms }) => ms)), unit: 'ms', ...goal(targets[name]?.ms) },
    {
      name: `${name}, JTAG scans`,
      value: median(list.map((cost) => cost.scans)),
      unit: 'scans',
      ...goal(targets[name]?.scans),
    },
  ]);
}

const goal = (target: string | undefined) => (target === undefined ? {} : { target });

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return Math.round(value * 10) / 10;
}
