// Listeners that can be taken back: the one form in which the library hands out subscriptions.
import { setImmediate } from 'node:timers';

/** Ends a subscription; calling it twice is harmless. */
export interface Subscription extends Disposable {
  dispose(): void;
}

/** @returns a subscription that runs `end` once. */
export function subscription(end: () => void): Subscription {
  let ended = false;
  const dispose = () => {
    if (ended) return;
    ended = true;
    end();
  };
  return { dispose, [Symbol.dispose]: dispose };
}

/** A list of callbacks. One that throws does not stop the others: its error surfaces as an uncaught exception later. */
export class Listeners<T> {
  readonly #callbacks = new Set<{ readonly call: (value: T) => void }>();

  add(callback: (value: T) => void): Subscription {
    const entry = { call: callback };
    this.#callbacks.add(entry);
    return subscription(() => this.#callbacks.delete(entry));
  }

  fire(value: T): void {
    for (const entry of [...this.#callbacks]) {
      try {
        entry.call(value);
      } catch (error) {
        setImmediate(() => {
          throw error;
        });
      }
    }
  }
}
