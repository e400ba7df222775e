// Which configuration the board commands work with when there is no debug session: one of launch.json's, or the simulated board.
// The choice is remembered for the workspace.
import path from 'node:path';
import * as vscode from 'vscode';
import { simulatedBoard } from '../launch/configurationProvider';
import { pick } from '../launch/files';
import * as settings from '../settings';
import { substitute, unresolved } from '../variables';
import type { Board, Origin } from './board';
import type { Boards } from './boards';
import { type BoardConfiguration, boardOf, keyOf } from './configuration';

/** The attribute of a debug configuration whose contents count on this system. */
const PLATFORM = ({ darwin: 'osx', win32: 'windows' } as Record<string, string>)[process.platform] ?? 'linux';
const REMEMBERED = 'openocd.boardConfiguration';

interface Candidate {
  readonly name: string;
  readonly debug: vscode.DebugConfiguration;
  readonly folder: vscode.WorkspaceFolder | undefined;
}

export class Selection implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;

  constructor(
    private readonly boards: Boards,
    private readonly memory: vscode.Memento,
    private readonly extensionPath: string,
  ) {
    this.#subscription = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('launch')) this.#launchChanged();
    });
  }

  /** Every configuration a board can be started from. */
  candidates(): readonly Candidate[] {
    const found = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
      vscode.workspace
        .getConfiguration('launch', folder)
        .get<vscode.DebugConfiguration[]>('configurations', [])
        .filter((debug) => debug.type === 'openocd' && debug['coreFile'] === undefined)
        // As VS Code does for a debug session.
        .map((debug) => ({ name: debug.name, debug: { ...debug, ...debug[PLATFORM] }, folder })),
    );
    return [...found, { name: simulatedBoard.name, debug: simulatedBoard, folder: undefined }];
  }

  /** The configuration in use: that of the current board, else the remembered one, else the only one, else undefined. */
  chosen(): Candidate | undefined {
    return this.#certain() ?? (this.boards.current === undefined ? undefined : this.#fitting()[0]);
  }

  /** The same, where no other would do as well. */
  #certain(): Candidate | undefined {
    const origin = this.boards.current?.origin;
    const used = origin === undefined ? undefined : this.#named(origin);
    if (used !== undefined) return used;
    const fitting = this.#fitting();
    const name = this.memory.get<string>(REMEMBERED);
    return fitting.find((candidate) => candidate.name === name) ?? (fitting.length === 1 ? fitting[0] : undefined);
  }

  /** The configurations that mean the current board; without one, all. */
  #fitting(): readonly Candidate[] {
    const { current } = this.boards;
    if (current === undefined) return this.candidates();
    const key = keyOf(current.configuration);
    return this.candidates().filter((candidate) => {
      const configuration = this.#configurationOf(candidate);
      return configuration !== undefined && keyOf(configuration) === key;
    });
  }

  #named({ name, folder }: Origin): Candidate | undefined {
    const uri = folder?.uri.toString();
    const all = this.candidates().filter((candidate) => candidate.name === name);
    return all.find((candidate) => candidate.folder?.uri.toString() === uri) ?? all[0];
  }

  /** The same, with its variables replaced. */
  chosenSubstituted(): Candidate | undefined {
    const chosen = this.chosen();
    return chosen === undefined ? undefined : { ...chosen, debug: substitute(chosen.debug, chosen.folder) };
  }

  /** Asks for the configuration. Undefined: cancelled. */
  async ask(): Promise<Candidate | undefined> {
    const { t } = vscode.l10n;
    const active = this.chosen();
    const items = this.candidates().map((candidate) => ({
      label: candidate.name,
      description: candidate.folder?.name ?? t('no hardware needed'),
      candidate,
    }));
    const current = items.find((item) => item.candidate.name === active?.name);
    const answer = await pick(
      items,
      t('Board Configuration'),
      t('Configuration that says how OpenOCD starts'),
      undefined,
      current,
    );
    if (answer === undefined) return undefined;
    await this.memory.update(REMEMBERED, answer.candidate.name);
    const board = this.boardFor(answer.candidate);
    if (board !== undefined) this.boards.select(board);
    return answer.candidate;
  }

  /** @throws Error where the configuration has variables that only a debug session resolves */
  boardFor(candidate: Candidate): Board | undefined {
    const configuration = this.#configurationOf(candidate);
    if (configuration === undefined) return undefined;
    const variable = unresolved(configuration);
    if (variable !== undefined)
      throw new Error(
        vscode.l10n.t(
          '“{0}” says with {1} how OpenOCD starts, which only a debug session resolves: press F5 first, or write the value itself.',
          candidate.name,
          variable,
        ),
      );
    const board = this.boards.of(configuration);
    // What a session ran stays the program as long as nobody chooses another configuration.
    if (board.origin?.name !== candidate.name) board.origin = { name: candidate.name, folder: candidate.folder };
    return board;
  }

  #configurationOf({ debug, folder }: Candidate): BoardConfiguration | undefined {
    const replaced = substitute(debug, folder);
    replaced['cwd'] ??= folder?.uri.fsPath;
    return boardOf(replaced, {
      openocdPath: settings.openocdPath(folder),
      searchDirs: settings.searchDirs(folder),
      extraArgs: settings.extraArgs(folder),
    });
  }

  /** The board of the launch configuration of this name. @throws Error when there is none that names a board */
  boardNamed(name: string): Board {
    const candidate = this.candidates().find((each) => each.name === name);
    const board = candidate === undefined ? undefined : this.boardFor(candidate);
    if (board !== undefined) return board;
    throw new Error(vscode.l10n.t('launch.json has no OpenOCD configuration “{0}”.', name));
  }

  /** A board of one configuration file, whatever launch.json says. */
  boardOfFile(file: vscode.Uri): Board {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    return this.boards.of({
      kind: 'openocd',
      name: path.basename(file.fsPath, path.extname(file.fsPath)),
      configFiles: [file.fsPath],
      searchDirs: [path.dirname(file.fsPath), ...settings.searchDirs(folder)],
      openocdPath: settings.openocdPath(folder),
      args: settings.extraArgs(folder),
      commandsBefore: [],
      commandsAfter: [],
      cwd: path.dirname(file.fsPath),
      env: {},
    });
  }

  /** The board to work on: the current one, else the chosen configuration's, else the user is asked. */
  async board(): Promise<Board | undefined> {
    const { current } = this.boards;
    if (current !== undefined) return this.renewed(current);
    const candidate = this.chosen() ?? (await this.ask());
    return candidate === undefined ? undefined : this.boardFor(candidate);
  }

  /** A board that does not run is taken anew from its configuration: launch.json may have been corrected meanwhile. */
  renewed(board: Board): Board {
    const { state, origin } = board;
    const isDown = state.kind === 'stopped' || (state.kind === 'lost' && !state.reconnecting);
    const candidate = isDown && origin !== undefined ? this.#named(origin) : undefined;
    // A debug session has resolved what cannot be resolved here.
    if (candidate === undefined || unresolved(this.#configurationOf(candidate)) !== undefined) return board;
    return this.boardFor(candidate) ?? board;
  }

  /** What sessions ran before counts no more, but where their configuration is not of launch.json. */
  #launchChanged(): void {
    for (const board of this.boards.all) {
      const { origin } = board;
      if (origin !== undefined && this.#named(origin) !== undefined)
        board.origin = { name: origin.name, folder: origin.folder };
    }
    const { current } = this.boards;
    if (current !== undefined) this.boards.select(this.renewed(current));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /**
   * The program to flash, as an absolute path: that of the board's active or last debug session, else of the chosen configuration. Where several
   * would do, the user is asked. Undefined: none is named, or with
   * variables that only a debug session resolves. @throws CancellationError
   */
  async program(): Promise<string | undefined> {
    const known = this.knownProgram();
    if (known !== undefined || this.#certain() !== undefined || this.boards.current === undefined) return known;
    const items = this.#fitting()
      .map((candidate) => ({ candidate, program: this.#programOf(candidate) }))
      .filter((item): item is typeof item & { program: string } => item.program !== undefined)
      .map((item) => ({ ...item, label: item.candidate.name, description: item.program }));
    if (new Set(items.map((item) => item.program)).size < 2) return items[0]?.program;
    const { t } = vscode.l10n;
    const answer = await pick(items, t('Program'), t('Several configurations mean this board'));
    if (answer === undefined) throw new vscode.CancellationError();
    this.boardFor(answer.candidate);
    return answer.program;
  }

  /** The same, where nothing has to be asked. */
  knownProgram(): string | undefined {
    const { current } = this.boards;
    const active = vscode.debug.activeDebugSession?.configuration;
    const isHere = current !== undefined && active?.['board'] === this.boards.idOf(current);
    const ran: unknown = (isHere ? active?.['program'] : undefined) ?? current?.origin?.program;
    if (typeof ran === 'string') return ran;
    const candidate = this.#certain();
    return candidate === undefined ? undefined : this.#programOf(candidate);
  }

  /** The program of the launch configuration of this name. */
  programNamed(name: string): string | undefined {
    const origin = this.boards.current?.origin;
    if (origin?.name === name && origin.program !== undefined) return origin.program;
    const candidate = this.#named({ name, folder: undefined });
    return candidate === undefined ? undefined : this.#programOf(candidate);
  }

  #programOf({ debug, folder }: Candidate): string | undefined {
    const replaced = substitute(debug, folder);
    const program: unknown = replaced['program'] ?? replaced['executable'];
    if (unresolved(program) !== undefined) return undefined;
    if (typeof program === 'string') return path.resolve(folder?.uri.fsPath ?? '.', program);
    const firmware: unknown = replaced['simulator']?.firmware;
    if (typeof firmware === 'string') return path.resolve(folder?.uri.fsPath ?? '.', firmware);
    return debug['simulator'] ? path.join(this.extensionPath, 'examples/blinky-c/build/blinky-c.elf') : undefined;
  }
}
