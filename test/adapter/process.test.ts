// The adapter as a process: standard streams, TCP, and that it ends by itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { adapterCommand, DapClient, repositoryRoot } from '../support/dapClient';
import { coreOf, elfOf, needFixtures } from '../support/fixtures';

describe('the adapter process', () => {
  before(function () {
    needFixtures(this);
  });
  const configuration = () => ({ program: elfOf('atsamd51p19a'), coreFile: coreOf('atsamd51p19a') });

  it('serves standard streams and ends after disconnect', async () => {
    const client = DapClient.spawn();
    await client.start('attach', configuration());
    await client.event('stopped');
    await client.request('disconnect');
    await client.closed();
    if (client.child?.exitCode === null) await once(client.child, 'exit');
    assert.equal(client.child?.exitCode, 0);
    assert.equal(client.errorOutput, '');
  });

  it('ends when the client goes away without a word', async () => {
    const client = DapClient.spawn();
    await client.start('attach', configuration());
    client.input.end();
    if (client.child?.exitCode === null) await once(client.child, 'exit');
    assert.equal(client.child?.exitCode, 0);
  });

  it('serves several clients on a port', async () => {
    const child = spawn(process.execPath, [...adapterCommand(false), '--port', '0'], { cwd: repositoryRoot });
    try {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      const port = Number(/Listening on 127\.0\.0\.1:(\d+)/.exec(chunk.toString())?.[1]);
      const clients = await Promise.all([DapClient.connect(port), DapClient.connect(port)]);
      for (const client of clients) await client.start('attach', configuration());
      for (const client of clients) assert.equal((await client.request('threads')).threads.length, 1);
      for (const client of clients) await client.request('disconnect');
      for (const client of clients) await client.closed();
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });

  const refusals = [
    { title: 'says what is wrong with its port', args: ['--port', 'many'], words: /“many” is not a port number/ },
    {
      title: 'listens to no other machine',
      args: ['--port', '0', '--host', '0.0.0.0'],
      words: /does not listen on 0\.0\.0\.0: .* Use 127\.0\.0\.1/,
    },
    {
      title: 'wants an address to listen on',
      args: ['--port', '0', '--host', 'elsewhere'],
      words: /does not listen on elsewhere/,
    },
  ];
  for (const { title, args, words } of refusals)
    it(title, async () => {
      const child = spawn(process.execPath, [...adapterCommand(false), ...args], { cwd: repositoryRoot });
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const [code] = await once(child, 'exit');
      assert.equal(code, 2);
      assert.match(text, words);
    });
});
