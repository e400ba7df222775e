// Growth of files: ELF with debug information, from a generated program, and SVD.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { loadDevice } from '../../../src/svd';
import { bigSvd } from '../../svd/bigSvd';
import { quantile } from '../peer/measure';
import type { Point, Series } from './series';

const RUNS = 3;
const MB = 1_000_000;

/** So many functions and types make a program of about 0.1 MB. */
const FUNCTIONS = 110;

/** The function that is looked for. */
const PROBE = 'probe';

/** An ELF from the outside, such as a vmlinux, measured as the largest one. */
const large = process.env['OPENOCD_DEBUG_LARGE_ELF'];

/**
 * Opening a program and finding a function and its first line, each in a new process.
 * @param library the debug information reader as one JavaScript file
 */
export async function elfSize(folder: string, library: string): Promise<Series | undefined> {
  const files = generateElfs(folder);
  if (files.length === 0) return undefined;
  const wanted = files.map((file) => ({ file, name: PROBE }));
  if (large !== undefined) wanted.push({ file: large, name: 'start_kernel' });
  const points: Point[] = [];
  for (const { file, name } of wanted) {
    const ours: number[] = [];
    const gdb: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const script = `const t = performance.now(); const { openProgram } = require(${JSON.stringify(library)});
        const program = openProgram(${JSON.stringify(file)});
        const found = program.findFunctions(${JSON.stringify(name)}).flatMap((each) => program.breakpointLocations(each));
        if (found.length === 0) throw new Error('not found');`;
      ours.push(timeOf(process.execPath, ['-e', script]));
      gdb.push(timeOf('gdb-multiarch', ['-nx', '-batch', '-ex', `info line ${name}`, file]));
    }
    points.push({ size: fs.statSync(file).size / MB, ours: quantile(ours, 0.5), peer: quantile(gdb, 0.5) });
  }
  return {
    name: 'open a program and find a function, each in a new process',
    sizeUnit: 'MB',
    unit: 'ms',
    peer: 'gdb -batch',
    points,
  };
}

function timeOf(command: string, args: readonly string[]): number {
  const begun = performance.now();
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return performance.now() - begun;
}

/** Programs of 0.1 to 100 MB; none without the compiler. */
function generateElfs(folder: string): string[] {
  const tool = (name: string, args: readonly string[]) =>
    execFileSync(`arm-none-eabi-${name}`, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    tool('gcc', ['--version']);
  } catch {
    console.log('  arm-none-eabi-gcc is missing: no growth with the size of the ELF file.');
    return [];
  }
  const source = Array.from(
    { length: FUNCTIONS },
    (_, i) => `struct s${i} { int a${i}; short b${i}[${i + 1}]; struct s${i} *next; char *name; };
static int helper${i}(struct s${i} *s, int n) { int sum = 0; for (int i = 0; i < n; i++) sum += s->b${i}[i % ${i + 1}] * s->a${i}; return sum; }
int function${i}(struct s${i} *s, int n) { int a = helper${i}(s, n), b = helper${i}(s->next, n + 1); return s->name[a & 3] + b; }`,
  ).join('\n');
  const compile = (name: string, text: string) => {
    fs.writeFileSync(path.join(folder, `${name}.c`), text);
    tool('gcc', [
      '-c',
      '-g',
      '-O1',
      '-mcpu=cortex-m0',
      '-mthumb',
      '-ffunction-sections',
      `${name}.c`,
      '-o',
      `${name}.o`,
    ]);
  };
  compile('level0', source);
  compile(PROBE, `int ${PROBE}(int n) { return n + 1; }`);
  // Ten copies of a program, under other names, make the next larger one.
  return [0, 1, 2, 3].map((level) => {
    if (level > 0) {
      const parts = Array.from({ length: 10 }, (_, i) => `part${i}.o`);
      for (const [i, part] of parts.entries()) {
        tool('objcopy', [`--prefix-symbols=p${i}_`, `level${level - 1}.o`, part]);
      }
      tool('ld', ['-r', ...parts, '-o', `level${level}.o`]);
    }
    const file = path.join(folder, `program${level}.elf`);
    const options = ['-Ttext=0x08000000', '--unresolved-symbols=ignore-all', '-e', '0x08000000'];
    tool('ld', [...options, `level${level}.o`, `${PROBE}.o`, '-o', file]);
    return file;
  });
}

export async function svdSize(folder: string): Promise<Series> {
  const points: Point[] = [];
  for (const size of [0.1, 0.3, 1, 3, 10]) {
    const file = path.join(folder, `device${size}.svd`);
    fs.writeFileSync(file, bigSvd(size * MB));
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const begun = performance.now();
      await loadDevice(file);
      times.push(performance.now() - begun);
    }
    points.push({ size: fs.statSync(file).size / MB, ours: quantile(times, 0.5), peer: undefined });
  }
  return { name: 'open an SVD file', sizeUnit: 'MB', unit: 'ms', points };
}
