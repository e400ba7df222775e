// Several programs as one: who is asked for what lies at an address, and names from all of them.
import assert from 'node:assert/strict';
import path from 'node:path';
import { openElf } from '../../src/debugger/openCore';
import { Programs } from '../../src/debugger/programs';
import type { EvaluationContext, Program } from '../../src/debuginfo/api';
import { root } from '../support/board';

const inExamples = (name: string) => path.join(root, `examples/${name}/build/${name}.elf`);

/** No frame at all: what static variables need. */
const nowhere: EvaluationContext = {
  pc: 0,
  register: () => undefined,
  memory: () => undefined,
  frameBase: () => undefined,
  canonicalFrameAddress: () => undefined,
};

describe('several programs', () => {
  let first: Program;
  let second: Program;
  let programs: Programs;
  before(() => {
    first = openElf(inExamples('blinky-c'));
    second = openElf(inExamples('blinky-cpp'));
    programs = new Programs(first);
    programs.add(second);
  });
  after(() => programs?.close());

  it('have the functions of all, each with the places of its own program', () => {
    const mains = programs.findFunctions('main');
    assert.equal(mains.length, 2);
    const files = mains.map((info) => programs.breakpointLocations(info)[0]?.file.name);
    assert.deepEqual(files, ['main.c', 'main.cpp']);
  });

  it('place a line in the program that has its file', () => {
    const [own] = second.sourceFiles().filter(({ name }) => name === 'main.cpp');
    const line = second.findFunctions('main')[0]?.declaration?.line ?? 0;
    assert.deepEqual(
      programs.locationsOf({ path: own?.path ?? '', line }),
      second.locationsOf({ path: own?.path ?? '', line }),
    );
    assert.deepEqual(programs.locationsOf({ path: 'no/such/file.c', line: 1 }), []);
  });

  it('find each variable where its own program says', () => {
    for (const program of [first, second]) {
      const variables = program.globals().filter(({ location }) => location.kind === 'expression');
      assert.ok(variables.length > 3);
      for (const { location } of variables) {
        assert.deepEqual(programs.locate(location, nowhere), program.locate(location, nowhere));
      }
    }
  });

  it('answer for an address as the first that lies there and knows', () => {
    const entry = first.findFunctions('main')[0]?.entry ?? 0;
    assert.equal(programs.at(entry), first);
    assert.equal(programs.functionAt(entry)?.declaration?.file.name, 'main.c');
    // Where none lies, the program that is debugged is asked.
    assert.equal(programs.at(0x60000000), first);
  });

  it('complete names of all, each once', async () => {
    const names = await programs.names('ma', 100);
    assert.equal(names.filter((name) => name === 'main').length, 1);
    assert.deepEqual(names, [...names].sort());
  });
});
