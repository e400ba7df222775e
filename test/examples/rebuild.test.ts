// The committed programs are what their sources make: a rebuild gives the same code and data.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inflateSync } from 'node:zlib';

const examples = path.resolve(__dirname, '../../examples');
/** The compiler of the committed programs. Another version makes other code of the same sources. */
const COMPILER = '12.2.1';

/** SHF_COMPRESSED (gABI): the section begins with a header of three words, then zlib data. */
const COMPRESSED = 0x800;
const COMPRESSION_HEADER_BYTES = 12;

/** Contents of all sections by name, decompressed. */
function sections(file: string): Map<string, Buffer> {
  const data = fs.readFileSync(file);
  const header = (index: number) => data.subarray(data.readUInt32LE(32) + index * data.readUInt16LE(46));
  const names = header(data.readUInt16LE(50)).readUInt32LE(16);
  const contents = new Map<string, Buffer>();
  for (let i = 1; i < data.readUInt16LE(48); i++) {
    const at = names + header(i).readUInt32LE(0);
    const name = data.toString('latin1', at, data.indexOf(0, at));
    const offset = header(i).readUInt32LE(16);
    const bytes = data.subarray(offset, offset + header(i).readUInt32LE(20));
    const isCompressed = (header(i).readUInt32LE(8) & COMPRESSED) !== 0;
    contents.set(name, isCompressed ? inflateSync(bytes.subarray(COMPRESSION_HEADER_BYTES)) : bytes);
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
        for (const section of ['.text', '.rodata', '.data'])
          assert.equal(
            rebuilt.get(section)?.toString('hex'),
            expected.get(section)?.toString('hex'),
            `${section} differs`,
          );
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    });

    it('names its sources relative to its folder, and no folder of the machine that built it', () => {
      for (const [section, bytes] of sections(committed))
        assert.doesNotMatch(bytes.toString('latin1'), /\/(home|root|tmp|work|usr|build|Users)\//, section);
    });

    it('keeps the RTT control block’s name out of its flash', () => {
      assert.doesNotMatch(fs.readFileSync(committed, 'latin1'), /SEGGER RTT/);
    });
  });
}
