// What the launch wizard offers: the scripts of the OpenOCD that is installed, and the probes that are connected.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connectedProbes, scripts } from '../../src/extension/launch/scripts';
import { programOnPath, scriptFolders } from '../../src/openocd/process/scriptFolders';

describe('The launch wizard', () => {
  let folder = '';
  const write = (name: string, content = '') => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  };
  before(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-scripts-')));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('finds the scripts beside the OpenOCD on PATH', async () => {
    const name = process.platform === 'win32' ? 'openocd.exe' : 'openocd';
    const program = write(`xpack/bin/${name}`);
    write('xpack/openocd/scripts/board/mine.cfg', '# SPDX-License-Identifier: GPL-2.0-or-later\n# My board\n');
    const env = { PATH: path.dirname(program), PATHEXT: '.EXE' };
    const found = programOnPath('openocd', env);
    assert.equal(found?.toLowerCase(), program.toLowerCase());
    const folders = scriptFolders([], found, [], env);
    assert.equal(folders[0], path.join(folder, 'xpack/openocd/scripts'));
    const [script] = (await scripts(folders, 'board')).filter((each) => each.name === 'board/mine.cfg');
    assert.deepEqual(script, { name: 'board/mine.cfg', description: 'My board' });
  });

  it('names probes by their USB numbers, but not those of a chip that many have', async () => {
    for (const [name, vendor, product] of [
      ['1-1', '0483', '374b'],
      ['1-2', '0403', '6010'],
    ] as const) {
      write(`usb/${name}/idVendor`, `${vendor}\n`);
      write(`usb/${name}/idProduct`, `${product}\n`);
    }
    assert.deepEqual(await connectedProbes(path.join(folder, 'usb')), [
      { name: '0483:374b', interfaceFile: 'interface/stlink.cfg' },
    ]);
  });
});
