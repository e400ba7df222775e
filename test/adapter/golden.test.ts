// The whole conversation of a post-mortem session with each reference core file, compared with reviewed transcripts.
import assert from 'node:assert/strict';
import path from 'node:path';
import { createSession } from '../../src/adapter/adapter';
import { compareGolden, DapClient } from '../support/dapClient';
import { coreOf, elfOf, fixtureFolder, needFixtures, unwindFixtures } from '../support/fixtures';

describe('a post-mortem session', () => {
  before(function () {
    needFixtures(this);
  });

  for (const name of unwindFixtures) {
    it(`with ${name}`, async () => {
      const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
      await client.start('attach', { program: elfOf(name), coreFile: coreOf(name) });
      const { body: stopped } = await client.event('stopped');
      const { threads } = await client.request('threads');
      assert.equal(threads[0]?.id, stopped['threadId']);
      await client.request('exceptionInfo', { threadId: 1 });
      const { stackFrames } = await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 20 });
      for (const frame of stackFrames.slice(0, 9)) {
        const { scopes } = await client.request('scopes', { frameId: frame.id });
        for (const scope of scopes) {
          if (scope.expensive) continue;
          const { variables } = await client.request('variables', { variablesReference: scope.variablesReference });
          for (const variable of variables) {
            if (variable.variablesReference === 0) continue;
            await client.request('variables', { variablesReference: variable.variablesReference, start: 0, count: 12 });
          }
        }
      }
      const [top] = stackFrames;
      assert.ok(top);
      await client.request('disassemble', {
        memoryReference: top.instructionPointerReference,
        instructionOffset: -6,
        instructionCount: 14,
      });
      const { scopes } = await client.request('scopes', { frameId: top.id });
      const registers = scopes.find((scope) => scope.name === 'Registers');
      assert.ok(registers);
      const { variables: groups } = await client.request('variables', {
        variablesReference: registers.variablesReference,
      });
      for (const group of groups) await client.request('variables', { variablesReference: group.variablesReference });
      await client.request('evaluate', { expression: '$pc', frameId: top.id, context: 'watch' });
      await client.request('evaluate', { expression: '$sp,x', frameId: top.id, context: 'repl' });
      await client.failure('evaluate', { expression: 'nothingOfThatName + 1', frameId: top.id, context: 'watch' });
      await client.failure('setVariable', {
        variablesReference: groups[0]?.variablesReference,
        name: 'pc',
        value: '0',
      });
      await client.request('modules');
      await client.request('disconnect');
      // What is announced is the same for all, and has a test of its own.
      const begin = client.transcript.findIndex((line) => line.startsWith('→ attach'));
      compareGolden(path.join(__dirname, 'golden', `${name}.golden.txt`), client.transcript.slice(begin), [
        [fixtureFolder, 'FIXTURES'],
      ]);
    });
  }
});
