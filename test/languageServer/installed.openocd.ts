import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Hover } from 'vscode-languageserver-protocol/node';
import { remember, remembered } from '../../src/languageServer/knowledge/cache';
import { harvest } from '../../src/languageServer/knowledge/harvest';
import { HarvestError, OpenocdProgram } from '../../src/languageServer/knowledge/program';
import { EditorSession } from './support/client';
import { installedKnowledge } from './support/installed';

const isAlive = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
};

describe('The installed OpenOCD', function () {
  this.timeout(120_000);

  it('tells its commands, names and folders', async function () {
    const knowledge = await installedKnowledge(this);
    assert.equal(knowledge.version, await new OpenocdProgram('openocd', 10_000).version());
    const names = new Set(knowledge.commands.map((info) => info.name));
    for (const name of [
      'adapter driver',
      'mww',
      'flash write_image',
      'swd newdap',
      'ftdi layout_init',
      'cortex_m vector_catch',
      'stm32f1x unlock',
    ]) {
      assert.ok(names.has(name), name);
    }
    assert.ok(![...names].some((name) => /^x\.|^t /.test(name)), 'nothing of the makeshift board is left');
    assert.ok(knowledge.scriptFolders.some((folder) => fs.existsSync(path.join(folder, 'target'))));
    assert.ok(knowledge.objects.target.some((info) => info.name === 'configure'));
  });

  it('is asked once and then remembered', async function () {
    await installedKnowledge(this);
    const cacheFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-cache-'));
    const marks = path.join(cacheFolder, 'started');
    const wrapper = path.join(cacheFolder, 'openocd');
    fs.writeFileSync(wrapper, `#!/bin/sh\necho x >> '${marks}'\nexec openocd "$@"\n`, { mode: 0o755 });
    const starts = (): number => (fs.existsSync(marks) ? fs.readFileSync(marks, 'utf8').length / 2 : 0);
    const hoverOnce = async (trusted: boolean, awaited?: RegExp): Promise<string> => {
      const editor = new EditorSession();
      await editor.start({ trusted, path: wrapper, cacheFolder });
      const [place] = await editor.open('a.cfg', 'flash ba|nk a');
      // Settings that change nothing for OpenOCD do not have it asked again.
      await editor.connection.sendNotification('workspace/didChangeConfiguration', {
        settings: { openocd: { path: wrapper, diagnostics: false } },
      });
      const hover = (): Promise<Hover> => editor.ask<Hover>('textDocument/hover', 'a.cfg', place);
      const before = ((await hover()).contents as { value: string }).value;
      if (awaited === undefined) return editor.end().then(() => before);
      assert.match(before, /built-in list/, 'which answers at once, while OpenOCD is being asked');
      await editor.log(awaited);
      const after = ((await hover()).contents as { value: string }).value;
      await editor.end();
      return after;
    };
    assert.match(await hoverOnce(false), /built-in list/);
    assert.equal(starts(), 0, 'an untrusted workspace starts nothing');
    const asked = await hoverOnce(true, /are known now/);
    assert.ok(!asked.includes('built-in list'));
    const first = starts();
    assert.ok(first > 100 && first < 300, `${first} starts`);
    assert.equal(await hoverOnce(true), asked);
    assert.equal(starts(), first, 'the second session reads what was remembered');
    fs.rmSync(cacheFolder, { recursive: true });
  });

  it('is asked again where what was remembered is damaged, or the program another', async function () {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-cache-'));
    const program = path.join(folder, 'openocd');
    fs.writeFileSync(program, '');
    const knowledge = await installedKnowledge(this);
    assert.equal(await remembered(program, folder), undefined);
    await remember(program, folder, knowledge);
    assert.deepEqual(await remembered(program, folder), knowledge);
    const file = path.join(folder, fs.readdirSync(folder).find((name) => name.endsWith('.json'))!);
    fs.writeFileSync(file, '{damaged');
    assert.equal(await remembered(program, folder), undefined);
    await remember(program, folder, knowledge);
    fs.writeFileSync(program, 'another');
    assert.equal(await remembered(program, folder), undefined);
    await remember(program, path.join(program, 'not-a-folder'), knowledge);
    fs.rmSync(folder, { recursive: true });
  });

  it('ends with the server that asks it, however that ends', async function () {
    if (process.platform === 'win32') return this.skip();
    await installedKnowledge(this);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-ending-'));
    const ids = path.join(folder, 'ids');
    const stuck = path.join(folder, 'openocd');
    // The wrapper's own child hangs, the way a script around a remote OpenOCD may.
    fs.writeFileSync(stuck, `#!/bin/sh\necho $$ >> '${ids}'\nsleep 300 & echo $! >> '${ids}'\nwait\n`, { mode: 0o755 });
    const editor = new EditorSession();
    await editor.start({ path: stuck, cacheFolder: folder });
    const started = (): number[] =>
      fs.existsSync(ids) ? fs.readFileSync(ids, 'utf8').trim().split('\n').map(Number) : [];
    while (started().length < 2) await delay(20);
    await editor.end();
    while (started().some(isAlive)) await delay(20);

    fs.rmSync(ids);
    fs.writeFileSync(stuck, `#!/bin/sh\necho $$ >> '${ids}'\nexec openocd "$@"\n`, { mode: 0o755 });
    const killed = new EditorSession();
    await killed.start({ path: stuck, cacheFolder: folder });
    while (started().length < 20) await delay(5);
    await killed.kill();
    while (started().some(isAlive)) await delay(20);
    fs.rmSync(folder, { recursive: true });
  });

  it('may be missing, something else, or stuck: the built-in list serves, and the log says why', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-broken-'));
    const program = (name: string, script: string): string => {
      fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return path.join(folder, name);
    };
    await assert.rejects(harvest(path.join(folder, 'missing'), []), HarvestError);
    await assert.rejects(harvest(program('other', 'echo hello'), []), /is not OpenOCD/);
    await assert.rejects(harvest(program('failing', 'exit 3'), []), HarvestError);
    const stuck = program(
      'stuck',
      'if [ "$1" = --version ]; then echo "Open On-Chip Debugger 9.9"; else exec sleep 60; fi',
    );
    await assert.rejects(harvest(stuck, [], { timeLimitMs: 1_000 }), /took longer than allowed/);
    await assert.rejects(harvest(stuck, [], { signal: AbortSignal.timeout(300) }), /not asked any further/);
    const endless = program(
      'endless',
      'if [ "$1" = --version ]; then echo "Open On-Chip Debugger 9.9"; else exec yes; fi',
    );
    await assert.rejects(harvest(endless, []), /prints without end/);
    const binary = program('binary', 'head -c 200 /dev/urandom');
    await assert.rejects(harvest(binary, []), /is not OpenOCD/);
    fs.writeFileSync(path.join(folder, 'data'), 'not a program', { mode: 0o644 });
    await assert.rejects(harvest(path.join(folder, 'data'), []), /could not be started.*Check the setting/);
    const silent = program('silent', 'echo "Open On-Chip Debugger 9.9"');
    await assert.rejects(harvest(silent, []), /does not list its commands/);
    const editor = new EditorSession();
    await editor.start({ path: program('other', 'echo hello'), cacheFolder: folder });
    const [place] = await editor.open('a.cfg', 'flash ba|nk a');
    const hover = await editor.ask<Hover>('textDocument/hover', 'a.cfg', place);
    assert.match((hover.contents as { value: string }).value, /built-in list/);
    await editor.log(/is not OpenOCD.*built-in list/);
    await editor.end();
    fs.rmSync(folder, { recursive: true });
  });
});
