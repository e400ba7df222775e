// The command line as users run it: the built program, the simulated board it starts, its output and exit codes.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { FLASH, spinner, temporaryFolder } from '../openocd/support/firmware';
import { root } from '../support/board';

const temporary = temporaryFolder();
const cli = path.join(temporary.folder, 'dist/cli.js');

interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [cli, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, HOME: temporary.folder },
  });
}

async function finish(child: ChildProcess, input = ''): Promise<Finished> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (data) => (out += data));
  child.stderr?.on('data', (data) => (err += data));
  child.stdin?.end(input);
  const [code] = await once(child, 'close');
  return { code, out, err };
}

describe('openocd-debug', () => {
  let sim: ChildProcess;
  let port: string;
  const run = (...args: string[]) => finish(start(...args));
  /** On the board. */
  const on = (...args: string[]) => run(...args, '--port', port);

  before(async () => {
    const entryPoints = { cli: 'src/cli/main.ts', simulator: 'src/simulator/main.ts', svdWorker: 'src/svd/worker.ts' };
    buildSync({
      entryPoints,
      bundle: true,
      platform: 'node',
      target: 'node20',
      absWorkingDir: root,
      outdir: path.dirname(cli),
      loader: { '.wasm': 'binary' },
    });
    fs.copyFileSync(path.join(root, 'package.json'), path.join(temporary.folder, 'package.json'));
    fs.mkdirSync(path.join(temporary.folder, 'media'));
    fs.copyFileSync(path.join(root, 'media/simulator.cfg'), path.join(temporary.folder, 'media/simulator.cfg'));
    const image = temporary.write('spinner.bin', spinner());
    sim = start('sim', '--json', '--image', image, '--port', '0', '--gdb-port', '0', '--telnet-port', '0');
    let text = '';
    sim.stdout?.on('data', (data) => (text += data));
    while (!text.includes('}')) await once(sim.stdout!, 'data');
    port = String(JSON.parse(text).tclPort);
  });

  after(async () => {
    sim.kill('SIGTERM');
    if (sim.exitCode === null) await once(sim, 'exit');
    assert.equal(sim.exitCode, 0);
    temporary.remove();
  });

  it('shows help and version', async () => {
    const help = await run('--help');
    assert.equal(help.code, 0);
    for (const command of [
      'info',
      'repl',
      'flash',
      'erase',
      'verify',
      'reset',
      'rtt',
      'read',
      'write',
      'svd',
      'symbols',
      'sim',
    ])
      assert.match(help.out, new RegExp(`^  ${command}\\b`, 'm'));
    assert.match(help.out, /Exit code: 0 done, 1 it failed, 2 the command line was wrong/);
    for (const [, command = ''] of help.out.matchAll(/^ {2}(\w+) .* {3}/gm)) {
      const { code, out, err } = await run(command, '--help');
      assert.deepEqual([code, err], [0, ''], command);
      assert.match(out, /^Usage: openocd-debug/);
    }
    assert.match((await run('--version')).out, /^\d+\.\d+\.\d+/);
  });

  it('exits with 2 for a wrong command line', async () => {
    for (const args of [
      ['bogus'],
      ['read', 'zz'],
      ['flash'],
      ['info', '--nonsense'],
      ['reset', 'sideways'],
      ['erase', '--sectors', 'a-b'],
    ]) {
      const { code, err } = await run(...args);
      assert.equal(code, 2, `${args.join(' ')}: ${err}`);
      assert.match(err, /error: /);
    }
  });

  it('info', async () => {
    const text = await on('info');
    assert.equal(text.code, 0, text.err);
    assert.match(text.out, /Target +stm32f0x\.cpu \(cortex_m, little endian\)/);
    const { targets, adapter, flash } = JSON.parse((await on('info', '--json')).out);
    assert.deepEqual([targets[0].type, adapter.name, flash[0].base], ['cortex_m', 'remote_bitbang', '0x08000000']);
  });

  it('says what is wrong when nobody listens, as text and as JSON', async () => {
    const { code, out, err } = await run('info', '--port', '1', '--wait', '0', '--json');
    assert.equal(code, 1);
    assert.match(err, /error: No connection to 127\.0\.0\.1:1: nothing listens there/);
    assert.equal(JSON.parse(out).error.name, 'ConnectionError');
  });

  it('says what is wrong with its input, and what to do', async function () {
    this.timeout(60_000);
    const nowhere = path.join(temporary.folder, 'no', 'such');
    const text = temporary.write('text.txt', 'text\n');
    const cases: readonly [args: string[], code: 1 | 2, message: RegExp][] = [
      [['info', '--host', ''], 2, /Give a name or an address/],
      [['info', '--host', 'no.such.invalid'], 1, /host name (is unknown|could not be looked up)/],
      [['info', '--port', '0'], 2, /Give a port from 1 to 65535/],
      [['info', '--port', '65536'], 2, /Give a port/],
      [['info', '--timeout', 'Infinity'], 2, /Give a number of seconds/],
      [['info', '--timeout', '0'], 2, /above 0/],
      [['info', '--wait', 'NaN'], 2, /Give a number of seconds/],
      [['info', '-c', 'nosuch', '--port', port], 1, /“nosuch” failed: invalid command name/],
      [['flash', nowhere, '--port', port], 1, /cannot be read: there is no such file\. Check the path/],
      [['flash', temporary.folder, '--port', port], 1, /it is a folder/],
      [['flash', '', '--port', port], 1, /its name is empty/],
      [['flash', text, '--port', port], 1, /Say with the offset where it goes/],
      [['verify', text, '--format', 'elf', '--port', port], 1, /damaged ELF file/],
      [['erase', '--bank', '-1'], 2, /Give a whole number/],
      [['erase', '--bank', '99', '--port', port], 1, /flash bank 99 does not exist/],
      [['erase', '--sectors', '5-2', '--port', port], 1, /comes before the first/],
      [['erase', '--sectors', '1-2', '--address', '0', '--size', '1', '--port', port], 1, /Give either --sectors or/],
      [['erase', '--address', '0x08000000', '--size', '0'], 2, /1 or more/],
      [['read', '', '--port', port], 2, /Give an address/],
      [['read', '0x1ffffffffffffffff'], 2, /Give an address/],
      [['read', '0x20000000', '-5'], 2, /Give a whole number/],
      [['read', '0x20000000', '0'], 2, /1 or more/],
      [['read', '0xffffffffffffffff', '2', '--port', port], 1, /beyond the end of the address space/],
      [['read', '0x20000000', '4', '-o', temporary.folder, '--port', port], 1, /cannot be written: it is a folder/],
      [['write', '0x20000000', 'zz'], 2, /Give numbers without a sign/],
      [['write', '0x20000000', '-1'], 2, /Give numbers without a sign/],
      [['write', '0x20000000', '0x20000000000001', '--port', port], 1, /does not fit in 32 bits/],
      [['write', '0x20000000', '-i', nowhere, '--port', port], 1, /no such file/],
      [['rtt', '--id', '', '--port', port], 1, /1 to 15 characters/],
      [['rtt', '--size', '0'], 2, /1 or more/],
      [['svd', temporary.folder], 1, /This is a folder/],
      [['svd', text], 1, /not an XML file/],
      [['symbols', nowhere], 1, /There is no file/],
      [['symbols', text], 1, /not an ELF file/],
      [['symbols', text, '-a', '-1'], 2, /Give an address/],
      [['sim', '--cores', '3'], 2, /Allowed choices are 1, 2/],
      [['sim', '--image', nowhere, '--port', '0', '--gdb-port', '0', '--telnet-port', '0'], 1, /cannot be read/],
      [['sim', '--port', '0', '--gdb-port', '0', '--telnet-port', port], 1, /Port \d+ \(telnet\) is taken/],
    ];
    const check = async ([args, expected, message]: (typeof cases)[number]) => {
      const { code, err } = await run(...args);
      assert.equal(code, expected, `${args.join(' ')}: ${err}`);
      assert.match(err, message, args.join(' '));
      assert.doesNotMatch(err, /\n\s+at |^error: .*(?:ENOENT|EISDIR)/m, args.join(' '));
    };
    const left = [...cases];
    while (left.length > 0) await Promise.all(left.splice(0, 4).map(check));
  });

  it('starts an OpenOCD of its own with -f, and explains its failure', async () => {
    const config = temporary.write(
      'dummy board.cfg',
      'adapter driver remote_bitbang\ntransport select jtag\njtag newtap x cpu -irlen 4\nnoinit\n',
    );
    const { code, out, err } = await finish(start('repl', '-f', config, '-c', 'set x 5'), 'set x\n');
    assert.deepEqual([code, out.trim()], [0, '5'], err);
    const bad = await run('info', '-f', 'board/nosuch.cfg');
    assert.equal(bad.code, 1);
    assert.match(bad.err, /found no file “board\/nosuch\.cfg”/);
    assert.equal((await run('info', '-f', config, '--openocd', '/no/such/openocd')).code, 1);
  });

  it('flash, verify, erase', async () => {
    const file = temporary.write('program.bin', Buffer.concat([spinner(), Buffer.alloc(5000, 7)]));
    const written = await on('flash', file, '--offset', String(FLASH));
    assert.equal(written.code, 0, written.err);
    assert.match(written.out, /^5208 bytes written and verified in [\d.]+ s\.$/m);
    assert.equal(JSON.parse((await on('verify', file, '--offset', '0x08000000', '--json')).out).bytes, 5208);
    assert.match((await on('erase', '--sectors', '1-2')).out, /Sectors 1 to 2 of bank 0 are erased/);
    const different = await on('verify', file, '--offset', String(FLASH));
    assert.equal(different.code, 1);
    assert.match(different.err, /error: Verifying/);
    assert.equal((await on('erase', '--size', '4')).code, 1);
    assert.equal((await on('erase', '--address', '0x08001000', '--size', '2k')).code, 0);
    assert.equal((await on('flash', '/no/such/file')).code, 1);
    assert.equal((await on('erase')).code, 0);
    assert.equal((await on('flash', temporary.write('spinner.bin', spinner()), '--offset', String(FLASH))).code, 0);
  });

  it('reset', async () => {
    assert.match((await on('reset', 'halt')).out, /was reset and is halted at 0x080000c0/);
    assert.equal(JSON.parse((await on('reset', '--json')).out).state, 'running');
  });

  it('read and write', async () => {
    assert.match((await on('write', '0x20001000', '0x6c6c6548', '0x6f')).out, /^8 bytes written/);
    assert.match((await on('read', '0x20001000', '16')).out, /^20001000 {2}48 65 6c 6c 6f .*\|Hello/);
    const file = path.join(temporary.folder, 'memory.bin');
    assert.equal((await on('read', '0x20001000', '5', '-o', file)).code, 0);
    assert.equal(fs.readFileSync(file, 'latin1'), 'Hello');
    assert.equal((await on('write', '0x20001100', '-i', file)).code, 0);
    assert.deepEqual(JSON.parse((await on('read', '0x20001100', '5', '--json')).out).bytes, [...Buffer.from('Hello')]);
    assert.equal((await on('write', '0x20001000', '300', '--width', '8')).code, 1);
    assert.equal((await on('write', '0x20001000', '1', '--width', '64')).code, 0);
    assert.equal((await on('write', '0x20001000')).code, 1);
    const nowhere = await on('read', '0x60000000');
    assert.deepEqual([nowhere.code, nowhere.out], [1, '']);
    assert.match(nowhere.err, /0x60000000/);
  });

  it('rtt: reports a control block that is not there', async () => {
    const { code, err } = await on('rtt', '--timeout', '0.3', '--size', '1k');
    assert.equal(code, 1);
    assert.match(err, /No RTT control block/);
  });

  it('rtt: shows text until its time is over, and sends what is typed', async () => {
    const base = 0x20001800;
    // SEGGER_RTT_CB: id, number of up and down buffers, then each buffer: name, address, size, write and read offset, flags.
    const block = Buffer.alloc(192);
    block.write('SEGGER RTT', 'latin1');
    const words = [1, 1, base + 80, base + 96, 32, 6, 0, 0, base + 80, base + 128, 32, 0, 0, 0];
    for (const [index, value] of words.entries()) block.writeUInt32LE(value, 16 + index * 4);
    block.write('Terminal', 80, 'latin1');
    block.write('hello\n', 96, 'latin1');
    const file = temporary.write('block.bin', block);
    const listen = ['rtt', '--address', String(base), '--size', '16', '--for', '0.7', '--port', port];
    assert.equal((await on('write', String(base), '-i', file)).code, 0);
    const { code, out, err } = await finish(start(...listen), 'typed\n');
    assert.deepEqual([code, out], [0, 'hello\n'], err);
    const sent = JSON.parse((await on('read', String(base + 128), '6', '--json')).out).bytes;
    assert.equal(Buffer.from(sent).toString('latin1'), 'typed\n');
    assert.equal((await on('write', String(base), '-i', file)).code, 0);
    const json = await finish(start(...listen, '--json'));
    const [channels, text] = json.out.split(/(?<=^\})\n/m).map((part) => part && JSON.parse(part));
    assert.deepEqual([channels.up[0].name, text], ['Terminal', { channel: 0, text: 'hello\n' }]);
  });

  it('repl: reads commands from a pipe, completes braces over lines, counts failures', async () => {
    const good = await finish(start('repl', '--port', port), 'set x {\na b}\nexpr {2 * 21}\n');
    assert.deepEqual([good.code, good.out], [0, '\na b\n42\n'], good.err);
    const bad = await finish(start('repl', '--port', port), 'nosuch\nversion\n');
    assert.equal(bad.code, 1);
    assert.match(bad.err, /invalid command name "nosuch"[\s\S]*1 of the commands failed/);
    const cut = await finish(start('repl', '--port', port), 'set x {\n');
    assert.match(cut.err, /ends in the middle of a command/);
    const json = await finish(start('repl', '--port', port, '--json'), 'expr 1\n');
    assert.deepEqual(JSON.parse(json.out), { command: 'expr 1', ok: true, result: '1', log: '' });
  });

  it('svd: lists without a board, reads and writes with one', async () => {
    const file = temporary.write(
      'chip.svd',
      '<device><name>CHIP</name><addressUnitBits>8</addressUnitBits><width>32</width><size>32</size><peripherals><peripheral><name>P</name><description>Some registers</description><baseAddress>0x20001000</baseAddress><registers><register><name>R</name><addressOffset>0</addressOffset><fields><field><name>MODE</name><bitRange>[3:0]</bitRange><enumeratedValues><enumeratedValue><name>Fast</name><value>5</value></enumeratedValue></enumeratedValues></field></fields></register></registers></peripheral></peripherals></device>',
    );
    assert.match((await run('svd', file)).out, /^0x20001000 {2}P {2}1 registers {2}Some registers$/m);
    assert.equal(JSON.parse((await run('svd', file, 'P', '--json')).out).registers[0].name, 'P.R');
    await on('write', '0x20001000', '0xf0');
    const changed = await on('svd', file, 'P', 'R', 'MODE=Fast');
    assert.match(changed.out, /P\.R at 0x20001000: 0x000000f5\n {2}MODE +\[3:0\] +0x5 +Fast/, changed.err);
    assert.equal(JSON.parse((await on('svd', file, 'P', 'R', 'MODE=2', '--json')).out).value, '0x000000f2');
    for (const args of [
      ['/no/such.svd'],
      [file, 'NO'],
      [file, 'P', 'NO'],
      [file, 'P', 'R', 'NO=1'],
      [file, 'P', 'R', 'MODE'],
    ])
      assert.equal((await on('svd', ...args)).code, 1, args.join(' '));
  });

  it('sim: refuses a port that is taken', async () => {
    const { code, err } = await run('sim', '--port', port, '--gdb-port', '0', '--telnet-port', '0');
    assert.equal(code, 1);
    assert.match(err, /Port \d+ \(tcl\) is taken/);
  });

  it('sim: leaves nothing behind when it is killed', async function () {
    if (process.platform === 'win32') this.skip();
    const child = start('sim', '--json', '--port', '0', '--gdb-port', '0', '--telnet-port', '0');
    let text = '';
    child.stdout?.on('data', (data) => (text += data));
    while (!text.includes('}')) await once(child.stdout!, 'data');
    child.kill('SIGKILL');
    const orphan = String(JSON.parse(text).tclPort);
    const end = Date.now() + 8000;
    let last: Finished;
    do last = await run('info', '--port', orphan, '--wait', '0');
    while (last.code === 0 && Date.now() < end);
    assert.equal(last.code, 1);
  });
});
