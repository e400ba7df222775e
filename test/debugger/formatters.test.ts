// Formatters on layouts of older libraries than the installed compiler brings. What the installed one brings is in containers.test.ts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CoreTarget } from '../../src/debugger/core/coreTarget';
import { Engine } from '../../src/debugger/engine';
import { describe as textOf } from '../../src/debugger/values/describe';
import { openProgram } from '../../src/debuginfo/index';

describe('formatters', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-formatters-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('know the layouts of GCC 8', async function () {
    this.timeout(60_000);
    const file = path.join(folder, 'older.elf');
    const source = path.join(__dirname, 'formatters/olderLibstdcxx.cpp');
    const flags = ['-std=c++17', '-mcpu=cortex-m3', '-mthumb', '-g', '-O0', '-w', '-nostdlib', '-ffreestanding'];
    const built = spawnSync('arm-none-eabi-g++', [...flags, source, '-o', file], { encoding: 'utf8' });
    if (built.error !== undefined) {
      console.log('      (arm-none-eabi-g++ is not installed)');
      this.skip();
    }
    assert.equal(built.status, 0, built.stderr);
    const target = new CoreTarget({
      path: 'none',
      machine: 'arm',
      isBigEndian: false,
      segments: [],
      threads: [{ name: undefined, registers: new Map([['pc', 0n]]) }],
      coreType: 'armv7m',
      buildId: undefined,
      warnings: [],
    });
    const engine = new Engine(openProgram(file), target, target.architecture);
    const shown: Record<string, string> = {};
    for (const name of ['none', 'five', 'second', 'valueless', 'nobody', '&owner->value == &pointed.value']) {
      const { value } = await engine.evaluate(name, engine.scope(undefined), { mayStore: false });
      shown[name] = await engine.run(() => textOf(value));
    }
    engine.dispose();
    assert.deepEqual(shown, {
      none: 'nullopt',
      five: '5',
      second: 'int 7',
      valueless: 'valueless by exception',
      nobody: 'nullptr',
      '&owner->value == &pointed.value': '1',
    });
  });
});
