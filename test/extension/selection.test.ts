// Which board and which program the commands work with when there is no debug session, from what launch.json says.
import './vscodeFake';
import assert from 'node:assert/strict';
import path from 'node:path';
import type { LogOutputChannel, Memento, WorkspaceFolder } from 'vscode';
import { Boards } from '../../src/extension/board/boards';
import { Selection } from '../../src/extension/board/selection';
import { fake, folderAt, memento, silentLog } from './vscodeFake';

const folder = folderAt('/ws');
const launch = (name: string, more: object) => ({ type: 'openocd', request: 'launch', name, ...more });
const configFiles = ['interface/x.cfg', 'target/y.cfg'];
const program = (name: string) => path.resolve('/ws', name);

function parts(configurations: readonly object[]) {
  fake.settings['launch.configurations'] = configurations;
  const boards = new Boards('/extension', silentLog as unknown as LogOutputChannel);
  const selection = new Selection(boards, memento() as unknown as Memento, '/extension');
  return { boards, selection };
}

describe('The board commands’ configuration', () => {
  beforeEach(() => {
    fake.reset();
    fake.folders = [folder];
  });

  describe('where two programs run on one board', () => {
    const both = [
      launch('App A', { program: 'a.elf', configFiles }),
      launch('App B', { program: '${workspaceFolder}/b.elf', configFiles }),
    ];

    it('is that of the last debug session', async () => {
      const { boards, selection } = parts(both);
      const board = selection.boardNamed('App A');
      board.origin = { name: 'App B', folder: folder as unknown as WorkspaceFolder, program: program('b.elf') };
      boards.select(board);
      assert.equal(await selection.program(), program('b.elf'));
      assert.equal(selection.chosen()?.name, 'App B');
      assert.equal(fake.picked.length, 0);
    });

    it('is the one that a task names', async () => {
      const { boards, selection } = parts(both);
      boards.select(selection.boardNamed('App A'));
      assert.equal(selection.programNamed('App B'), program('b.elf'));
      boards.select(selection.boardNamed('App B'));
      assert.equal(await selection.program(), program('b.elf'));
    });

    it('is the one that the user chooses', async () => {
      const { selection } = parts(both);
      fake.answers = ['App B'];
      await selection.ask();
      assert.equal(await selection.program(), program('b.elf'));
      fake.answers = ['App A'];
      await selection.ask();
      assert.equal(await selection.program(), program('a.elf'));
    });

    it('is asked for where nothing tells', async () => {
      const { boards, selection } = parts(both);
      const board = selection.boardNamed('App A');
      board.origin = undefined;
      boards.select(board);
      assert.equal(selection.knownProgram(), undefined);
      fake.answers = ['App B'];
      assert.equal(await selection.program(), program('b.elf'));
      assert.deepEqual(fake.picked.at(-1)?.labels, ['App A', 'App B']);
      assert.equal(await selection.program(), program('b.elf'), 'and remembered');
      assert.equal(fake.picked.length, 1);
      board.origin = undefined;
      await assert.rejects(selection.program(), { name: 'Canceled' });
    });
  });
});
