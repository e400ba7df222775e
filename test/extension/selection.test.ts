// Which board and which program the commands work with when there is no debug session, from what launch.json says.
import './vscodeFake';
import assert from 'node:assert/strict';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Board } from '../../src/extension/board/board';
import { Boards } from '../../src/extension/board/boards';
import { Selection } from '../../src/extension/board/selection';
import * as settings from '../../src/extension/settings';
import { fake, folderAt, memento, silentLog, Uri } from './vscodeFake';

const folder = folderAt('/ws');
const launch = (name: string, more: object) => ({ type: 'openocd', request: 'launch', name, ...more });
const configFiles = ['interface/x.cfg', 'target/y.cfg'];
const program = (name: string) => path.resolve('/ws', name);

function parts(configurations: readonly object[]) {
  fake.settings['launch.configurations'] = configurations;
  const boards = new Boards('/extension', silentLog as unknown as vscode.LogOutputChannel);
  const selection = new Selection(boards, memento() as unknown as vscode.Memento, '/extension');
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
      launch('App B', { program: `\${workspaceFolder}/b.elf`, configFiles }),
    ];

    it('is that of the last debug session', async () => {
      const { boards, selection } = parts(both);
      const board = selection.boardNamed('App A');
      board.origin = { name: 'App B', folder: folder as unknown as vscode.WorkspaceFolder, program: program('b.elf') };
      boards.select(board);
      assert.equal(await selection.program(), program('b.elf'));
      assert.equal(selection.chosen()?.name, 'App B');
      assert.equal(fake.picked.length, 0);
    });

    it('is that of the active one of several sessions', async () => {
      const { boards, selection } = parts(both);
      const board = selection.boardNamed('App A');
      board.origin = { name: 'App B', folder: undefined, program: program('b.elf') };
      boards.select(board);
      fake.session = { type: 'openocd', configuration: { board: boards.idOf(board), program: program('a.elf') } };
      assert.equal(await selection.program(), program('a.elf'));
      fake.session = { type: 'openocd', configuration: { board: 99, program: program('other.elf') } };
      assert.equal(await selection.program(), program('b.elf'));
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

  describe('when launch.json is corrected', () => {
    const wrong = launch('App', { program: 'a.elf', configFiles: ['nosuch.cfg'] });
    const right = launch('App', { program: 'new.elf', configFiles });
    const files = (board: Board | undefined) => {
      assert.equal(board?.configuration.kind, 'openocd');
      return board.configuration.configFiles;
    };

    it('counts for the next start of a board that did not start', async () => {
      const { boards, selection } = parts([wrong]);
      const board = selection.boardNamed('App');
      board.origin = { name: 'App', folder: folder as unknown as vscode.WorkspaceFolder, program: program('a.elf') };
      boards.select(board);
      fake.settings['launch.configurations'] = [right];
      assert.deepEqual(files(await selection.board()), configFiles);
      fake.configurationChanged('launch');
      assert.deepEqual(files(boards.current), configFiles, 'the views show it at once');
      assert.equal(await selection.program(), program('new.elf'));
      selection.dispose();
    });

    it('leaves a board alone whose configuration is not of launch.json', async () => {
      const { boards, selection } = parts([wrong]);
      const board = selection.boardOfFile(Uri.file('/ws/my.cfg') as unknown as vscode.Uri);
      boards.select(board);
      fake.settings['launch.configurations'] = [];
      fake.configurationChanged('launch');
      assert.equal(await selection.board(), board);
      selection.dispose();
    });

    it('counts with what is said for this system alone', () => {
      const system = { linux: 'linux', darwin: 'osx', win32: 'windows' }[String(process.platform)] ?? '';
      const { selection } = parts([{ ...wrong, [system]: { configFiles } }]);
      assert.deepEqual(files(selection.boardNamed('App')), configFiles);
    });
  });

  describe('with variables', () => {
    const asking = { configFiles: [`\${input:board}`], program: `\${command:cmake.launchTargetPath}` };

    it('is refused in words where only a debug session resolves them', async () => {
      const { selection } = parts([launch('App', asking)]);
      assert.throws(() => selection.boardNamed('App'), /“App” says with \$\{input:board\}.*F5/);
    });

    it('names no program then, but that of the last session', async () => {
      const { boards, selection } = parts([launch('App', { ...asking, configFiles })]);
      const board = selection.boardNamed('App');
      boards.select(board);
      assert.equal(await selection.program(), undefined);
      assert.equal(selection.programNamed('App'), undefined);
      board.origin = { name: 'App', folder: folder as unknown as vscode.WorkspaceFolder, program: program('a.elf') };
      assert.equal(await selection.program(), program('a.elf'));
      assert.equal(selection.programNamed('App'), program('a.elf'));
    });

    it('keeps the board that a debug session has resolved', async () => {
      const { boards, selection } = parts([launch('App', asking)]);
      const board = selection.boardOfFile(Uri.file('/ws/resolved.cfg') as unknown as vscode.Uri);
      board.origin = { name: 'App', folder: folder as unknown as vscode.WorkspaceFolder, program: program('a.elf') };
      boards.select(board);
      assert.equal(await selection.board(), board);
    });

    it('resolves those of settings as those of launch.json', () => {
      fake.folders = [folder, folderAt('/tools', 1)];
      process.env['OPENOCD_DEBUG_TEST'] = 'here';
      Object.assign(fake.settings, {
        'openocd.path': `\${workspaceFolder:tools}/bin/openocd`,
        'openocd.searchDirs': [`\${workspaceFolder}/scripts`, `/\${env:OPENOCD_DEBUG_TEST}`],
        'openocd.svdFile': `\${userHome}/chip.svd`,
      });
      const { selection } = parts([
        launch('App', { program: 'a.elf', configFiles: [`\${workspaceFolder:tools}/x.cfg`] }),
      ]);
      const { configuration } = selection.boardNamed('App');
      assert.ok(configuration.kind === 'openocd');
      assert.equal(configuration.openocdPath, '/tools/bin/openocd');
      assert.deepEqual(configuration.searchDirs, ['/ws/scripts', '/here']);
      assert.deepEqual(configuration.configFiles, ['/tools/x.cfg']);
      assert.equal(settings.openocdPath(), '/tools/bin/openocd');
      assert.equal(settings.svdFile(), `${process.env['HOME'] ?? process.env['USERPROFILE']}/chip.svd`);
    });
  });
});
