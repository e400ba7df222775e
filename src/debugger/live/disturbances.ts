// What other clients of OpenOCD do to the target, as its notifications tell it: resets, and runs that may have moved a halted core.
// What this session did itself is no disturbance; what its user's own commands do is one, but not of others.
import type { Session } from '../../openocd';
import type { Disposable } from '../target';

export type Disturbance = 'reset' | 'moved';

/** @param isCommanded a command of this session's user may have done it */
export type DisturbanceListener = (what: Disturbance, isCommanded: boolean) => void;

/** What has to be known of the cores. */
export interface DisturbedCores {
  /** True while this session starts or changes cores: whether something is news is decided afterwards. */
  isBusy(): boolean;
  /** True when nothing is told any more. */
  isClosed(): boolean;
  /** Whether OpenOCD's target of that name stands, as far as this session knows. */
  isHalted(target: string): boolean;
  /** Forgets what was known of the target's memory. */
  forget(): void;
}

/** Notifications of one's own commands come at most this much later than their answers. */
const SETTLED_MS = 50;

/** On a busy machine they may come later; those of resets are waited for. */
const LATE_MS = 500;

export class Disturbances {
  readonly #listeners = new Set<DisturbanceListener>();
  readonly #lastStates = new Map<string, string>();
  /** How often each target was told to run, less how often this session let it, since it was last looked at. */
  readonly #unexplained = new Map<string, number>();
  #settling: NodeJS.Timeout | undefined;
  /** Resets of this session whose notification has not come yet. */
  readonly #ownResets = new Set<object>();
  /** Commands of the user that go on. */
  #commands = 0;
  /** Those that are over and whose notifications may still come. */
  #lateCommands = 0;

  constructor(
    private readonly session: Session,
    private readonly cores: DisturbedCores,
  ) {}

  /**
   * The next reset that OpenOCD tells of is this session's. Call what is answered when it is over: a notification that does not come soon
   * after that comes no more, as at a reset before notifications were on, and the next one is of somebody else's.
   */
  expectReset(): () => void {
    const reset = {};
    this.#ownResets.add(reset);
    return () => void setTimeout(() => this.#ownResets.delete(reset), LATE_MS).unref();
  }

  /** Resets and moves are the user's own from now on. Call what is answered when what his command did is known. */
  expectCommand(): () => void {
    this.#commands++;
    return () => {
      this.#commands--;
      this.#lateCommands++;
      setTimeout(() => this.#lateCommands--, LATE_MS).unref();
    };
  }

  /** True when what is found now may be the work of a command of the user. */
  get isCommanded(): boolean {
    return this.#commands > 0;
  }

  /** This session let a target run: one notification of that is no news, whether it has come already or not. */
  expectRun(target: string): void {
    if (this.#listeners.size > 0) this.#count(target, -1);
  }

  /** Calls back when another client has reset the target, or may have moved a halted core. */
  on(listener: DisturbanceListener): Disposable {
    this.#listeners.add(listener);
    const { events } = this.session;
    const subscriptions = [
      events.on('reset', () => {
        const [own] = this.#ownResets;
        if (own === undefined) this.tellReset();
        else this.#ownResets.delete(own);
      }),
      events.on('state', ({ target, state }) => this.#lastStates.set(target, state)),
      events.on('resumed', ({ target }) => this.#count(target, 1)),
    ];
    return {
      dispose: () => {
        clearTimeout(this.#settling);
        this.#listeners.delete(listener);
        for (const subscription of subscriptions) subscription.dispose();
      },
    };
  }

  /** Somebody else has reset the target, and may have programmed it as well. */
  tellReset(): void {
    this.cores.forget();
    this.#tell('reset');
  }

  #count(target: string, by: 1 | -1): void {
    this.#unexplained.set(target, (this.#unexplained.get(target) ?? 0) + by);
    this.#settle();
  }

  /** Answers come before the notifications of what they answer or after them: a little later both are there. */
  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      if (this.cores.isClosed()) return;
      if (this.cores.isBusy()) this.#settle();
      else this.#judge();
    }, SETTLED_MS);
    this.#settling.unref();
  }

  #judge(): void {
    // A driver that does not tell of our runs must not hide those of others: what runs last is known as well.
    const isNews = [...this.#unexplained].some(
      ([target, count]) => count > 0 || (this.#lastStates.get(target) === 'running' && this.cores.isHalted(target)),
    );
    this.#unexplained.clear();
    if (isNews) this.#tell('moved');
  }

  #tell(what: Disturbance): void {
    for (const listener of this.#listeners) listener(what, this.#commands + this.#lateCommands > 0);
  }
}
