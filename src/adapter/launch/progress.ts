// A progress bar in the client (DAP progressStart, progressUpdate, progressEnd) that can be cancelled there.
import type { Progress } from '../../openocd';
import type { Session } from '../session';
import { liveTexts } from './messages';

let nextId = 1;

/** From where to where the bar goes in each phase, in percent. */
const SHARES: Readonly<Record<Progress['phase'], readonly [number, number]>> = {
  compare: [0, 10],
  erase: [10, 90],
  write: [10, 90],
  verify: [90, 100],
  read: [0, 100],
};

export class ProgressReport {
  readonly #id = `openocd-${nextId++}`;
  readonly #cancel = new AbortController();
  readonly signal: AbortSignal;
  readonly #unregister: () => void;
  #shown = '';

  constructor(
    private readonly session: Session,
    title: string,
    signal: AbortSignal,
  ) {
    this.signal = AbortSignal.any([signal, this.#cancel.signal]);
    this.#unregister = session.onCancel(this.#id, () => this.#cancel.abort());
    session.event('progressStart', {
      progressId: this.#id,
      title,
      message: liveTexts.progressPhases.compare,
      cancellable: true,
      percentage: 0,
    });
  }

  show({ done, total, phase }: Progress): void {
    const part = total === 0 ? 0 : done / total;
    const message = `${liveTexts.progressPhases[phase]} ${Math.floor(part * 100)} %`;
    // One event per percent is plenty.
    if (message === this.#shown) return;
    this.#shown = message;
    const [from, to] = SHARES[phase];
    const percentage = Math.floor(from + part * (to - from));
    this.session.event('progressUpdate', { progressId: this.#id, message, percentage });
  }

  end(): void {
    this.#unregister();
    this.session.event('progressEnd', { progressId: this.#id });
  }
}
