// What happens in a workspace's files: tasks, converted launch configurations, settings and their fallbacks, big SVD files.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { bigSvd } from '../../svd/bigSvd';
import { api, configurations, firmware, folder, repository, run, until, write } from './support';

/** Runs a task to its end. @returns its exit code */
async function exitCodeOf(definition: vscode.TaskDefinition): Promise<number | undefined> {
  const tasks = await vscode.tasks.fetchTasks({ type: 'openocd' });
  const task = tasks.find((each) => each.definition['action'] === definition['action']) ?? assert.fail('no task');
  task.definition = definition;
  const ended = new Promise<number | undefined>((resolve) => {
    const waiting = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.definition['action'] !== definition['action']) return;
      waiting.dispose();
      resolve(exitCode);
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}

const openocd = { kind: 'openocd', configFiles: ['nosuch.cfg'], searchDirs: [], args: [] } as const;
const boardOf = async (name: string, openocdPath?: string) =>
  (await api()).boards.of({
    ...{ ...openocd, name, openocdPath, commandsBefore: [], commandsAfter: [], cwd: repository, env: { NAME: name } },
  });

describe('workspace', () => {
  after(() => run('stopBoard'));

  it('offers four tasks', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'openocd' });
    assert.deepEqual(tasks.map((task) => task.definition['action']).sort(), ['erase', 'flash', 'reset', 'verify']);
  });

  it('flashes, verifies, resets and erases by task', async () => {
    assert.equal(await exitCodeOf({ type: 'openocd', action: 'flash', program: firmware }), 0);
    assert.equal(await exitCodeOf({ type: 'openocd', action: 'verify', program: firmware }), 0);
    assert.equal(await exitCodeOf({ type: 'openocd', action: 'reset' }), 0);
    assert.equal(await exitCodeOf({ type: 'openocd', action: 'erase', confirmed: true }), 0);
    assert.equal(await exitCodeOf({ type: 'openocd', action: 'verify', program: firmware }), 1);
  });

  it('fails a task that names what is not there', async () => {
    assert.equal(await exitCodeOf({ type: 'openocd', action: 'flash', program: 'nosuch.elf' }), 1);
    assert.equal(await exitCodeOf({ type: 'openocd', action: 'reset', configuration: 'no such name' }), 1);
  });

  it('converts a Cortex-Debug configuration and keeps the old one', async () => {
    write('launch.json', {
      version: '0.2.0',
      configurations: [
        {
          ...{ type: 'cortex-debug', request: 'launch', name: 'Old', servertype: 'openocd', cwd: '.' },
          ...{ executable: 'build/app.elf', configFiles: ['interface/stlink.cfg', 'target/stm32f0x.cfg'] },
          ...{ svdFile: 'chip.svd', runToEntryPoint: 'main', gdbPath: '/usr/bin/gdb' },
        },
      ],
    });
    await until('launch.json', () => configurations().length === 1 || undefined);
    await run('convertConfiguration');
    const converted = await until('the new entry', () => configurations().find((entry) => entry.type === 'openocd'));
    assert.equal(configurations().length, 2);
    assert.equal(converted['program'], 'build/app.elf');
    assert.deepEqual(converted['configFiles'], ['interface/stlink.cfg', 'target/stm32f0x.cfg']);
    assert.equal(converted['gdbPath'], undefined);
    fs.rmSync(path.join(folder().uri.fsPath, '.vscode/launch.json'));
    await until('the end of launch.json', () => configurations().length === 0 || undefined);
  });

  it('starts the executable that the setting names, and tells when it is not there', async () => {
    write('settings.json', { 'openocd.path': '/nowhere/openocd' });
    const path = () => vscode.workspace.getConfiguration('openocd').get<string>('path');
    await until('the setting', () => path() === '/nowhere/openocd' || undefined);
    await assert.rejects((await boardOf('own setting')).start(), /\/nowhere\/openocd/);
  });

  it('falls back to the executable that Cortex-Debug was told', async () => {
    write('settings.json', { 'cortex-debug.openocdPath': '/elsewhere/openocd' });
    const path = () => vscode.workspace.getConfiguration('cortex-debug').get<string>('openocdPath');
    await until('the setting', () => path() === '/elsewhere/openocd' || undefined);
    await assert.rejects((await boardOf('fallback')).start(), /\/elsewhere\/openocd/);
    write('settings.json', {});
    await until('the end of the setting', () => path() === undefined || undefined);
  });

  it('opens an SVD file of ten megabytes and a thousand peripherals without keeping VS Code waiting', async () => {
    const { peripherals } = await api();
    const file = path.join(folder().uri.fsPath, 'big.svd');
    fs.writeFileSync(file, bigSvd(10_000_000, 1));
    await vscode.commands.executeCommand('openocd.peripherals.focus');
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last - 5);
      last = performance.now();
    }, 5);
    const begin = performance.now();
    await run('peripherals.selectSvd', vscode.Uri.file(file));
    const tree = await until('the tree', () => peripherals.tree);
    const opened = performance.now() - begin;
    assert.ok(tree.device.peripherals.length >= 1000);
    const at = performance.now();
    const [group] = tree.roots();
    assert.ok(group);
    await tree.setExpanded(group, true);
    const [peripheral] = tree.children(group);
    assert.ok(peripheral);
    await tree.setExpanded(peripheral, true);
    for (const node of tree.children(peripheral)) tree.view(node);
    const expanded = performance.now() - at;
    await run('peripherals.filter', 'p999');
    await until('the filtered tree', () => tree.roots().length === 1 || undefined);
    clearInterval(beat);
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    console.log(
      `10 MB SVD: opened in ${ms(opened)}, expanded in ${ms(expanded)}, host blocked for at most ${ms(longest)}`,
    );
  });
});
