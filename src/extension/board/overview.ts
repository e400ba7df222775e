// What the Board view and the status bar show of a running board: adapter, transport, targets with their states, flash banks.
// Asks OpenOCD in one batch, now and whenever something happens; the views only read the result.
import * as vscode from 'vscode';
import type { FlashBank, Session } from '../../openocd';
import type { Boards } from './boards';

export interface TargetOverview {
  readonly name: string;
  readonly type: string;
  readonly state: string;
}

export interface Overview {
  readonly adapter: string;
  readonly transport: string;
  readonly speedKhz: number | undefined;
  readonly targets: readonly TargetOverview[];
  readonly banks: readonly FlashBank[];
}

/** How often the state is asked for while somebody looks, in milliseconds: notifications are hints only. */
const POLL_MS = 1000;

export class BoardOverview implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Overview | undefined>();
  readonly onDidChange = this.#changed.event;
  #overview: Overview | undefined;
  #session: Session | undefined;
  #fixed: Omit<Overview, 'targets'> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  readonly #subscriptions: vscode.Disposable[] = [];

  constructor(
    boards: Boards,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#subscriptions.push(boards.onDidChange((board) => this.#use(board?.session)));
    this.#use(boards.current?.session);
  }

  get current(): Overview | undefined {
    return this.#overview;
  }

  #use(session: Session | undefined): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#fixed = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (session === undefined) {
      this.#set(undefined);
      return;
    }
    this.#timer = setInterval(() => void this.refresh(), POLL_MS);
    const subscription = session.events.on('state', () => void this.refresh());
    this.#subscriptions.push(subscription);
    void this.refresh();
  }

  /** Asks OpenOCD again. A board that is just going away answers nothing; its state tells that. */
  async refresh(): Promise<void> {
    const session = this.#session;
    if (session === undefined || this.#asking) return;
    this.#asking = true;
    try {
      // OpenOCD learns the size of a flash bank when it is first used.
      const isComplete = this.#fixed?.banks.every((bank) => bank.size > 0) ?? false;
      if (this.#fixed === undefined || !isComplete) this.#fixed = await this.#ask(session);
      const targets = await session.target.list();
      if (session !== this.#session) return;
      this.#set({
        ...this.#fixed,
        targets: targets.map((target) => ({ name: target.name, type: target.type, state: target.state })),
      });
    } catch (error) {
      this.log.debug(`Board overview: ${error instanceof Error ? error.message : error}`);
    } finally {
      this.#asking = false;
    }
  }

  async #ask(session: Session): Promise<Omit<Overview, 'targets'>> {
    const [adapter, banks] = await Promise.all([
      session.transport.adapterInfo(),
      session.flash.banks().catch(() => []),
    ]);
    return { adapter: adapter.name, transport: adapter.transport, speedKhz: adapter.speed, banks };
  }

  #set(overview: Overview | undefined): void {
    if (JSON.stringify(overview, text) === JSON.stringify(this.#overview, text)) return;
    this.#overview = overview;
    this.#changed.fire(overview);
  }

  dispose(): void {
    clearInterval(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
