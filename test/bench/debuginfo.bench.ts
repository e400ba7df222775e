// Speed and memory of the debug information reader, beside gdb-multiarch in the same run. Small: a program of the corpus. Large:
// the ELF file named by OPENOCD_DEBUG_LARGE_ELF, for example the vmlinux of Debian's linux-image-*-armmp-dbg; nothing is downloaded.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildSync } from 'esbuild';
import type { Figure } from './run';

const root = path.resolve(__dirname, '../..');
const small = path.join(root, 'test/corpus/prebuilt/arm-gcc-O2-dwarf5/flow.elf');
const fixture = path.resolve(root, '../shared/fixtures/unwind/RP2040_full_unwind.elf');
const large = process.env['OPENOCD_DEBUG_LARGE_ELF'];

/** Each runs in a process of its own, so that nothing is warm; `program` is open. */
const questions = {
  'break by function': `program.findFunctions(FUNCTION).flatMap((found) => program.breakpointLocations(found))`,
  'break by file:line': `program.locationsOf({ path: 'init/main.c', line: 960 })`,
  'type with all members': `program.findTypes('struct task_struct').map((type) => type.members.map((member) => member.type?.name))`,
};

interface Measured {
  readonly ms: number;
  readonly againMs: number;
  readonly residentMb: number;
  readonly answers: number;
}

export default async function bench(): Promise<Figure[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-bench-'));
  try {
    const library = path.join(folder, 'debuginfo.js');
    // As in the product: through esbuild, not through the loader of the tests.
    buildSync({
      entryPoints: [path.join(root, 'src/debuginfo/index.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: library,
      loader: { '.wasm': 'binary' },
      logLevel: 'error',
    });
    return [...measureSmall(library), ...measureLarge(library)];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function measureSmall(library: string): Figure[] {
  const { openProgram } = require(library) as typeof import('../../src/debuginfo');
  const cases = [
    { file: small, name: 'small C program', line: { path: 'recursion.c', line: 10 }, target: '≤ 15' },
    { file: fixture, name: '2.7 MB Rust program', line: { path: 'RP2040.rs', line: 24 }, target: '≤ 15' },
  ];
  return cases
    .filter(({ file }) => fs.existsSync(file))
    .map(({ file, name, line, target }) => {
      const times: number[] = [];
      for (let run = 0; run < 15; run++) {
        const start = performance.now();
        const program = openProgram(file);
        program.locationsOf(line);
        for (const found of program.findFunctions('main')) program.breakpointLocations(found);
        times.push(performance.now() - start);
        program.close();
      }
      times.sort((a, b) => a - b);
      return { name: `${name}: open, break by line and by name, warm`, value: times[7] as number, unit: 'ms', target };
    });
}

function measureLarge(library: string): Figure[] {
  if (large === undefined) {
    console.log('Set OPENOCD_DEBUG_LARGE_ELF to the path of a large ELF file to measure with it.');
    return [];
  }
  const figures: Figure[] = [];
  const targets = { 'break by function': '≤ 250', 'break by file:line': '≤ 250', 'type with all members': '≤ 500' };
  for (const [name, question] of Object.entries(questions)) {
    const { ms, residentMb } = ask(library, question.replace('FUNCTION', "'start_kernel'"));
    const target = targets[name as keyof typeof targets];
    figures.push({ name: `large program: ${name}, from a cold open`, value: ms, unit: 'ms', target });
    figures.push({ name: `large program: ${name}, resident memory`, value: residentMb, unit: 'MB', target: '≤ 300' });
  }
  const place = run(library, `console.log(openProgram(file).findFunctions('start_kernel')[0].entry + 40)`).trim();
  const address = ask(library, `program.inlineChainAt(${place})`);
  figures.push({
    name: 'large program: address → inline chain and line, first',
    value: address.ms,
    unit: 'ms',
    target: '≤ 50',
  });
  figures.push({
    name: 'large program: address → inline chain and line, after',
    value: address.againMs,
    unit: 'ms',
    target: '≤ 1',
  });
  return [...figures, ...measureIndex(library), ...measureGdb()];
}

/** Runs `code` in a new process and measures from before the open until the answer. */
function run(library: string, code: string): string {
  const script = `const { openProgram } = require(${JSON.stringify(library)}); const file = ${JSON.stringify(large)}; ${code}`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', maxBuffer: 1 << 26 });
}

function ask(library: string, question: string): Measured {
  return JSON.parse(
    run(
      library,
      `const start = performance.now(); const program = openProgram(file); const ask = () => ${question};
       const answers = ask().length; const ms = performance.now() - start;
       const again = performance.now(); ask(); const againMs = performance.now() - again;
       console.log(JSON.stringify({ ms, againMs, answers, residentMb: process.resourceUsage().maxRSS / 1024 }));`,
    ),
  ) as Measured;
}

function measureIndex(library: string): Figure[] {
  const { ms, worstMs, residentMb } = JSON.parse(
    run(
      library,
      `const program = openProgram(file); let last = performance.now(), worstMs = 0, isDone = false; const start = last;
       const tick = () => { const now = performance.now(); worstMs = Math.max(worstMs, now - last); last = now; if (!isDone) setImmediate(tick); };
       tick();
       program.names('task_', 10).then(() => { isDone = true;
         console.log(JSON.stringify({ ms: performance.now() - start, worstMs, residentMb: process.resourceUsage().maxRSS / 1024 })); });`,
    ),
  ) as { ms: number; worstMs: number; residentMb: number };
  return [
    { name: 'large program: index of all names, in the background', value: ms, unit: 'ms' },
    { name: 'large program: index of all names, longest pause', value: worstMs, unit: 'ms', target: '≤ 20' },
    { name: 'large program: index of all names, resident memory', value: residentMb, unit: 'MB', target: '≤ 300' },
  ];
}

/** What gdb-multiarch takes for the same questions. */
function measureGdb(): Figure[] {
  const time = (...commands: string[]) => {
    const start = performance.now();
    execFileSync(
      'gdb-multiarch',
      ['-nx', '-batch', ...commands.flatMap((command) => ['-ex', command]), large as string],
      {
        stdio: 'ignore',
      },
    );
    return performance.now() - start;
  };
  try {
    return [
      { name: 'gdb-multiarch, large program: break by function', value: time('break start_kernel'), unit: 'ms' },
      { name: 'gdb-multiarch, large program: break by file:line', value: time('break init/main.c:960'), unit: 'ms' },
      { name: 'gdb-multiarch, large program: ptype', value: time('ptype struct task_struct'), unit: 'ms' },
    ];
  } catch {
    console.log('gdb-multiarch is missing or failed: no comparison.');
    return [];
  }
}
