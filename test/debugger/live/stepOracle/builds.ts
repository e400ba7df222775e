// Builds the examples at several levels of optimization, for the steps that are compared with GDB's.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../../support/board';

const examples = ['blinky-c', 'blinky-cpp'];
const levels = ['-O0', '-Og', '-O2'];

export const hasToolchain = () =>
  ['arm-none-eabi-g++', 'make'].every((tool) => spawnSync(tool, ['--version']).status === 0);

/** Name of each build → its ELF file, which is made on first use. */
export class Builds {
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-steps-'));
  static readonly all = examples.flatMap((example) => levels.map((level) => ({ example, level })));

  make(example: string, level: string): string {
    const out = path.join(this.#folder, `${example}${level}`);
    // GCC takes the addresses of the linker's symbols for the ends of arrays when it optimizes more than the example asks for.
    const optimize = `OPTIMIZE=${level} -Wno-array-bounds`;
    execFileSync('make', ['-s', '-C', path.join(root, 'examples', example), `OUT=${out}`, optimize], { stdio: 'pipe' });
    return path.join(out, `${example}.elf`);
  }

  remove(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
