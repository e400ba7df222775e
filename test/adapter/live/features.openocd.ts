// What a session does besides running: semihosting, traces, programs in RAM and without symbols, builds in between, several cores.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Session } from '../../../src/openocd';
import { blinkyC, Rig } from './support';

const RAM_PROGRAM = `volatile unsigned turns = 7;
int main(void);
__attribute__((section(".vectors"), used)) static const void *const vectors[] = {(void *)0x20004000, main};
int main(void) {
  for (;;) {
    turns = turns + 1;
  }
}
`;

describe('a live session', function () {
  this.timeout(40_000);
  let folder: string;
  const rigs: Rig[] = [];
  const start = async (options: Parameters<typeof Rig.start>[0] = {}) => {
    const rig = await Rig.start(options);
    rigs.push(rig);
    return rig;
  };
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-features-'));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.stop();
  });

  it('prints what the program says by semihosting', async () => {
    const rig = await start({ configuration: { semihosting: true, rttInClient: true } });
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    const { body } = await rig.client.event('openocd.rtt', from, ({ state }) => state === 'found');
    await using session = await Session.connect({ port: rig.board.tclPort });
    await session.rtt.setup({ address: BigInt(String(body['controlBlock'])), size: 64 });
    await session.rtt.start();
    await session.rtt.write(0, 'semihosting\n');
    if (!session.dialect.memoryCommands) {
      // Before 0.12 OpenOCD keeps it to itself: the user is told where it is.
      assert.match(rig.output('important'), /semihosting in its own log/);
      while (!rig.board.openOcd.log.includes('Hello from semi')) await delay(10);
    } else
      await rig.client.event(
        'output',
        from,
        ({ output, category }) => category === 'stdout' && /Hello from semi/.test(String(output)),
      );
    assert.equal(
      rig.client.events.slice(from).some(({ event }) => event === 'stopped'),
      false,
    );
  });

  it('prints RTT text for clients that do not read it themselves', async () => {
    const rig = await start({ configuration: { rtt: true } });
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    await rig.client.event(
      'output',
      from,
      ({ output, category }) => category === 'stdout' && /Hello from/.test(String(output)),
    );
  });

  const styled = '\x1b[31mred\x1b[0m \x1b[1;38;5;208mbold\x1b[0m\n';
  /** The console, as far as it is the program's. */
  const printed = (rig: Rig, from: number) =>
    rig.client.event('output', from, ({ output, category }) => category === 'stdout' && /bold/.test(String(output)));

  it('leaves colours of RTT text to the client', async () => {
    const rig = await start({ configuration: { rtt: true } });
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    await rig.client.event('output', from, ({ output }) => /Hello from/.test(String(output)));
    await rig.stopAfter(() => rig.setBreakpoints('main.c', [{ line: 41 }]));
    await rig.setBreakpoints('main.c', []);
    const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1, levels: 1 });
    const { memoryReference } = await rig.client.request('evaluate', {
      expression: 'line.text',
      frameId: stackFrames[0]?.id,
      context: 'watch',
    });
    // The end of the line is the program's own, and so is how long it is.
    const data = Buffer.from(styled.trimEnd()).toString('base64');
    await rig.client.request('writeMemory', { memoryReference, data });
    await rig.client.request('continue', { threadId: 1 });
    const { body } = await printed(rig, from);
    assert.ok(String(body['output']).includes(styled.trimEnd()), JSON.stringify(body['output']));
  });

  it('leaves colours of semihosting text to the client', async () => {
    const rig = await start({ configuration: { semihosting: true, rttInClient: true } });
    const write = (address: number, bytes: Buffer) =>
      rig.client.request('writeMemory', {
        memoryReference: `0x${address.toString(16)}`,
        data: bytes.toString('base64'),
      });
    const [text, code] = [0x20003000, 0x20003100];
    await write(text, Buffer.from(`${styled}\0`));
    // nop; bkpt 0xab; b .
    await write(code, Buffer.from('00bfabbefee7', 'hex'));
    const registers = { r0: 4, r1: text, pc: code };
    for (const [register, value] of Object.entries(registers))
      await rig.client.request('evaluate', { expression: `$${register} = ${value}`, context: 'repl' });
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    assert.equal((await printed(rig, from)).body['output'], styled);
  });

  it('shows what a function returned', async () => {
    const rig = await start();
    await rig.setBreakpoints('numbers.c', [{ line: 11 }]);
    await rig.run('continue');
    await rig.setBreakpoints('numbers.c', []);
    await rig.run('stepOut');
    const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1, levels: 1 });
    const { scopes } = await rig.client.request('scopes', { frameId: stackFrames[0]?.id });
    const { variables } = await rig.client.request('variables', { variablesReference: scopes[0]?.variablesReference });
    assert.deepEqual([variables[0]?.name, variables[0]?.value], ['⤶ factorial()', '2']);
  });

  it('writes its traffic to a file', async () => {
    const trace = path.join(folder, 'trace.log');
    const rig = await start({ configuration: { trace } });
    await rig.stop();
    rigs.length = 0;
    const text = fs.readFileSync(trace, 'utf8');
    assert.match(text, /→ .*"command":"configurationDone"/);
    assert.match(text, /← .*"event":"stopped"/);
    assert.match(text, /tcl → .*resume/);
    assert.match(text, /tcl ← code 0, [\d.]+ ms: "halted /);
  });

  it('debugs a program without symbols by its instructions', async function () {
    if (spawnSync('arm-none-eabi-strip', ['--version']).status !== 0) {
      console.log('      (arm-none-eabi-strip is not installed)');
      this.skip();
    }
    const stripped = path.join(folder, 'stripped.elf');
    execFileSync('arm-none-eabi-strip', ['-o', stripped, blinkyC]);
    const rig = await start({ image: stripped });
    assert.match(rig.output('important'), /no debug information/);
    const [place] = await rig.places();
    assert.match(place ?? '', /^0x80/);
    const before = await rig.evaluate('$pc');
    await rig.run('next', { granularity: 'instruction' });
    assert.notEqual(await rig.evaluate('$pc'), before);
    const { instructions } = await rig.client.request('disassemble', {
      memoryReference: before.split(' ')[0],
      instructionCount: 4,
    });
    assert.equal(instructions.length, 4);
  });

  it('disassembles up to both ends of the address space, each address once', async () => {
    const rig = await start({ configuration: { load: 'never', rttInClient: true } });
    const addresses = async (memoryReference: string, instructionOffset: number) => {
      const { instructions } = await rig.client.request('disassemble', {
        memoryReference,
        instructionOffset,
        instructionCount: 8,
      });
      return instructions.map(({ address }) => address);
    };
    const low = await addresses('0x00000004', -6);
    assert.equal(low.length, 8);
    const inside = low.filter((address) => address !== '-1');
    assert.deepEqual(low.slice(0, low.length - inside.length), Array(low.length - inside.length).fill('-1'));
    assert.equal(inside[0], '0x00000000');
    assert.equal(new Set(inside).size, inside.length);
    const high = await addresses('0xfffffff8', 0);
    assert.deepEqual(high.slice(0, 4), ['0xfffffff8', '0xfffffffa', '0xfffffffc', '0xfffffffe']);
    assert.deepEqual(high.slice(4), ['-1', '-1', '-1', '-1']);
  });

  it('debugs a program that lies in RAM alone', async function () {
    if (spawnSync('arm-none-eabi-gcc', ['--version']).status !== 0) {
      console.log('      (arm-none-eabi-gcc is not installed)');
      this.skip();
    }
    const source = path.join(folder, 'ram.c');
    const program = path.join(folder, 'ram.elf');
    fs.writeFileSync(source, RAM_PROGRAM);
    const linking = [
      '-nostdlib',
      '-Wl,-emain',
      '-Wl,--section-start=.vectors=0x20001000',
      '-Wl,-Ttext=0x20001100',
      '-Wl,-Tdata=0x20002000',
    ];
    execFileSync('arm-none-eabi-gcc', ['-mcpu=cortex-m0', '-mthumb', '-g', '-O1', ...linking, '-o', program, source]);
    const rig = await start({ configuration: { program } });
    assert.match(rig.output(), /Loaded \d+ bytes into RAM/);
    assert.match(await rig.place(), /^main:/);
    assert.match(await rig.evaluate('$sp'), /^0x20004000/);
    const { breakpoints } = await rig.client.request('setBreakpoints', {
      source: { path: source },
      breakpoints: [{ line: 6 }],
    });
    assert.equal(breakpoints[0]?.verified, true);
    await rig.run('continue');
    assert.equal(await rig.evaluate('turns'), '7');
    await rig.run('continue');
    assert.equal(await rig.evaluate('turns'), '8');
    await rig.run('next');
    assert.equal((await rig.client.request('openocd.breakpointBudget'))['breakpointsUsed'], 0);
    // A restart loads it anew.
    await rig.stopAfter(() => rig.client.request('restart', {}));
    assert.equal(await rig.evaluate('turns'), '7');
  });

  it('tells of a new build, and restarts with it', async () => {
    const program = path.join(folder, 'program.elf');
    fs.copyFileSync(blinkyC, program);
    const rig = await start({ image: program });
    fs.utimesSync(program, new Date(), new Date(Date.now() + 5000));
    // Nothing runs meanwhile.
    assert.deepEqual((await rig.client.event('openocd.rebuilt')).body, { program });
    assert.match(rig.output('important'), /was built anew/);
    const from = rig.client.events.length;
    await rig.client.request('restart', {});
    assert.deepEqual((await rig.client.event('terminated', from)).body, { restart: true });
  });

  it('shows two cores as two threads that stop together', async () => {
    const rig = await start({ cores: 2, configuration: { cores: ['stm32f0x.cpu', 'stm32f0x.cpu1'] } });
    const { threads } = await rig.client.request('threads');
    assert.deepEqual(
      threads.map(({ name }) => name),
      ['stm32f0x.cpu', 'stm32f0x.cpu1'],
    );
    await rig.setBreakpoints('main.c', [{ line: 33 }]);
    const stopped = await rig.run('continue');
    assert.equal(stopped['threadId'], 1);
    assert.equal(stopped['allThreadsStopped'], true);
    await rig.client.request('stackTrace', { threadId: 2 });
    // One of them alone goes on: the other still stands.
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 2, singleThread: true });
    assert.equal((await rig.client.event('continued', from)).body['allThreadsContinued'], false);
    assert.equal(await rig.place(), 'report:33');
    assert.equal((await rig.run('pause', { threadId: 2 }))['threadId'], 2);
    // When the other one follows, all of them run: answer and event say the same.
    await rig.setBreakpoints('main.c', []);
    await rig.client.request('continue', { threadId: 2, singleThread: true });
    const next = rig.client.events.length;
    assert.equal((await rig.client.request('continue', { threadId: 1 }))['allThreadsContinued'], true);
    assert.equal((await rig.client.event('continued', next)).body['allThreadsContinued'], true);
  });

  it('runs and stops cores by themselves where they are in no common group', async () => {
    const cores = ['stm32f0x.cpu', 'stm32f0x.cpu1'];
    const rig = await start({ cores: 2, configuration: { cores, haltGroups: [] } });
    await rig.setBreakpoints('main.c', [{ line: 33 }]);
    // The second core runs on while the first one stops, is stepped, and is looked at.
    assert.deepEqual(await rig.client.request('continue', { threadId: 2 }), { allThreadsContinued: false });
    const stopped = await rig.run('continue', { threadId: 1 });
    assert.deepEqual([stopped['threadId'], stopped['allThreadsStopped']], [1, false]);
    await rig.run('next', { threadId: 1 });
    assert.equal(await rig.place(), 'report:34');
    assert.match(await rig.client.failure('stackTrace', { threadId: 2 }), /running/);
    // Each is paused by itself.
    await rig.setBreakpoints('main.c', []);
    await rig.client.request('continue', { threadId: 1 });
    const paused = await rig.run('pause', { threadId: 2 });
    assert.deepEqual([paused['threadId'], paused['allThreadsStopped']], [2, false]);
    await rig.client.request('stackTrace', { threadId: 2 });
    assert.match(await rig.client.failure('stackTrace', { threadId: 1 }), /running/);
    const both = await rig.run('pause', { threadId: 1 });
    assert.deepEqual([both['threadId'], both['allThreadsStopped']], [1, true]);
  });

  it('ends when one core of two dies, and says which', async () => {
    const rig = await start({ cores: 2, configuration: { cores: ['stm32f0x.cpu', 'stm32f0x.cpu1'] } });
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    for (const id of [1, 2]) {
      await rig.client.event(
        'openocd.targetState',
        from,
        (body) => body['threadId'] === id && body['state'] === 'running',
      );
    }
    await rig.board.control({ do: 'second-core-off' });
    await rig.client.event('terminated');
    assert.match(rig.output('important'), /is lost: .*stm32f0x\.cpu1/);
    await rig.client.request('disconnect');
    // The other core and its OpenOCD are as they were.
    assert.match(await rig.board.tcl('read_memory 0x20000000 32 1'), /^0x/);
  });

  it('shows that a core was asleep when it was paused', async () => {
    const rig = await start({ configuration: { rttInClient: true } });
    const from = rig.client.events.length;
    await rig.client.request('continue', { threadId: 1 });
    await rig.client.event('openocd.rtt', from, ({ state }) => state === 'found');
    // Without its SysTick nothing wakes the core any more.
    const data = Buffer.alloc(4).toString('base64');
    await rig.client.request('writeMemory', { memoryReference: '0xe000e010', data });
    const stopped = await rig.run('pause');
    assert.match(String(stopped['description']), /asleep \(WFI or WFE\)/);
    assert.match(await rig.place(), /^sleep_until_interrupt:/);
  });

  it('attaches without halting, and leaves a running program running', async () => {
    const rig = await start({ request: 'attach', configuration: { rttInClient: true } });
    await rig.client.event('openocd.rtt', 0, ({ state }) => state === 'found');
    assert.match(await rig.evaluate('counter'), /^\d+$/);
    assert.equal(
      rig.client.events.some(({ event }) => event === 'stopped'),
      false,
    );
    await rig.client.request('disconnect');
    assert.equal((await rig.board.tcl('stm32f0x.cpu curstate')).trim(), 'running');
  });

  it('says clearly what is wrong with its configuration', async () => {
    const wrong: [object, RegExp][] = [
      [{ configuration: { targetName: 'no.such' } }, /no target “no\.such”.*stm32f0x\.cpu/],
      [{ configuration: { haltGroups: [['no.such']] } }, /“haltGroups” names “no\.such”.*stm32f0x\.cpu/],
      [{ configuration: { program: '/no/such.elf' } }, /no\/such\.elf/],
      [{ configuration: { tclPort: 1 } }, /127\.0\.0\.1/],
      [
        { configuration: { preLaunchCommands: ['monitor no_such_command'] } },
        /“no_such_command” in “preLaunchCommands”/,
      ],
      [{ configuration: { postLaunchCommands: ['no_such_command'] } }, /“no_such_command” in “postLaunchCommands”/],
      [
        { request: 'attach', configuration: { overrideAttachCommands: ['no_such_command'] } },
        /“no_such_command” in “overrideAttachCommands”/,
      ],
    ];
    for (const [options, words] of wrong) await assert.rejects(Rig.start(options), words);
  });
});
