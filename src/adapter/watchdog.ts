// Notices that OpenOCD hangs. A command without an answer in time may only have met a long one of another client, so a greeting on a
// connection of its own follows, which waits behind nothing of this session; without an answer to that the session cannot go on.
import { type Session as OpenOcd, TimeoutError } from '../openocd';

export class Watchdog {
  readonly #subscription: { dispose(): void };
  #isAsking = false;
  #isDisposed = false;

  /**
   * @param greet fails when OpenOCD does not answer
   * @param isBusy true while OpenOCD does something of the user's that may take long
   */
  constructor(
    session: Pick<OpenOcd, 'onExchange'>,
    private readonly greet: () => Promise<void>,
    private readonly isBusy: () => boolean,
    private readonly onHung: () => void,
  ) {
    this.#subscription = session.onExchange(({ error }) => {
      if (error instanceof TimeoutError && !this.#isAsking) void this.#ask();
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#subscription.dispose();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    try {
      await this.greet();
    } catch {
      if (!this.#isDisposed && !this.isBusy()) this.onHung();
    } finally {
      this.#isAsking = false;
    }
  }
}
