// Records programs stopped in nested exception handlers. It needs QEMU, GDB and the compilers; the tests need none of them:
//   node --import tsx test/debugger/handlers/record.ts            makes the committed states anew; “all 0 NAME” those of one program
//   node --import tsx test/debugger/handlers/record.ts check 20   compares so many random states of each program, and keeps nothing;
//   a program's name and a plan behind that (as printed with a difference) compare this one
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { architectureFor } from '../../../src/debugger/arch/architectures';
import { saveCore } from '../../../src/debugger/core/saveCore';
import { openCore } from '../../../src/debugger/openCore';
import type { MemoryRead, RegisterDescription, RunState, Target } from '../../../src/debugger/target';
import { openProgram } from '../../../src/debuginfo/index';
import { compareWithOracle, type OracleAnswer } from '../oracle/compare';
import { randomNumbers } from '../oracle/states';
import { type BoardProgram, programs } from './boards';

const source = path.join(__dirname, 'source');
const recorded = path.join(__dirname, 'recorded');

interface Plan {
  readonly steps: number;
  readonly events: readonly {
    readonly pokes: readonly (readonly [number, number])[];
    readonly until: string;
    readonly steps: number;
  }[];
}

interface State extends OracleAnswer {
  readonly registers: Readonly<Record<string, string>>;
  readonly memory: readonly (readonly [number, string])[];
}

const numbered = (prefix: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + from}`);

/** What GDB is told of a machine. */
function registersOf({ machine, flags }: BoardProgram) {
  const hasFloats = flags.includes('-DWITH_FLOATS');
  if (machine === 'arm')
    return {
      bits: 32,
      general: [...numbered('r', 13), 'sp', 'lr', 'xpsr', 'pc'],
      special: hasFloats ? [...numbered('s', 32), 'fpscr'] : [],
      argument0: 'r0',
      argument1: 'r1',
      stubs: { msp: 'read_msp', psp: 'read_psp', control: 'read_control' },
    };
  return {
    bits: machine === 'riscv32' ? 32 : 64,
    general: [...numbered('x', 31, 1), 'pc'],
    special: ['mepc', 'mcause', 'mtval', 'mstatus', 'mscratch', ...(hasFloats ? numbered('f', 32) : [])],
    argument0: 'x10',
    argument1: 'x11',
    stubs: {},
  };
}

function build(program: BoardProgram, folder: string): string {
  const file = path.join(folder, `${program.name}.elf`);
  const objects = program.sources.map((name) => {
    const object = path.join(folder, `${program.name}-${name}.o`);
    const plusPlus = name.endsWith('.cpp') ? ['-fno-exceptions', '-fno-rtti'] : [];
    // Paths as they are on no machine in particular.
    run(program.compiler, [
      ...[
        '-g',
        '-ffreestanding',
        '-w',
        `-ffile-prefix-map=${source}=/handlers`,
        `-fdebug-prefix-map=${source}=/handlers`,
        ...program.flags,
        ...plusPlus,
      ],
      ...['-c', path.join(source, name), '-o', object],
    ]);
    return object;
  });
  const scripts = `-Wl,-L${source},-L${path.resolve(__dirname, '../../corpus/support')}`;
  run(program.compiler, [
    '-nostdlib',
    '-g',
    scripts,
    ...program.flags,
    ...program.linker,
    ...objects,
    '-lgcc',
    '-o',
    file,
  ]);
  for (const object of objects) fs.rmSync(object);
  return file;
}

function run(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, { encoding: 'utf8', cwd: source });
  if (result.status !== 0) throw new Error(`${command}: ${result.error?.message ?? result.stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Takes the program where the plan says; what GDB said on the way. */
async function drive(program: BoardProgram, file: string, plan: Plan): Promise<State> {
  const port = await freePort();
  const [command = '', ...args] = program.qemu;
  const qemu = spawn(command, [
    ...[...args, '-kernel', file, '-nographic', '-monitor', 'none', '-serial', 'none'],
    ...['-S', '-gdb', `tcp:127.0.0.1:${port}`],
  ]);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-handlers-'));
  try {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const out = path.join(folder, 'state.json');
    const whole = { ...registersOf(program), ...plan, memory: program.memory, start: 'work_round' };
    const gdb = spawnSync(
      'gdb-multiarch',
      [
        ...['-nx', '-batch', '-ex', `file ${file}`, '-ex', `target remote 127.0.0.1:${port}`],
        ...['-ex', `source ${path.join(__dirname, 'drive.py')}`],
      ],
      {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
        env: {
          ...process.env,
          OUT: out,
          PLAN: JSON.stringify({ ...whole, oracle: path.resolve(__dirname, '../oracle') }),
        },
      },
    );
    if (!fs.existsSync(out)) throw new Error(`${program.name} ${JSON.stringify(plan)}\n${gdb.stdout}${gdb.stderr}`);
    return JSON.parse(fs.readFileSync(out, 'utf8')) as State;
  } finally {
    qemu.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What was read of the emulated machine, as a target to save. */
class DumpedTarget implements Target {
  readonly kind = 'core';
  readonly threads;
  readonly isBigEndian = false;
  readonly addressSize: number;
  readonly #names: ReadonlyMap<string, bigint>;
  readonly #descriptions: readonly RegisterDescription[];

  constructor(
    { machine, coreType }: BoardProgram,
    readonly state_: State,
  ) {
    this.threads = [{ id: 1, name: coreType }];
    this.addressSize = machine === 'riscv64' ? 8 : 4;
    const architecture = architectureFor(machine, coreType);
    this.#descriptions = Object.keys(state_.registers).map((name) => architecture.describeRegister(name));
    this.#names = new Map(
      Object.entries(state_.registers).map(([name, value]) => [
        architecture.describeRegister(name).name,
        BigInt(value),
      ]),
    );
  }

  state(): RunState {
    return { kind: 'halted', reason: { kind: 'core' } };
  }

  registers() {
    return this.#descriptions;
  }

  readRegisters(_thread: number, names: readonly string[]) {
    return Promise.resolve(new Map(names.map((name) => [name, this.#names.get(name)])));
  }

  readMemory(address: number, length: number): Promise<MemoryRead> {
    const found = this.state_.memory.find(([start, hex]) => address >= start && address < start + hex.length / 2);
    if (found === undefined) return Promise.resolve({ bytes: new Uint8Array(0), problem: 'not dumped' });
    const offset = address - found[0];
    return Promise.resolve({
      bytes: Buffer.from(found[1], 'hex').subarray(offset, offset + length),
      problem: undefined,
    });
  }

  writeRegister = () => Promise.reject(new Error('read-only'));
  writeMemory = () => Promise.reject(new Error('read-only'));
  on = () => ({ dispose: () => undefined });
  close = () => Promise.resolve();
}

/** Where `work` uses memory: the stacks and variables, without the part of RAM that is all zero. */
function used(state: State): { address: number; length: number }[] {
  return state.memory.flatMap(([start, hex]) => {
    const bytes = Buffer.from(hex, 'hex');
    const ranges: { address: number; length: number }[] = [];
    const block = 64;
    for (let at = 0; at < bytes.length; at += block) {
      if (start < 0xe0000000 && bytes.subarray(at, at + block).every((byte) => byte === 0)) continue;
      const last = ranges.at(-1);
      if (last !== undefined && last.address + last.length === start + at) last.length += block;
      else ranges.push({ address: start + at, length: block });
    }
    return ranges;
  });
}

async function coreOf(program: BoardProgram, file: string, state: State): Promise<Uint8Array> {
  const opened = openProgram(file);
  try {
    const { machine, coreType } = program;
    return await saveCore(opened, new DumpedTarget(program, state), { machine, coreType, ranges: used(state) });
  } finally {
    opened.close();
  }
}

/** A random way into `depth` nested exceptions, each of higher priority than the one before. */
function planOf(program: BoardProgram, random: (below: number) => number, depth: number): Plan {
  const { events } = program;
  // IRQ 0 and 3 have the lowest priority, 2 and 5 the highest; traps of RISC-V let each other in.
  const at = (level: number) =>
    program.machine === 'arm' ? events[Math.min(level, 2) + 3 * random(2)] : events[random(events.length)];
  const first = program.machine === 'arm' ? random(4 - depth) : 0;
  return {
    steps: random(900),
    events: Array.from({ length: depth }, (_, level) => ({
      pokes: at(level + first)?.pokes ?? [],
      until: 'served',
      steps: random(program.flags.includes('-O0') ? 12 : 4),
    })),
  };
}

async function main(): Promise<void> {
  const check = process.argv[2] === 'check';
  const count = check ? Number(process.argv[3] ?? 10) : 2;
  const only = process.argv[4];
  const folder = check ? fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-handlers-')) : recorded;
  fs.mkdirSync(folder, { recursive: true });
  const random = randomNumbers(Number(process.env['SEED'] ?? 3));
  let differences = 0;
  for (const program of programs) {
    if (only !== undefined && program.name !== only) continue;
    const file = build(program, folder);
    for (let i = 0; i < count; i++) {
      const given = process.argv[5];
      const plan = given === undefined ? planOf(program, random, 1 + ((i + 1) % 3)) : (JSON.parse(given) as Plan);
      const state = await drive(program, file, plan);
      const name = path.join(folder, `${program.name}-${i + 1}`);
      fs.writeFileSync(`${name}.core`, await coreOf(program, file, state));
      fs.writeFileSync(`${name}.json`, `${JSON.stringify({ frames: state.frames, statics: state.statics })}\n`);
      const { engine } = openCore(file, `${name}.core`);
      const outcome = await compareWithOracle(engine, state);
      if (outcome.differences.length > 0) {
        console.log(program.name, JSON.stringify(plan));
        const { frames } = await engine.frames(1, 0, 40);
        console.log(frames.map((frame) => frame.name).join(' < '));
        console.log(state.frames.map((frame) => frame.name).join(' < '));
      }
      engine.dispose();
      differences += outcome.differences.length;
      console.log(path.basename(name), JSON.stringify(plan.events.map(({ steps }) => steps)), plan.steps, outcome);
    }
  }
  if (check && differences === 0) fs.rmSync(folder, { recursive: true, force: true });
  console.log(`${differences} differences`);
}

void main();
