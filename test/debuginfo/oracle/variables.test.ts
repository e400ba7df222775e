// Every function's ranges and every variable's location, compared with `llvm-dwarfdump --debug-info`.
import assert from 'node:assert/strict';
import type { Program, Variable } from '../../../src/debuginfo/api';
import { openProgram } from '../../../src/debuginfo/program';
import { evaluateWords, locationWords, madeUpFrame } from './expressionWords';
import { allPrograms, differences, hasTool, type TestProgram } from './programs';
import { llvmVariables, type OracleFunction, type OracleVariable } from './variableOracle';

/** llvm-dwarfdump shows the units of .dwo files only when asked file by file; before 16 it has no Zstandard. */
const isReadable = ({ name }: TestProgram) => !name.includes('-zstd/') && !name.includes('-split/');

function isLive(program: Program): (address: number) => boolean {
  const code = program.sections.filter(({ flags }) => (flags & 6) === 6);
  const functionAtZero = program
    .symbols()
    .some(({ kind, address, size }) => kind === 'function' && address === 0 && size > 0);
  return (at) => (at === 0 ? functionAtZero : code.some(({ address, size }) => at >= address && at < address + size));
}

function* compareFunctions(program: Program, functions: readonly OracleFunction[]): Generator<string, number, void> {
  const live = isLive(program);
  let count = 0;
  const byEntry = new Map<number, OracleFunction[]>();
  // llvm-dwarfdump shows the bit of Thumb code where GNU as wrote it.
  const bit = program.machine === 'arm' ? 1 : 0;
  for (const theirs of functions) {
    const plain = theirs.ranges.map(([low, high]) => [low - (low & bit), high - (high & bit)] as const);
    const ranges = plain.filter(([low, high]) => high > low && live(low));
    const [first] = ranges;
    if (!first) continue;
    byEntry.set(first[0], [...(byEntry.get(first[0]) ?? []), { ...theirs, ranges }]);
  }
  for (const [entry, candidates] of byEntry) {
    const ours = program.functionAt(entry);
    const words = ours && `${ours.name} ${JSON.stringify(ours.ranges.map(({ low, high }) => [low, high]))}`;
    count++;
    // Equal functions that the linker merged are described by each unit.
    const all = candidates.map(({ ranges }) => JSON.stringify(ranges));
    if (!ours || !all.includes(JSON.stringify(ours.ranges.map(({ low, high }) => [low, high])))) {
      yield `function ${candidates[0]?.name} at 0x${entry.toString(16)}: ${words} instead of ${all[0]}`;
    }
  }
  return count;
}

function variablesAt(program: Program, pc: number): readonly Variable[] {
  return program.inlineChainAt(pc).flatMap(({ scopes }) => scopes.flatMap(({ variables }) => variables));
}

/**
 * GCC's link-time optimisation writes the inner of two loops' blocks in sum_variable beside the outer one, not in it. Of blocks
 * beside each other that claim one address the first is taken.
 */
const isMisplaced = (program: TestProgram, name: string) =>
  program.name.endsWith('arm-gcc-O2-dwarf5-lto/types') && name === 'c';

function* compareVariables(program: Program, variables: readonly OracleVariable[]): Generator<string, number, void> {
  const live = isLive(program);
  let count = 0;
  const globals = new Map<string, Variable[]>();
  for (const variable of program.globals()) {
    for (const name of new Set([variable.name, variable.linkageName ?? variable.name])) {
      globals.set(name, [...(globals.get(name) ?? []), variable]);
    }
  }
  for (const { name, offset, functionLow, locations } of variables) {
    if (functionLow !== undefined && !live(functionLow)) continue;
    for (const { pc, expression } of locations) {
      if (pc !== undefined && !live(pc)) continue;
      const expected = evaluateWords(expression, program);
      if (expected === undefined) continue;
      const candidates =
        pc === undefined ? (globals.get(name) ?? []) : variablesAt(program, pc).filter((own) => own.name === name);
      const ours = candidates.map((own) => locationWords(program.locate(own.location, madeUpFrame(pc ?? 0))));
      count++;
      if (!ours.includes(expected)) {
        yield `${name} (${offset}) at 0x${pc?.toString(16)}: ${ours.join(' or ')} instead of ${expected} (${expression})`;
      }
    }
  }
  return count;
}

describe('functions and variables agree', () => {
  before(function () {
    if (!hasTool('llvm-dwarfdump')) this.skip();
  });

  it('with llvm-dwarfdump, every range and every location in every program', async function () {
    this.timeout(600_000);
    const { found, count } = differences((await allPrograms()).filter(isReadable), function* (program) {
      const opened = openProgram(program.file);
      const { variables, functions } = llvmVariables(program.file);
      let compared = yield* compareFunctions(opened, functions);
      compared += yield* compareVariables(
        opened,
        variables.filter(({ name }) => !isMisplaced(program, name)),
      );
      opened.close();
      return compared;
    });
    assert.equal(found.length, 0, found.join('\n'));
    assert.ok(count > 0);
  });
});
