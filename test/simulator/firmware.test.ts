// The committed firmware images are what their sources give, wherever the compiler that built them is at hand.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readImage } from '../../src/simulator/image';
import { boardElf, throughputElf } from './support';

describe('The firmware of the simulator’s tests', () => {
  let folder: string;

  before(function () {
    const version = spawnSync('arm-none-eabi-gcc', ['-dumpfullversion'], { encoding: 'utf8' }).stdout?.trim();
    const builtBy = /GCC: \([^)]*\) ([\d.]+)/.exec(fs.readFileSync(boardElf, 'latin1'))?.[1];
    if (!version || version !== builtBy) {
      console.log(`      arm-none-eabi-gcc ${builtBy} is not at hand${version ? ` (found ${version})` : ''}`);
      this.skip();
    }
    if (spawnSync('make', ['--version']).status !== 0) {
      console.log('      make is not at hand');
      this.skip();
    }
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-firmware-'));
    fs.cpSync(path.dirname(boardElf), folder, { recursive: true });
    const make = spawnSync('make', ['-B', '-C', folder], { encoding: 'utf8' });
    assert.equal(make.status, 0, make.stderr);
  });
  after(() => {
    if (folder) fs.rmSync(folder, { recursive: true, force: true });
  });

  for (const committed of [boardElf, throughputElf]) {
    it(`${path.basename(committed)} is what its source gives`, () => {
      assert.deepEqual(readImage(path.join(folder, path.basename(committed))), readImage(committed));
    });
  }
});
