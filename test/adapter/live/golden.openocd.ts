// A whole live session through the adapter's own process, as an editor drives it, compared with a reviewed transcript.
import path from 'node:path';
import { root } from '../../support/board';
import { compareGolden, DapClient } from '../../support/dapClient';
import { exampleFolder, sourceOf } from './support';

describe('a live session on the simulated board', function () {
  this.timeout(60_000);

  it('launches, breaks, steps, looks and ends', async () => {
    const client = DapClient.spawn();
    const stop = async (command: string) => {
      const from = client.events.length;
      await client.request(command, { threadId: 1 });
      await client.event('stopped', from);
    };
    const stack = async (levels = 20) =>
      (await client.request('stackTrace', { threadId: 1, startFrame: 0, levels })).stackFrames;
    try {
      await client.start('launch', { simulator: true, cwd: exampleFolder }, async () => {
        await client.request('setBreakpoints', {
          source: { path: sourceOf('main.c') },
          breakpoints: [{ line: 32 }, { line: 2 }],
        });
        await client.request('setExceptionBreakpoints', { filters: ['hardFault'] });
      });
      await client.event('stopped');
      await stack();
      await stop('continue');
      const [top] = await stack();
      const { scopes } = await client.request('scopes', { frameId: top?.id });
      for (const { variablesReference, expensive } of scopes) {
        if (!expensive) await client.request('variables', { variablesReference });
      }
      await stop('next');
      await stop('stepIn');
      await stack();
      await stop('stepOut');
      await stack(1);
      await client.request('evaluate', { expression: 'counter = 7', context: 'repl' });
      await client.request('evaluate', { expression: 'traffic_light.state', context: 'hover' });
      await client.request('setBreakpoints', { source: { path: sourceOf('main.c') }, breakpoints: [] });
      await client.request('disconnect');
      await client.closed();
      const begin = client.transcript.findIndex((line) => line.startsWith('→ launch'));
      // News of running cores and of comparators come whenever they come.
      const kept = client.transcript
        .slice(begin)
        .filter((line) => !/^! (continued|openocd\.(targetState|breakpointBudget))/.test(line));
      compareGolden(path.join(__dirname, 'golden', 'blinky-c.golden.txt'), kept, [
        [root, 'ROOT'],
        [/"tclPort":\d+/g, '"tclPort":PORT'],
        [/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT'],
        [/in \d+\.\d s/g, 'in TIME s'],
        [/Open On-Chip Debugger .*? at /g, 'Open On-Chip Debugger VERSION at '],
      ]);
    } finally {
      await client.dispose();
    }
  });
});
