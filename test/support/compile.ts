// Programs that a test brings as text, compiled for the simulated board.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './board';

export const canCompile = () => spawnSync('arm-none-eabi-gcc', ['--version']).status === 0;

export const ram = { low: 0x20000000, high: 0x20004000 };

const startup = `
extern unsigned data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];
int main(void);
static void start(void) {
  for (unsigned *to = data_start, *from = data_load; to < data_end;) *to++ = *from++;
  for (unsigned *to = bss_start; to < bss_end;) *to++ = 0;
  main();
  for (;;) {
  }
}
static void stay(void) {
  for (;;) {
  }
}
__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    (void (*)(void))stack_top, start, stay, stay, [11] = stay, [14] = stay, [15] = stay};
`;

/**
 * @param sources file name → text; the language is that of the ending. One of them has main()
 * @returns the ELF file, in a folder of its own that the caller removes
 */
export function compileForBoard(sources: Readonly<Record<string, string>>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-program-'));
  const files = { 'startup.c': startup, ...sources };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const machine = ['-mcpu=cortex-m0', '-mthumb', '-g', '-O0', '-w', '-fno-exceptions', '-fno-rtti'];
  const script = path.join(root, 'examples/blinky-c/blinky-c.ld');
  const link = ['-nostdlib', '-Wl,--no-warn-rwx-segments', '-T', script, '-o', 'program.elf'];
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  execFileSync('arm-none-eabi-gcc', [...machine, ...link, ...Object.keys(files), '-lgcc'], { cwd: folder, stdio });
  return path.join(folder, 'program.elf');
}
