// Names that many other names end with: linkers keep one string for all of them, so that a name stands in the middle of another.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { openProgram, type Program } from '../../src/debuginfo';
import { canCompile, compileForBoard } from '../support/compile';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

describe('names that others end with', function () {
  this.timeout(60_000);
  let program: Program;
  let folder: string;

  before(function () {
    if (!canCompile()) this.skip();
    const many = LETTERS.map((letter) => `int ${letter}_probe(int x) { return x; } int ${letter}_level = 1;`).join(
      '\n',
    );
    const file = compileForBoard({
      'many.c': `${many}\n int main(void) { return ${LETTERS.map((letter) => `${letter}_probe(${letter}_level)`).join(' + ')}; }`,
      'few.cpp': `struct level { int probe(int q); }; int level::probe(int q) { return q; }
        extern "C" int probe(int v) { struct level l; static int level = 3; return l.probe(v) + level; }`,
    });
    folder = path.dirname(file);
    program = openProgram(file);
  });
  after(() => {
    program?.close();
    if (folder !== undefined) fs.rmSync(folder, { recursive: true });
  });

  it('are found where they are names themselves', () => {
    const functions = program.findFunctions('probe').map(({ qualifiedName }) => qualifiedName);
    assert.deepEqual(functions.sort(), ['level::probe', 'probe']);
    assert.deepEqual(
      program.findTypes('level').map(({ name }) => name),
      ['level'],
    );
    assert.deepEqual(
      program.findVariables('level').map(({ name }) => name),
      ['level'],
    );
    assert.equal(program.findFunctions('q_probe').length, 1);
  });

  it('are not found where they only end others', () => {
    for (const name of ['robe', '_probe', 'evel', '_level', 'e', 'l']) {
      assert.deepEqual(
        [program.findFunctions(name), program.findTypes(name), program.findVariables(name)],
        [[], [], []],
      );
    }
  });
});
