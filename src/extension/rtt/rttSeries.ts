// The numbers of one RTT channel as a source for a plot.
import * as vscode from 'vscode';
import type { PlotSource, Sample } from '../plot/plotSource';
import { NumberDecoder } from './binary';
import type { ChannelPlan } from './channelPlan';
import type { RttModel } from './rttModel';

export class RttSeries implements PlotSource, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #sampled = new vscode.EventEmitter<readonly Sample[]>();
  readonly onSamples = this.#sampled.event;
  readonly title: string;
  readonly empty = '';
  readonly series: readonly string[];
  #decoder: NumberDecoder;
  #lastMs = performance.now();
  readonly #begunMs = this.#lastMs;
  readonly #subscriptions: vscode.Disposable[];

  /** @param name of the channel, where the plan has no label */
  constructor(model: RttModel, plan: ChannelPlan, name: string) {
    const label = plan.label ?? name;
    this.title = vscode.l10n.t('RTT {0}: {1}', plan.channel, label);
    this.series = [label];
    const fresh = () => new NumberDecoder(plan.encoding, plan.scale);
    this.#decoder = fresh();
    this.#subscriptions = [
      model.onData(({ channel, bytes }) => {
        if (channel === plan.channel) this.#receive(bytes);
      }),
      // The next stream begins with a whole number.
      model.onDidChange(({ kind }) => {
        if (kind !== 'found') this.#decoder = fresh();
      }),
    ];
  }

  /** The channel tells no times: the numbers of one piece are spread evenly over the time since the piece before. */
  #receive(bytes: Uint8Array): void {
    const nowMs = performance.now();
    const numbers = this.#decoder.push(bytes);
    const since = this.#lastMs;
    const stepMs = (nowMs - since) / numbers.length;
    this.#sampled.fire(
      numbers.map((number, index) => ({ timeMs: since + (index + 1) * stepMs - this.#begunMs, numbers: [number] })),
    );
    if (numbers.length > 0) this.#lastMs = nowMs;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#sampled.dispose();
  }
}
