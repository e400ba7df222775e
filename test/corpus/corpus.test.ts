// The corpus itself: it covers what it claims to cover, and its programs for the simulated board run there for ever.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Board } from '../../src/simulator/board';
import { readImage } from '../../src/simulator/image';

/** Cycles in which every program gets through all its themes, at any optimisation. */
const LIMIT_CYCLES = 20_000_000;
const SLICE_CYCLES = 200_000;

function symbols(file: string): Map<string, number> {
  const lines = execFileSync('arm-none-eabi-nm', [file], { encoding: 'utf8' }).split('\n');
  return new Map(lines.map((line) => [line.slice(11), Number.parseInt(line.slice(0, 8), 16)]));
}

/** Runs a program until it has been through all its themes `wanted` times. */
function run(file: string, wanted: number): { rounds: number; where: string | undefined } {
  const names = symbols(file);
  const board = new Board();
  board.load(readImage(file));
  const rounds = () => board.bus.read(names.get('rounds') as number, 4);
  for (let cycles = 0; cycles < LIMIT_CYCLES && rounds() < wanted; cycles += SLICE_CYCLES) board.advance(SLICE_CYCLES);
  const pc = board.cores[0]?.core.registers.pc;
  const where = [...names].find(([name, address]) => /Handler$/.test(name) && Math.abs(address - (pc ?? 0)) < 4)?.[0];
  return { rounds: rounds(), where };
}

describe('the corpus', function () {
  this.timeout(300_000);

  it('has programs that all run on the simulated board, round after round', async function () {
    const { buildCorpus, missingTools } = await import('./build.mjs');
    const programs = await buildCorpus(undefined, (program) => program.runsOnBoard);
    if (programs.length === 0) return this.skip(); // reported: missingTools()
    for (const missing of missingTools()) console.log(`        ${missing}`);
    const stuck = programs.flatMap(({ name, file }) => {
      const { rounds, where } = run(file, 2);
      return rounds >= 2 ? [] : [`${name}: ${rounds} rounds, stopped in ${where}`];
    });
    assert.deepEqual(stuck, []);
  });
});
