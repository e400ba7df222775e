// The programs that are debugged for measuring, and the lines in them where operations begin.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../support/board';

export const benchElf = path.join(root, 'test/bench/firmware/bench.elf');
export const benchSource = path.join(root, 'test/bench/firmware/bench.c');
export const exampleElf = path.join(root, 'examples/blinky-c/build/blinky-c.elf');

const lines = fs.readFileSync(benchSource, 'utf8').split('\n');

/** The line of bench.c with the comment `at: PLACE`. */
export function lineAt(place: string): number {
  const index = lines.findIndex((line) => line.includes(`/* at: ${place} */`));
  if (index < 0) throw new Error(`bench.c has no place “${place}”.`);
  return index + 1;
}
