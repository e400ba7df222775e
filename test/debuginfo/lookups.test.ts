// Questions by name, line and address to the committed corpus, with answers worked out from the sources by hand.
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Program, StructType, Type } from '../../src/debuginfo';
import { openProgram } from '../../src/debuginfo';
import { prebuilt } from './damagedSupport';

function open(name: string): Program {
  return openProgram(path.join(prebuilt, name));
}

function structNamed(program: Program, name: string): StructType {
  const [type] = program.findTypes(name);
  assert.ok(type?.kind === 'struct' || type?.kind === 'class' || type?.kind === 'union', `${name} was not found`);
  return type as StructType;
}

const typePrograms = [
  'arm-gcc-O0-dwarf2',
  'arm-gcc-O0-dwarf5',
  'arm-gcc-O1-dwarf4-bigendian',
  'arm-gcc-Og-dwarf4-split',
  'arm-gcc-Og-dwarf4-zdebug',
  'arm-gcc-Og-dwarf5-dwarf64',
  'clang-O1-dwarf5-aarch64',
  'riscv-gcc-O0-dwarf5',
].map((folder) => `${folder}/types.elf`);

for (const name of typePrograms) {
  describe(`types of ${name}`, () => {
    const program = open(name);
    after(() => program.close());

    it('brings both encodings of bit-fields to one form', () => {
      const fields = structNamed(program, 'struct packed').members.map(({ name: field, offset, bits }) => [
        field,
        offset,
        bits,
      ]);
      assert.deepEqual(fields, [
        ['head', 0, { bitOffset: 0, bitSize: 4 }],
        ['wide', 0, { bitOffset: 4, bitSize: 39 }],
        ['signed_wide', 5, { bitOffset: 3, bitSize: 21 }],
        ['flag', 8, { bitOffset: 0, bitSize: 1 }],
        ['tail', 9, undefined],
      ]);
    });

    it('knows arrays of several dimensions and flexible ones', () => {
      const [grid] = program.findVariables('grid');
      assert.equal(grid?.type?.name, 'struct cell [3][2]');
      assert.deepEqual(grid.type?.kind === 'array' ? grid.type.dimensions.map(({ count }) => count) : [], [3, 2]);
      const last = structNamed(program, 'struct flexible').members.at(-1)?.type;
      assert.equal(last?.kind, 'array');
      assert.equal(last?.byteSize ?? 0, 0);
    });

    it('keeps negative and large enumerators apart', () => {
      const values = (type: Type | undefined) =>
        type?.kind === 'enum' ? type.enumerators.map(({ value }) => value) : [];
      assert.deepEqual(values(program.findTypes('enum negative')[0]), [-5n, 0n, 5n]);
      assert.deepEqual(values(program.findTypes('enum large')[0]), [1n, 0xffff_ffffn]);
    });

    it('finds enumerators by name', () => {
      const found = (query: string) => program.findEnumerators(query).map(({ value, type }) => [value, type.name]);
      assert.deepEqual(found('MINUS'), [[-5n, 'enum negative']]);
      assert.deepEqual(found('large::LARGE'), [[0xffff_ffffn, 'enum large']]);
      assert.deepEqual(found('scalars.c::FLAG_C'), [[8n, 'enum flags']]);
      assert.deepEqual(found('linkage_a.c::FLAG_C'), []);
      assert.deepEqual(found('negative'), []);
    });

    it('gives one object for one entry', () => {
      assert.equal(program.findTypes('struct node')[0], program.findTypes('node')[0]);
      const node = structNamed(program, 'struct node');
      const next = node.members.map(({ type }) => type).find((type) => type?.kind === 'pointer');
      assert.equal(next?.kind === 'pointer' ? next.target : undefined, node);
    });

    it('writes declarators as C does', () => {
      const [pointer] = program.findTypes('binary_pointer');
      assert.equal(pointer?.kind === 'typedef' ? pointer.target?.name : '', 'int (*)(int, int)');
    });

    it('finds a type of another file that is only declared here', () => {
      const opaque = structNamed(program, 'struct opaque');
      assert.equal(opaque.isIncomplete, false);
      assert.ok(opaque.members.length > 0);
    });

    it('tells statics of the same name apart by their file', () => {
      for (const file of ['linkage_a.c', 'linkage_b.c']) {
        const found = program.findVariables(`${file}::hidden`);
        assert.ok(found.every(({ unitName }) => unitName.endsWith(file)));
      }
    });

    it('reads without a warning', () => assert.deepEqual(program.warnings, []));
  });
}

const cppPrograms = [
  'arm-gcc-O2-dwarf4-types',
  'clang-O2-dwarf5',
  'clang-O2-dwarf5-split',
  'clang-Og-dwarf5-names',
  'riscv-gcc-O2-dwarf5',
];

for (const folder of cppPrograms) {
  describe(`names of ${folder}/cpp.elf`, () => {
    const program = open(`${folder}/cpp.elf`);
    after(() => program.close());
    const names = (query: string) => program.findFunctions(query).map((found) => found.qualifiedName);

    it('finds enumerators by their scopes', () => {
      const found = (query: string) =>
        program.findEnumerators(query).map(({ qualifiedName, value }) => `${qualifiedName} = ${value}`);
      assert.deepEqual(found('Level::Error'), ['Level::Error = 200']);
      assert.deepEqual(found('Line::Dotted'), ['Shape::Style::Line::Dotted = 8']);
      assert.deepEqual(found('Huge'), ['Huge = 1099511627775']);
      assert.deepEqual(found('Plain::Huge'), ['Huge = 1099511627775']);
      // Those of a scoped enumeration are not known outside of it.
      assert.deepEqual(found('Error'), []);
    });

    it('finds functions by any number of trailing parts', () => {
      assert.deepEqual(names('Counter::run'), ['Counter::run']);
      assert.ok(names('run').includes('Counter::run'));
      assert.deepEqual(names('Nothing::run'), []);
    });

    it('finds all instances of a template, or one', () => {
      const all = names('lib::Ring::push');
      assert.ok(all.length >= 3, `${all}`);
      assert.ok(all.every((name) => /^lib::Ring<.+>::push$/.test(name)));
      assert.deepEqual(new Set(names('Ring::push')), new Set(all));
      assert.deepEqual(names(all[0] as string), [all[0]]);
    });

    it('takes a parameter list, a linkage name and a pattern', () => {
      assert.deepEqual(names('Counter::run(int)'), ['Counter::run']);
      assert.deepEqual(names('Counter::run(char)'), []);
      assert.deepEqual(names('_ZN7Counter3runEi'), ['Counter::run']);
      assert.ok(names('Counter::*').includes('Counter::run'));
    });

    it('knows virtual bases', () => {
      const left = structNamed(program, 'Left');
      assert.deepEqual(
        left.bases.map(({ type, isVirtual }) => [type?.name, isVirtual]),
        [['Root', true]],
      );
      assert.equal(left.isPolymorphic, true);
      assert.equal(left.byteSize, folder.includes('rv64') ? 32 : 16);
    });

    it('offers names for completion', async () => {
      const found = await program.names('Counter', 20);
      assert.ok(found.includes('Counter') && found.includes('Counter::run'), `${found}`);
    });

    it('reads without a warning', () => assert.deepEqual(program.warnings, []));
  });
}

describe('lines', () => {
  const program = open('arm-gcc-O0-dwarf5/flow.elf');
  after(() => program.close());

  it('matches a path by its longest common tail, whatever its slashes and case on Windows', () => {
    const expected = '/corpus/flow/recursion.c';
    for (const written of [
      'recursion.c',
      'flow/recursion.c',
      '/elsewhere/flow/recursion.c',
      'C:\\Work\\FLOW\\Recursion.c',
    ])
      assert.equal(program.matchFile(written)[0]?.path, expected, written);
    assert.deepEqual(program.matchFile('nothing.c'), []);
  });

  it('puts a breakpoint on a function behind its prologue', () => {
    const [found] = program.findFunctions('factorial');
    assert.ok(found?.entry !== undefined && found.afterPrologue !== undefined && found.declaration !== undefined);
    assert.ok(found.afterPrologue > found.entry);
    const { file, line } = found.declaration;
    const atLine = program.locationsOf({ path: file.path, line });
    assert.deepEqual(
      atLine.map(({ address }) => address),
      [found.afterPrologue],
    );
    assert.equal(atLine[0]?.function, found);
  });

  it('moves to the next line with code', () => {
    const [found] = program.findFunctions('factorial');
    assert.ok(found?.declaration !== undefined);
    const { file, line } = found.declaration;
    assert.deepEqual(program.locationsOf({ path: file.path, line: 1 }).length > 0, true);
    assert.deepEqual(program.locationsOf({ path: file.path, line: 100_000 }), []);
    assert.ok(program.possibleLocations(file.path, line, line + 5).length >= 3);
  });

  it('covers a function without a gap', () => {
    const [found] = program.findFunctions('factorial');
    const [range] = found?.ranges ?? [];
    assert.ok(range !== undefined);
    const rows = program.rowsIn(range);
    assert.equal(rows[0]?.low, range.low);
    assert.equal(rows.at(-1)?.high, range.high);
    for (const [index, row] of rows.entries()) assert.equal(row.high, rows[index + 1]?.low ?? range.high);
  });
});

describe('link-time optimised code', () => {
  it('finds functions whose names stand in another unit', () => {
    const program = open('arm-gcc-O2-dwarf5-lto/flow.elf');
    const [found] = program.findFunctions('factorial');
    assert.ok(found?.entry !== undefined);
    assert.equal(program.functionAt(found.entry), found);
    program.close();
  });
});
