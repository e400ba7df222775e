// A progress bar in the client (DAP progressStart, progressUpdate, progressEnd) that can be cancelled there.
import type { Progress } from '../../openocd';
import type { Session } from '../session';
import { liveTexts } from './messages';

let nextId = 1;

export class ProgressReport {
  readonly #id = `openocd-${nextId++}`;
  readonly #cancel = new AbortController();
  readonly signal: AbortSignal;
  readonly #unregister: () => void;
  #shown = -1;

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
      message: liveTexts.comparing,
      cancellable: true,
      percentage: 0,
    });
  }

  show({ done, total, phase }: Progress): void {
    const percentage = total === 0 ? 0 : Math.floor((done / total) * 100);
    // One event per percent is plenty.
    if (percentage === this.#shown) return;
    this.#shown = percentage;
    const message = `${liveTexts.progressPhases[phase]} ${percentage} %`;
    this.session.event('progressUpdate', { progressId: this.#id, message, percentage });
  }

  end(): void {
    this.#unregister();
    this.session.event('progressEnd', { progressId: this.#id });
  }
}
