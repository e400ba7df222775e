// Plots of RTT channels: those that the configuration asks for open when their channel is found, others on request.
import type * as vscode from 'vscode';
import type { Plots } from '../plot/plots';
import type { ChannelPlan } from './channelPlan';
import type { Channel, RttModel } from './rttModel';
import type { RttPlans } from './rttPlans';
import { RttSeries } from './rttSeries';

const keyOf = (channel: number) => `rtt ${channel}`;

export class RttPlots implements vscode.Disposable {
  /** Opened for this board: a plot that the user has closed stays closed. */
  readonly #opened = new Set<number>();
  readonly #subscription: vscode.Disposable;

  constructor(
    private readonly model: RttModel,
    private readonly plans: RttPlans,
    private readonly plots: Plots,
  ) {
    this.#subscription = model.onDidChange((state) => {
      if (state.kind === 'off') this.#opened.clear();
      if (state.kind !== 'found') return;
      for (const channel of state.channels) {
        const wanted = plans.of(channel.index).some((plan) => plan.kind === 'graph');
        if (wanted && !this.#opened.has(channel.index)) this.show(channel);
      }
    });
  }

  /** How the channel's bytes become numbers, where somebody has said it. */
  planned(channel: number): ChannelPlan | undefined {
    const plans = this.plans.of(channel);
    return plans.find((plan) => plan.kind === 'graph') ?? plans.find((plan) => plan.kind === 'binary');
  }

  show(channel: Channel): void {
    const plan = this.planned(channel.index);
    if (plan === undefined) return;
    this.#opened.add(channel.index);
    this.plots.show(keyOf(channel.index), () => {
      const source = new RttSeries(this.model, plan, channel.name);
      return { source, close: () => source.dispose() };
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
