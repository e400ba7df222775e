// Memory read past the cache, as it is while a core runs or steps: holes are marked, and nothing is asked twice.
import assert from 'node:assert/strict';
import { MemoryView } from '../../src/debugger/memory/memoryView';
import type { MemoryRead, Target } from '../../src/debugger/target';

/** A target with memory at 0x100…0x1ff and 0x300…0x3ff; asking it empties the cache, as a stepping core does. */
function world() {
  const asked: number[] = [];
  const target = {
    kind: 'live',
    readMemory: (address: number, length: number): Promise<MemoryRead> => {
      asked.push(address);
      view.invalidate();
      const end = address < 0x200 ? 0x200 : 0x400;
      const isThere = (address >= 0x100 && address < 0x200) || (address >= 0x300 && address < 0x400);
      const count = isThere ? Math.min(length, end - address) : 0;
      const bytes = Uint8Array.from({ length: count }, (_, i) => (address + i) & 0xff);
      return Promise.resolve(
        count === length ? { bytes, problem: undefined } : { bytes, problem: 'no memory', holeBytes: 0x100 },
      );
    },
  } as Partial<Target> as Target;
  const view = new MemoryView(target, undefined, () => true);
  return { view, asked };
}

describe('memory of a core that does not stand still', () => {
  it('is read in one go, however often the cache is emptied', async () => {
    const { view, asked } = world();
    const { bytes, valid } = await view.readNow(0x110, 16);
    assert.deepEqual(
      [...bytes],
      Array.from({ length: 16 }, (_, i) => 0x10 + i),
    );
    assert.ok(valid.every((byte) => byte === 1));
    assert.deepEqual(asked, [0x110]);
  });

  it('has its holes marked, and goes on behind them', async () => {
    const { view, asked } = world();
    const { valid } = await view.readNow(0x1f0, 0x120);
    assert.deepEqual([valid[0], valid[0xf], valid[0x10], valid[0x10f], valid[0x110]], [1, 1, 0, 0, 1]);
    assert.deepEqual(asked, [0x1f0, 0x300]);
    assert.equal(view.problemAt(0x200), 'no memory');
  });

  it('is not read on when the request was cancelled', async () => {
    const { view } = world();
    await assert.rejects(view.readNow(0x100, 16, AbortSignal.abort(new Error('cancelled'))), /cancelled/);
  });
});
