// The corpus itself: it covers what it claims to cover, and its programs for the simulated board run there for ever.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Board } from '../../src/simulator/board';
import { readImage } from '../../src/simulator/image';
import { readSymbols } from '../simulator/support';

/** Cycles in which every program gets through all its themes, at any optimisation. */
const LIMIT_CYCLES = 20_000_000;
const SLICE_CYCLES = 200_000;

/** Runs a program until it has been through all its themes `wanted` times. */
function run(file: string, wanted: number): { rounds: number; where: string | undefined } {
  const names = readSymbols(file);
  const board = new Board();
  board.load(readImage(file));
  const rounds = () => board.bus.read(names.get('rounds') as number, 4);
  for (let cycles = 0; cycles < LIMIT_CYCLES && rounds() < wanted; cycles += SLICE_CYCLES) board.advance(SLICE_CYCLES);
  const pc = board.cores[0]?.core.registers.pc;
  const where = [...names].find(([name, address]) => /Handler$/.test(name) && Math.abs(address - (pc ?? 0)) < 4)?.[0];
  return { rounds: rounds(), where };
}

describe('The corpus', function () {
  this.timeout(300_000);

  it('has every compiler with every optimisation and DWARF version, and each special form', async () => {
    const { variants } = await import('./matrix.mjs');
    const columns = Object.values(variants);
    const pairs = (key: 'opt' | 'dwarf') => new Set(columns.map((column) => `${column.compiler} ${column[key]}`));
    const wanted = ['arm-gcc', 'riscv-gcc', 'clang'].flatMap((compiler) =>
      ['-O0', '-Og', '-O2', '-Os', 2, 3, 4, 5].map((value) => `${compiler} ${value}`),
    );
    const have = new Set([...pairs('opt'), ...pairs('dwarf')]);
    assert.deepEqual(
      wanted.filter((pair) => !have.has(pair)),
      [],
    );
    for (const form of ['split', 'lto'] as const)
      assert.equal(new Set(columns.filter((column) => column[form]).map(({ compiler }) => compiler)).size, 3, form);
    assert.ok(columns.flatMap(({ programs }) => programs).length <= 120);
  });

  it('has a committed part that is complete: each program with its split parts', async () => {
    const { listPrebuilt } = await import('./prebuilt.mjs');
    const programs = listPrebuilt();
    assert.deepEqual([...new Set(programs.map(({ dwarf }) => dwarf))].sort(), [2, 3, 4, 5]);
    for (const { file, dwp, split, sources } of programs) {
      assert.equal(fs.readFileSync(file).toString('latin1', 1, 4), 'ELF');
      if (dwp) assert.ok(fs.existsSync(dwp), dwp);
      const folder = path.dirname(file);
      if (split) assert.ok(fs.readdirSync(folder).some((name) => name.endsWith('.dwo')));
      for (const source of sources) assert.ok(fs.existsSync(source), source);
    }
  });

  it('has programs that all run on the simulated board, round after round', async function () {
    const { buildCorpus, missingTools } = await import('./build.mjs');
    const programs = await buildCorpus(undefined, (program) => program.runsOnBoard);
    for (const missing of missingTools()) console.log(`        ${missing}`);
    if (programs.length === 0) this.skip();
    const stuck = programs.flatMap(({ name, file }) => {
      const { rounds, where } = run(file, 2);
      return rounds >= 2 ? [] : [`${name}: ${rounds} rounds, stopped in ${where}`];
    });
    assert.deepEqual(stuck, []);
  });
});
