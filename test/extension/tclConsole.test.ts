// What the Tcl console shows of a command: what it printed, its result, and why it failed.
import './vscodeFake';
import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { Board } from '../../src/extension/board/board';
import { runTclCommand, TclTerminal } from '../../src/extension/board/tclConsole';
import type { Outcome, Request } from '../../src/openocd';
import { fake, silentLog } from './vscodeFake';

const PROMPT = '\x1b[36m>\x1b[39m ';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away
const plain = (text: string) => text.replace(/\x1b\[\d+m/g, '');

const answers: Readonly<Record<string, Partial<Outcome>>> = {
  'echo hello': { log: 'hello\n' },
  'set x 5': { message: '5' },
  'mdw 0': { log: '0x00000000: 1\n', message: 'done' },
  wrong: { code: 1, message: 'invalid command name "wrong"' },
  'flash probe 9': { code: -4, log: 'Error: no bank 9\n' },
};

function consoleOf() {
  const timeouts: (number | undefined)[] = [];
  const session = {
    command: async () => assert.fail('it would hide what is printed'),
    execute: async (request: Request<Outcome>, options: { readonly timeout?: number }) => {
      const command = request.script({} as never);
      timeouts.push(options.timeout);
      const outcome = { command, code: 0, errorCode: '', message: '', log: '', ...answers[command] };
      return request.parse(outcome, {} as never);
    },
  };
  const board = { session, start: async () => session, configuration: { name: 'x' } } as unknown as Board;
  const terminal = new TclTerminal(board);
  let shown = '';
  terminal.onDidWrite((text) => {
    shown += text;
  });
  const type = async (command: string) => {
    shown = '';
    terminal.handleInput(`${command}\r`);
    while (!shown.endsWith(PROMPT)) await new Promise((resolve) => setTimeout(resolve, 1));
    // Without colours, the echo of what was typed and the prompt.
    return plain(shown).split('\r\n').slice(1, -1);
  };
  return { board, type, timeouts };
}

describe('The Tcl console', () => {
  beforeEach(() => fake.reset());

  it('shows what a command prints, and its result', async () => {
    const { type } = consoleOf();
    assert.deepEqual(await type('echo hello'), ['hello']);
    assert.deepEqual(await type('set x 5'), ['5']);
    assert.deepEqual(await type('mdw 0'), ['0x00000000: 1', 'done']);
  });

  it('shows why a command failed', async () => {
    const { type } = consoleOf();
    assert.deepEqual(await type('wrong'), ['invalid command name "wrong"']);
    assert.deepEqual(await type('flash probe 9'), ['Error: no bank 9', 'The command failed with code -4.']);
  });

  it('waits for long commands', async () => {
    const { type, timeouts } = consoleOf();
    await type('echo hello');
    assert.ok((timeouts[0] ?? 0) >= 600_000);
  });

  it('does the same for a single command', async () => {
    const { board } = consoleOf();
    const log = silentLog as unknown as vscode.LogOutputChannel;
    fake.answers = ['echo hello'];
    await runTclCommand(board, log);
    assert.deepEqual(
      fake.messages.map(({ text }) => text),
      ['hello'],
    );
    fake.answers = ['wrong'];
    await assert.rejects(runTclCommand(board, log), /invalid command name/);
  });
});
