// Debug configurations before they start: fills in what was left out, offers the simulated board without a launch.json, starts
// the board and hands its address to the adapter.
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Board } from '../board/board';
import type { Boards } from '../board/boards';
import { boardOf } from '../board/configuration';
import { showBoardError } from '../board/messages';
import * as settings from '../settings';
import { findPrograms, findSvdFiles } from './files';

/** The program that comes with the extension. It was compiled with file names relative to this folder. */
const example = (extensionPath: string) => path.join(extensionPath, 'examples/blinky-c');

/** The configuration offered where there is no launch.json. */
export const simulatedBoard: vscode.DebugConfiguration = {
  type: 'openocd',
  request: 'launch',
  name: 'OpenOCD: Simulated board',
  simulator: true,
};

export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  /** Boards that a starting session brought up; they stop with their last session. */
  readonly startedForSessions = new Set<Board>();
  /** Boards whose next session is on its way: a restart begins the new session before the old one ends. */
  readonly expected = new Set<Board>();

  constructor(
    private readonly boards: Boards,
    private readonly extensionPath: string,
  ) {}

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [simulatedBoard];
  }

  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    debug: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    // F5 without a launch.json comes with an empty configuration, or with the type alone.
    const isEmpty = debug.type === undefined || debug.type === '' || debug.request === undefined;
    const resolved = isEmpty ? { ...simulatedBoard } : { ...debug };
    resolved['cwd'] ??= folder?.uri.fsPath ?? this.extensionPath;
    if (resolved['program'] === undefined && resolved['executable'] !== undefined)
      resolved['program'] = resolved['executable'];
    if (resolved['simulator'] && resolved['program'] === undefined) {
      const firmware: unknown = resolved['simulator'].firmware;
      if (typeof firmware === 'string') resolved['program'] = firmware;
      else {
        resolved['program'] = path.join(example(this.extensionPath), 'build/blinky-c.elf');
        resolved['sourceFileMap'] ??= { '.': example(this.extensionPath) };
      }
    }
    if (resolved['simulator']) resolved['svdFile'] ??= path.join(this.extensionPath, 'media/simulator.svd');
    if (resolved['program'] === undefined && folder !== undefined)
      resolved['program'] = (await findPrograms(folder))[0];
    if (resolved['svdFile'] === undefined && resolved['svdPath'] === undefined && folder !== undefined) {
      const configured = settings.svdFile(folder);
      const found = configured === '' ? await findSvdFiles(folder) : [configured];
      if (found.length === 1) resolved['svdFile'] = found[0];
    }
    return resolved;
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    debug: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const { t } = vscode.l10n;
    if (debug['program'] === undefined) {
      const open = t('Open launch.json');
      const answer = await vscode.window.showErrorMessage(
        t('“{0}” names no program. Set "program" to the ELF file of your firmware.', debug.name),
        open,
      );
      if (answer === open) vscode.commands.executeCommand('workbench.action.debug.configure');
      return undefined;
    }
    const program = path.resolve(debug['cwd'] ?? '.', debug['program']);
    if (!fs.existsSync(program)) {
      vscode.window.showErrorMessage(
        t('The program {0} does not exist. Build it first, or correct "program" in launch.json.', program),
      );
      return undefined;
    }
    const resolved: vscode.DebugConfiguration = { ...debug, program };
    if (resolved['coreFile'] !== undefined) return resolved;
    const configuration = boardOf(resolved, {
      openocdPath: settings.openocdPath(folder),
      searchDirs: settings.searchDirs(folder),
      extraArgs: settings.extraArgs(folder),
    });
    if (configuration === undefined) {
      const create = t('Create Launch Configuration');
      const answer = await vscode.window.showErrorMessage(
        t(
          '“{0}” does not say how OpenOCD starts. Name its interface and target files in "configFiles", or set "simulator": true.',
          debug.name,
        ),
        create,
      );
      if (answer === create) vscode.commands.executeCommand('openocd.createLaunchConfiguration');
      return undefined;
    }
    const board = this.boards.of(configuration);
    board.origin = { name: debug.name, folder, program };
    const wasReady = board.state.kind === 'ready';
    try {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: t('Starting OpenOCD …') },
        () => board.start(),
      );
    } catch (error) {
      await showBoardError(error);
      return undefined;
    }
    this.boards.select(board);
    if (board.state.kind !== 'ready') return undefined;
    const { host, tclPort } = board.state;
    this.expected.add(board);
    if (!wasReady && configuration.kind !== 'external') this.startedForSessions.add(board);
    // The adapter gets the port spelt out, and would not try the usual one by itself.
    const telnetPort = configuration.kind === 'external' ? configuration.telnetPort : undefined;
    const address = { host, tclPort, ...(telnetPort === undefined ? {} : { telnetPort }) };
    return { ...resolved, ...address, board: this.boards.idOf(board), rttInClient: true };
  }
}
