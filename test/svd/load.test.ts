// Opening files: small ones, big ones on their thread (from source and from the bundle), and files that cannot be read.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { loadDevice, SvdError } from '../../src/svd';
import { bigSvd } from './bigSvd';
import { ownFixture } from './support';

describe('loadDevice', () => {
  let folder: string;
  let big: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'svd-test-'));
    big = path.join(folder, 'big.svd');
    fs.writeFileSync(big, bigSvd(300_000));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const refuses = (file: string, message: RegExp, options = {}) =>
    assert.rejects(loadDevice(file, options), (error: unknown) => {
      assert.ok(error instanceof SvdError, String(error));
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(file));
      return true;
    });

  it('opens a small file', async () => {
    assert.equal((await loadDevice(ownFixture('constructs.svd'))).name, 'CONSTRUCTS');
  });

  it('opens a big file on a thread', async () => {
    const svd = await loadDevice(big);
    assert.equal(svd.name, 'BIG');
    const found = svd.find('P1.R1.F1');
    assert.equal(found?.kind === 'field' ? found.enumerated(1n)?.name : undefined, 'V1');
  });

  it('opens a big file from the bundles', async () => {
    const dist = path.join(folder, 'dist');
    const source = path.resolve(__dirname, '../../src/svd');
    await build({
      entryPoints: { index: path.join(source, 'index.ts'), svdWorker: path.join(source, 'worker.ts') },
      outdir: dist,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
    });
    const bundled = require(path.join(dist, 'index.js')) as { loadDevice: typeof loadDevice };
    assert.equal((await bundled.loadDevice(big)).name, 'BIG');
  });

  it('says why a file cannot be opened', async () => {
    await refuses(path.join(folder, 'none.svd'), /There is no such file/);
    await refuses(folder, /This is a folder/);
    const cut = path.join(folder, 'cut.svd');
    fs.writeFileSync(cut, bigSvd(300_000).slice(0, 250_000));
    await refuses(cut, /line \d+: The file ends too early/);
  });

  it('gives up after the time allowed', () => refuses(big, /takes longer than 0\.001 s/, { timeoutMs: 1 }));

  it('stops when asked', async () => {
    const abort = new AbortController();
    const loading = loadDevice(big, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await assert.rejects(loading, /enough/);
    await assert.rejects(loadDevice(big, { signal: abort.signal }), /enough/);
  });
});
