// What other clients of OpenOCD do to the target, as its notifications tell it: resets, and runs that may have moved a halted core.
// What this session did itself is no disturbance.
import type { Session } from '../../openocd';
import type { Disposable } from '../target';

export type Disturbance = 'reset' | 'moved';

/** Notifications of one's own commands come at most this much later than their answers. */
const SETTLED_MS = 50;

export class Disturbances {
  readonly #listeners = new Set<(what: Disturbance) => void>();
  #ownResets = 0;

  constructor(
    private readonly session: Session,
    /** True when nobody needs to look: cores are being started, or nothing is watched any more. */
    private readonly isOurs: () => boolean,
    /** Forgets what was known of the target before a reset. */
    private readonly forget: () => void,
  ) {}

  /** The next reset that OpenOCD tells of is this session's. */
  expectReset(): void {
    this.#ownResets++;
  }

  /** Calls back when another client has reset the target, or may have moved a halted core. */
  on(listener: (what: Disturbance) => void): Disposable {
    let timer: NodeJS.Timeout | undefined;
    this.#listeners.add(listener);
    const subscriptions = [
      this.session.events.on('reset', () => {
        if (this.#ownResets > 0) {
          this.#ownResets--;
          return;
        }
        this.tellReset();
      }),
      this.session.events.on('resumed', () => {
        clearTimeout(timer);
        // Own steps are told here as well, and later than their answer.
        timer = setTimeout(() => {
          if (!this.isOurs()) listener('moved');
        }, SETTLED_MS);
        timer.unref();
      }),
    ];
    return {
      dispose: () => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        for (const subscription of subscriptions) subscription.dispose();
      },
    };
  }

  /** Somebody else has reset the target, and may have programmed it as well. */
  tellReset(): void {
    this.forget();
    for (const listener of this.#listeners) listener('reset');
  }
}
