// OpenOCD as a process: starting it, what goes wrong at the start, its end, and the end of its owner.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { ConnectionError, OpenOcdProcess, ProcessError, Session, TimeoutError } from '../../src/openocd';
import { boardConfig, root, Simulator } from '../support/board';
import { FakeServer } from './support/fakeServer';
import { spinner, temporaryFolder } from './support/firmware';

/** A configuration that needs no probe, with a driver that is built in everywhere. */
const DUMMY = ['-c', 'adapter driver remote_bitbang; transport select jtag; noinit'];

const temporary = temporaryFolder();
after(temporary.remove);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie whose parent is gone counts as gone once init has reaped it.
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('OpenOcdProcess', () => {
  it('starts, becomes ready, streams its log, and stops', async () => {
    const lines: string[] = [];
    const openocd = await OpenOcdProcess.start(DUMMY, { tclPort: 0, onLog: ({ text }) => lines.push(text) });
    await openocd.waitReady();
    assert.equal(openocd.running, true);
    assert.ok(openocd.pid && openocd.tclPort > 0 && openocd.gdbPort && openocd.telnetPort);
    assert.ok(lines.some((line) => line.includes('Open On-Chip Debugger')));
    const session = await Session.connect({ port: openocd.tclPort });
    assert.match(session.dialect.version, /0\.\d+/);
    await session.close();
    await openocd.stop();
    await openocd.stop();
    assert.equal(openocd.running, false);
    assert.equal(openocd.exit?.expected, true);
    assert.equal(isAlive(openocd.pid), false);
  });

  it('listens on loopback alone', async () => {
    await using openocd = await OpenOcdProcess.start(DUMMY, { tclPort: 0 });
    await openocd.waitReady();
    const table = fs.existsSync('/proc/net/tcp') ? fs.readFileSync('/proc/net/tcp', 'utf8') : '';
    const listening = table
      .split('\n')
      .filter((line) => line.includes(`:${openocd.tclPort.toString(16).toUpperCase().padStart(4, '0')} 00000000`));
    for (const line of listening) assert.match(line, /0100007F:/);
  });

  it('takes paths with spaces and quotation marks, pre-configuration commands, folders and environment', async () => {
    const folder = path.join(temporary.folder, `it's a "folder" {here}`);
    fs.mkdirSync(folder);
    fs.writeFileSync(
      path.join(folder, 'my board.cfg'),
      'adapter driver remote_bitbang\ntransport select jtag\nset result "$::wanted $::env(MY_VALUE) [file tail [find other.cfg]]"\nnoinit\n',
    );
    fs.writeFileSync(path.join(folder, 'other.cfg'), '');
    const options = {
      searchDirs: [folder],
      cwd: folder,
      preConfigCommands: ['set wanted {a b}'],
      env: { MY_VALUE: 'c' },
    };
    for (const config of [`"my board.cfg"`, ['-f', path.join(folder, 'my board.cfg')]]) {
      await using session = await Session.start(config, options);
      assert.equal(await session.command('set result'), 'a b c other.cfg');
    }
  });

  it('says what was searched when there is no such program, before anything is started', async () => {
    await assert.rejects(
      OpenOcdProcess.start(DUMMY, { openocdPath: 'no-such-openocd' }),
      (error: Error) =>
        error instanceof ProcessError && /no “no-such-openocd” in the folders of PATH/.test(error.message),
    );
    await assert.rejects(Session.start(DUMMY, { openocdPath: temporary.write('text.txt', 'x') }), ProcessError);
    await assert.rejects(OpenOcdProcess.start(DUMMY, { cwd: '/no/such/folder' }), /working folder/);
    await assert.rejects(OpenOcdProcess.start('board.cfg -c'), ProcessError);
    await assert.rejects(OpenOcdProcess.start(DUMMY, { openocdPath: '' }), /path of OpenOCD is empty/);
    await assert.rejects(OpenOcdProcess.start(['-f', '']), /name of a configuration file is empty/);
    await assert.rejects(Session.start(DUMMY, { timeout: Number.NaN }), /must be a number of milliseconds/);
    if (process.platform !== 'win32')
      await assert.rejects(Session.start(DUMMY, { openocdPath: '/bin/echo' }), /Is \/bin\/echo really OpenOCD\?/);
  });

  const failures: readonly [what: string, config: string | string[], message: RegExp, hint: RegExp][] = [
    ['a configuration file that is missing', 'board/nosuch.cfg', /nosuch\.cfg/, /found no file “board\/nosuch.cfg”/],
    ['a command that is unknown', ['-c', 'adaptre driver dummy'], /adaptre/, /uses “adaptre”/],
    ['no adapter', ['-c', 'init'], /Debug Adapter has to be specified/, /names no probe or transport/],
    ['a driver this OpenOCD has not', ['-c', 'adapter driver nosuch'], /nosuch/, /no adapter driver “nosuch”/],
    [
      'an error in a file, with its line alone',
      ['-f', temporary.write('division.cfg', '\n\nset x [expr {1 / 0}]\n')],
      /OpenOCD says: [^|]*division\.cfg:3: Error: Division by zero\. Correct/,
      /Correct line 3 of .*division\.cfg/,
    ],
    ['a folder in place of a file', ['-f', temporary.folder], /Is a directory/, /is a folder/],
    ['a configuration that ends OpenOCD', [...DUMMY, '-c', 'shutdown'], /ended/, /itself ends OpenOCD/],
    [
      'a probe that is not plugged in',
      ['-c', 'adapter driver cmsis-dap; transport select swd; swd newdap a cpu -irlen 4; init'],
      /CMSIS-DAP/i,
      /No debug probe was found/,
    ],
    [
      'a simulator that does not run',
      ['-c', 'set SIM_PORT 1', '-f', boardConfig],
      /remote_bitbang|[Cc]onnect/,
      /nothing listens there/,
    ],
    [
      'a transport the probe cannot use',
      ['-c', 'adapter driver usb_blaster; transport select swd'],
      /swd/,
      /cannot use the transport/,
    ],
  ];
  for (const [what, config, message, hint] of failures) {
    it(`explains ${what}`, async () => {
      await assert.rejects(Session.start(config), (error: Error) => {
        assert.ok(error instanceof ProcessError, String(error));
        assert.match(error.message, message);
        assert.match(error.hint ?? `no hint: ${error.log}`, hint);
        assert.ok(error.exitCode !== undefined && (error.exitCode !== 0 || hint.source.includes('itself ends')));
        return true;
      });
    });
  }

  it('explains a chip that does not answer', async () => {
    const simulator = await Simulator.start();
    try {
      await simulator.control({ do: 'power-off' });
      await assert.rejects(
        Session.start(['-c', `set SIM_PORT ${simulator.port}`, '-f', boardConfig]),
        (error: Error) => {
          assert.ok(error instanceof ProcessError, String(error));
          assert.match(error.hint ?? `no hint: ${error.log}`, /does not answer|Another chip|no power/);
          return true;
        },
      );
    } finally {
      await simulator.stop();
    }
  });

  it('reports a port that is taken, by OpenOCD or by another program', async () => {
    await using first = await OpenOcdProcess.start(DUMMY, { tclPort: 0 });
    await first.waitReady();
    await assert.rejects(
      Session.start(DUMMY, { tclPort: first.tclPort }),
      (error: Error) => error instanceof ProcessError && /Port \d+ \(tcl\) is taken/.test(error.hint ?? ''),
    );
    const other = await FakeServer.start((_, socket) => socket.write('what?\x1a'));
    await assert.rejects(
      Session.start(DUMMY, { tclPort: other.port }),
      (error: Error) => error instanceof ProcessError && /is taken/.test(error.hint ?? ''),
    );
    await other.stop();
  });

  it('reports a GDB or telnet port that is taken, when it was asked for', async () => {
    const other = await FakeServer.start(() => undefined);
    const simulator = await Simulator.start();
    const config = ['-c', `set SIM_PORT ${simulator.port}`, '-f', boardConfig];
    try {
      for (const name of ['gdbPort', 'telnetPort'] as const)
        await assert.rejects(
          Session.start(config, { [name]: other.port }),
          (error: Error) => error instanceof ProcessError && error.hint?.startsWith(`Port ${other.port} (`) === true,
          name,
        );
    } finally {
      await simulator.stop();
      await other.stop();
    }
  });

  it('gives up when OpenOCD does not become ready, and stops it', async () => {
    // A probe server that accepts and says nothing: OpenOCD waits for it for ever.
    const silent = net.createServer();
    const sockets: net.Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as net.AddressInfo;
    await assert.rejects(
      Session.start(['-c', `set SIM_PORT ${port}`, '-f', boardConfig], { timeout: 700 }),
      TimeoutError,
    );
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('tells of a crash while in use', async () => {
    const session = await Session.start(DUMMY);
    const reasons: string[] = [];
    session.onClose((reason) => reasons.push(String(reason)));
    const exit = new Promise((resolve) => session.process?.onExit(resolve));
    const pending = assert.rejects(session.command('sleep 5000', { timeout: 8000 }), ConnectionError);
    await sleep(50);
    process.kill(session.process!.pid!, 'SIGKILL');
    await pending;
    assert.deepEqual(await exit, { code: undefined, signal: 'SIGKILL', expected: false });
    assert.equal(reasons.length, 1);
    await assert.rejects(session.command('version'), ConnectionError);
    assert.match(session.process!.failure('OpenOCD ended').message, /signal SIGKILL/);
    await session.close();
  });

  it('closes with its session, also by await using, and twice', async () => {
    let pid: number | undefined;
    {
      await using session = await Session.start(DUMMY);
      pid = session.process?.pid;
      assert.ok(pid && isAlive(pid));
    }
    assert.equal(isAlive(pid!), false);
    const session = await Session.start(DUMMY);
    await Promise.all([session.close(), session.close()]);
    assert.equal(session.process?.running, false);
  });

  it('can be shut down through its port by who did not start it', async () => {
    await using openocd = await OpenOcdProcess.start(DUMMY, { tclPort: 0 });
    await openocd.waitReady();
    const gone = new Promise((resolve) => openocd.onExit(resolve));
    const session = await Session.connect({ port: openocd.tclPort });
    await session.shutdown();
    await gone;
    assert.equal(openocd.running, false);
  });
});

describe('the end of the owner', () => {
  let owner: string;

  before(() => {
    if (process.platform === 'win32') return;
    owner = path.join(temporary.folder, 'owner.js');
    buildSync({
      stdin: { contents: OWNER, resolveDir: root },
      bundle: true,
      platform: 'node',
      target: 'node20',
      outfile: owner,
    });
  });

  it('is the end of OpenOCD, whenever it comes: 100 times SIGKILL', async function () {
    if (process.platform === 'win32') this.skip(); // there the system ends children with their owner
    this.timeout(180_000);
    const pids: number[] = [];
    const kill = async (index: number) => {
      // From before OpenOCD exists to well after it is ready (some 150 ms).
      const child = spawn(process.execPath, [owner], { stdio: ['ignore', 'pipe', 'ignore'] });
      const text = collect(child);
      const deadline = Date.now() + 20_000;
      while (!text().includes('\n') && Date.now() < deadline) await sleep(1);
      await sleep(((index * 37) % 200) * (index % 3 === 0 ? 0 : 1));
      child.kill('SIGKILL');
      pids.push(
        ...text()
          .split('\n')
          .filter((line) => line !== '')
          .map(Number),
      );
    };
    for (let round = 0; round < 25; round++) await Promise.all([0, 1, 2, 3].map((lane) => kill(round * 4 + lane)));
    assert.ok(pids.length >= 100, `${pids.length} processes were started`);
    const end = Date.now() + 10_000;
    while (pids.some(isAlive) && Date.now() < end) await sleep(20);
    assert.deepEqual(pids.filter(isAlive), []);
  });
});

/** Starts OpenOCD and prints its process id as soon as it has one. */
const OWNER = `
import { OpenOcdProcess } from './src/openocd/process/openocdProcess';
OpenOcdProcess.start(${JSON.stringify(DUMMY)}, { tclPort: 0 }).then((openocd) => {
  process.stdout.write(openocd.pid + '\\n');
  return openocd.waitReady();
});
setInterval(() => undefined, 1000);
`;

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (data) => {
    text += data;
  });
  return () => text;
}

describe('a session on the simulated board', () => {
  it('is started with one line', async () => {
    const simulator = await Simulator.start({ image: temporary.write('spinner.bin', spinner()) });
    try {
      await using session = await Session.start(`-c "set SIM_PORT ${simulator.port}" "${boardConfig}"`);
      await session.target.halt();
      assert.equal((await session.target.state()).state, 'halted');
    } finally {
      await simulator.stop();
    }
  });
});
