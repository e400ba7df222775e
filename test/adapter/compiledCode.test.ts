// Compiled code kept from one start of a process to the next, by this product's own means: Node's are switched off.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../support/dapClient';

describe('compiled code of a bundle', () => {
  let base: string;
  let bundle: string;
  let folder: string;

  beforeEach(() => {
    base = fs.mkdtempSync(path.join(os.tmpdir(), 'compiled-code-'));
    bundle = path.join(base, 'bundle.js');
    folder = path.join(base, 'cache/compiled');
    fs.writeFileSync(path.join(base, 'beside.js'), `exports.word = 'beside';`);
    writeBundle('first');
  });
  afterEach(() => fs.rmSync(base, { recursive: true, force: true }));

  const writeBundle = (word: string) =>
    fs.writeFileSync(
      bundle,
      `console.log('${word}', require('./beside').word, __filename, __dirname, module.exports);`,
    );
  const saying = (word: string) => `${word} beside ${bundle} ${base} {}\n`;
  const kept = () => fs.readdirSync(folder).map((name) => path.join(folder, name));

  /** Loads the bundle in a process of its own; returns what that wrote. */
  function start(): string {
    const module = JSON.stringify(path.join(repositoryRoot, 'src/adapter/compiledCode.ts'));
    const script = `require(${module}).requireCompiled(${JSON.stringify(bundle)}, ${JSON.stringify(folder)})`;
    const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
      cwd: repositoryRoot,
      env,
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return stdout;
  }

  it('is written at the end, and taken at the next start', () => {
    assert.equal(start(), saying('first'));
    const [file, ...more] = kept();
    assert.ok(file !== undefined && more.length === 0);
    const { ino } = fs.statSync(file);
    assert.equal(start(), saying('first'));
    assert.deepEqual(kept(), [file]);
    assert.equal(fs.statSync(file).ino, ino, 'what was kept was refused and written anew');
  });

  it('gives way to that of a new bundle, as long as the old one', () => {
    start();
    const old = kept();
    writeBundle('other');
    assert.equal(start(), saying('other'));
    assert.equal(kept().length, 1);
    assert.notDeepEqual(kept(), old);
  });

  it('is compiled anew where the file is damaged', () => {
    start();
    const [file = ''] = kept();
    fs.writeFileSync(file, 'nothing of the kind');
    assert.equal(start(), saying('first'));
    assert.ok(fs.statSync(file).size > 100);
  });

  it('is done without where nothing can be written', () => {
    fs.writeFileSync(path.join(base, 'cache'), '');
    assert.equal(start(), saying('first'));
  });
});
