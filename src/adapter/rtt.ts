// RTT in a debug session: finds the program's control block once it has started, tells clients of it, and, for clients that do not
// read RTT themselves, prints the first channel.

import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { wordsOf } from '../debugger/errors';
import { clearRttBlock, type RttChannelInfo, readRttBlock, rttAddressOf } from '../debugger/live/rttBlock';
import { hexAddress } from '../debugger/numbers';
import type { Live } from './live';
import { texts } from './messages';
import type { CustomEvents } from './protocol';
import type { Session } from './session';

const SEARCH_MS = 100;
/** After this long the search slows down: the program may never start RTT. */
const EAGER_SEARCHES = 50;
const PATIENT_MS = 1000;

export class Rtt {
  readonly #address: number | undefined;
  #channels: readonly RttChannelInfo[] = [];
  #state: 'idle' | 'searching' | 'found' = 'idle';
  #timer: NodeJS.Timeout | undefined;
  #searches = 0;
  #console: Duplex | undefined;
  #isDisposed = false;

  constructor(
    private readonly session: Session,
    private readonly live: Live,
  ) {
    this.#address = live.configuration.rtt?.address ?? rttAddressOf(live.debuggee.engine.program);
  }

  get current(): { readonly controlBlock: string | null; readonly channels: readonly RttChannelInfo[] } {
    return { controlBlock: this.#state === 'found' ? this.#shown : null, channels: this.#channels };
  }

  get #shown(): string | null {
    return this.#address === undefined ? null : hexAddress(this.#address, this.live.debuggee.engine.space.addressSize);
  }

  /** Forgets a block of an earlier run, which survives a reset in RAM. The cores must be halted. */
  async clear(): Promise<void> {
    this.#stop();
    if (this.#address !== undefined) await clearRttBlock(this.live.engine.target, this.#address);
  }

  /** Begins to look for the block of the program that runs now. */
  search(): void {
    if (this.#address === undefined || this.#isDisposed) {
      if (this.live.configuration.rtt !== undefined) this.session.output(texts.rttNoSymbol, 'important');
      return;
    }
    if (this.#state !== 'idle') return;
    this.#enter('searching', texts.rttSearching(this.#shown ?? ''));
    this.#searches = 0;
    this.#schedule(0);
  }

  /** The program began anew while nobody held it: its block is looked for again, and not touched. */
  searchAgain(): void {
    this.#stop();
    this.search();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#console?.destroy();
    this.#console = undefined;
    if (this.#state === 'found') this.#tell('lost', texts.rttLost);
    this.#state = 'idle';
    this.#channels = [];
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#look(), ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { target } = this.live.engine;
    // While the core stands nothing can change, and the first look is at the program's start.
    const channels = this.live.engine.isRunning
      ? await readRttBlock(target, this.#address ?? 0, this.live.configuration.rtt?.id).catch(() => undefined)
      : undefined;
    if (this.#isDisposed || this.#state !== 'searching') return;
    if (channels === undefined) {
      if (this.live.engine.isRunning) this.#searches++;
      this.#schedule(this.#searches < EAGER_SEARCHES ? SEARCH_MS : PATIENT_MS);
      return;
    }
    this.#channels = channels;
    this.#enter('found', texts.rttFound(this.#shown ?? ''));
    const { rtt, rttInClient } = this.live.configuration;
    if (rtt !== undefined && !rttInClient) await this.#print();
  }

  /** Prints up-channel 0 to the debug console. */
  async #print(): Promise<void> {
    const { rtt } = this.live.openOcd.session;
    try {
      await rtt.setup({ address: this.#address ?? 0, size: 1024, id: this.live.configuration.rtt?.id });
      if (this.live.configuration.rtt?.pollingMs !== undefined)
        await rtt.pollingInterval(this.live.configuration.rtt.pollingMs);
      await rtt.start();
      const stream = await rtt.open(0);
      if (this.#isDisposed || this.#state !== 'found') {
        stream.destroy();
        return;
      }
      this.#console = stream;
      const decoder = new StringDecoder('utf8');
      stream.on('data', (bytes: Buffer) => this.session.output(decoder.write(bytes), 'stdout'));
      stream.on('error', () => stream.destroy());
    } catch (error) {
      this.session.output(`${wordsOf(error)}\n`, 'stderr');
    }
  }

  #enter(state: 'searching' | 'found', message: string): void {
    this.#state = state;
    this.#tell(state, message);
  }

  #tell(state: CustomEvents['openocd.rtt']['state'], message: string): void {
    const body: CustomEvents['openocd.rtt'] = {
      controlBlock: this.#shown,
      channels: state === 'found' ? this.#channels : [],
      state,
      message,
    };
    this.session.event('openocd.rtt', body);
  }
}
