// A GDB client beside the library. OpenOCD repeats the result of every command in the console of a GDB that has the target
// running; what the library asks must not show there.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../../src/openocd';
import { bench } from './support/board';
import { FLASH } from './support/firmware';

const GDB = ['gdb-multiarch', 'arm-none-eabi-gdb'].find((name) => spawnSync(name, ['--version']).status === 0);

/** GDB in its machine interface (GDB manual, “GDB/MI”): `@"…"` is what the target side wrote to the console. */
class Gdb {
  text = '';
  readonly #child: ChildProcess;

  constructor(program: string) {
    this.#child = spawn(program, ['--nx', '--interpreter=mi2'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.stdout?.on('data', (data) => (this.text += data));
  }

  async send(command: string, answer: RegExp): Promise<void> {
    const from = this.text.length;
    this.#child.stdin?.write(`${command}\n`);
    await this.until(answer, from);
  }

  async until(answer: RegExp, from = 0): Promise<void> {
    for (const end = Date.now() + 15_000; !answer.test(this.text.slice(from)); await sleep(10))
      assert.ok(Date.now() < end, `GDB said nothing like ${answer}:\n${this.text}`);
  }

  /** What OpenOCD has written to the console so far. */
  get console(): string {
    return [...this.text.matchAll(/^@(".*")$/gm)].map(([, text]) => JSON.parse(text ?? '""') as string).join('');
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

describe('beside a GDB that has the target running', () => {
  const it_ = bench();
  let gdb: Gdb;

  before(async function () {
    if (!GDB) {
      console.log('      no gdb-multiarch or arm-none-eabi-gdb is installed');
      this.skip();
    }
    gdb = new Gdb(GDB);
    await gdb.send('-gdb-set architecture armv6-m', /\^done/);
    await gdb.send(`-target-select extended-remote 127.0.0.1:${it_.board.gdbPort}`, /\^connected/);
    await gdb.send('-exec-continue', /\^running/);
    await it_.session.events.enable();
    for (let state = ''; state !== 'running'; await sleep(10)) state = (await it_.session.target.state()).state;
  });
  after(() => gdb?.end());

  /** What the action makes OpenOCD write to the console. */
  async function written(action: () => Promise<void>): Promise<string> {
    const before = gdb.console.length;
    await action();
    // A bare command is repeated, and goes the same way: what was written before it is there when this is.
    const mark = `mark ${before}`;
    await it_.board.openOcd.tcl(`set ::mark {${mark}}`);
    await gdb.until(new RegExp(`@"${mark}"`));
    return gdb.console.slice(before).replace(/mark \d+\n?/g, '');
  }

  it('leaves its console alone', async () => {
    const { session } = it_;
    const text = await written(async () => {
      await session.target.list();
      await session.target.states();
      await session.memory.readU32(FLASH, 4);
      await session.memory.readBytes(FLASH + 1, 33);
      await session.memory.writeU32(0x20001000, [1, 2]);
      await session.registers.list();
      await assert.rejects(session.target.waitHalt(100));
      await session.breakpoints.list();
      await session.flash.banks();
      await session.transport.current();
      await session.swd.dpidr();
      await session.command('version');
      await assert.rejects(session.registers.pc());
      await assert.rejects(session.command('nosuch'));
      await session.batch([request.tcl('targets'), request.targetState()]);
    });
    // After 0.12 each answer is repeated there as an empty line.
    assert.match(text, session.dialect.debugReason ? /^\n*$/ : /^$/);
  });

  it('shows there what OpenOCD logs of a failure, and nothing else', async () => {
    const text = await written(() => assert.rejects(it_.session.memory.readU32(0x60000000)));
    assert.match(text, /Failed to read memory at 0x60000000/);
    assert.doesNotMatch(text, /#\w+ -?\d|openocd_debug/);
  });
});
