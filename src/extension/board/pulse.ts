// Feels whether OpenOCD still answers: now and then, and at once when the machine has slept. Knows no board and no VS Code.

export interface PulseLimits {
  readonly everyMs: number;
  /** An answer may take so long. */
  readonly answerMs: number;
  /** So many questions without an answer in a row are worth a word. */
  readonly misses: number;
  /** The clock jumped by more than this between two looks: the machine slept. */
  readonly sleepMs: number;
  /** After sleep the answer must come in this time. */
  readonly wakeAnswerMs: number;
}

export const PULSE: PulseLimits = { everyMs: 2000, answerMs: 30_000, misses: 2, sleepMs: 10_000, wakeAnswerMs: 5000 };

/** After sleep it may take so long until the loss of the probe shows. */
const WAKE_MS = 60_000;

export interface PulseOptions {
  /** Asks OpenOCD something harmless. `afterSleep`: something that reaches down to the probe. */
  readonly ask: (timeoutMs: number, afterSleep: boolean) => Promise<unknown>;
  /** OpenOCD does not answer after the machine has slept: its probe is gone. Called once. */
  readonly onGone: () => void;
  /**
   * OpenOCD has not answered for a while. It may hang, or be busy: it does one thing at a time, and another client may let it erase a
   * large flash, so nobody but the user can tell. Called once until it answers again.
   */
  readonly onSilence: () => void;
  readonly limits?: PulseLimits;
  /** Wall clock in milliseconds: it goes on while the machine sleeps. */
  readonly now?: () => number;
}

export class Pulse {
  readonly #options: PulseOptions;
  readonly #limits: PulseLimits;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #last: number;
  #wokeAt: number | undefined;
  #missed = 0;
  #isAsking = false;
  #isOver = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#limits = options.limits ?? PULSE;
    this.#now = options.now ?? Date.now;
    this.#last = this.#now();
    this.#timer = setInterval(() => void this.beat(), this.#limits.everyMs);
    this.#timer.unref();
  }

  /** True for a while after the machine has slept. */
  get hasSlept(): boolean {
    return this.#wokeAt !== undefined && this.#now() - this.#wokeAt < WAKE_MS;
  }

  /** One look; the timer calls it. */
  async beat(): Promise<void> {
    const now = this.#now();
    const slept = now - this.#last > this.#limits.everyMs + this.#limits.sleepMs;
    this.#last = now;
    if (slept) this.#wokeAt = now;
    if (this.#isAsking || this.#isOver) return;
    this.#isAsking = true;
    try {
      await this.#options.ask(slept ? this.#limits.wakeAnswerMs : this.#limits.answerMs, slept);
      this.#missed = 0;
    } catch {
      this.#missed++;
      if (this.#isOver) return;
      if (slept) {
        this.dispose();
        this.#options.onGone();
      } else if (this.#missed === this.#limits.misses) this.#options.onSilence();
    } finally {
      this.#isAsking = false;
    }
  }

  dispose(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }
}
