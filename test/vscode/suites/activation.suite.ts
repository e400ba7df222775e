// How long the extension takes to start, and that starting does nothing which could wait: taken apart into loading its code, its own
// activate(), and what VS Code does around them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Activation, descendants, repository } from './support';

interface Loader {
  _load(this: unknown, request: string, ...rest: unknown[]): unknown;
}

/** Activates the extension with a clock in hand. */
async function measure(): Promise<{ readonly times: Activation; readonly loaded: readonly string[] }> {
  const main = path.join(repository, 'dist/extension.js');
  const loader = Module as unknown as Loader;
  const original = loader._load;
  const loaded: string[] = [];
  let load = Number.NaN;
  let activate = Number.NaN;
  loader._load = function (request, ...rest) {
    loaded.push(request);
    if (path.resolve(request) !== main) return original.call(this, request, ...rest);
    const begin = performance.now();
    const code = original.call(this, request, ...rest) as { activate(context: unknown): unknown };
    load = performance.now() - begin;
    return {
      ...code,
      activate: (context: unknown) => {
        const start = performance.now();
        const face = code.activate(context);
        activate = performance.now() - start;
        return face;
      },
    };
  };
  try {
    const extension = vscode.extensions.getExtension('openocd-debug.openocd-debug') ?? assert.fail('not installed');
    assert.equal(extension.isActive, false, 'nothing has needed it yet');
    const begin = performance.now();
    await extension.activate();
    return { times: { load, activate, total: performance.now() - begin }, loaded };
  } finally {
    loader._load = original;
  }
}

describe('activation', () => {
  it('finds the big parts in bundles of their own', async () => {
    const code = fs.readFileSync(path.join(repository, 'dist/extension.js'), 'utf8');
    for (const name of ['TclRpcConnection', 'PeripheralTree', 'SaxesParser', 'LanguageClient'])
      assert.doesNotMatch(code, new RegExp(`class (_?${name})\\b|${name}\\w* = class`), name);
  });

  it('loads no part before it is needed, and starts nothing', async () => {
    const { times, loaded } = await measure();
    console.log(
      `activation: code ${times.load.toFixed(1)} ms, activate() ${times.activate.toFixed(1)} ms; ${times.total.toFixed(1)} ms with what VS Code does around them`,
    );
    const file = process.env['ACTIVATION_TIMES'];
    if (file !== undefined) fs.writeFileSync(file, JSON.stringify(times));
    assert.ok(Number.isFinite(times.load) && Number.isFinite(times.activate));
    const own = loaded.filter((request) => request.startsWith('.') || request.startsWith(repository));
    assert.deepEqual(own, [path.join(repository, 'dist/extension.js')]);
    assert.deepEqual(
      descendants(process.pid).filter(({ args }) => args.includes(repository)),
      [],
    );
  });
});
