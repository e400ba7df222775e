// Debug sessions on a RISC-V core: the adapter in this process, OpenOCD, and the simulator Spike with its debug module. Skipped where
// Spike or a compiler for RISC-V is not installed.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createSession } from '../../../src/adapter/adapter';
import { type Body, DapClient } from '../../support/dapClient';

const compiler = 'riscv64-unknown-elf-gcc';
const sources = path.join(__dirname, 'riscv');
const source = path.join(sources, 'main.c');
const lineOf = (text: string) =>
  fs
    .readFileSync(source, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

const missing = ['spike', compiler].filter((tool) => spawnSync(tool, ['--help'], { stdio: 'ignore' }).error);

interface Machine {
  readonly name: string;
  readonly arch: string;
  readonly abi: string;
  readonly optimization: string;
  /** Options of Spike. */
  readonly options?: readonly string[];
  readonly harts?: number;
}

class Rig {
  private constructor(
    readonly spike: ChildProcess,
    readonly client: DapClient,
  ) {}

  static async start(machine: Machine, folder: string): Promise<Rig> {
    const { arch, abi, optimization, options = [], harts = 1 } = machine;
    const program = path.join(folder, `${machine.name.replaceAll(/\W+/g, '-')}.elf`);
    const flags = [
      `-march=${arch}_zicsr`,
      `-mabi=${abi}`,
      `-${optimization}`,
      '-g',
      '-mcmodel=medany',
      '-ffreestanding',
    ];
    const files = ['start.S', 'main.c'].map((file) => path.join(sources, file));
    const linking = ['-nostdlib', '-Wl,--no-warn-rwx-segments', '-T', path.join(sources, 'link.ld')];
    execFileSync(compiler, [...flags, ...linking, ...files, '-o', program]);
    const spike = spawn(
      'spike',
      ['--halted', '--rbb-port=0', '-m0x80000000:0x20000', `--isa=${arch}_zicsr`, `-p${harts}`, ...options, program],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    process.once('exit', () => spike.kill('SIGKILL'));
    const port = await listening(spike);
    const names = Array.from({ length: harts }, (_, i) => `riscv.cpu${i}`);
    const config = path.join(folder, 'spike.cfg');
    fs.writeFileSync(
      config,
      [
        'adapter driver remote_bitbang',
        'adapter speed 1000',
        'remote_bitbang host 127.0.0.1',
        `remote_bitbang port ${port}`,
        'jtag newtap riscv cpu -irlen 5',
        ...names.map((name, i) => `target create ${name} riscv -chain-position riscv.cpu -coreid ${i}`),
        ...(harts > 1 ? [`target smp ${names.join(' ')}`] : []),
      ].join('\n'),
    );
    const client = DapClient.inProcess((input, output) => createSession().serve(input, output), { timeoutMs: 30_000 });
    const rig = new Rig(spike, client);
    await client.start('launch', { program, configFiles: [config], cores: names });
    await client.event('stopped');
    return rig;
  }

  async stopAfter(action: () => Promise<unknown>): Promise<Body> {
    const from = this.client.events.length;
    await action();
    return (await this.client.event('stopped', from)).body;
  }

  run(command: string, threadId = 1): Promise<Body> {
    return this.stopAfter(() => this.client.request(command, { threadId }));
  }

  async places(threadId = 1): Promise<string[]> {
    const { stackFrames } = await this.client.request('stackTrace', { threadId, levels: 20 });
    return stackFrames.map(({ name, line }) => `${name}:${line}`);
  }

  async evaluate(expression: string): Promise<string> {
    return (await this.client.request('evaluate', { expression, context: 'watch' })).result;
  }

  breakAt(...lines: readonly number[]) {
    return this.client.request('setBreakpoints', {
      source: { path: source },
      breakpoints: lines.map((line) => ({ line })),
    });
  }

  async stop(): Promise<void> {
    await this.client.send('disconnect').catch(() => undefined);
    await this.client.dispose();
    this.spike.kill('SIGKILL');
  }
}

async function listening(spike: ChildProcess): Promise<number> {
  let said = '';
  for (;;) {
    const [data] = await once(spike.stdout as NodeJS.ReadableStream, 'data', { signal: AbortSignal.timeout(10_000) });
    said += data;
    const port = /on port (\d+)/.exec(said)?.[1];
    if (port !== undefined) return Number(port);
  }
}

const machines: readonly Machine[] = [
  { name: 'RV32 at -O0', arch: 'rv32imac', abi: 'ilp32', optimization: 'O0' },
  { name: 'RV64 with FPU at -O2', arch: 'rv64imafdc', abi: 'lp64d', optimization: 'O2', options: ['--dm-sba=64'] },
];

describe('a session on RISC-V', function () {
  this.timeout(60_000);
  let folder: string;
  let rig: Rig | undefined;

  before(function () {
    if (missing.length > 0) {
      console.log(`      skipped: ${missing.join(' and ')} is not installed`);
      this.skip();
    }
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-riscv-'));
  });
  after(() => {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await rig?.stop();
    rig = undefined;
  });

  for (const machine of machines) {
    it(`runs from breakpoint to breakpoint and steps lines, beside a timer: ${machine.name}`, async () => {
      rig = await Rig.start(machine, folder);
      const [called, counted] = [lineOf('total += factorial(5)'), lineOf('counter++;')];
      await rig.breakAt(called, counted);
      for (const line of [called, counted, called, counted]) {
        assert.equal((await rig.run('continue'))['reason'], 'breakpoint');
        assert.match((await rig.places())[0] ?? '', new RegExp(`:${line}$`));
      }
      assert.equal(await rig.evaluate('counter'), '1');
      assert.equal((await rig.run('next'))['reason'], 'step');
      assert.match((await rig.places())[0] ?? '', /^main:/);
      await rig.run('continue');
      await rig.run('stepIn');
      assert.match((await rig.places())[0] ?? '', /^factorial:/);
      assert.equal((await rig.run('stepOut'))['reason'], 'step');
      assert.match((await rig.places())[0] ?? '', /^work:/);
      await rig.breakAt(lineOf('ticks++'));
      await rig.run('continue');
      assert.equal((await rig.places()).includes('<Machine timer interrupt>:0'), true);
    });

    it(`reads registers by every name, and no memory that is not there: ${machine.name}`, async () => {
      rig = await Rig.start(machine, folder);
      const [fp, s0, x8] = await Promise.all(['$fp', '$s0', '$x8'].map((name) => rig?.evaluate(name)));
      assert.equal(s0, fp);
      assert.equal(x8, fp);
      await rig.client.request('evaluate', { expression: '$s1 = 0x1234', context: 'repl' });
      const read = await rig.client.request('readMemory', { memoryReference: '0x40000000', count: 64 });
      assert.deepEqual({ data: read.data ?? '', unreadable: read.unreadableBytes }, { data: '', unreadable: 64 });
      const edge = await rig.client.request('readMemory', { memoryReference: '0x8001fff0', count: 32 });
      assert.equal(edge.unreadableBytes, 16);
      await rig.run('stepIn');
      assert.equal(await rig.evaluate('$mcause'), '0x0');
    });
  }

  it('steps out of the handler of a trap, past the instruction that made it', async () => {
    rig = await Rig.start(machines[0] as Machine, folder);
    await rig.client.request('evaluate', { expression: 'fault_request = 3', context: 'repl' });
    await rig.breakAt(lineOf('traps++;'));
    await rig.run('continue');
    assert.match((await rig.places())[1] ?? '', /^<Environment call from machine mode>/);
    assert.equal((await rig.run('stepOut'))['reason'], 'step');
    assert.match((await rig.places())[0] ?? '', /^fault:/);
  });

  it('reads and writes memory beside the running core where there is system bus access', async () => {
    rig = await Rig.start(machines[1] as Machine, folder);
    await rig.client.request('continue', { threadId: 1 });
    assert.equal(await rig.evaluate('box.corner[0].y'), '2');
    await rig.client.request('evaluate', { expression: 'box.corner[0].y = 55', context: 'repl' });
    assert.equal(await rig.evaluate('box.corner[0].y'), '55');
  });

  it('says that memory cannot be reached beside the running core where there is none', async () => {
    rig = await Rig.start(machines[0] as Machine, folder);
    await rig.client.request('continue', { threadId: 1 });
    assert.match(await rig.evaluate('counter'), /cannot be reached while the core runs/);
    const stop = await rig.stopAfter(() => rig?.client.request('pause', { threadId: 1 }) ?? Promise.resolve());
    assert.equal(stop['reason'], 'pause');
  });

  it('stops two harts of one group together, and steps either', async () => {
    rig = await Rig.start({ ...(machines[0] as Machine), harts: 2 }, folder);
    await rig.breakAt(lineOf('counter++;'));
    for (let round = 0; round < 3; round++) {
      const stop = await rig.run('continue');
      assert.deepEqual([stop['reason'], stop['threadId']], ['breakpoint', 1]);
    }
    assert.equal(await rig.evaluate('counter'), '2');
    await rig.breakAt(lineOf('ticked_in_second++'));
    const stop = await rig.run('continue');
    assert.deepEqual([stop['reason'], stop['threadId']], ['breakpoint', 2]);
    await rig.breakAt();
    assert.equal(
      (
        await rig.stopAfter(
          () => rig?.client.request('next', { threadId: 2, granularity: 'instruction' }) ?? Promise.resolve(),
        )
      )['reason'],
      'step',
    );
    assert.match((await rig.places(2))[0] ?? '', /^second:/);
  });
});
