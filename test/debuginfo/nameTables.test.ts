// `.debug_names`, `.gdb_index` and tables of public names: with them and without them the answers are the same, and what is wrong in
// them is noticed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Program } from '../../src/debuginfo';
import { answersByName, namesOf } from './answers';
import { openBytes, prebuilt } from './damagedSupport';
import { sectionNamed, withoutSections } from './sectionEdits';

const samples = path.join(__dirname, 'samples/names');
const TABLES = ['.debug_names', '.gdb_index', '.debug_pubnames', '.debug_gnu_pubnames'];

const programs: readonly { readonly file: string; readonly table: string }[] = [
  { file: path.join(samples, 'debug-names-clang.elf'), table: '.debug_names' },
  { file: path.join(samples, 'debug-names-gdb.elf'), table: '.debug_names' },
  { file: path.join(samples, 'gdb-index.elf'), table: '.gdb_index' },
  { file: path.join(samples, 'gdb-index-types.elf'), table: '.gdb_index' },
  { file: path.join(samples, 'gnu-pubnames.elf'), table: '.debug_gnu_pubnames' },
  { file: path.join(samples, 'pubnames.elf'), table: '.debug_pubnames' },
  { file: path.join(prebuilt, 'clang-Og-dwarf5-names/cpp.elf'), table: '.debug_names' },
];

const read = (file: string) => new Uint8Array(fs.readFileSync(file));

for (const { file, table } of programs) {
  describe(`${table} of ${path.basename(path.dirname(file))}/${path.basename(file)}`, () => {
    const whole = read(file);
    const plain = withoutSections(whole, TABLES);

    it('leads to all that is found without it', async () => {
      const [program, reference] = [openBytes(whole), openBytes(plain)];
      assert.ok(program.sections.some(({ name }) => name === table));
      const names = await namesOf(reference);
      assert.ok(names.size > 30);
      assert.deepEqual(answersByName(program, names), answersByName(reference, names));
      assert.deepEqual(program.warnings, []);
    });

    it('is not believed when it is cut off anywhere', async () => {
      const reference = openBytes(plain);
      const names = ['main', 'measure', 'twice', 'Box', 'Counter', 'limit'];
      const expected = answersByName(reference, names);
      const { sizeAt, size } = sectionNamed(whole, table);
      for (let part = 0; part < 64; part++) {
        const copy = whole.slice();
        new DataView(copy.buffer).setUint32(sizeAt, Math.floor((size * part) / 64), true);
        assert.deepEqual(answersByName(openBytes(copy), names), expected, `cut to ${part}/64`);
      }
    });
  });
}

describe('a table of names that is wrong', () => {
  /** Asks with some bytes of the table overwritten; `at` counts from the section's beginning. */
  function edited(name: string, table: string, edit: (view: DataView, bytes: Buffer) => void): Program {
    const copy = read(path.join(samples, `${name}.elf`));
    const { offset, size } = sectionNamed(copy, table);
    edit(new DataView(copy.buffer, offset, size), Buffer.from(copy.buffer, offset, size));
    return openBytes(copy);
  }

  function staysRight(program: Program, table: string, words: RegExp): void {
    const reference = openBytes(withoutSections(read(path.join(samples, 'gdb-index.elf')), TABLES));
    const functions = (from: Program) =>
      from.findFunctions('helper').map(({ qualifiedName, entry }) => [qualifiedName, entry !== undefined]);
    assert.deepEqual(functions(program), functions(reference));
    const [warning] = program.warnings;
    assert.equal(warning?.section, table);
    assert.match(warning?.message ?? '', words);
    assert.equal(program.warnings.length, 1);
  }

  it('is noticed by a unit that does not exist', () => {
    const program = edited('gdb-index', '.gdb_index', (view) => view.setUint32(view.getUint32(4, true), 0x30, true));
    staysRight(program, '.gdb_index', /no unit begins at 0x30/);
  });

  it('is noticed by an unknown version', () => {
    const program = edited('gdb-index', '.gdb_index', (view) => view.setUint32(0, 3, true));
    staysRight(program, '.gdb_index', /version 3 of \.gdb_index is not known/);
  });

  it('is noticed by a unit that does not have the name', () => {
    const program = edited('gnu-pubnames', '.debug_gnu_pubnames', (_, bytes) => {
      bytes.write('total\0', bytes.lastIndexOf('limit\0'));
    });
    assert.equal(program.findVariables('total').length, 1);
    assert.match(program.warnings[0]?.message ?? '', /^total is said to be in the unit at 0x[0-9a-f]+ and is not/);
    assert.equal(program.findVariables('limit').length, 2);
  });

  it('is noticed by a hash that does not fit', () => {
    const program = edited('debug-names-clang', '.debug_names', (view) => {
      // Behind the header, one unit and the buckets are the hashes.
      const buckets = view.getUint32(20, true);
      const names = view.getUint32(24, true);
      const hashes = 36 + ((view.getUint32(32, true) + 3) & ~3) + 4 + buckets * 4;
      for (let name = 0; name < names; name++) view.setUint32(hashes + name * 4, 1, true);
    });
    staysRight(program, '.debug_names', /the hash of name \d+ is 0x1 and not/);
  });
});
