// Live Watch subscriptions: samples expressions at a rate and sends the values as events.
import { type SampledValue, Sampler } from '../debugger/live/sampler';
import type { Live } from './live';
import type { LiveValue } from './protocol';
import type { Session } from './session';

/** Faster than this no link and no eye follows. */
const MOST_PER_SECOND = 1000;
/** At most this part of OpenOCD's time is spent on samples; the rest is left to everything else that wants it. */
const SHARE = 0.5;
/** Samples that are timed before the answer, of which the quickest counts: the first ones meet cold code. */
const TRIALS = 3;

interface Subscription {
  readonly sampler: Sampler;
  readonly periodMs: number;
  readonly started: number;
  timer: NodeJS.Timeout | undefined;
}

export class LiveWatch {
  readonly #subscriptions = new Map<number, Subscription>();
  #nextId = 1;

  constructor(
    private readonly session: Session,
    private readonly live: Live,
  ) {}

  /** Starts sampling. Expressions that cannot be sampled are named at once; the others go on without them. */
  async start(
    expressions: readonly string[],
    samplesPerSecond: number,
  ): Promise<{
    subscription: number;
    samplesPerSecond: number;
    problems: { expression: string; message: string }[];
  }> {
    const { engine } = this.live.debuggee;
    const format = () => engine.numberFormat;
    const sampler = new Sampler(engine.program, this.live.engine.target, engine.architecture, expressions, format);
    // The first sample finds the memory that is needed, the others tell how long one takes.
    const values = await sampler.sample();
    let costMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < TRIALS; i++) {
      await sampler.sample();
      costMs = Math.min(costMs, sampler.linkMs);
    }
    const asked = Math.min(Math.max(samplesPerSecond, 0.1), MOST_PER_SECOND);
    const rate = Math.min(asked, SHARE / Math.max(costMs / 1000, 1e-4));
    const id = this.#nextId++;
    const subscription: Subscription = {
      sampler,
      periodMs: 1000 / asked,
      started: performance.now(),
      timer: undefined,
    };
    this.#subscriptions.set(id, subscription);
    this.#schedule(id, subscription, performance.now() + 1000 / rate);
    return {
      subscription: id,
      samplesPerSecond: Math.round(rate * 10) / 10,
      problems: expressions.flatMap((expression, index) => {
        const message = values[index]?.problem;
        return message === undefined ? [] : [{ expression, message }];
      }),
    };
  }

  stop(id: number): void {
    clearTimeout(this.#subscriptions.get(id)?.timer);
    this.#subscriptions.delete(id);
  }

  dispose(): void {
    for (const id of [...this.#subscriptions.keys()]) this.stop(id);
  }

  #schedule(id: number, subscription: Subscription, dueMs: number): void {
    const pause = Math.max(0, dueMs - performance.now());
    subscription.timer = setTimeout(() => void this.#tick(id, subscription), pause);
    subscription.timer.unref();
  }

  async #tick(id: number, subscription: Subscription): Promise<void> {
    const begun = performance.now();
    try {
      const values = await subscription.sampler.sample();
      if (!this.#subscriptions.has(id)) return;
      const timeMs = Math.round(begun - subscription.started);
      this.session.event('openocd.liveSample', { subscription: id, timeMs, values: values.map(describeSample) });
    } catch {
      // The connection is gone: the session ends and says so.
      this.stop(id);
      return;
    }
    // A link that is slower now gets fewer samples, and more again when it recovers.
    const { sampler, periodMs } = subscription;
    this.#schedule(id, subscription, begun + Math.max(periodMs, sampler.linkMs / SHARE));
  }
}

export const describeSample = ({ text, number, problem }: SampledValue): LiveValue => ({
  text,
  ...(number === undefined || !Number.isFinite(number) ? {} : { number }),
  ...(problem === undefined ? {} : { error: problem }),
});
