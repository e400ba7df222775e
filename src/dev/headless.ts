// `npm start -- --headless`: a debug session in the terminal, through the debug adapter as an editor would drive it. Programs the
// example into the simulated board, stops, steps, looks, talks and explains a fault.
import fs from 'node:fs';
import path from 'node:path';
import { DapClient } from '../../test/support/dapClient';
import type { Connection } from '../adapter/protocol';
import { Session } from '../openocd';

const root = path.resolve(__dirname, '../..');
const example = path.join(root, 'examples/blinky-c');
const mainFile = path.join(example, 'src/main.c');
const sourceLines = fs.readFileSync(mainFile, 'utf8').split('\n');
/** The line of main.c that contains a text. */
const lineWith = (text: string) => sourceLines.findIndex((line) => line.includes(text)) + 1;

const isTerminal = process.stdout.isTTY === true;
const bold = (text: string) => (isTerminal ? `\x1b[1m${text}\x1b[0m` : text);
const say = (text: string) => process.stdout.write(`${text}\n`);
const indent = (text: string) => text.replace(/^/gm, '    ');

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source?: { readonly path?: string; readonly name?: string };
}

interface Shown {
  readonly name: string;
  readonly value: string;
  readonly variablesReference: number;
}

class Tour {
  readonly started = performance.now();

  constructor(private readonly client: DapClient) {}

  chapter(title: string): void {
    say(`\n${bold(title)}`);
  }

  /** Sends a request that makes the core run, and waits for the stop. */
  async run(command: string, args: object = {}): Promise<Record<string, unknown>> {
    const from = this.client.events.length;
    const begun = performance.now();
    await this.client.request(command, { threadId: 1, ...args });
    const { body } = await this.client.event('stopped', from);
    const took = (performance.now() - begun).toFixed(0);
    const [frame] = await this.stack(1);
    say(indent(`${command.padEnd(9)} ${String(body['reason']).padEnd(11)} ${placeOf(frame)}  (${took} ms)`));
    return body;
  }

  async stack(levels: number): Promise<Frame[]> {
    return (await this.client.request('stackTrace', { threadId: 1, levels }))['stackFrames'];
  }

  async variables(reference: number): Promise<Shown[]> {
    return (await this.client.request('variables', { variablesReference: reference }))['variables'];
  }

  async evaluate(expression: string): Promise<Shown> {
    const { result, variablesReference } = await this.client.request('evaluate', { expression, context: 'watch' });
    return { name: expression, value: result, variablesReference };
  }

  async show(expression: string, depth = 1): Promise<void> {
    const found = await this.evaluate(expression);
    say(indent(`${expression} = ${found.value}`));
    if (depth === 0 || found.variablesReference === 0) return;
    for (const child of await this.variables(found.variablesReference))
      say(indent(`  .${child.name} = ${child.value}`));
  }
}

const placeOf = (frame: Frame | undefined) =>
  frame === undefined
    ? ''
    : `${frame.name}${frame.source === undefined ? '' : ` at ${path.basename(frame.source.path ?? '')}:${frame.line}`}`;

async function walk(client: DapClient): Promise<void> {
  const tour = new Tour(client);
  tour.chapter('Launch: program the board and stop at main');
  await client.start(
    'launch',
    { simulator: true, program: path.join(example, 'build/blinky-c.elf'), cwd: example, rtt: true },
    async () => {
      await client.request('setExceptionBreakpoints', { filters: ['hardFault'] });
    },
  );
  await client.event('stopped');
  say(indent(`stopped at ${placeOf((await tour.stack(1))[0])}  (${(performance.now() - tour.started).toFixed(0)} ms)`));

  tour.chapter('Breakpoint, then step over, into and out');
  const { breakpoints } = await client.request('setBreakpoints', {
    source: { path: mainFile },
    breakpoints: [{ line: lineWith('counter++') }],
  });
  const [breakpoint] = breakpoints as { line: number; verified: boolean; message?: string }[];
  say(indent(`breakpoint in line ${breakpoint?.line}: ${breakpoint?.verified ? 'verified' : breakpoint?.message}`));
  await tour.run('continue');
  await tour.run('next');
  await tour.run('stepIn');
  await tour.run('stepOut');

  tour.chapter('Call stack and locals');
  const frames = await tour.stack(20);
  for (const frame of frames) say(indent(placeOf(frame)));
  const { scopes } = await client.request('scopes', { frameId: frames[0]?.id ?? 0 });
  const [locals] = scopes as { variablesReference: number }[];
  for (const local of await tour.variables(locals?.variablesReference ?? 0))
    say(indent(`${local.name} = ${local.value}`));

  tour.chapter('A struct, and a register by its name in the SVD file');
  await tour.show('traffic_light');
  await showRegister(client);

  tour.chapter('The program talks (RTT) and is read while it runs');
  await client.request('setBreakpoints', { source: { path: mainFile }, breakpoints: [] });
  await client.request('continue', { threadId: 1 });
  await client.event('openocd.rtt', 0, (body) => body['state'] === 'found');
  const said = () => client.events.filter(({ event, body }) => event === 'output' && body['category'] === 'stdout');
  const before = Number((await tour.evaluate('counter')).value);
  for (const end = Date.now() + 3000; Date.now() < end && Number((await tour.evaluate('counter')).value) < before + 2; )
    await new Promise((resolve) => setTimeout(resolve, 100));
  say(
    indent(
      said()
        .map(({ body }) => body['output'])
        .join('')
        .trimEnd(),
    ),
  );
  say(indent(`counter = ${(await tour.evaluate('counter')).value}, read without stopping the core`));

  tour.chapter('A fault, explained');
  const { host, tclPort } = (await client.request('openocd.connection')) as unknown as Connection;
  const from = client.events.length;
  // The same terminal that an editor offers: typed text goes down to the program.
  await using session = await Session.connect({ host, port: tclPort });
  await session.rtt.write(0, 'fault\n');
  const { body } = await client.event('stopped', from);
  say(indent(`${body['reason']}: ${body['text']}`));
  for (const frame of await tour.stack(20)) say(indent(placeOf(frame)));

  await session.close();
  await client.request('disconnect', {});
  await client.closed();
  say(`\nDone in ${((performance.now() - tour.started) / 1000).toFixed(1)} s. The board and OpenOCD have ended.`);
}

/** GPIOC's output register, where the LEDs are. */
async function showRegister(client: DapClient): Promise<void> {
  const { host, tclPort } = (await client.request('openocd.connection')) as unknown as Connection;
  await using session = await Session.connect({ host, port: tclPort });
  await session.svd.load(path.join(root, 'media/simulator.svd'));
  const register = await session.svd.readRegister('GPIOC', 'ODR');
  const high = register.fields.filter(({ value }) => value !== 0n).map(({ name }) => name);
  const shown = `0x${register.value.toString(16).padStart(8, '0')}`;
  say(indent(`GPIOC.ODR = ${shown}${high.length > 0 ? `: ${high.join(', ')} high` : ''}`));
}

async function main(): Promise<void> {
  const client = DapClient.spawn({ bundle: true });
  try {
    await walk(client);
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : String(error)}`);
    for (const { event, body } of client.events) if (event === 'output') process.stdout.write(String(body['output']));
    process.exitCode = 1;
  } finally {
    await client.dispose();
  }
}

void main();
