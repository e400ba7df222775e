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

  describe('that erases', () => {
    const bank = (number: number, name: string, sectors: number) => ({ number, name, sectors });
    const banks = [bank(0, 'chip.flash', 4), bank(1, 'chip.otp', 0), bank(2, 'chip.data', 2), bank(3, 'chip.qspi', -1)];

    function target() {
      const erased: string[] = [];
      const session = {
        target: { reset: async () => undefined },
        flash: {
          banks: async () => banks,
          info: async (number: number) => {
            const { sectors = -1, name } = banks[number] ?? {};
            if (sectors < 0) throw new Error(`${name} could not be probed.`);
            return { sectors: Array.from({ length: sectors }) };
          },
          eraseSectors: async (...range: number[]) => void erased.push(range.slice(0, 3).join()),
        },
      };
      return { session, erased };
    }
    const erase = { action: 'erase', confirmed: true } as const;

    it('takes the first bank', async () => {
      const { session, erased } = target();
      const { code, lines } = await runTask(erase, session);
      assert.equal(code, 0);
      assert.deepEqual(erased, ['0,0,3']);
      assert.ok(lines.includes('chip.flash is erased.'), lines.join());
    });

    it('takes the banks that it names, and asks with their names', async () => {
      const { session, erased } = target();
      fake.answers = ['Erase'];
      const { code } = await runTask({ action: 'erase', bank: ['chip.data', 0, '0'] }, session);
      assert.equal(code, 0);
      assert.deepEqual(erased, ['2,0,1', '0,0,3']);
      assert.match(fake.messages[0]?.text ?? '', /chip\.data, chip\.flash/);
    });

    for (const [name, words] of [
      ['chip.qspi', /could not be probed/],
      ['chip.otp', /no sectors that could be erased/],
      ['chip.nosuch', /no flash bank “chip\.nosuch”\. It has: chip\.flash, /],
    ] as const) {
      it(`erases nothing where ${name} cannot be`, async () => {
        const { session, erased } = target();
        const { code, lines } = await runTask({ ...erase, bank: [0, name] }, session);
        assert.equal(code, 1);
        assert.deepEqual(erased, []);
        assert.match(lines.join('\n'), words);
      });
    }
  });
});
