// Commands that are cancelled in the middle say what is done and what is not.
import './vscodeFake';
import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import type { Boards } from '../../src/extension/board/boards';
import type { Selection } from '../../src/extension/board/selection';
import { flashCommands } from '../../src/extension/commands/flashCommands';
import { memoryCommands } from '../../src/extension/commands/memoryCommands';
import type { LongOperation } from '../../src/openocd';
import { fake, runCommand, Uri } from './vscodeFake';

const sectors = [0, 1, 2].map((index) => ({ index, offset: index * 1024, size: 1024, protected: false }));
const bank = { number: 0, name: 'chip.flash', driver: 'x', base: 0x08000000n, size: 3072 };

function boardWith(session: object) {
  const board = { configuration: { name: 'x' }, start: async () => session };
  const boards = { select: () => undefined, current: { session } } as unknown as Boards;
  const selection = { board: async () => board } as unknown as Selection;
  return [...flashCommands(boards, selection), ...memoryCommands(boards, selection)];
}

describe('A command', () => {
  beforeEach(() => fake.reset());

  it('tells which sectors are erased when it is cancelled', async () => {
    boardWith({
      target: { reset: async () => undefined },
      flash: {
        banks: async () => [bank],
        info: async () => ({ ...bank, sectors }),
        eraseSectors: async (_: number, first: number) => {
          if (first === 1) fake.cancel.fire();
          await tick();
        },
      },
    });
    fake.answers = ['Erase'];
    await runCommand('openocd.eraseSectors');
    assert.equal(fake.messages.at(-1)?.text, 'Cancelled: of chip.flash, 2 of 3 sectors are erased (0, 1).');
  });

  it('tells how much memory is written when it is cancelled', async () => {
    boardWith({
      memory: {
        writeBytes: async (_: number, bytes: Uint8Array, { signal, onProgress }: LongOperation) => {
          onProgress?.({ done: 256, total: bytes.length, unit: 'bytes', phase: 'write' });
          fake.cancel.fire();
          signal?.throwIfAborted();
        },
      },
    });
    await runCommand('openocd.loadMemory', { address: 0x20000000, file: Uri.file(__filename) });
    assert.match(
      fake.messages.at(-1)?.text ?? '',
      /^Cancelled: 256 of \d+ bytes are written; from 0x20000100 on all is as before\.$/,
    );
  });

  it('counts one sector as one', async () => {
    boardWith({
      target: { reset: async () => undefined },
      flash: {
        banks: async () => [bank],
        info: async () => ({ ...bank, sectors: sectors.slice(0, 1) }),
        eraseSectors: async () => undefined,
      },
    });
    fake.answers = ['Erase'];
    await runCommand('openocd.eraseSectors');
    assert.deepEqual(
      fake.messages.map(({ text }) => text),
      ['Erase 1 sector of chip.flash?', '1 sector of chip.flash is erased.'],
    );
  });

  describe('that reads memory', () => {
    const memory = {
      hexdump: async (address: number, size: number, { signal, onProgress }: LongOperation = {}) => {
        onProgress?.({ done: 16, total: size, unit: 'bytes', phase: 'read' });
        if (size > 1024) fake.cancel.fire();
        signal?.throwIfAborted();
        return `${address}+${size}`;
      },
    };

    it('shows how far it is', async () => {
      boardWith({ memory });
      await runCommand('openocd.readMemory', { address: 16, length: 64 });
      assert.deepEqual(fake.documents, ['16+64']);
      assert.deepEqual(fake.progress, ['Starting OpenOCD …', 'Reading 64 bytes']);
    });

    it('can be cancelled', async () => {
      boardWith({ memory });
      await runCommand('openocd.readMemory', { address: 16, length: 0x1000000 });
      assert.deepEqual(fake.documents, []);
      assert.deepEqual(fake.messages, []);
    });
  });
});
