// Debug information that is not, or not all, in the program's own file: stripped into another, shared by dwz. Committed files, so that
// no tools are needed; `samples/make.mjs` made them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openProgram } from '../../src/debuginfo';
import { answersByAddress, answersByName, namesOf } from './answers';

const samples = path.join(__dirname, 'samples');

describe('a separate debug file', () => {
  const stripped = path.join(samples, 'separate/program.elf');
  const debug = path.join(samples, 'separate/program.debug');
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-separate-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** Opens the stripped program in a folder of its own, after `place` put files around it. */
  function openWith(place: () => void, directories: readonly string[] = []) {
    fs.copyFileSync(stripped, path.join(folder, 'program.elf'));
    place();
    return openProgram(path.join(folder, 'program.elf'), { debugDirectories: directories });
  }

  const copyTo = (...parts: string[]) => {
    const to = path.join(folder, ...parts);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(debug, to);
  };

  function hasAll(program: ReturnType<typeof openProgram>): void {
    assert.equal(program.hasDebugInfo, true);
    assert.deepEqual(
      program.findFunctions('measure').map(({ declaration }) => declaration?.file.path),
      ['/samples/second.cpp'],
    );
    // The program itself was stripped of its symbols too.
    assert.equal(program.symbolNamed('spread')?.kind, 'function');
    assert.notEqual(program.unwindRowAt(program.symbolNamed('spread')?.address ?? 0), undefined);
    assert.deepEqual(program.warnings, []);
    program.close();
  }

  it('is found beside the program by .gnu_debuglink', () => hasAll(openWith(() => copyTo('program.debug'))));

  it('is found in .debug beside the program', () => hasAll(openWith(() => copyTo('.debug', 'program.debug'))));

  it('is found in a given folder by name', () =>
    hasAll(openWith(() => copyTo('symbols', 'program.debug'), [path.join(folder, 'symbols')])));

  it('is found in a given folder by build id', () => {
    const program = openProgram(stripped);
    const id = program.buildId ?? '';
    program.close();
    assert.match(id, /^[0-9a-f]{40}$/);
    const place = () => copyTo('symbols', '.build-id', id.slice(0, 2), `${id.slice(2)}.debug`);
    hasAll(openWith(place, [path.join(folder, 'symbols')]));
  });

  it('is refused when it is another program’s, with words', () => {
    const place = () => fs.copyFileSync(path.join(samples, 'dwz/whole-dwarf5.elf'), path.join(folder, 'program.debug'));
    const program = openWith(place);
    assert.equal(program.hasDebugInfo, false);
    assert.deepEqual(program.findFunctions('measure'), []);
    assert.match(program.warnings[0]?.message ?? '', /does not belong to this program/);
    program.close();
  });

  it('is known by its checksum when the program has no build id', () => {
    const withoutId = () => {
      copyTo('program.debug');
      const file = path.join(folder, 'program.elf');
      const bytes = fs.readFileSync(file);
      bytes.write('none', bytes.indexOf('GNU\0'));
      fs.writeFileSync(file, bytes);
    };
    hasAll(openWith(withoutId));
    const changed = openWith(() => {
      withoutId();
      fs.appendFileSync(path.join(folder, 'program.debug'), 'x');
    });
    assert.equal(changed.hasDebugInfo, false);
    assert.match(changed.warnings[0]?.message ?? '', /build id and checksum differ/);
    changed.close();
  });

  it('may be missing', () => {
    const program = openWith(() => undefined);
    assert.equal(program.hasDebugInfo, false);
    assert.equal(program.functionAt(0x8000), undefined);
    program.close();
  });
});

for (const version of [4, 5]) {
  describe(`a program that dwz took apart, DWARF ${version}`, () => {
    const own = path.join(samples, `dwz/dwarf${version}.elf`);

    it('answers as it did before', async () => {
      const program = openProgram(own);
      const whole = openProgram(path.join(samples, `dwz/whole-dwarf${version}.elf`));
      const names = await namesOf(whole);
      assert.deepEqual(await namesOf(program), names);
      assert.ok(names.size > 30);
      assert.deepEqual(answersByName(program, names), answersByName(whole, names));
      assert.deepEqual(answersByAddress(program), answersByAddress(whole));
      assert.deepEqual(program.warnings, []);
      program.close();
      whole.close();
    });

    it('says which file is missing, and answers what it can', () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-dwz-'));
      try {
        fs.copyFileSync(own, path.join(folder, 'program.elf'));
        const program = openProgram(path.join(folder, 'program.elf'));
        const main = program.symbolNamed('main')?.address ?? 0;
        assert.equal(program.rowAt(main)?.file.path, '/samples/first.cpp');
        assert.doesNotThrow(() => answersByAddress(program));
        const words = new RegExp(`shared-dwarf${version}\\.dwz with the shared debug information was not found`);
        assert.ok(program.warnings.some(({ message }) => words.test(message)));
        // Another program's shared file is as good as none.
        const other = `dwz/shared-dwarf${9 - version}.dwz`;
        fs.copyFileSync(path.join(samples, other), path.join(folder, `shared-dwarf${version}.dwz`));
        const again = openProgram(path.join(folder, 'program.elf'));
        answersByAddress(again);
        assert.ok(again.warnings.some(({ message }) => words.test(message)));
        again.close();
        program.close();
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    });
  });
}

describe('names without template arguments (-gsimple-template-names)', () => {
  it('mean what full names mean', async () => {
    const [simple, full] = ['simple', 'full'].map((name) =>
      openProgram(path.join(samples, `templates/${name}-template-names.elf`)),
    );
    assert.ok(simple !== undefined && full !== undefined);
    const names = await namesOf(full);
    assert.ok([...names].some((name) => name.includes('Box<long long>')));
    assert.deepEqual(answersByName(simple, names), answersByName(full, names));
    assert.deepEqual(answersByAddress(simple), answersByAddress(full));
    simple.close();
    full.close();
  });
});
