// Real programs stopped in nested exception handlers of every shape, on Armv6-M, Armv7-M with and without floating point, Armv8-M and
// RISC-V: every frame, line and value must be what GDB showed of the same code before each exception was taken (handlers/record.ts).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { openCoreFile } from '../../src/debugger/core/coreFile';
import { CoreTarget } from '../../src/debugger/core/coreTarget';
import { Engine } from '../../src/debugger/engine';
import { openCore } from '../../src/debugger/openCore';
import { openProgram } from '../../src/debuginfo/index';
import { compareWithOracle, type OracleAnswer } from './oracle/compare';

const recorded = path.join(__dirname, 'handlers/recorded');

describe('programs stopped in exception handlers', () => {
  for (const file of fs
    .readdirSync(recorded)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const name = path.basename(file, '.json');
    it(`are shown as they were before: ${name}`, async () => {
      const answer = JSON.parse(fs.readFileSync(path.join(recorded, file), 'utf8')) as OracleAnswer;
      const program = path.join(recorded, `${name.replace(/-\d+$/, '')}.elf`);
      const { engine, warnings } = openCore(program, path.join(recorded, `${name}.core`));
      const outcome = await compareWithOracle(engine, answer);
      const { frames } = await engine.frames(1, 0, 60);
      engine.dispose();
      assert.deepEqual(warnings, []);
      assert.deepEqual(outcome.differences, []);
      const exceptions = answer.frames.filter(({ name: known }) => known === '<exception>').length;
      assert.equal(frames.filter(({ kind }) => kind === 'exception').length, exceptions);
      assert.ok(outcome.frames > 5 && outcome.values > 50);
    });

    if (!name.startsWith('rv')) continue;
    it(`need no CSR: ${name}`, async () => {
      const answer = JSON.parse(fs.readFileSync(path.join(recorded, file), 'utf8')) as OracleAnswer;
      const core = openCoreFile(path.join(recorded, `${name}.core`));
      const threads = core.threads.map((thread) => ({
        ...thread,
        registers: new Map([...thread.registers].filter(([register]) => !/^m[a-z]+$/.test(register))),
      }));
      const target = new CoreTarget({ ...core, threads });
      const program = openProgram(path.join(recorded, `${name.replace(/-\d+$/, '')}.elf`));
      const engine = new Engine(program, target, target.architecture);
      const outcome = await compareWithOracle(engine, answer);
      engine.dispose();
      assert.deepEqual(outcome.differences, []);
      assert.ok(outcome.frames > 5);
    });
  }
});
