// One terminal for each RTT channel: shows what comes up, sends down what is typed.
import * as vscode from 'vscode';
import * as settings from '../settings';
import { ChannelText } from './channelText';
import { LineInput } from './lines';
import type { RttModel } from './rttModel';
import type { RttPlans } from './rttPlans';

/** Text that arrived while no terminal was open is kept up to this many characters. */
const BACKLOG = 100_000;

class ChannelTerminal implements vscode.Pseudoterminal {
  readonly #write = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.#write.event;
  readonly #input = new LineInput();
  #isOpen = false;

  constructor(
    private readonly channel: number,
    private readonly model: RttModel,
    private readonly backlog: () => string,
    private readonly closed: () => void,
  ) {}

  open(): void {
    this.#isOpen = true;
    const { state } = this.model;
    if (state.kind === 'searching' || state.kind === 'failed') this.show(`\x1b[2m${state.message}\x1b[22m\r\n`);
    this.#write.fire(this.backlog());
  }

  close(): void {
    this.#isOpen = false;
    this.closed();
  }

  show(text: string): void {
    if (this.#isOpen) this.#write.fire(text);
  }

  clear(): void {
    this.show('\x1b[2J\x1b[3J\x1b[H');
  }

  handleInput(data: string): void {
    if (settings.rtt.input() === 'raw') {
      this.#send(data);
      return;
    }
    for (const { echo, line } of this.#input.key(data)) {
      this.show(echo);
      if (line !== undefined) this.#send(`${line}\n`);
    }
  }

  #send(text: string): void {
    if (this.model.send(this.channel, Buffer.from(text))) return;
    this.show(`\x1b[33m${vscode.l10n.t('Not sent: the channel is not connected.')}\x1b[39m\r\n`);
  }
}

interface Open {
  readonly terminal: vscode.Terminal;
  readonly pty: ChannelTerminal;
}

export class RttTerminals implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** A channel turned out to send text, or binary data. */
  readonly onDidChange = this.#changed.event;
  readonly #open = new Map<number, Open>();
  readonly #texts = new Map<number, ChannelText>();
  readonly #backlog = new Map<number, string>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly model: RttModel,
    private readonly plans: RttPlans,
  ) {
    this.#subscriptions = [
      model.onData(({ channel, bytes }) => this.#receive(channel, bytes)),
      model.onDidRestart(() => this.#restart()),
      model.onDidChange((state) => {
        if (state.kind !== 'found') {
          for (const text of this.#texts.values()) text.beginStream();
          return;
        }
        const up = state.channels.filter((channel) => channel.up);
        const [first] = up.filter(({ index }) => !this.#isPlotted(index));
        // The first channel is the program's console: show it without being asked, and without taking the focus.
        if (first !== undefined && this.#open.size === 0) this.open(first.index, first.name, true);
      }),
    ];
  }

  /** True for a channel that was seen to send data rather than text. */
  isBinary(channel: number): boolean {
    return this.#texts.get(channel)?.isBinary ?? false;
  }

  #isPlotted(channel: number): boolean {
    const plans = this.plans.of(channel);
    return plans.length > 0 && plans.every((plan) => plan.kind === 'graph');
  }

  /** Shows the channel's terminal, making it if there is none. */
  open(channel: number, name: string, preserveFocus = false): vscode.Terminal {
    const known = this.#open.get(channel);
    if (known !== undefined) {
      known.terminal.show(preserveFocus);
      return known.terminal;
    }
    const pty = new ChannelTerminal(
      channel,
      this.model,
      () => this.#backlog.get(channel) ?? '',
      () => this.#open.delete(channel),
    );
    const label = this.plans.of(channel).find((plan) => plan.kind !== 'graph')?.label ?? name;
    const terminal = vscode.window.createTerminal({
      name: `RTT ${channel}: ${label}`,
      pty,
      iconPath: new vscode.ThemeIcon('circuit-board'),
    });
    this.#open.set(channel, { terminal, pty });
    terminal.show(preserveFocus);
    return terminal;
  }

  #receive(channel: number, bytes: Uint8Array): void {
    let shown = this.#texts.get(channel);
    if (shown === undefined) {
      shown = new ChannelText(
        () => this.plans.of(channel),
        () => settings.rtt.timestamps(),
      );
      this.#texts.set(channel, shown);
    }
    const before = shown.isBinary;
    const { text, clear } = shown.write(bytes);
    const pty = this.#open.get(channel)?.pty;
    if (clear) pty?.clear();
    this.#backlog.set(channel, ((clear ? '' : this.#backlog.get(channel)) ?? '').concat(text).slice(-BACKLOG));
    pty?.show(text);
    if (shown.isBinary !== before) this.#changed.fire();
  }

  /** The program began anew, and may be another one. */
  #restart(): void {
    this.#texts.clear();
    if (!settings.rtt.clearOnRestart()) return;
    this.#backlog.clear();
    for (const { pty } of this.#open.values()) pty.clear();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { terminal } of this.#open.values()) terminal.dispose();
    this.#changed.dispose();
  }
}
