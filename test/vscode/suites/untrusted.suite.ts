// An untrusted workspace: nothing is started.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api } from './support';

describe('untrusted workspace', () => {
  it('is not trusted, and the extension is there for viewing', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await api();
  });

  it('does not start OpenOCD', async () => {
    const { boards } = await api();
    const board = boards.of({ kind: 'simulator', name: 'Simulated board', mhz: '8', cores: 1 });
    await assert.rejects(board.start(), /trust/i);
    assert.equal(board.state.kind, 'stopped');
  });
});
