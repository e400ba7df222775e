// The bundles in dist/: all there, each loadable as it is shipped. What they do is tested in the rooms they come from.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const bundle = (name: string) => path.join(root, 'dist', `${name}.js`);

function runNode(args: string[]) {
  return spawnSync(process.execPath, args, { encoding: 'utf8', input: '', timeout: 60_000 });
}

describe('The bundles', function () {
  this.timeout(120_000);
  let names: string[];

  before(async function () {
    const { bundles } = await import('../../src/dev/build.mjs');
    names = Object.keys(bundles);
    if (!fs.existsSync(bundle('adapter'))) {
      console.log('      (there is no dist/: “npm run build” makes it)');
      this.skip();
    }
  });

  it('are all built', () =>
    assert.deepEqual(
      names.filter((name) => !fs.existsSync(bundle(name))),
      [],
    ));

  it('are whole programs: they load nothing but Node, VS Code and each other', () => {
    for (const name of names) {
      const required = [...fs.readFileSync(bundle(name), 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)].map(
        ([, id]) => id,
      );
      const isOneOfThem = (id: string) => names.some((each) => id === `./${each}`);
      const foreign = required.filter((id) => !/^(node:|vscode$)/.test(id ?? '') && !isOneOfThem(id ?? ''));
      const builtins = new Set(process.getBuiltinModule('node:module').builtinModules);
      assert.deepEqual(
        foreign.filter((id) => !builtins.has(id ?? '')),
        [],
        name,
      );
    }
  });

  for (const name of ['adapter', 'cli', 'simulator']) {
    it(`${name} says how it is used`, () => {
      const { status, stdout, stderr } = runNode([bundle(name), '--help']);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^Usage: /);
    });
  }

  // The adapter is not among them: editors append arguments of their own to its command line.
  for (const name of ['cli', 'simulator']) {
    it(`${name} refuses an option that it does not know`, () => {
      const { status, stderr } = runNode([bundle(name), '--no-such-option']);
      assert.ok(status !== 0 && status !== null);
      assert.match(stderr, /no-such-option/);
      assert.doesNotMatch(stderr, /\n\s+at /, 'a stack trace');
    });
  }

  it('the language server ends with its client', () => {
    const { status, stderr } = runNode([bundle('languageServer'), '--stdio']);
    assert.equal(stderr, '');
    assert.notEqual(status, null);
  });

  it('the client can be imported and required, under the name of the package', () => {
    const { exports } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
    const client = path.join(root, exports['./client'].default);
    assert.ok(fs.existsSync(path.join(root, exports['./client'].types)));
    const required = runNode(['-p', `typeof require(${JSON.stringify(client)}).Session`]);
    assert.equal(required.stdout.trim(), 'function', required.stderr);
    const script = `import { Session } from 'openocd-debug/client'; console.log(typeof Session)`;
    const imported = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.equal(imported.stdout.trim(), 'function', imported.stderr);
  });

  it('the extension lacks nothing but VS Code', () => {
    for (const name of ['extension', 'languageClient']) {
      const { stderr } = runNode([bundle(name)]);
      assert.match(stderr, /Cannot find module 'vscode'/, name);
    }
  });
});
