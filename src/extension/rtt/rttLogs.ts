// Files that RTT channels are written to, byte for byte: those of the configuration, and those the user asks for.
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RttModel } from './rttModel';
import type { RttPlans } from './rttPlans';

interface Log {
  readonly file: string;
  readonly stream: fs.WriteStream;
}

export class RttLogs implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #logs = new Map<number, Log>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly model: RttModel,
    private readonly plans: RttPlans,
  ) {
    this.#subscriptions = [
      model.onData(({ channel, bytes }) => this.#logs.get(channel)?.stream.write(bytes)),
      model.onDidChange((state) => {
        if (state.kind === 'off') for (const channel of this.#logs.keys()) this.stop(channel);
        if (state.kind === 'found') this.#asPlanned();
      }),
      plans.onDidChange(() => this.#asPlanned()),
    ];
  }

  /** The file that the channel is written to. */
  fileOf(channel: number): string | undefined {
    return this.#logs.get(channel)?.file;
  }

  #asPlanned(): void {
    if (this.model.state.kind !== 'found') return;
    for (const { index } of this.model.state.channels) {
      const plan = this.plans.of(index).find(({ logFile }) => logFile !== undefined);
      if (plan?.logFile === undefined || this.#logs.has(index)) continue;
      this.start(index, this.plans.fileOf(plan.logFile), plan.append);
    }
  }

  /** Writes everything the channel sends from now on to a file, as it comes. */
  start(channel: number, file: string, append: boolean): void {
    this.stop(channel);
    const stream = fs.createWriteStream(file, { flags: append ? 'a' : 'w' });
    stream.on('error', (error) => {
      this.#logs.delete(channel);
      this.#changed.fire();
      vscode.window.showErrorMessage(
        vscode.l10n.t('RTT channel {0} could not be written to {1}: {2}', channel, path.basename(file), error.message),
      );
    });
    this.#logs.set(channel, { file, stream });
    this.#changed.fire();
  }

  stop(channel: number): void {
    const log = this.#logs.get(channel);
    if (log === undefined) return;
    this.#logs.delete(channel);
    log.stream.end();
    this.#changed.fire();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { stream } of this.#logs.values()) stream.end();
    this.#changed.dispose();
  }
}
