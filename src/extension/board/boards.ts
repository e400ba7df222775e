// All boards of this window: one for each distinct configuration, one of them current. What the views and commands work on is
// always the current one.
import * as vscode from 'vscode';
import { Board, type BoardState } from './board';
import { type BoardConfiguration, keyOf } from './configuration';

export class Boards implements vscode.Disposable {
  readonly #boards = new Map<string, Board>();
  readonly #changed = new vscode.EventEmitter<Board | undefined>();
  /** The current board, or its state, changed. */
  readonly onDidChange = this.#changed.event;
  readonly #lost = new vscode.EventEmitter<{ readonly board: Board; readonly reason: string }>();
  /** A board is gone, and does not come back by itself. */
  readonly onDidLose = this.#lost.event;
  readonly #silent = new vscode.EventEmitter<Board>();
  /** The OpenOCD of a board has not answered for a while. */
  readonly onDidFallSilent = this.#silent.event;
  #current: Board | undefined;

  constructor(
    private readonly extensionPath: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  get current(): Board | undefined {
    return this.#current;
  }

  get all(): readonly Board[] {
    return [...this.#boards.values()];
  }

  /** The board that `idOf` named. */
  byId(id: number): Board | undefined {
    return this.all[id];
  }

  /** A number that stays the board's as long as the window lives. */
  idOf(board: Board): number {
    return this.all.indexOf(board);
  }

  /** The board of this configuration; makes it when there is none. */
  of(configuration: BoardConfiguration): Board {
    const key = keyOf(configuration);
    const known = this.#boards.get(key);
    if (known !== undefined) return known;
    const board = new Board(configuration, this.extensionPath, this.log);
    this.#boards.set(key, board);
    board.onDidChange((state) => this.#stateChanged(board, state));
    board.onDidFallSilent(() => this.#silent.fire(board));
    return board;
  }

  select(board: Board): void {
    if (this.#current === board) return;
    this.#current = board;
    this.#tell();
  }

  #stateChanged(board: Board, state: BoardState): void {
    if (state.kind === 'starting') this.#current = board;
    if (state.kind === 'lost' && !state.reconnecting) this.#lost.fire({ board, reason: state.reason });
    if (board === this.#current) this.#tell();
  }

  #tell(): void {
    vscode.commands.executeCommand('setContext', 'openocd.boardState', this.#current?.state.kind ?? 'stopped');
    this.#changed.fire(this.#current);
  }

  /** Stops every OpenOCD; resolves when they are gone. */
  async stopAll(): Promise<void> {
    await Promise.allSettled(this.all.map((board) => board.stop()));
  }

  dispose(): void {
    for (const board of this.#boards.values()) board.dispose();
    this.#changed.dispose();
    this.#lost.dispose();
    this.#silent.dispose();
  }
}
