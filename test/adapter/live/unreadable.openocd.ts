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
});
