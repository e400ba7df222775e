// An untrusted workspace: files can be looked at, nothing is started and nothing is sent.
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { api, descendants, repository, run, until } from './support';

const nothingRuns = () => {
  const started = descendants(process.pid).filter(({ args }) =>
    /(^|\/)openocd(\s|$)|\/(simulator|adapter)\.js/.test(args),
  );
  assert.deepEqual(started, []);
};

describe('untrusted workspace', () => {
  it('is not trusted, and the extension is there for viewing', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await api();
  });

  it('does not start OpenOCD', async () => {
    const { boards } = await api();
    const board = boards.of({ kind: 'simulator', name: 'Simulated board', mhz: '8', cores: 1, openocdPath: undefined });
    await assert.rejects(board.start(), /trust/i);
    assert.equal(board.state.kind, 'stopped');
    nothingRuns();
  });

  it('starts nothing from its commands', async () => {
    for (const command of ['startBoard', 'flashProgram', 'resetRun', 'halt', 'openTclConsole']) await run(command);
    nothingRuns();
  });

  it('shows what an SVD file describes', async () => {
    const { peripherals } = await api();
    await vscode.commands.executeCommand('openocd.peripherals.focus');
    await run('peripherals.selectSvd', vscode.Uri.file(path.join(repository, 'media/simulator.svd')));
    const tree = await until('the tree', () => peripherals.tree);
    assert.ok(tree.roots().length > 3);
    nothingRuns();
  });
});
