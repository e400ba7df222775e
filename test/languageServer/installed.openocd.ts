import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Hover } from 'vscode-languageserver-protocol/node';
import { flashDriverNames } from '../../src/languageServer/knowledge/flashDrivers';
import { HarvestError, harvest, versionOf } from '../../src/languageServer/knowledge/harvest';
import { EditorSession } from './support/client';

describe('The installed OpenOCD', function () {
  this.timeout(60_000);

  it('tells its commands, names and folders', async () => {
    const knowledge = await harvest('openocd', flashDriverNames);
    assert.equal(knowledge.version, await versionOf('openocd'));
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

  it('is asked once and then remembered', async () => {
    const cacheFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-cache-'));
    const marks = path.join(cacheFolder, 'started');
    const wrapper = path.join(cacheFolder, 'openocd');
    fs.writeFileSync(wrapper, `#!/bin/sh\necho x >> '${marks}'\nexec openocd "$@"\n`, { mode: 0o755 });
    const starts = (): number => (fs.existsSync(marks) ? fs.readFileSync(marks, 'utf8').length / 2 : 0);
    const hoverOnce = async (trusted: boolean): Promise<string> => {
      const editor = new EditorSession();
      await editor.start({ trusted, path: wrapper, cacheFolder });
      const [place] = await editor.open('a.cfg', 'flash ba|nk a');
      let text = '';
      // While OpenOCD is being asked for the first time, the built-in list answers.
      do {
        const hover = await editor.ask<Hover>('textDocument/hover', 'a.cfg', place);
        text = (hover.contents as { value: string }).value;
      } while (trusted && text.includes('built-in list'));
      await editor.end();
      return text;
    };
    assert.match(await hoverOnce(false), /built-in list/);
    assert.equal(starts(), 0, 'an untrusted workspace starts nothing');
    const asked = await hoverOnce(true);
    assert.ok(!asked.includes('built-in list'));
    const first = starts();
    assert.ok(first > 10);
    assert.equal(await hoverOnce(true), asked);
    assert.equal(starts(), first, 'the second session reads the cache');
    fs.writeFileSync(
      path.join(cacheFolder, fs.readdirSync(cacheFolder).find((name) => name.endsWith('.json'))!),
      '{damaged',
    );
    assert.equal(await hoverOnce(true), asked);
    fs.rmSync(cacheFolder, { recursive: true });
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
    await assert.rejects(harvest(stuck, [], 1_000), /took longer than allowed/);
    const silent = program('silent', 'echo "Open On-Chip Debugger 9.9"');
    await assert.rejects(harvest(silent, [], 5_000), HarvestError);
    const editor = new EditorSession();
    await editor.start({ path: program('other', 'echo hello'), cacheFolder: folder });
    const [place] = await editor.open('a.cfg', 'flash ba|nk a');
    const hover = await editor.ask<Hover>('textDocument/hover', 'a.cfg', place);
    assert.match((hover.contents as { value: string }).value, /built-in list/);
    assert.ok(editor.logs.some((line) => /is not OpenOCD/.test(line)));
    await editor.end();
    fs.rmSync(folder, { recursive: true });
  });
});
