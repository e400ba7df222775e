// What OpenOCD reports by itself, as typed events. Notifications name no target, do not cover resets and share one memory for
// all targets, so they are hints: after a reset, and with several targets always, the states are asked for.
import type { Client } from '../client';
import { Listeners, type Subscription, subscription } from '../disposable';
import { OpenOcdError } from '../errors';
import { readNotification } from '../replies/notifications';
import { readStates, STATES_SCRIPT, type TargetState } from '../replies/states';

export interface TargetEvent {
  readonly target: string;
}

export interface StateEvent extends TargetEvent {
  readonly state: TargetState;
}

export interface ResetEvent {
  readonly mode: 'run' | 'halt' | 'init' | (string & {});
}

export interface EventMap {
  /** A core halted (also after each single step). */
  readonly halted: TargetEvent;
  /** A core was resumed (also by each single step). */
  readonly resumed: TargetEvent;
  /** One per reset, whatever the number of targets. The states after it follow as `state`. */
  readonly reset: ResetEvent;
  readonly 'gdb-attach': undefined;
  readonly 'gdb-detach': undefined;
  /** A state that is new. */
  readonly state: StateEvent;
  /** Bytes of the trace port (`tcl_trace on`). */
  readonly trace: Buffer;
  /** The connection that carries events was lost (`available` false, after which it is opened again), or is back. */
  readonly notifications: { readonly available: boolean; readonly error?: Error };
  /** Every frame as it came. */
  readonly raw: string;
}

/** A core that comes out of a reset is noticed by OpenOCD's next poll, without a notification. */
const RESET_POLL_MS = 50;

export class Events {
  readonly #client: Client;
  readonly #listeners: { readonly [K in keyof EventMap]: Listeners<EventMap[K]> } = {
    halted: new Listeners(),
    resumed: new Listeners(),
    reset: new Listeners(),
    'gdb-attach': new Listeners(),
    'gdb-detach': new Listeners(),
    state: new Listeners(),
    trace: new Listeners(),
    notifications: new Listeners(),
    raw: new Listeners(),
  };
  #states: ReadonlyMap<string, TargetState> = new Map();
  #enabling: Promise<void> | undefined;
  #asking: 'no' | 'asked' | 'again' = 'no';
  #resetFrames = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Calls back at each event. Turns notifications on; should that fail, a `notifications` event carries the error.
   * A callback that throws does not stop the others.
   */
  on<K extends keyof EventMap>(event: K, callback: (value: EventMap[K]) => void): Subscription {
    const listening = this.#listeners[event].add(callback);
    const enabling =
      event === 'trace' ? this.enable().then(() => this.#client.connection.enableTrace()) : this.enable();
    enabling.catch((error: Error) => this.#listeners.notifications.fire({ available: false, error }));
    return listening;
  }

  /**
   * Resolves at the first event.
   * @throws the signal's reason
   */
  once<K extends keyof EventMap>(event: K, { signal }: { readonly signal?: AbortSignal } = {}): Promise<EventMap[K]> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        ending.dispose();
        reject(signal?.reason);
      };
      const listening = this.on(event, (value) => {
        ending.dispose();
        resolve(value);
      });
      const ending = subscription(() => {
        listening.dispose();
        signal?.removeEventListener('abort', abort);
      });
      signal?.addEventListener('abort', abort);
    });
  }

  /** Turns notifications on and learns the states to compare with. Calling it again changes nothing. @throws ConnectionError, TimeoutError */
  enable(): Promise<void> {
    this.#enabling ??= this.#enable().catch((error: unknown) => {
      this.#enabling = undefined;
      throw error;
    });
    return this.#enabling;
  }

  async #enable(): Promise<void> {
    const { connection } = this.#client;
    this.#states = (await this.#currentStates()) ?? this.#states;
    const listening = [
      connection.onNotification((frame) => this.#receive(frame)),
      connection.onNotificationsAvailable((available) => {
        this.#listeners.notifications.fire({ available });
        // What happened meanwhile is unknown; the frames of a reset may have come in part.
        this.#resetFrames = 0;
        if (available) this.#ask();
      }),
    ];
    try {
      await connection.enableNotifications();
    } catch (error) {
      for (const one of listening) one.dispose();
      throw error;
    }
  }

  #receive(frame: string): void {
    this.#listeners.raw.fire(frame);
    const notification = readNotification(frame);
    switch (notification?.kind) {
      case 'trace':
        this.#listeners.trace.fire(notification.data);
        break;
      case 'reset':
        // OpenOCD sends the frame once for each target.
        if (this.#resetFrames++ % Math.max(1, this.#states.size) === 0)
          this.#listeners.reset.fire({ mode: notification.mode });
        this.#ask();
        break;
      case 'state':
        if (this.#states.size === 1) this.#update(new Map([[this.#only(), notification.state]]), false);
        else this.#ask();
        break;
      case 'event':
        this.#named(notification.name);
        break;
      default:
        break;
    }
  }

  #named(name: string): void {
    if (name === 'gdb-attach' || name === 'gdb-detach') this.#listeners[name].fire(undefined);
    if (name !== 'halted' && name !== 'resumed') return;
    if (this.#states.size === 1) this.#listeners[name].fire({ target: this.#only() });
    else this.#ask();
  }

  #only(): string {
    return [...this.#states.keys()][0] ?? '';
  }

  /** Asks for all states once, and once more if a hint comes in while the answer is on its way. */
  #ask(): void {
    if (this.#asking !== 'no') {
      this.#asking = 'again';
      return;
    }
    this.#asking = 'asked';
    void this.#currentStates().then((states) => {
      const again = this.#asking === 'again';
      this.#asking = 'no';
      if (states) this.#update(states, true);
      if (again) this.#ask();
      else if ([...(states?.values() ?? [])].includes('reset')) setTimeout(() => this.#ask(), RESET_POLL_MS).unref();
    });
  }

  /** @returns undefined when the question failed: the connection's own events tell of that */
  async #currentStates(): Promise<ReadonlyMap<string, TargetState> | undefined> {
    try {
      const [outcome] = await this.#client.outcomes([STATES_SCRIPT]);
      return outcome?.code === 0 ? readStates(outcome.message) : undefined;
    } catch (error) {
      if (error instanceof OpenOcdError) return undefined;
      throw error;
    }
  }

  /** @param asked the states are an answer, so halts and resumes have to be derived from them */
  #update(states: ReadonlyMap<string, TargetState>, asked: boolean): void {
    const before = this.#states;
    this.#states = new Map([...(asked ? [] : before), ...states]);
    for (const [target, state] of states) {
      const previous = before.get(target);
      if (previous === state) continue;
      this.#listeners.state.fire({ target, state });
      if (!asked) continue;
      if (state === 'halted') this.#listeners.halted.fire({ target });
      else if (state === 'running' && previous !== undefined) this.#listeners.resumed.fire({ target });
    }
  }
}
