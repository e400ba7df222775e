// The peripherals of the current target: finds the SVD file, opens it when somebody looks, gives the tree its way to the memory,
// reads again on a stop and while the program runs, and remembers what was open. The view only shows.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Boards } from '../board/boards';
import type { BoardOverview } from '../board/overview';
import type { Sessions } from '../launch/sessions';
import * as settings from '../settings';
import { boardMemory, sessionMemory } from './memoryAccess';
import type { PeripheralTree, PeripheralTreeState } from './model';
import type { TreeNode } from './modelNodes';
import type { SvdChoice } from './svdChoice';

const REMEMBERED = 'openocd.peripherals.state';
/** Faster than this only loads the link. */
const FASTEST_MS = 50;

export type Content =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly file: string }
  | { readonly kind: 'failed'; readonly file: string; readonly reason: string }
  | { readonly kind: 'tree'; readonly file: string; readonly tree: PeripheralTree };

export class Peripherals implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChange = this.#changed.event;
  #content: Content = { kind: 'none' };
  #visible = false;
  #session: vscode.DebugSession | undefined;
  #isRunning = false;
  /** What the tree reads through now: the debug session or the board's connection. */
  #source: object | undefined;
  #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** The refresh under way. `again`: another was asked for since; this one may have read by a way that is no more, or before the stop. */
  #refreshing: { again: boolean } | undefined;
  #updating: Promise<void> = Promise.resolve();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly parts: {
      readonly boards: Boards;
      readonly overview: BoardOverview;
      readonly sessions: Sessions;
      readonly choice: SvdChoice;
      readonly memory: vscode.Memento;
      readonly log: vscode.LogOutputChannel;
    },
  ) {
    const { boards, overview, sessions } = parts;
    this.#subscriptions = [
      boards.onDidChange(() => this.#targetChanged()),
      overview.onDidChange(() => this.#boardRuns()),
      sessions.onDidChangeState(({ session, state }) => {
        // A session on a core file has no peripherals to read.
        if (session.configuration['coreFile'] !== undefined) return;
        this.#session = session;
        this.#runs(state === 'running');
        this.#targetChanged();
      }),
      sessions.onDidEnd((session) => {
        if (session === this.#session) this.#session = undefined;
        this.#targetChanged();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('openocd.svdFile') || change.affectsConfiguration('launch')) this.update();
        if (change.affectsConfiguration('openocd.peripherals.refreshWhileRunningMs')) this.#again();
        if (change.affectsConfiguration('openocd.peripherals.mergeGapBytes')) this.update(true);
      }),
    ];
  }

  get content(): Content {
    return this.#content;
  }

  get tree(): PeripheralTree | undefined {
    return this.#content.kind === 'tree' ? this.#content.tree : undefined;
  }

  /** Nothing is opened or read while nobody looks. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (!visible) {
      clearTimeout(this.#timer);
      return;
    }
    this.update();
    void this.refresh();
  }

  /** Looks which SVD file counts now, and opens it when it is another one. */
  update(again = false): void {
    if (!this.#visible) return;
    // One after the other, so that a file is not opened twice.
    this.#updating = this.#updating
      .then(() => this.#update(again))
      .catch((error: unknown) => this.parts.log.error(`Peripherals: ${error}`));
  }

  async #update(again: boolean): Promise<void> {
    const file = await this.parts.choice.file(this.#session, this.parts.boards.current);
    if (file === undefined) {
      this.#abort.abort();
      this.#set({ kind: 'none' });
      return;
    }
    if (again || this.#content.kind === 'none' || this.#content.file !== file) await this.#open(file);
    else this.#connect();
  }

  async #open(file: string): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#set({ kind: 'loading', file });
    try {
      const { loadDevice, PeripheralTree: Tree } = await import('./tree');
      const device = await loadDevice(file, { signal });
      signal.throwIfAborted();
      const tree = new Tree(device, { state: this.#remembered()[file], gapBytes: settings.mergeGapBytes() });
      tree.onDidChange((node) => {
        this.#remember(file, tree);
        this.#changed.fire(node);
      });
      this.#source = undefined;
      this.#set({ kind: 'tree', file, tree });
      this.parts.log.info(`Peripherals: ${path.basename(file)}, ${device.peripherals.length} peripherals`);
      this.#connect();
    } catch (error) {
      if (signal.aborted) return;
      this.#set({ kind: 'failed', file, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #remembered(): Readonly<Record<string, PeripheralTreeState>> {
    return this.parts.memory.get(REMEMBERED, {});
  }

  #remember(file: string, tree: PeripheralTree): void {
    const states = this.#remembered();
    const state = tree.state();
    if (JSON.stringify(states[file]) === JSON.stringify(state)) return;
    void this.parts.memory.update(REMEMBERED, { ...states, [file]: state });
  }

  #targetChanged(): void {
    if (this.#content.kind === 'tree') this.#connect();
    this.update();
  }

  /** Gives the tree the way to the memory that there is now; a new way begins with a reading. */
  #connect(): void {
    const { tree } = this;
    const source = this.#session ?? this.parts.boards.current?.session;
    if (tree === undefined || source === this.#source) return;
    this.#source = source;
    if (this.#session !== undefined) tree.setMemory(sessionMemory(this.#session));
    else {
      const session = this.parts.boards.current?.session;
      tree.setMemory(session === undefined ? undefined : boardMemory(session));
    }
    void this.refresh();
  }

  #boardRuns(): void {
    if (this.#session !== undefined) return;
    const state = this.parts.overview.current?.targets[0]?.state;
    if (state !== undefined) this.#runs(state === 'running');
  }

  #runs(running: boolean): void {
    const stopped = this.#isRunning && !running;
    this.#isRunning = running;
    if (stopped || !running) void this.refresh();
    else this.#again();
  }

  /** Reads what is open anew; while the program runs, again after the time of the setting. */
  async refresh(): Promise<void> {
    const { tree } = this;
    if (tree === undefined || !this.#visible || this.#source === undefined) return;
    if (this.#refreshing !== undefined) {
      this.#refreshing.again = true;
      return;
    }
    const own = { again: false };
    this.#refreshing = own;
    try {
      await tree.refresh(this.#abort.signal);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.parts.log.warn(`Peripherals: ${error}`);
    } finally {
      this.#refreshing = undefined;
      if (own.again) void this.refresh();
      else this.#again();
    }
  }

  #again(): void {
    clearTimeout(this.#timer);
    const period = settings.refreshWhileRunningMs();
    if (period === 0 || !this.#visible || !this.#isRunning || this.#source === undefined) return;
    this.#timer = setTimeout(() => void this.refresh(), Math.max(FASTEST_MS, period));
  }

  #set(content: Content): void {
    this.#content = content;
    vscode.commands.executeCommand('setContext', 'openocd.peripherals', content.kind);
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
