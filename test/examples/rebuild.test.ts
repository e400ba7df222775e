// The committed programs are what their sources make: a rebuild gives the same code and data.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const examples = path.resolve(__dirname, '../../examples');
/** The compiler of the committed programs. Another version makes other code of the same sources. */
const COMPILER = '12.2.1';

/** Contents of the sections that end in the chip's memory. */
function sections(file: string): Map<string, string> {
  const data = fs.readFileSync(file);
  const header = (index: number) => data.subarray(data.readUInt32LE(32) + index * data.readUInt16LE(46));
  const names = header(data.readUInt16LE(50)).readUInt32LE(16);
  const contents = new Map<string, string>();
  for (let i = 1; i < data.readUInt16LE(48); i++) {
    const at = names + header(i).readUInt32LE(0);
    const name = data.toString('latin1', at, data.indexOf(0, at));
    const offset = header(i).readUInt32LE(16);
    if (['.text', '.rodata', '.data'].includes(name))
      contents.set(name, data.toString('hex', offset, offset + header(i).readUInt32LE(20)));
  }
  return contents;
}

for (const [name, compiler] of [
  ['blinky-c', 'arm-none-eabi-gcc'],
  ['blinky-cpp', 'arm-none-eabi-g++'],
] as const) {
  describe(`The example ${name}`, function () {
    this.timeout(120_000);
    const committed = path.join(examples, name, `build/${name}.elf`);

    it('is rebuilt to the same code and data', function () {
      const found = spawnSync(compiler, ['-dumpfullversion'], { encoding: 'utf8' }).stdout?.trim();
      if (found !== COMPILER || spawnSync('make', ['--version']).status !== 0) {
        console.log(`        needs make and ${compiler} ${COMPILER}; the compiler here: ${found || 'none'}`);
        return this.skip();
      }
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-example-'));
      try {
        execFileSync('make', ['-C', path.join(examples, name), `OUT=${folder}`], { stdio: 'pipe' });
        const rebuilt = sections(path.join(folder, `${name}.elf`));
        const expected = sections(committed);
        assert.deepEqual([...expected.keys()], ['.text', '.rodata', '.data']);
        for (const [section, content] of expected) assert.equal(rebuilt.get(section), content, `${section} differs`);
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    });

    it('names its sources relative to its folder, and no folder of the machine that built it', () => {
      const text = fs.readFileSync(committed, 'latin1');
      assert.doesNotMatch(text, /\/(home|root|tmp|work|usr|build|Users)\//);
      assert.ok(fs.existsSync(path.join(examples, name, 'src')));
    });

    it('keeps the RTT control block’s name out of its flash', () => {
      assert.doesNotMatch(fs.readFileSync(committed, 'latin1'), /SEGGER RTT/);
    });
  });
}
