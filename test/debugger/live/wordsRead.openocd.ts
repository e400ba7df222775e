// How much memory is read for what is shown: words, counted in the commands to OpenOCD, since each is a transfer on the link.
import assert from 'node:assert/strict';
import path from 'node:path';
import { computeAll } from '../../../src/debugger/memory/demand';
import { childrenOf } from '../../../src/debugger/values/children';
import { describe as textOf } from '../../../src/debugger/values/describe';
import type { Value } from '../../../src/debugger/values/value';
import { root } from '../../support/board';
import { type Rig, startRig } from './support';

const program = path.join(root, 'test/bench/firmware/bench.elf');
/** `struct sample samples[100]` of bench.c. */
const [COUNT, WORDS_EACH] = [100, 3];

describe('memory read', function () {
  this.timeout(30_000);
  let rig: Rig;
  let words: number[] = [];
  let samples: Value;
  before(async () => {
    rig = await startRig(program);
    await rig.live.resetHalt();
    rig.session.onExchange(({ scripts }) => {
      for (const script of scripts) {
        const match = /^(?:read_memory \S+ 32|mdw \S+) (\d+)/.exec(script);
        if (match !== null) words.push(Number(match[1]));
      }
    });
  });
  beforeEach(() => {
    words = [];
  });
  after(() => rig?.stop());

  it('for a line with a long array is what the line has room for', async () => {
    const { engine } = rig.live;
    samples = (await engine.evaluate('samples', engine.scope(undefined), { mayStore: false })).value;
    const text = await engine.run(() => textOf(samples));
    assert.match(text, /^\{\{value = .*, …\}$/);
    assert.equal(words.length, 1);
    assert.ok((words[0] ?? 0) <= 8 * WORDS_EACH, `${words[0]} words`);
  });

  it('for all elements is the rest, at once and exactly', async () => {
    const { engine } = rig.live;
    const all = COUNT * WORDS_EACH;
    await engine.run(() => computeAll(childrenOf(samples).list('all', 0, COUNT), ({ value }) => textOf(value)));
    assert.equal(words.length, 1);
    assert.ok((words[0] ?? 0) < all, `${words[0]} words of ${all}`);
  });
});
