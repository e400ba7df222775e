// Live Watch: expressions of the user, sampled by the debug adapter while the program runs. Holds the expressions, subscribes on the
// active session, keeps the newest values and a history for the plot. The views only listen.
import * as vscode from 'vscode';
import type { CustomEvents, LiveValue } from '../../adapter/protocol';
import { ask } from '../commands/debugCommands';
import type { Sessions } from '../launch/sessions';
import type { PlotSource, Sample } from '../plot/plotSource';
import * as settings from '../settings';

const REMEMBERED = 'openocd.liveWatch';

export interface WatchEntry {
  readonly expression: string;
  readonly value: LiveValue | undefined;
}

export class LiveWatch implements PlotSource, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** Expressions, rate or session changed. */
  readonly onDidChange = this.#changed.event;
  readonly #sampled = new vscode.EventEmitter<readonly Sample[]>();
  readonly onSamples = this.#sampled.event;
  readonly title = vscode.l10n.t('OpenOCD Live Plot');
  readonly empty = vscode.l10n.t('Add an expression to Live Watch to see it here.');
  #expressions: string[];
  #values: readonly LiveValue[] = [];
  #session: vscode.DebugSession | undefined;
  #subscription: number | undefined;
  #rate: number | undefined;
  /** Samples per second that the session's launch configuration asks for. */
  #launchRate: number | undefined;
  /** Only the newest subscription counts: an older one's answer may still be under way. */
  #generation = 0;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    sessions: Sessions,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#expressions = [...memory.get<string[]>(REMEMBERED, [])];
    this.#subscriptions = [
      sessions.onEvent((event) => {
        if (event.event === 'openocd.liveSample' && event.session === this.#session) this.#receive(event.body);
        if (event.event === 'openocd.connected') this.#attach(event.session);
      }),
      sessions.onDidEnd((session) => {
        if (session === this.#session) this.#attach(undefined);
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('openocd.liveWatch')) return;
        // Chosen since the session began: it counts more than what the launch configuration says.
        this.#launchRate = undefined;
        void this.#subscribe();
      }),
    ];
  }

  get entries(): readonly WatchEntry[] {
    return this.#expressions.map((expression, index) => ({ expression, value: this.#values[index] }));
  }

  get series(): readonly string[] {
    return this.#expressions;
  }

  /** Samples per second in force; undefined while nothing is sampled. */
  get rate(): number | undefined {
    return this.#rate;
  }

  #attach(session: vscode.DebugSession | undefined): void {
    this.#session = session;
    const rate: unknown = session?.configuration['liveWatch']?.samplesPerSecond;
    this.#launchRate = typeof rate === 'number' && rate > 0 ? rate : undefined;
    this.#subscription = undefined;
    this.#values = [];
    this.#rate = undefined;
    this.#changed.fire();
    void this.#subscribe();
  }

  async add(expression: string): Promise<void> {
    if (this.#expressions.includes(expression)) return;
    await this.#replace([...this.#expressions, expression]);
  }

  /** @throws Error where the new expression is there already */
  async edit(old: string, expression: string): Promise<void> {
    if (expression === old) return;
    if (this.#expressions.includes(expression))
      throw new Error(vscode.l10n.t('“{0}” is in Live Watch already.', expression));
    await this.#replace(this.#expressions.map((entry) => (entry === old ? expression : entry)));
  }

  async remove(expression: string): Promise<void> {
    await this.#replace(this.#expressions.filter((entry) => entry !== expression));
  }

  /** Sets a value while the program runs. */
  async set(expression: string, value: string): Promise<void> {
    if (this.#session === undefined) throw new Error(vscode.l10n.t('This needs a debug session: press F5 first.'));
    await ask(this.#session, 'openocd.setLive', { expression, value });
  }

  async #replace(expressions: string[]): Promise<void> {
    this.#expressions = expressions;
    this.#values = [];
    await this.memory.update(REMEMBERED, expressions);
    this.#changed.fire();
    await this.#subscribe();
  }

  async #subscribe(): Promise<void> {
    const generation = ++this.#generation;
    const session = this.#session;
    const old = this.#subscription;
    this.#subscription = undefined;
    try {
      if (session === undefined) return;
      if (old !== undefined) await ask(session, 'openocd.stopLiveWatch', { subscription: old });
      if (this.#expressions.length === 0 || generation !== this.#generation) return;
      const answer = await ask(session, 'openocd.liveWatch', {
        expressions: this.#expressions,
        samplesPerSecond: this.#launchRate ?? settings.samplesPerSecond(),
      });
      if (generation !== this.#generation) {
        await ask(session, 'openocd.stopLiveWatch', { subscription: answer.subscription });
        return;
      }
      this.#subscription = answer.subscription;
      this.#rate = answer.samplesPerSecond;
      this.#values = this.#expressions.map((expression) => {
        const problem = answer.problems.find((entry) => entry.expression === expression);
        return problem === undefined ? { text: '' } : { text: '', error: problem.message };
      });
      this.#changed.fire();
    } catch (error) {
      this.log.warn(`Live Watch: ${error instanceof Error ? error.message : error}`);
    }
  }

  #receive(sample: CustomEvents['openocd.liveSample']): void {
    if (sample.subscription !== this.#subscription) return;
    this.#values = sample.values;
    this.#sampled.fire([{ timeMs: sample.timeMs, numbers: sample.values.map((value) => value.number) }]);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#sampled.dispose();
  }
}
