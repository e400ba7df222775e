// The test hosts themselves: which VS Code is taken, and that a host which dies is never taken for success.
import assert from 'node:assert/strict';
import path from 'node:path';
import { executable, runInHost } from './inHost';

describe('VS Code: test hosts', function () {
  this.timeout(120_000);
  const before = process.env['OPENOCD_DEBUG_VSCODE'];
  afterEach(() => {
    if (before === undefined) delete process.env['OPENOCD_DEBUG_VSCODE'];
    else process.env['OPENOCD_DEBUG_VSCODE'] = before;
  });
  const standIn = path.join(__dirname, 'rig/code.mjs');

  it('take the npm-packaged server unless a download is asked for', async () => {
    delete process.env['OPENOCD_DEBUG_VSCODE'];
    assert.equal(await executable(() => assert.fail('a download')), standIn);
  });

  it('take the downloaded VS Code where it can be had', async () => {
    process.env['OPENOCD_DEBUG_VSCODE'] = 'download';
    assert.equal(await executable(async () => '/somewhere/code'), '/somewhere/code');
  });

  it('fall back with one line of words where it cannot be downloaded', async () => {
    process.env['OPENOCD_DEBUG_VSCODE'] = 'download';
    const said: unknown[] = [];
    const log = console.log;
    console.log = (...words) => said.push(words.join(' '));
    try {
      assert.equal(await executable(() => Promise.reject(new Error('getaddrinfo ENOTFOUND'))), standIn);
    } finally {
      console.log = log;
    }
    assert.deepEqual(said, [
      'VS Code could not be downloaded (getaddrinfo ENOTFOUND); the npm-packaged VS Code server is used instead.',
    ]);
  });

  it('report no success when the extension host dies', async () => {
    await assert.rejects(runInHost({ only: 'dying' }), /gave no result/);
  });
});
