// `repl`: OpenOCD's Tcl on the terminal, with history and completion from the commands of the OpenOCD that runs.
import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { clearLine, cursorTo } from 'node:readline';
import readline from 'node:readline/promises';
import { Command } from 'commander';
import { OpenOcdError, parseList, quote, request, type Session } from '../openocd';
import { type ConnectOptions, withConnection, withSession } from './connect';
import { note, print, printJson } from './output';

const HISTORY_FILE = path.join(os.homedir(), '.openocd-debug-history');
const HISTORY_SIZE = 1000;
/** Nobody waits longer at a terminal without wanting to interrupt. */
const COMMAND_TIMEOUT_MS = 600_000;

export function replCommand(): Command {
  const command = new Command('repl').description(
    'talk Tcl to OpenOCD; reads commands from standard input when that is no terminal',
  );
  return withConnection(command).action((options: ConnectOptions) =>
    withSession(options, async (session, signal) => {
      if (process.stdin.isTTY) await interactive(session, options.json ?? false, signal);
      else await piped(session, options.json ?? false, signal);
    }),
  );
}

async function interactive(session: Session, json: boolean, signal: AbortSignal): Promise<void> {
  const names = parseList(await session.command('info commands')).sort();
  const terminal = readline.createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: '> ',
    history: await loadHistory(),
    historySize: HISTORY_SIZE,
    removeHistoryDuplicates: true,
    completer: (line: string): [string[], string] => complete(names, line),
  });
  let history: string[] | undefined;
  terminal.on('history', (lines: string[]) => {
    history = lines;
  });
  let pending = '';
  let busy = false;
  let failure: Error | undefined;
  const leave = () => terminal.close();
  signal.addEventListener('abort', leave);
  terminal.on('SIGINT', () => {
    if (busy) {
      failure = new OpenOcdError('Interrupted. OpenOCD may go on with the command: it cannot be called back.');
      void session.close();
      return;
    }
    if (terminal.line === '' && pending === '') note('\nCtrl+D leaves.');
    else print('^C');
    pending = '';
    terminal.setPrompt('> ');
    // Ctrl+E, Ctrl+U: to the end of the line, delete to its beginning.
    terminal.write(null, { ctrl: true, name: 'e' });
    terminal.write(null, { ctrl: true, name: 'u' });
  });
  /** Above what is being typed. */
  const announce = (text: string) => {
    if (!busy) {
      clearLine(process.stdout, 0);
      cursorTo(process.stdout, 0);
    }
    note(text);
    if (!busy) terminal.prompt(true);
  };
  const listeners = [
    session.onHalt(({ target }) => announce(`[${target} halted]`)),
    session.onReset(({ mode }) => announce(`[reset ${mode}]`)),
    session.onClose((reason) => {
      failure ??= reason;
      leave();
    }),
  ];
  note(`${session.dialect.version}. Tab completes, Ctrl+D leaves.`);
  terminal.prompt();
  try {
    for await (const line of terminal) {
      pending = pending === '' ? line : `${pending}\n${line}`;
      if (pending.trim() === 'exit' || pending.trim() === 'quit') return;
      busy = true;
      if (await isComplete(session, pending)) {
        const script = pending;
        pending = '';
        if (script.trim() !== '') await evaluate(session, script, json);
      }
      busy = false;
      terminal.setPrompt(pending === '' ? '> ' : '… ');
      terminal.prompt();
    }
    // Ctrl+D leaves the cursor behind the prompt.
    print('\n');
    if (failure) throw failure;
  } catch (error) {
    throw failure ?? error;
  } finally {
    terminal.close();
    for (const listener of listeners) listener.dispose();
    if (history) await saveHistory(history);
  }
}

async function piped(session: Session, json: boolean, signal: AbortSignal): Promise<void> {
  const lines = readline.createInterface({ input: process.stdin, terminal: false });
  signal.addEventListener('abort', () => lines.close());
  let pending = '';
  let failed = 0;
  for await (const line of lines) {
    pending = pending === '' ? line : `${pending}\n${line}`;
    if (pending.trim() === '' || !(await isComplete(session, pending))) continue;
    if (!(await evaluate(session, pending, json))) failed++;
    pending = '';
  }
  if (pending.trim() !== '')
    throw new OpenOcdError(`The input ends in the middle of a command: ${pending.split('\n')[0]}`);
  if (failed > 0) throw new OpenOcdError(`${failed} of the commands failed.`);
}

/** Whether braces, brackets and quotation marks are closed, as OpenOCD's own Tcl sees it. */
async function isComplete(session: Session, script: string): Promise<boolean> {
  return (await session.command(`info complete ${quote(script)}`)).trim() !== '0';
}

/** Prints log and result. @returns whether it succeeded */
async function evaluate(session: Session, script: string, json: boolean): Promise<boolean> {
  const { code, message, log } = await session.execute(request.outcome(script), { timeout: COMMAND_TIMEOUT_MS });
  if (json) printJson({ command: script, ok: code === 0, result: message, log });
  else {
    if (log.trim() !== '') print(log.trimEnd());
    if (code === 0 && message.trim() !== '') print(message.trimEnd());
    if (code !== 0) note(`error: ${message.trim() || (log.trim() === '' ? `code ${code}` : 'see above')}`);
  }
  return code === 0;
}

/** Candidates for the command that the cursor is in; names of OpenOCD commands have several words. */
export function complete(names: readonly string[], line: string): [string[], string] {
  const word = /[^;[{\n]*$/.exec(line)?.[0].trimStart() ?? '';
  return [names.filter((name) => name.startsWith(word)), word];
}

async function loadHistory(): Promise<string[]> {
  const text = await readFile(HISTORY_FILE, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    note(`The history cannot be read: ${error.message}`);
    return '';
  });
  return text.split('\n').filter((line) => line !== '');
}

async function saveHistory(lines: readonly string[]): Promise<void> {
  await writeFile(HISTORY_FILE, `${lines.slice(0, HISTORY_SIZE).join('\n')}\n`, { mode: 0o600 }).catch((error: Error) =>
    note(`The history cannot be saved: ${error.message}`),
  );
}
