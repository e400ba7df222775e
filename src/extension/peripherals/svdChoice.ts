// Which SVD file describes the target: the one the user picked, the debug session's, the chosen launch configuration's, the
// setting's, the simulated board's, or the only one of the workspace.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Board } from '../board/board';
import type { Selection } from '../board/selection';
import { findSvdFiles } from '../launch/files';
import * as settings from '../settings';
import { unresolved } from '../variables';

const PICKED = 'openocd.peripherals.svd';

export class SvdChoice {
  constructor(
    private readonly selection: Selection,
    private readonly memory: vscode.Memento,
    private readonly extensionPath: string,
  ) {}

  /** The file the user picked for this workspace, before all others. */
  get picked(): string | undefined {
    return this.memory.get<string>(PICKED);
  }

  /** Undefined takes the pick back. */
  async pick(file: string | undefined): Promise<void> {
    await this.memory.update(PICKED, file);
  }

  /** Absolute path; undefined when nothing names a file. */
  async file(session: vscode.DebugSession | undefined, board: Board | undefined): Promise<string | undefined> {
    if (this.picked !== undefined) return this.picked;
    if (session !== undefined) {
      const named = svdOf(session.configuration, session.workspaceFolder?.uri.fsPath);
      if (named !== undefined) return named;
    }
    if (board?.configuration.kind === 'simulator') return path.join(this.extensionPath, 'media/simulator.svd');
    const chosen = this.selection.chosenSubstituted();
    const launch = chosen === undefined ? undefined : svdOf(chosen.debug, chosen.folder?.uri.fsPath);
    return launch ?? ofWorkspace();
  }
}

function svdOf(debug: vscode.DebugConfiguration, folder: string | undefined): string | undefined {
  const named: unknown = debug['svdFile'] ?? debug['svdPath'];
  const isFile = typeof named === 'string' && named !== '' && unresolved(named) === undefined;
  return isFile ? path.resolve(folder ?? '.', named) : undefined;
}

async function ofWorkspace(): Promise<string | undefined> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const setting = settings.svdFile(folder);
    if (setting !== '') return path.resolve(folder.uri.fsPath, setting);
  }
  const setting = settings.svdFile();
  if (path.isAbsolute(setting)) return setting;
  const found = (await Promise.all((vscode.workspace.workspaceFolders ?? []).map(findSvdFiles))).flat();
  return found.length === 1 ? found[0] : undefined;
}
