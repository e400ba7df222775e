// Tasks of the type `openocd`: what they write into their terminal, and what they do to the flash.
import './vscodeFake';
import assert from 'node:assert/strict';
import { contributes } from '../../package.json';
import type { Boards } from '../../src/extension/board/boards';
import type { Selection } from '../../src/extension/board/selection';
import { type Definition, TaskTerminal } from '../../src/extension/tasks/taskTerminal';
import { ProcessError } from '../../src/openocd';
import { fake } from './vscodeFake';

/** Runs a task to its end. */
async function runTask(definition: Definition, session: object | Error) {
  const start = async () => {
    if (session instanceof Error) throw session;
    return session;
  };
  const board = { configuration: { name: 'x' }, start };
  const selection = { board: async () => board, program: async () => undefined };
  const task = new TaskTerminal(
    definition,
    { select: () => undefined } as unknown as Boards,
    selection as unknown as Selection,
  );
  let text = '';
  task.onDidWrite((more) => {
    text += more;
  });
  const code = await new Promise((resolve) => {
    task.onDidClose(resolve);
    task.open();
  });
  return { code, lines: text.split('\r\n') };
}

describe('A task', () => {
  beforeEach(() => fake.reset());

  const [pattern] = contributes.problemMatchers[0]?.pattern ?? [];
  const matched = (lines: readonly string[]) =>
    lines.flatMap((line) => {
      const match = new RegExp(pattern?.regexp ?? '').exec(line);
      return match === null ? [] : [match.slice(1)];
    });

  it('names the place of an error in a configuration file so that the problem matcher finds it', async () => {
    for (const file of ['/ws/my.cfg', '/my folder/my.cfg', 'C:\\ws\\my.cfg', 'my.tcl']) {
      const words = `${file}:3: Error: invalid command name "foo"`;
      const error = new ProcessError(`OpenOCD ended before it was ready (exit code 1). OpenOCD says: ${words}.`, {
        log: `Open On-Chip Debugger 0.12.0\n${words}\nin procedure 'script' \nat file "${file}", line 3`,
      });
      const { code, lines } = await runTask({ action: 'reset' }, error);
      assert.equal(code, 1);
      assert.deepEqual(matched(lines), [[file, '3', 'invalid command name "foo"']]);
    }
  });
});
