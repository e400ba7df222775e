// The command line in a terminal: line editing, history, completion, Ctrl+C and Ctrl+D, progress bars. `script` of util-linux
// gives the program a terminal and passes on what is typed.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { bench } from '../openocd/support/board';
import { FLASH, spinner } from '../openocd/support/firmware';
import { root } from '../support/board';

const UP = '\x1b[A';
const CTRL_C = '\x03';
const CTRL_D = '\x04';

/** A program in a terminal. */
class Terminal {
  /** The screen as it was written, without the sequences that move the cursor. */
  text = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  constructor(command: string, home: string) {
    this.#child = spawn('script', ['-qefc', `exec ${command}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, HOME: home, TERM: 'xterm', SHELL: '/bin/sh' },
    });
    this.#ended = once(this.#child, 'close');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of a terminal begin with one
    this.#child.stdout?.on('data', (data) => (this.text += String(data).replace(/\x1b\[[\d;]*[A-Za-z]/g, '')));
  }

  /** Types, and waits until `answer` is on the screen after it. */
  async type(keys: string, answer: RegExp): Promise<void> {
    const from = this.text.length;
    this.#child.stdin?.write(keys);
    await this.until(answer, from);
  }

  async until(answer: RegExp, from = 0): Promise<void> {
    for (const end = Date.now() + 10_000; !answer.test(this.text.slice(from)); await sleep(10))
      assert.ok(Date.now() < end, `nothing like ${answer} in ${JSON.stringify(this.text.slice(from))}`);
  }

  /** @returns the exit code */
  async end(): Promise<number> {
    const [code] = await this.#ended;
    return code as number;
  }
}

describe('openocd-debug in a terminal', () => {
  const it_ = bench();
  let cli: string;
  const open = (args: string) =>
    new Terminal(`"${process.execPath}" "${cli}" ${args} --port ${it_.board.tclPort}`, it_.folder.folder);

  before(function () {
    if (spawnSync('script', ['--version']).status !== 0) {
      console.log('      “script” of util-linux is not installed');
      this.skip();
    }
    cli = path.join(it_.folder.folder, 'dist/cli.js');
    buildSync({
      entryPoints: { cli: 'src/cli/main.ts' },
      bundle: true,
      platform: 'node',
      target: 'node20',
      absWorkingDir: root,
      outdir: path.dirname(cli),
      loader: { '.wasm': 'binary' },
    });
    fs.copyFileSync(path.join(root, 'package.json'), path.join(it_.folder.folder, 'package.json'));
  });

  it('repl: runs commands over several lines, completes, drops a line on Ctrl+C, leaves on Ctrl+D', async () => {
    const repl = open('repl');
    await repl.until(/Ctrl\+D leaves\.[\s\S]*> $/);
    await repl.type('expr {6 * 7}\r', /42\r?\n[\s\S]*> $/);
    await repl.type('set x {\r', /… $/);
    await repl.type('a b}\r', /a b\r?\n> $/);
    await repl.type('reset_c\t', /reset_config/);
    await repl.type(CTRL_C, /\^C\r?\n[\s\S]*> $/);
    await repl.type('set y {\r', /… $/);
    await repl.type(CTRL_C, /\^C\r?\n[\s\S]*> $/);
    await repl.type(CTRL_C, /Ctrl\+D leaves/);
    await repl.type('set x\r', /a b\r?\n> $/);
    await repl.type('nosuch\r', /error: invalid command name "nosuch"\r?\n> $/);
    await repl.type('reset halt\r', /\[reset halt\][\s\S]*> $/);
    await repl.type(CTRL_D, /\n/);
    assert.equal(await repl.end(), 0);
  });

  it('repl: remembers the commands of the last time', async () => {
    const repl = open('repl');
    await repl.until(/> $/);
    await repl.type(`${UP}${UP}${UP}`, /> set x$/);
    await repl.type('\r', /a b\r?\n> $/);
    await repl.type('exit\r', /exit/);
    assert.equal(await repl.end(), 0);
  });

  it('repl: Ctrl+C ends the wait for a long command', async () => {
    const repl = open('repl');
    await repl.until(/> $/);
    await repl.type('sleep 2000\r', /sleep 2000/);
    await sleep(200);
    await repl.type(CTRL_C, /error: Interrupted\./);
    assert.equal(await repl.end(), 1);
  });

  it('flash: draws a bar, which ends before what is said next', async () => {
    const image = it_.folder.write('program.bin', Buffer.concat([spinner(), Buffer.alloc(40_000, 5)]));
    const flash = open(`flash ${image} --offset ${FLASH}`);
    assert.equal(await flash.end(), 0, flash.text);
    assert.match(flash.text, /\rWriting +█+░+ +\d\d % {2}\d+ of 40208 bytes\rWriting +█+ 100 %/);
    assert.match(flash.text, /\rVerifying +█+ 100 % {2}40208 of 40208 bytes\r?\n40208 bytes written and verified/);
  });

  it('read: Ctrl+C ends a long read between two steps, below its bar', async () => {
    const read = open(`read ${FLASH} 128k -o ${path.join(it_.folder.folder, 'out.bin')}`);
    await read.until(/Reading/);
    await read.type(CTRL_C, /\nerror: Interrupted\./);
    assert.equal(await read.end(), 1);
  });

  it('waits for an OpenOCD only until Ctrl+C', async () => {
    const info = new Terminal(`"${process.execPath}" "${cli}" info --port 1 --wait 100`, it_.folder.folder);
    await info.until(/Waiting for OpenOCD/);
    await info.type(CTRL_C, /error: Interrupted\./);
    assert.equal(await info.end(), 1);
  });
});
