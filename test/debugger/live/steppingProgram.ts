// The program of steps/ for tests of stepping: builds it, and finds the places that its comments name.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../support/board';
import { placeOf, type Rig } from './support';

const sources = path.join(__dirname, 'steps');
const text = fs.readFileSync(path.join(sources, 'steps.c'), 'utf8').split('\n');

/** The line of steps.c that is marked “at: NAME”. */
export function lineOf(name: string): number {
  const index = text.findIndex((line) => line.includes(`/* at: ${name} */`));
  if (index < 0) throw new Error(`No line is marked “at: ${name}”.`);
  return index + 1;
}

export const canBuild = () => spawnSync('arm-none-eabi-gcc', ['--version']).status === 0;

/** @returns the ELF file, in a folder of its own that the caller removes */
export function buildSteps(level = '-Og'): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-stepping-'));
  const machine = ['-mcpu=cortex-m0', '-mthumb', '--specs=nano.specs', '-std=gnu11', level];
  const compile = (name: string, ...options: readonly string[]) => {
    const object = path.join(folder, `${name}.o`);
    execFileSync('arm-none-eabi-gcc', [...machine, ...options, '-c', path.join(sources, name), '-o', object]);
    return object;
  };
  const objects = [
    compile('steps.c', '-g', '-gdwarf-5'),
    compile('startup.c', '-g', '-gdwarf-5'),
    compile('plain.c', '-g0'),
    compile('lines.S', '-g'),
  ];
  const file = path.join(folder, 'steps.elf');
  const script = path.join(root, 'examples/blinky-c/blinky-c.ld');
  const link = ['-nostartfiles', '-Wl,--no-warn-rwx-segments', '-T', script, ...objects, '-o', file];
  execFileSync('arm-none-eabi-gcc', [...machine, ...link]);
  return file;
}

/** Runs from the beginning to the line that a comment names. */
export async function runToLine(rig: Rig, name: string): Promise<void> {
  await rig.live.resetHalt();
  await goOnTo(rig, name);
}

/** Runs on to the line that a comment names. */
export async function goOnTo(rig: Rig, name: string): Promise<void> {
  const line = lineOf(name);
  const addresses = rig.live.engine.program.locationsOf({ path: 'steps.c', line }).map(({ address }) => address);
  await rig.stopAfter(() => rig.live.runTo(1, addresses, { kind: 'entry', description: undefined }));
  const place = await placeOf(rig);
  if (place.line !== line) throw new Error(`Line ${line} was not reached, but ${place.function}:${place.line}.`);
}

/** `function:NAME` where the line has a name, else `function:LINE`. */
export async function whereIs(rig: Rig): Promise<string> {
  const { function: name, line, file } = await placeOf(rig);
  const mark = file === 'steps.c' ? /\/\* at: ([\w-]+) \*\//.exec(text[(line ?? 0) - 1] ?? '')?.[1] : undefined;
  return `${name}:${mark ?? line}`;
}
