// The messages about programs that the machine lacks, and how a program is looked for.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

describe('The tools of the machine', () => {
  let module: typeof import('../../src/dev/tools.mjs');
  before(async () => {
    module = await import('../../src/dev/tools.mjs');
  });

  it('are told in one message with the command for each system', () => {
    const message = module.describeMissing([module.tools.openocd]);
    assert.match(message, /OpenOCD \(openocd\): talks to the debug probe/);
    assert.match(message, /Install them and run the command again:/);
    assert.match(message, /^ {2}Debian, Ubuntu: +sudo apt-get install openocd$/m);
    assert.match(message, /^ {2}Fedora: +sudo dnf install openocd$/m);
    assert.match(message, /^ {2}macOS: +brew install open-ocd$/m);
    assert.match(message, /^ {2}Windows: +winget install xpack-dev-tools\.openocd-xpack$/m);
  });

  it('are told without a demand when tests can do without them', () => {
    const message = module.describeMissing([module.tools.gdb, module.tools.tcl]);
    assert.match(message, /The tests that need them are skipped/);
    assert.match(message, /^ {2}Debian, Ubuntu: +sudo apt-get install gdb-multiarch tcl$/m);
    assert.doesNotMatch(message, /Windows|openocd/);
  });

  it('are installed by commands of their own where Homebrew has a cask', () => {
    const { openocd, chromium, armGcc } = module.tools;
    assert.match(
      module.describeMissing([openocd, chromium, armGcc]),
      /^ {2}macOS: +brew install open-ocd && brew install --cask chromium && brew install --cask gcc-arm-embedded$/m,
    );
  });

  it('have a Debian package each', () => {
    for (const tool of Object.values(module.tools)) assert.ok(tool.packages.debian.length > 0, tool.name);
  });

  it('are found on PATH and by absolute path', function () {
    if (process.platform === 'win32') return this.skip(); // programs have endings there
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-tools-'));
    const before = process.env['PATH'];
    try {
      const file = path.join(folder, 'a program');
      fs.writeFileSync(file, '');
      assert.equal(module.isInstalled('a program'), false);
      assert.equal(module.isInstalled(file), true);
      process.env['PATH'] = `${before}${path.delimiter}${folder}`;
      assert.equal(module.isInstalled('a program'), true);
      process.env['PATH'] = '';
      assert.equal(module.isInstalled('package.json'), false);
    } finally {
      process.env['PATH'] = before;
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
