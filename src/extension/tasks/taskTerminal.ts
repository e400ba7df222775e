// One run of an `openocd` task: does the work and writes what happens, line by line, into the task's terminal.
import path from 'node:path';
import * as vscode from 'vscode';
import { explain } from '../board/board';
import type { Boards } from '../board/boards';
import { chosenBanks, eraseBanks, needsAddress, program, verify } from '../board/flashing';
import type { Selection } from '../board/selection';
import { confirm, parseNumber } from '../commands/run';

export const actions = ['flash', 'verify', 'erase', 'reset'] as const;
export type Action = (typeof actions)[number];

/** The task as tasks.json holds it. */
export interface Definition {
  readonly action: Action;
  /** Absolute here; the launch configuration's program where it is absent. */
  readonly program?: string;
  /** Of a raw binary. */
  readonly address?: string | number;
  /** Name of a launch configuration. */
  readonly configuration?: string;
  /** What is erased: names or numbers of flash banks. */
  readonly bank?: string | number | readonly (string | number)[];
  /** Erases without asking. */
  readonly confirmed?: boolean;
}

/** A line of progress each so many percent. */
const STEP_PERCENT = 10;

export class TaskTerminal implements vscode.Pseudoterminal {
  readonly #write = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.#write.event;
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidClose = this.#closed.event;
  readonly #abort = new AbortController();

  constructor(
    private readonly definition: Definition,
    private readonly boards: Boards,
    private readonly selection: Selection,
  ) {}

  open(): void {
    void this.#run();
  }

  close(): void {
    this.#abort.abort(new vscode.CancellationError());
  }

  async #run(): Promise<void> {
    try {
      this.#line(await this.#work());
      this.#closed.fire(0);
    } catch (error) {
      const cancelled = error instanceof vscode.CancellationError;
      for (const place of placesIn(error)) this.#line(place);
      this.#line(cancelled ? vscode.l10n.t('Cancelled.') : `Error: ${explain(error)}`);
      this.#closed.fire(1);
    }
  }

  #line(text: string): void {
    this.#write.fire(`${text.replace(/\r?\n/g, '\r\n')}\r\n`);
  }

  /** @returns the closing line */
  async #work(): Promise<string> {
    const { t } = vscode.l10n;
    const { action, configuration } = this.definition;
    const board = configuration === undefined ? await this.selection.board() : this.selection.boardNamed(configuration);
    if (board === undefined) throw new vscode.CancellationError();
    this.boards.select(board);
    this.#line(t('Board “{0}”', board.configuration.name));
    const session = await board.start();
    const work = { signal: this.#abort.signal, report: this.#reporter() };
    switch (action) {
      case 'flash': {
        const file = await this.#program();
        await program(session, file, this.#address(file), work);
        return t('{0} was programmed and verified.', path.basename(file));
      }
      case 'verify': {
        const file = await this.#program();
        await verify(session, file, work);
        return t('The flash holds {0}.', path.basename(file));
      }
      case 'erase': {
        const { bank } = this.definition;
        const banks = await chosenBanks(session, bank === undefined ? undefined : [bank].flat());
        const names = banks.map((bank) => bank.name).join(', ');
        const sure =
          this.definition.confirmed === true ||
          (await confirm(t('Erase all of {0}? The program in it is lost.', names), t('Erase')));
        if (!sure) throw new vscode.CancellationError();
        await eraseBanks(session, banks, work);
        return t('{0} is erased.', names);
      }
      case 'reset':
        await session.target.reset('run');
        return t('The program runs from its start.');
    }
  }

  async #program(): Promise<string> {
    const { program, configuration } = this.definition;
    const file =
      program ??
      (configuration === undefined ? await this.selection.program() : this.selection.programNamed(configuration));
    if (file !== undefined) return file;
    throw new Error(vscode.l10n.t('The task names no program. Set "program" in tasks.json or in launch.json.'));
  }

  #address(file: string): bigint | undefined {
    if (!needsAddress(file)) return undefined;
    const address = parseNumber(String(this.definition.address ?? ''));
    if (address !== undefined) return BigInt(address);
    throw new Error(vscode.l10n.t('A raw binary has no address of its own. Set "address" in tasks.json.'));
  }

  #reporter(): (percent: number, phase: string) => void {
    let last = '';
    return (percent, phase) => {
      const line = `${phase} ${Math.floor(percent / STEP_PERCENT) * STEP_PERCENT} %`;
      if (line !== last) this.#line(line);
      last = line;
    };
  }
}

/** OpenOCD's lines that name a place in a configuration file, each by itself: so the problem matcher in package.json knows them. */
function placesIn(error: unknown): readonly string[] {
  const { log } = error as { readonly log?: unknown };
  if (!(error instanceof Error) || typeof log !== 'string') return [];
  return log.split('\n').filter((line) => /:\d+: Error: /.test(line) && !line.startsWith('embedded:'));
}
