// Whoever changes memory, views of it are told: by an event for clients that know it, and for no others.
import assert from 'node:assert/strict';
import { DapClient } from '../../support/dapClient';
import { exampleFolder, Rig } from './support';

describe('changed memory', function () {
  this.timeout(40_000);
  let rig: Rig;
  before(async () => {
    rig = await Rig.start();
  });
  after(() => rig.stop());

  const globals = async () => {
    const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1 });
    const { scopes } = await rig.client.request('scopes', { frameId: stackFrames[0]?.id });
    return scopes.find(({ name }) => name === 'Globals')?.variablesReference;
  };

  for (const [command, change] of [
    ['setVariable', async () => ({ variablesReference: await globals(), name: 'counter', value: '7' })],
    ['setExpression', () => ({ expression: 'counter', value: '8' })],
    ['evaluate', () => ({ expression: 'counter = 9', context: 'repl' })],
    ['writeMemory', (address: string) => ({ memoryReference: address, data: 'CgAAAA==' })],
  ] as const)
    it(`by ${command} is told with its place`, async () => {
      const { memoryReference: address = '' } = await rig.client.request('evaluate', { expression: 'counter' });
      const from = rig.client.events.length;
      await rig.client.request(command, await change(address));
      const { body } = await rig.client.event('memory', from);
      assert.deepEqual(body, { memoryReference: address, offset: 0, count: 4 });
    });

  it('is not told to clients that say nothing of such events, and neither is progress', async () => {
    const client = DapClient.spawn();
    try {
      await client.request('initialize', { adapterID: 'openocd' });
      const launched = client.send('launch', { simulator: true, cwd: exampleFolder, load: 'always' });
      await client.event('initialized');
      await client.request('configurationDone');
      assert.ok((await launched).success);
      await client.event('stopped');
      await client.request('evaluate', { expression: 'counter = 9', context: 'repl' });
      await client.request('disconnect');
      const names = new Set(client.events.map(({ event }) => event));
      for (const name of ['memory', 'invalidated', 'progressStart', 'progressUpdate', 'progressEnd'])
        assert.equal(names.has(name), false, name);
    } finally {
      await client.dispose();
    }
  });
});
