// Post-mortem figures: opening a program with its core file, the stack of a stop, scopes and variables. On the reference core
// files where they are beside the repository, else on a recorded state of the corpus.
import path from 'node:path';
import { createSession } from '../../src/adapter/adapter';
import { openCore } from '../../src/debugger/openCore';
import { describe } from '../../src/debugger/values/describe';
import { DapClient } from '../support/dapClient';
import { coreOf, elfOf, hasUnwindFixtures } from '../support/fixtures';

interface Figure {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(times: number, action: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await action();
    taken.push(performance.now() - start);
  }
  return median(taken);
}

export default async function bench(): Promise<Figure[]> {
  const recorded = path.resolve(__dirname, '../debugger/oracle/recorded/10-arm-gcc-Og-dwarf5-dwarf64-types.core');
  const [program, coreFile, label] = hasUnwindFixtures()
    ? [elfOf('RP2040_full_unwind'), coreOf('RP2040_full_unwind'), '2.7 MB of Rust']
    : [
        path.resolve(__dirname, '../corpus/prebuilt/arm-gcc-Og-dwarf5-dwarf64/types.elf'),
        recorded,
        'a small C program',
      ];

  const cold = async () => {
    const client = DapClient.spawn({ bundle: true });
    await client.request('initialize', { adapterID: 'openocd', pathFormat: 'path' });
    const start = performance.now();
    const attached = client.send('attach', { program, coreFile });
    await client.event('initialized');
    await client.request('configurationDone');
    await attached;
    await client.event('stopped');
    await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 20 });
    const taken = performance.now() - start;
    await client.request('disconnect');
    await client.closed();
    await client.dispose();
    return taken;
  };
  const colds: number[] = [];
  for (let i = 0; i < 5; i++) colds.push(await cold());

  const { engine } = openCore(program, coreFile);
  const stop = () => {
    engine.invalidate();
    return engine.frames(1, 0, 20);
  };
  await stop();
  const stack = await measure(50, stop);
  const { frames } = await stop();
  const calls = frames.flatMap((frame) => (frame.kind === 'call' ? [frame] : []));
  const largest = calls
    .map((frame) => ({ frame, count: engine.scope(frame).locals().length }))
    .sort((a, b) => b.count - a.count)[0];
  const frame = largest?.frame;
  const locals = () =>
    engine.run(() => {
      const scope = engine.scope(frame);
      return [...scope.arguments(), ...scope.locals()].map((item) => describe(item.value));
    });
  await locals();
  const warm = await measure(50, locals);

  const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
  await client.start('attach', { program, coreFile });
  const { stackFrames } = await client.request('stackTrace', { threadId: 1, levels: 20 });
  const top = stackFrames[stackFrames.findIndex((shown) => shown.name.startsWith(frame?.name ?? ''))];
  const overDap = async () => {
    const { scopes } = await client.request('scopes', { frameId: top?.id });
    await client.request('variables', { variablesReference: scopes[0]?.variablesReference });
  };
  await overDap();
  const scopesAndLocals = await measure(50, overDap);
  const disassemble = () =>
    client.request('disassemble', {
      memoryReference: top?.instructionPointerReference,
      instructionOffset: -200,
      instructionCount: 400,
    });
  await disassemble();
  const disassembly = await measure(10, disassemble);
  await client.request('disconnect');
  engine.dispose();

  const heading = `Post-mortem, ${label}`;
  return [
    { name: `${heading}: attach to first stack, cold`, value: median(colds), unit: 'ms', target: '≤ 150' },
    { name: `${heading}: stop to stack, 20 frames, warm`, value: stack, unit: 'ms', target: '≤ 5' },
    { name: `${heading}: ${largest?.count ?? 0} locals as text, warm`, value: warm, unit: 'ms', target: '≤ 3' },
    { name: `${heading}: scopes and locals over DAP, warm`, value: scopesAndLocals, unit: 'ms', target: '≤ 3' },
    { name: `${heading}: 400 instructions from −200, warm`, value: disassembly, unit: 'ms' },
  ];
}
