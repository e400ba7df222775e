// The Peripherals view without a debug session: reads what is open, marks changes, edits, refreshes while the program runs.
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PeripheralTree } from '../../../src/extension/peripherals/model';
import type { TreeNode } from '../../../src/extension/peripherals/modelNodes';
import { api, firmware, repository, run, until } from './support';

/** The node at the end of these names, its parents opened on the way. */
async function open(tree: PeripheralTree, ...names: string[]): Promise<TreeNode> {
  let nodes = tree.roots();
  let found: TreeNode | undefined;
  for (const name of names) {
    found = nodes.find((node) => tree.view(node).label.split(' ')[0] === name);
    if (found === undefined) throw new Error(`No ${name} among ${nodes.map((node) => tree.view(node).label)}`);
    await tree.setExpanded(found, true);
    nodes = tree.children(found);
  }
  return found ?? assert.fail('no names');
}

async function loaded(): Promise<PeripheralTree> {
  const { peripherals } = await api();
  return until('the SVD file', () => peripherals.tree);
}

describe('peripherals without a debug session', () => {
  before(async () => {
    await run('startBoard');
    await run('flashFile', vscode.Uri.file(firmware));
    await vscode.commands.executeCommand('openocd.peripherals.focus');
  });
  after(async () => {
    await vscode.workspace.getConfiguration('openocd').update('peripherals.refreshWhileRunningMs', undefined);
    await run('stopBoard');
  });

  it('shows the simulated board’s peripherals', async () => {
    const tree = await loaded();
    const names = tree.roots().map((node) => tree.view(node).label);
    assert.ok(names.includes('GPIO') || names.some((name) => name.startsWith('GPIO')), names.join());
  });

  it('reads a timer when it is opened', async () => {
    const tree = await loaded();
    const timer = await open(tree, 'TIM2');
    const counter = tree.children(timer).find((node) => tree.view(node).label === 'CNT') ?? assert.fail('no CNT');
    await until('a value', () => tree.view(counter).description.startsWith('0x') || undefined);
  });

  it('refreshes once more when that is asked for during a refresh', async () => {
    const { peripherals } = await api();
    const tree = await loaded();
    const refresh = tree.refresh.bind(tree);
    let letGo = () => {};
    const first = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let count = 0;
    tree.refresh = async (signal) => {
      if (++count === 1) await first;
      return refresh(signal);
    };
    try {
      await until('the first refresh', () => {
        void peripherals.refresh();
        return count === 1 || undefined;
      });
      void peripherals.refresh();
      assert.equal(count, 1);
      letGo();
      await until('the second refresh', () => count === 2 || undefined);
    } finally {
      letGo();
      tree.refresh = refresh;
    }
  });

  it('refreshes while the program runs, and marks what changed', async () => {
    const tree = await loaded();
    const timer = await open(tree, 'TIM2');
    const counter = tree.children(timer).find((node) => tree.view(node).label === 'CNT') ?? assert.fail('no CNT');
    await vscode.workspace
      .getConfiguration('openocd')
      .update('peripherals.refreshWhileRunningMs', 100, vscode.ConfigurationTarget.Workspace);
    const first = tree.view(counter).description;
    await until('a new value', () => tree.view(counter).description !== first || undefined);
    await until('the mark', () => tree.view(counter).changed || undefined);
    const values = new Set<string>();
    await until('five values', () => values.add(tree.view(counter).description).size >= 5 || undefined);
  });

  it('writes a register, a named value and a ticked bit', async () => {
    await run('resetHalt');
    const { boards } = await api();
    const session = boards.current?.session ?? assert.fail('no board');
    const tree = await loaded();
    const timer = await open(tree, 'TIM2');
    const reload = tree.children(timer).find((node) => tree.view(node).label === 'ARR') ?? assert.fail('no ARR');
    await run('peripherals.edit', reload, '0x1234');
    const address = BigInt(tree.address(reload) ?? 0);
    assert.equal((await session.memory.readBytes(address, 4)).readUInt32LE(), 0x1234);
    assert.equal(tree.valueText(reload), '0x00001234');
    assert.match(tree.refuse(reload, 'much') ?? '', /number/i);
  });

  it('copies value and address, pins and filters', async () => {
    const tree = await loaded();
    const timer = await open(tree, 'TIM2');
    const reload = tree.children(timer).find((node) => tree.view(node).label === 'ARR') ?? assert.fail('no ARR');
    await run('peripherals.copyAddress', reload);
    assert.equal(await vscode.env.clipboard.readText(), tree.address(reload));
    await run('peripherals.copyValue', reload);
    assert.equal(await vscode.env.clipboard.readText(), '0x00001234');
    await run('peripherals.pin', reload);
    assert.equal(tree.view(tree.roots()[0] ?? reload).label, 'TIM2.ARR');
    await run('peripherals.unpin', tree.roots()[0]);
    await run('peripherals.filter', 'tim2');
    assert.equal(tree.roots().length, 1);
    await run('peripherals.filter', '');
    assert.ok(tree.roots().length > 1);
  });

  it('takes an SVD file that the user picks, and says what is wrong with a bad one', async () => {
    const { peripherals } = await api();
    await run('peripherals.selectSvd', vscode.Uri.file(path.join(repository, 'package.json')));
    const failed = await until('the error', () =>
      peripherals.content.kind === 'failed' ? peripherals.content : undefined,
    );
    assert.match(failed.reason, /package\.json/);
    await run('peripherals.selectSvd', vscode.Uri.file(path.join(repository, 'media/simulator.svd')));
    await loaded();
  });
});
