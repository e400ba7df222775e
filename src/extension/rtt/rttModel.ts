// RTT on the current board: looks for the control block, knows the channels, opens one stream per channel and shares it. The
// terminals and the RTT view only listen. Survives the end of a debug session; after a reset or a new program it looks again.
import type { Duplex } from 'node:stream';
import * as vscode from 'vscode';
import type { CustomEvents } from '../../adapter/protocol';
import type { Session } from '../../openocd';
import type { Boards } from '../board/boards';
import * as settings from '../settings';
import { type Channel, listChannels } from './channels';
import type { RttPlans } from './rttPlans';

export type { Channel } from './channels';

export type RttState =
  | { readonly kind: 'off' }
  | { readonly kind: 'searching'; readonly message: string }
  /** It makes no sense to look again: the reason, in words. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'found'; readonly channels: readonly Channel[] };

/** Where to look when no program says where the control block is: the first RAM of most microcontrollers. */
const SEARCH = { address: 0x20000000, sizeBytes: 0x10000 };
/** The smallest search: the one place where the block begins. */
const BLOCK_BYTES = 16;

interface Where {
  readonly address: number;
  readonly sizeBytes: number;
  /** It may be anywhere in these bytes. */
  readonly isSearch: boolean;
}

/** So often a control block with odd names is taken for one that is left over from a program that is gone, or half written. */
const DOUBTS = 3;
/** How often the search is repeated, in milliseconds. */
const RETRY_MS = 1000;

export class RttModel implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<RttState>();
  readonly onDidChange = this.#changed.event;
  readonly #data = new vscode.EventEmitter<{ readonly channel: number; readonly bytes: Uint8Array }>();
  readonly onData = this.#data.event;
  readonly #restarted = new vscode.EventEmitter<void>();
  /** The program began anew: terminals may clear themselves. */
  readonly onDidRestart = this.#restarted.event;
  #state: RttState = { kind: 'off' };
  #session: Session | undefined;
  /** Address of the control block that a debug session named. */
  #known: number | undefined;
  /** What was wanted when the search began. */
  #planned: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #generation = 0;
  readonly #streams = new Map<number, Duplex>();
  readonly #subscriptions: vscode.Disposable[] = [];

  constructor(
    boards: Boards,
    private readonly plans: Pick<RttPlans, 'launch' | 'onDidChange'>,
    private readonly log: vscode.LogOutputChannel,
    private readonly retryMs = RETRY_MS,
  ) {
    this.#subscriptions.push(
      boards.onDidChange((board) => this.#use(board?.session)),
      plans.onDidChange(() => this.#planChanged()),
    );
    this.#use(boards.current?.session);
  }

  get state(): RttState {
    return this.#state;
  }

  /** What a debug session knows from the program's symbols. */
  controlBlock(event: CustomEvents['openocd.rtt']): void {
    const address = event.controlBlock === null ? undefined : Number(event.controlBlock);
    if (address === this.#known && this.#state.kind === 'found') return;
    this.#known = address;
    if (this.#isWanted) this.search();
  }

  get #isWanted(): boolean {
    return this.plans.launch.enabled ?? settings.rtt.enabled();
  }

  /** A debug session, or an edit of its configuration, may say otherwise where RTT is looked for, or that it is not. */
  #planChanged(): void {
    if (this.#session === undefined || this.#planned === this.#plan()) return;
    if (this.#isWanted) this.search();
    else this.#off();
  }

  #plan(): string {
    return JSON.stringify([this.#isWanted, this.plans.launch]);
  }

  #off(): void {
    this.#close();
    this.#planned = this.#plan();
    this.#set({ kind: 'off' });
  }

  #use(session: Session | undefined): void {
    if (session === this.#session) return;
    this.#close();
    this.#session = session;
    if (session === undefined) {
      this.#known = undefined;
      this.#set({ kind: 'off' });
      return;
    }
    this.#subscriptions.push(
      session.events.on('reset', () => {
        this.#restarted.fire();
        if (this.#state.kind !== 'off') this.search();
      }),
    );
    if (this.#isWanted) this.search();
    else this.#off();
  }

  /** Looks for the control block (again); goes on until it is found or the board stops. */
  search(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#close();
    const generation = this.#generation;
    this.#planned = this.#plan();
    const where = this.#where();
    const message = where.isSearch
      ? vscode.l10n.t(
          'Searching the control block in {0} KiB at 0x{1} …',
          where.sizeBytes / 1024,
          where.address.toString(16),
        )
      : vscode.l10n.t('Waiting for the program to set up the control block at 0x{0} …', where.address.toString(16));
    this.#set({ kind: 'searching', message });
    let doubts = 0;
    const attempt = async (): Promise<void> => {
      if (generation !== this.#generation) return;
      const found = await this.#attempt(session, where, () => ++doubts <= DOUBTS);
      if (generation !== this.#generation) return;
      if (typeof found === 'string') this.#set({ kind: 'failed', message: found });
      else if (found === undefined) this.#timer = setTimeout(() => void attempt(), this.retryMs);
      else await this.#open(session, found);
    };
    void attempt();
  }

  /** The program's symbol is the best to know; then what the launch configuration says. */
  #where(): Where {
    const { address, searchBytes } = this.plans.launch;
    if (this.#known !== undefined) return { address: this.#known, sizeBytes: BLOCK_BYTES, isSearch: false };
    if (address !== undefined) {
      const sizeBytes = searchBytes ?? BLOCK_BYTES;
      return { address, sizeBytes, isSearch: sizeBytes > BLOCK_BYTES };
    }
    return { address: SEARCH.address, sizeBytes: searchBytes ?? SEARCH.sizeBytes, isSearch: true };
  }

  /**
   * @param doubted of a control block with odd names: whether to look once more
   * @returns the channels; undefined where there is nothing yet; why there will never be anything, in words
   */
  async #attempt(
    session: Session,
    where: Where,
    doubted: () => boolean,
  ): Promise<readonly Channel[] | string | undefined> {
    const { CommandError } = await import('../../openocd');
    const { id, pollingMs } = this.plans.launch;
    try {
      await session.rtt.setup({ address: where.address, size: where.sizeBytes, id });
    } catch (error) {
      this.log.warn(`RTT: ${error instanceof Error ? error.message : error}`);
      // It looks at nothing on the target: what OpenOCD refuses now it refuses for ever.
      return error instanceof CommandError ? error.message : undefined;
    }
    try {
      // OpenOCD keeps the control block of an earlier start until it is told to stop.
      await session.rtt.stop();
      await session.rtt.pollingInterval(pollingMs ?? settings.rtt.pollingIntervalMs());
      // Looking at one place is cheap. A search reads all of the RAM, and other commands wait meanwhile: once, then a pause.
      await session.rtt.start({ timeout: where.isSearch ? 1 : RETRY_MS });
      const channels = await listChannels(session, doubted);
      return channels.length === 0 ? undefined : channels;
    } catch (error) {
      this.log.debug(`RTT: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  async #open(session: Session, channels: readonly Channel[]): Promise<void> {
    const generation = this.#generation;
    for (const channel of channels) {
      try {
        const stream = await session.rtt.open(channel.index);
        if (generation !== this.#generation) {
          stream.destroy();
          return;
        }
        this.#streams.set(channel.index, stream);
        stream.on('data', (bytes: Uint8Array) => this.#data.fire({ channel: channel.index, bytes }));
        stream.on('error', (error) => this.log.debug(`RTT channel ${channel.index}: ${error.message}`));
      } catch (error) {
        this.log.warn(
          `RTT channel ${channel.index} could not be opened: ${error instanceof Error ? error.message : error}`,
        );
      }
    }
    this.#set({ kind: 'found', channels });
  }

  /** Sends bytes down a channel. False: it is not open. */
  send(channel: number, bytes: Uint8Array): boolean {
    const stream = this.#streams.get(channel);
    if (stream === undefined) return false;
    stream.write(bytes);
    return true;
  }

  #close(): void {
    this.#generation++;
    clearTimeout(this.#timer);
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
  }

  #set(state: RttState): void {
    this.#state = state;
    this.#changed.fire(state);
  }

  dispose(): void {
    this.#close();
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const emitter of [this.#changed, this.#data, this.#restarted]) emitter.dispose();
  }
}
