// More than one program in a session: a bootloader beside the application, by configuration and added at run time.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { blinkyC, Rig } from './support';

const BOOT_ADDRESS = 0x08018000;

const BOOT_PROGRAM = `struct boot_info { unsigned version, attempts; };
const volatile struct boot_info built = {3, 0};
volatile struct boot_info boot_info;
unsigned check_sum(unsigned seed);
void boot_main(void) {
  volatile unsigned result = 0;
  for (;;) {
    result += check_sum(result + 5);
  }
}
__attribute__((noinline)) unsigned check_sum(unsigned seed) {
  boot_info.attempts++;
  return seed * 31;
}
`;
/** In check_sum. */
const BOOT_LINE = 12;

describe('a session with symbol files', function () {
  this.timeout(40_000);
  let folder: string;
  let source: string;
  let boot: string;
  let rig: Rig | undefined;

  before(function () {
    if (spawnSync('arm-none-eabi-gcc', ['--version']).status !== 0) {
      console.log('      (arm-none-eabi-gcc is not installed)');
      this.skip();
    }
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-symbols-'));
    source = path.join(folder, 'boot.c');
    boot = path.join(folder, 'boot.elf');
    fs.writeFileSync(source, BOOT_PROGRAM);
    const places = [`-Wl,-Ttext=0x${BOOT_ADDRESS.toString(16)}`, '-Wl,-Tbss=0x20003000', '-Wl,-eboot_main'];
    const options = ['-mcpu=cortex-m0', '-mthumb', '-g', '-O1', '-fno-toplevel-reorder', '-nostdlib', ...places];
    execFileSync('arm-none-eabi-gcc', [...options, '-o', boot, source]);
  });
  after(() => {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await rig?.stop();
    rig = undefined;
  });

  const start = async (configuration: object) => {
    rig = await Rig.start({ configuration: { load: 'always', loadFiles: [boot, blinkyC], ...configuration } });
    return rig;
  };
  const jumpToBoot = (on: Rig) =>
    on.client.request('evaluate', { expression: `$pc = 0x${BOOT_ADDRESS.toString(16)}`, context: 'repl' });

  it('knows the functions, lines, types and variables of all of them', async () => {
    const session = await start({ symbolFiles: [boot, blinkyC] });
    const { modules } = await session.client.request('modules');
    assert.deepEqual(
      modules.map(({ id, name }) => [id, name]),
      [
        [1, 'blinky-c.elf'],
        [2, 'boot.elf'],
      ],
    );
    const { sources } = await session.client.request('loadedSources');
    assert.ok(['main.c', 'boot.c'].every((name) => sources.some((each) => each.name === name)));
    const { breakpoints } = await session.client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'check_sum' }, { name: 'factorial' }],
    });
    assert.deepEqual(
      breakpoints.map(({ verified }) => verified),
      [true, true],
    );
    await session.run('continue');
    assert.match(await session.place(), /^factorial:/);
    await jumpToBoot(session);
    await session.run('continue');
    const { stackFrames } = await session.client.request('stackTrace', { threadId: 1, levels: 2 });
    assert.deepEqual(
      stackFrames.map(({ name, moduleId }) => [name, moduleId]),
      [
        ['check_sum', 2],
        ['boot_main', 2],
      ],
    );
    assert.equal(stackFrames[0]?.source?.path, source);
    assert.equal(await session.evaluate('built.version'), '3');
    assert.equal(await session.evaluate('sizeof(struct boot_info)'), '8');
    assert.match(await session.evaluate('counter'), /^\d+$/);
    const frame = { frameId: stackFrames[0]?.id, context: 'watch' };
    assert.equal((await session.client.request('evaluate', { expression: 'seed', ...frame })).result, '5');
    const attempts = Number(await session.evaluate('boot_info.attempts'));
    await session.run('stepOut');
    assert.equal(Number(await session.evaluate('boot_info.attempts')), attempts + 1);
    assert.match(await session.place(), /^boot_main:/);
  });

  it('takes one at run time: breakpoints that waited for it are set, and clients are told', async () => {
    const session = await start({});
    const { breakpoints } = await session.client.request('setBreakpoints', {
      source: { path: source },
      breakpoints: [{ line: BOOT_LINE }],
    });
    assert.equal(breakpoints[0]?.verified, false);
    const from = session.client.events.length;
    const answer = await session.client.request('openocd.addSymbolFile', { file: boot });
    assert.deepEqual(answer, { moduleId: 2, changedBreakpoints: 1 });
    const { body } = await session.client.event('breakpoint', from);
    const { id, verified, line } = body['breakpoint'] as { id: number; verified: boolean; line: number };
    assert.deepEqual([id, verified, line], [breakpoints[0]?.id, true, BOOT_LINE]);
    assert.equal((await session.client.event('module', from)).body['reason'], 'new');
    await jumpToBoot(session);
    const stopped = await session.run('continue');
    assert.deepEqual(stopped['hitBreakpointIds'], [id]);
    assert.equal(await session.place(), `check_sum:${BOOT_LINE}`);
    // Once more changes nothing; GDB's spelling in the console does the same.
    const expression = `add-symbol-file "${boot}" 0x08018000`;
    const { result } = await session.client.request('evaluate', { expression, context: 'repl' });
    assert.match(result, /symbols of .*boot\.elf were added/);
    assert.equal((await session.client.request('modules')).totalModules, 2);
    assert.match(await session.client.failure('openocd.addSymbolFile', { file: 'no/such.elf' }), /such\.elf/);
  });

  it('refuses a file that lies elsewhere or is for another machine, before anything starts', async () => {
    const elsewhere = [{ file: boot, offset: '0x1000' }];
    await assert.rejects(start({ symbolFiles: elsewhere }), /has its code at 0x08018000, not at 0x08019000/);
    await assert.rejects(start({ symbolFiles: [{ file: boot, textaddress: '0x08000000' }] }), /not at 0x08000000/);
    await assert.rejects(start({ symbolFiles: [process.execPath] }), /another kind of machine/);
  });
});
