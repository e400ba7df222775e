// Functions found by a pattern with `*`, in a C and a C++ program.
import assert from 'node:assert/strict';
import path from 'node:path';
import { openProgram } from '../../src/debuginfo';

const example = (name: string) => path.resolve(__dirname, `../../examples/${name}/build/${name}.elf`);

function find(name: string, pattern: string): string[] {
  const program = openProgram(example(name));
  try {
    return program
      .findFunctions(pattern)
      .map(({ qualifiedName }) => qualifiedName)
      .sort();
  } finally {
    program.close();
  }
}

describe('a pattern finds functions', () => {
  it('by their beginning, end and middle, without a namespace', () => {
    assert.deepEqual(find('blinky-c', 'tree_*'), ['tree_depth', 'tree_insert']);
    assert.deepEqual(find('blinky-c', '*_depth'), ['tree_depth']);
    assert.deepEqual(find('blinky-c', 't*_d*th'), ['tree_depth']);
    assert.ok(find('blinky-c', '*').includes('main'));
  });

  it('inside namespaces and classes', () => {
    assert.ok(find('blinky-cpp', 'shapes::*::area').length >= 2);
    assert.ok(find('blinky-cpp', '*::area').every((name) => name.endsWith('::area')));
  });

  it('and nothing where nothing fits', () => assert.deepEqual(find('blinky-c', 'no_such_*'), []));
});
