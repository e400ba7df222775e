// GDB as oracle: recorded states of the corpus on the simulated board, and, where GDB is installed, more of them at random.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { architectureFor } from '../../src/debugger/arch/architectures';
import { Engine } from '../../src/debugger/engine';
import { openCore } from '../../src/debugger/openCore';
import { openProgram } from '../../src/debuginfo/index';
import { type Comparison, compareWithOracle, type OracleAnswer } from './oracle/compare';
import { askGdb, randomNumbers, stopAt } from './oracle/states';

const recorded = path.join(__dirname, 'oracle/recorded');
const examples = path.resolve(__dirname, '../../examples');

describe('the engine and GDB on the same state', () => {
  for (const file of fs
    .readdirSync(recorded)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    it(`agree on ${path.basename(file, '.json')}`, async () => {
      const { listPrebuilt } = await import('../corpus/prebuilt.mjs');
      const answer = JSON.parse(fs.readFileSync(path.join(recorded, file), 'utf8')) as OracleAnswer & {
        program: string;
      };
      const program = listPrebuilt().find(({ name }) => name === answer.program);
      assert.ok(program);
      const { engine, warnings } = openCore(program.file, path.join(recorded, file.replace('.json', '.core')));
      const outcome = await compareWithOracle(engine, answer);
      engine.dispose();
      assert.deepEqual(warnings, []);
      assert.deepEqual(outcome.differences, []);
      assert.ok(outcome.frames > 0);
    });
  }

  it('agree at random points of the examples and of programs that are built here', async function () {
    const count = Number(process.env['ORACLE_POINTS'] ?? 24);
    this.timeout(60_000 + count * 20_000);
    if (spawnSync('gdb-multiarch', ['--version']).status !== 0) {
      console.log('      (gdb-multiarch is not installed)');
      this.skip();
    }
    const { buildCorpus } = await import('../corpus/build.mjs');
    const built = await buildCorpus(undefined, (program) => program.runsOnBoard && !program.name.startsWith('clang'));
    const programs: { name: string; file: string }[] = [...built];
    for (const name of ['blinky-c', 'blinky-cpp'])
      programs.push({ name, file: path.join(examples, name, `build/${name}.elf`) });
    const random = randomNumbers(Number(process.env['ORACLE_SEED'] ?? 11));
    const total = { frames: 0, values: 0, expressions: 0 };
    const differences: string[] = [];
    for (let i = 0; i < count; i++) {
      const program = programs[(i * 7) % programs.length];
      assert.ok(program);
      const target = stopAt(program.file, 3000 + random(400_000));
      const answer = await askGdb(program.file, target);
      if (answer === undefined) continue;
      const engine = new Engine(openProgram(program.file), target, architectureFor('arm', 'armv6m'));
      const outcome: Comparison = await compareWithOracle(engine, answer);
      engine.dispose();
      total.frames += outcome.frames;
      total.values += outcome.values;
      total.expressions += outcome.expressions;
      differences.push(...outcome.differences.map((difference) => `${program.name}: ${difference}`));
    }
    console.log(
      `      ${count} points: ${total.frames} frames, ${total.values} values, ${total.expressions} expressions`,
    );
    assert.deepEqual(differences, []);
  });
});
