// The simulator as a process: its command line, its control port, bad images, and how it ends.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Simulator, simulatorBundle } from '../support/board';
import { boardElf, eventually } from './support';

let folder: string;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-images-'));
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs the simulator until it ends by itself. */
function run(...args: string[]) {
  return spawnSync(process.execPath, [simulatorBundle(), ...args], { encoding: 'utf8', timeout: 10_000 });
}

/** A file in the test's folder. */
function write(name: string, content: Uint8Array): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
}

/** board.elf with some bytes changed. */
function changedElf(name: string, change: (elf: Buffer) => Buffer | undefined): string {
  const elf = fs.readFileSync(boardElf);
  return write(name, change(elf) ?? elf);
}

describe('The simulator’s command line', () => {
  const wrong: readonly [name: string, args: string[], message: RegExp][] = [
    ['an unknown option', ['--speed', '9'], /Unknown option '--speed'/],
    ['a word that is no option', ['board.elf'], /Unexpected argument 'board.elf'/],
    ['a port out of range', ['--port', '70000'], /--port must be a number from 0 to 65535, not “70000”/],
    ['a port that is no number', ['--control-port', 'x'], /--control-port must be a number/],
    ['a speed that is not offered', ['--mhz', '12'], /--mhz must be 8 or 48 or max, not “12”/],
    ['too many cores', ['--cores', '3'], /--cores must be 1 or 2, not “3”/],
    ['both a port and a path', ['--port', '1', '--path', 'x'], /--port or --path, not both/],
  ];
  for (const [name, args, message] of wrong) {
    it(`refuses ${name}, and shows how it is used`, () => {
      const { status, stderr, stdout } = run(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.match(stderr, /Usage: simulator/);
      assert.equal(stdout, '');
    });
  }

  it('prints its usage on request', () => {
    const { status, stdout } = run('--help');
    assert.equal(status, 0);
    assert.match(stdout, /--control-port N/);
  });

  it('says where it listens, in one line', async () => {
    const simulator = await Simulator.start();
    const { port, controlPort } = simulator;
    assert.equal(simulator.lines[0], `{"event":"listening","port":${port},"controlPort":${controlPort}}`);
    await simulator.stop();
    assert.equal(simulator.child.exitCode, 0);
  });

  it('refuses a port that is taken', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as net.AddressInfo;
    for (const option of ['--port', '--control-port']) {
      const { status, stderr } = run(option, String(port));
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`Port ${port} is in use by another process`));
    }
    taken.close();
  });

  it('takes over the socket of a process that was killed, but not of one that lives', async function () {
    if (process.platform === 'win32') return this.skip();
    const simulator = await Simulator.start({ unixSocket: true });
    const socket = simulator.path as string;
    const { status, stderr } = run('--path', socket);
    assert.equal(status, 1);
    assert.match(stderr, /is in use by another process/);
    await simulator.kill('SIGKILL');
    assert(fs.existsSync(socket));
    const heir = spawn(process.execPath, [simulatorBundle(), '--path', socket], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(createInterface({ input: heir.stdout }), 'line');
    assert.equal(line, JSON.stringify({ event: 'listening', path: socket }));
    heir.kill();
    await once(heir, 'close');
    await simulator.stop();
  });
});

describe('The simulator’s images', () => {
  it('accepts an ELF file and a raw binary', async () => {
    const elf = fs.readFileSync(boardElf);
    const segment = elf.readUInt32LE(28); // the first program header is the one for flash
    const start = elf.readUInt32LE(segment + 4);
    const binary = write('board.bin', elf.subarray(start, start + elf.readUInt32LE(segment + 16)));
    for (const image of [boardElf, binary]) {
      const simulator = await Simulator.start({ image });
      await simulator.stop();
    }
  });

  const bad: readonly [name: string, file: () => string, message: RegExp][] = [
    ['that does not exist', () => path.join(folder, 'nothing.elf'), /cannot be read: ENOENT/],
    ['that is a folder', () => folder, /cannot be read: EISDIR/],
    ['that is empty', () => write('empty.bin', new Uint8Array()), /is empty/],
    ['that is text', () => write('notes.txt', Buffer.from('hello')), /is not an ELF file/],
    ['without a vector table', () => write('zero.bin', new Uint8Array(64)), /does not begin with a vector table/],
    ['of four bytes', () => write('four.bin', Buffer.from([0, 0x40, 0, 0x20])), /does not begin with a vector table/],
    [
      'larger than the flash',
      () => write('large.bin', new Uint8Array(131073)),
      /has 131073 bytes; the flash has 131072/,
    ],
    [
      'for another machine',
      () => changedElf('riscv.elf', (elf) => void elf.writeUInt16LE(243, 18)),
      /is for ELF machine 243/,
    ],
    ['for 64 bits', () => changedElf('wide.elf', (elf) => void elf.writeUInt8(2, 4)), /is a 64-bit ELF file/],
    ['in the other byte order', () => changedElf('big.elf', (elf) => void elf.writeUInt8(2, 5)), /is big-endian/],
    ['that is not linked', () => changedElf('object.elf', (elf) => void elf.writeUInt16LE(1, 16)), /is not linked/],
    ['cut in its header', () => changedElf('cut1.elf', (elf) => elf.subarray(0, 40)), /its ELF header is incomplete/],
    [
      'cut in its program headers',
      () => changedElf('cut2.elf', (elf) => elf.subarray(0, 60)),
      /program headers are incomplete/,
    ],
    [
      'cut in a segment',
      () => changedElf('cut3.elf', (elf) => elf.subarray(0, elf.readUInt32LE(elf.readUInt32LE(28) + 4) + 100)),
      /segment for 0x08000000 is incomplete/,
    ],
    [
      'with a segment elsewhere',
      () => changedElf('elsewhere.elf', (elf) => void elf.writeUInt32LE(0x90000000, elf.readUInt32LE(28) + 12)),
      /does not fit: its segment at 0x90000000/,
    ],
    [
      'with nothing to load',
      () => changedElf('nothing.elf', (elf) => void elf.writeUInt16LE(0, 44)),
      /contains nothing to load/,
    ],
    [
      'for a Cortex-M4',
      () =>
        changedElf('m4.elf', (elf) => {
          const at = elf.indexOf(Buffer.from([6, 12]), elf.indexOf('aeabi\0'));
          elf[at + 1] = 13;
          return undefined;
        }),
      /is built for Armv7E-M/,
    ],
  ];
  for (const [name, file, message] of bad) {
    it(`refuses one ${name}`, () => {
      const image = file();
      const { status, stderr } = run('--image', image);
      assert.equal(status, 1);
      assert.match(stderr, message);
      assert(stderr.includes(image), stderr);
    });
  }
});

describe('The simulator’s control port', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await Simulator.start({ image: boardElf });
  });
  after(() => simulator.stop());

  it('counts what happened', async () => {
    const { stats } = await eventually(
      () => simulator.control<{ stats: Record<string, number> }>({ get: 'stats' }),
      ({ stats }) => stats['cycles']! > 8000,
    );
    assert.deepEqual(Object.keys(stats), ['scans', 'clocks', 'apTransfers', 'instructions', 'cycles']);
  });

  it('drives pins, all or none', async () => {
    type Levels = { gpio: Record<string, number> };
    await simulator.control({ set: { gpio: { PA0: 1, PB15: 1 } } });
    const { gpio } = await simulator.control<Levels>({ get: 'gpio' });
    assert.equal(gpio['A']! & 1, 1);
    assert.equal(gpio['B'], 0x8000);
    assert.match(
      (await simulator.control<{ error: string }>({ set: { gpio: { PA1: 1, PZ9: 1 } } })).error,
      /no pin “PZ9”/,
    );
    assert.match(
      (await simulator.control<{ error: string }>({ set: { gpio: { PA1: 2 } } })).error,
      /must be 0, 1 or null/,
    );
    assert.equal((await simulator.control<Levels>({ get: 'gpio' })).gpio['A']! & 2, 0);
  });

  it('answers nonsense with an error, line by line, and lives on', async () => {
    const socket = net.connect(simulator.controlPort, '127.0.0.1');
    const lines: string[] = [];
    createInterface({ input: socket }).on('line', (line) => lines.push(line));
    for (const text of [
      '{"get":',
      '"stats"}\n{"ge',
      't":"x"}\nnull\n[]\n{"do":"toString"}\n{"set":{"gpio":7}}\n\n{"get":"power"}\n',
    ])
      socket.write(text);
    await eventually(
      async () => lines.length,
      (count) => count === 7,
    );
    assert.match(lines[0] as string, /"scans":0/);
    for (const line of lines.slice(1, 6)) assert.equal(typeof JSON.parse(line).error, 'string');
    assert.equal(lines[6], '{"power":true}');
    socket.write('x'.repeat(70_000));
    await new Promise((resolve) => socket.once('close', resolve));
    assert.match(lines[7] as string, /longer than 65536 bytes/);
    assert.deepEqual(await simulator.control({ get: 'power' }), { power: true });
  });
});

describe('The simulator’s end', () => {
  const ended = (simulator: Simulator) =>
    eventually(
      async () => simulator.running,
      (running) => !running,
    );

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`is clean on ${signal}`, async function () {
      if (process.platform === 'win32') return this.skip();
      const simulator = await Simulator.start();
      simulator.child.kill(signal);
      await ended(simulator);
      assert.equal(simulator.child.exitCode, 0);
    });
  }

  it('comes when its parent is gone', async () => {
    const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const simulator = await Simulator.start({ args: ['--parent-pid', String(parent.pid)] });
    parent.kill('SIGKILL');
    await ended(simulator);
    assert.equal(simulator.child.exitCode, 0);
  });

  it('comes when its standard input closes', async () => {
    const child = spawn(process.execPath, [simulatorBundle(), '--watch-stdin'], { stdio: ['pipe', 'pipe', 'ignore'] });
    await once(createInterface({ input: child.stdout }), 'line');
    child.stdin.end();
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
  });
});
