// One terminal for each RTT channel: shows what comes up, sends down what is typed, keeps a log file when asked.
import fs from 'node:fs';
import * as vscode from 'vscode';
import * as settings from '../settings';
import { LineInput, TerminalLines } from './lines';
import type { RttModel } from './rttModel';

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
    if (state.kind === 'searching') this.show(`\x1b[2m${state.message}\x1b[22m\r\n`);
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
  readonly #open = new Map<number, Open>();
  readonly #lines = new Map<number, TerminalLines>();
  readonly #backlog = new Map<number, string>();
  readonly #logs = new Map<number, fs.WriteStream>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(private readonly model: RttModel) {
    this.#subscriptions = [
      model.onData(({ channel, bytes }) => this.#receive(channel, bytes)),
      model.onDidRestart(() => this.#restart()),
      model.onDidChange((state) => {
        if (state.kind !== 'found') return;
        const first = state.channels.find((channel) => channel.up);
        // The first channel is the program's console: show it without being asked, and without taking the focus.
        if (first !== undefined && this.#open.size === 0) this.open(first.index, first.name, true);
      }),
    ];
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
    const terminal = vscode.window.createTerminal({
      name: `RTT ${channel}: ${name}`,
      pty,
      iconPath: new vscode.ThemeIcon('circuit-board'),
    });
    this.#open.set(channel, { terminal, pty });
    terminal.show(preserveFocus);
    return terminal;
  }

  /** Writes everything the channel sends from now on to a file, as it comes. */
  logTo(channel: number, file: string): void {
    this.#logs.get(channel)?.end();
    const stream = fs.createWriteStream(file, { flags: 'a' });
    stream.on('error', (error) => {
      this.#logs.delete(channel);
      vscode.window.showErrorMessage(vscode.l10n.t('RTT log {0} could not be written: {1}', file, error.message));
    });
    this.#logs.set(channel, stream);
  }

  #receive(channel: number, bytes: Uint8Array): void {
    this.#logs.get(channel)?.write(bytes);
    let lines = this.#lines.get(channel);
    if (lines === undefined) {
      lines = new TerminalLines(() => ({ timestamps: settings.rtt.timestamps() }));
      this.#lines.set(channel, lines);
    }
    const text = lines.write(bytes);
    this.#backlog.set(channel, ((this.#backlog.get(channel) ?? '') + text).slice(-BACKLOG));
    this.#open.get(channel)?.pty.show(text);
  }

  #restart(): void {
    if (!settings.rtt.clearOnRestart()) return;
    this.#backlog.clear();
    for (const { pty } of this.#open.values()) pty.clear();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { terminal } of this.#open.values()) terminal.dispose();
    for (const stream of this.#logs.values()) stream.end();
  }
}
