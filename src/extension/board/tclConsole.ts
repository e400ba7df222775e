// The Tcl console: a terminal whose lines go to OpenOCD, with history and completion of its own commands.
import * as vscode from 'vscode';
import type { Session } from '../../openocd';
import { LineInput } from '../rtt/lines';
import type { Board } from './board';

const PROMPT = '\x1b[36m>\x1b[39m ';
/** Nobody waits longer at a console; stopping the board ends the wait. */
const COMMAND_TIMEOUT_MS = 600_000;
const lines = (text: string) => text.replace(/\r?\n/g, '\r\n');

export class TclTerminal implements vscode.Pseudoterminal {
  readonly #write = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.#write.event;
  readonly #input = new LineInput();
  #commands: ReadonlyMap<string, readonly string[]> | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(private readonly board: Board) {}

  open(): void {
    const words = vscode.l10n.t(
      'Tcl commands go to OpenOCD (“{0}”). Tab completes, arrow keys recall.',
      this.board.configuration.name,
    );
    this.#write.fire(`\x1b[2m${words}\x1b[22m\r\n${PROMPT}`);
  }

  close(): void {
    this.#write.dispose();
  }

  handleInput(data: string): void {
    if (data === '\t') {
      this.#later(() => this.#complete());
      return;
    }
    for (const { echo, line } of this.#input.key(data)) {
      this.#write.fire(echo);
      if (line !== undefined) this.#later(() => this.#run(line));
    }
  }

  /** One thing after another, in the order typed. */
  #later(work: () => Promise<void>): void {
    this.#queue = this.#queue
      .then(work)
      .catch((error: unknown) => this.#write.fire(`\x1b[31m${lines(String(error))}\x1b[39m\r\n`));
  }

  async #run(line: string): Promise<void> {
    if (line.trim() !== '') {
      const { session } = this.board;
      if (session === undefined) {
        this.#write.fire(`\x1b[33m${vscode.l10n.t('The board is not running: start it first.')}\x1b[39m\r\n`);
      } else {
        try {
          const { text, failure } = await evaluate(session, line);
          if (text !== '') this.#write.fire(`${lines(text)}\r\n`);
          if (failure !== undefined) this.#write.fire(`\x1b[31m${lines(failure)}\x1b[39m\r\n`);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          this.#write.fire(`\x1b[31m${lines(message)}\x1b[39m\r\n`);
        }
      }
    }
    this.#write.fire(PROMPT);
  }

  async #complete(): Promise<void> {
    const { session } = this.board;
    const [, before = '', word = ''] = /(?:^|[[;{])\s*(\S+\s+)?([^\s[;]*)$/.exec(this.#input.text) ?? [];
    if (session === undefined || (before === '' && word === '')) return;
    this.#commands ??= await commandsOf(session);
    const choices = before === '' ? [...this.#commands.keys()] : (this.#commands.get(before.trim()) ?? []);
    const fitting = choices.filter((command) => command.startsWith(word));
    const common = commonPrefix(fitting);
    const rest = fitting.length === 1 ? `${common.slice(word.length)} ` : common.slice(word.length);
    if (rest !== '') for (const { echo } of this.#input.key(rest)) this.#write.fire(echo);
    else if (fitting.length > 1)
      this.#write.fire(`\r\n${fitting.slice(0, 60).join('  ')}\r\n${PROMPT}${this.#input.text}`);
  }
}

/** What a command printed and its result; of one that failed, why. */
async function evaluate(
  session: Session,
  command: string,
): Promise<{ readonly text: string; readonly failure: string | undefined }> {
  const { request } = await import('../../openocd');
  const { code, message, log } = await session.execute(request.outcome(command), { timeout: COMMAND_TIMEOUT_MS });
  const printed = log.trim() === '' ? '' : log.trimEnd();
  const result = message.trim() === '' ? '' : message.trimEnd();
  if (code !== 0) return { text: printed, failure: result || vscode.l10n.t('The command failed with code {0}.', code) };
  return { text: [printed, result].filter((part) => part !== '').join('\n'), failure: undefined };
}

/** OpenOCD's commands, each with its subcommands, as `info commands` and `usage` list them. */
async function commandsOf(session: Session): Promise<ReadonlyMap<string, readonly string[]>> {
  const commands = (await session.command('info commands')).split(/\s+/).filter((word) => word !== '');
  const found = new Map(commands.sort().map((command): [string, string[]] => [command, []]));
  for (const line of (await session.command('usage')).split('\n')) {
    const [first = '', second = ''] = line.trim().split(/\s+/);
    const words = found.get(first);
    if (words !== undefined && /^[a-z][\w-]*$/.test(second) && !words.includes(second)) words.push(second);
  }
  // A single word is the name of an argument rather than a subcommand.
  for (const words of found.values()) if (words.length === 1) words.length = 0;
  return found;
}

function commonPrefix(words: readonly string[]): string {
  const [first = '', ...others] = words;
  let length = first.length;
  for (const word of others) while (!word.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

export function openTclConsole(board: Board): vscode.Terminal {
  const name = vscode.l10n.t('OpenOCD Tcl: {0}', board.configuration.name);
  const terminal = vscode.window.createTerminal({
    name,
    pty: new TclTerminal(board),
    iconPath: new vscode.ThemeIcon('terminal-tmux'),
  });
  terminal.show();
  return terminal;
}

/** Asks for one command and shows its reply in the log channel. */
export async function runTclCommand(board: Board, log: vscode.LogOutputChannel): Promise<void> {
  const command = await vscode.window.showInputBox({
    title: vscode.l10n.t('Run Tcl Command'),
    prompt: vscode.l10n.t('Tcl for OpenOCD, for example “targets” or “flash banks”'),
  });
  if (command === undefined || command.trim() === '') return;
  const session = await board.start();
  const { text, failure } = await evaluate(session, command);
  if (failure !== undefined) throw new Error([text, failure].filter((part) => part !== '').join('\n'));
  const reply = text.trim();
  log.info(`> ${command}${reply === '' ? '' : `\n${reply}`}`);
  if (reply.length > 0 && reply.length < 200 && !reply.includes('\n')) vscode.window.showInformationMessage(reply);
  else log.show(true);
}
