// What a session says of memory that the target refuses: short, and about the address that was asked for.
import assert from 'node:assert/strict';
import { Rig } from './support';

describe('memory that is not there', function () {
  this.timeout(40_000);
  let rig: Rig;
  before(async () => {
    rig = await Rig.start();
  });
  after(() => rig.stop());

  const refused = '<unavailable: the target could not read this memory>';
  const shown = async (expression: string) => {
    const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1 });
    const { result } = await rig.client.request('evaluate', {
      expression,
      frameId: stackFrames[0]?.id,
      context: 'watch',
    });
    return result;
  };

  it('is said of a number, and once of an object', async () => {
    assert.equal(await shown('*(int*)0x10000000'), refused);
    assert.equal(await shown('*(task_t*)0x10000000'), refused);
    assert.equal(await shown('(task_t*)0x10000000'), `0x10000000 ${refused}`);
  });

  it('does not stand in the way of arrays of pointers, written as in GDB or for short', async () => {
    const table = await shown('*(unsigned*)0x08000000 @ 2,x');
    const [stack = '', reset = ''] = /^\{0x([0-9a-f]+), 0x([0-9a-f]+)\}$/.exec(table)?.slice(1) ?? [];
    assert.equal(stack, '20004000');
    for (const expression of ['*(void**)0x08000000@2', '(void**)0x08000000 @ 1 + 1'])
      assert.match(
        await shown(expression),
        new RegExp(`^\\{0x${stack}, 0x0${reset} <Reset_Handler.*>\\}$`),
        expression,
      );
  });

  it('does not hide what is there', async () => {
    assert.equal(await shown('traffic_light.transitions'), '0');
    // Of two numbers the first lies in the last bytes of RAM, the second behind it.
    assert.match(await shown('*(short*)0x20003ffe @ 2'), new RegExp(`^\\{-?\\d+, ${refused}\\}$`));
  });

  it('costs a large read little more than what is there', async () => {
    const scans = async () => (await rig.board.control<{ stats: { scans: number } }>({ get: 'stats' })).stats.scans;
    const read = async (memoryReference: string, count: number) => {
      const before = await scans();
      const { data, unreadableBytes } = await rig.client.request('readMemory', { memoryReference, count });
      return { bytes: Buffer.from(data ?? '', 'base64').length, unreadableBytes, scans: (await scans()) - before };
    };
    const ram = await read('0x20000000', 0x4000);
    assert.deepEqual([ram.bytes, ram.unreadableBytes], [0x4000, undefined]);
    const overEnd = await read('0x20000000', 0x10000);
    assert.deepEqual([overEnd.bytes, overEnd.unreadableBytes], [0x4000, 0xc000]);
    assert.ok(overEnd.scans < 2 * ram.scans, `${overEnd.scans} scans, ${ram.scans} for the RAM alone`);
    const nothing = await read('0x10000000', 0x4000);
    assert.deepEqual([nothing.bytes, nothing.unreadableBytes], [0, 0x4000]);
    assert.ok(nothing.scans < ram.scans / 2, `${nothing.scans} scans for 16 KiB that are not there`);
  });
});
