// What pointers to base classes open up into: the whole object of the derived class, as its virtual table tells.
import assert from 'node:assert/strict';
import path from 'node:path';
import { architectureFor } from '../../src/debugger/arch/architectures';
import { Engine } from '../../src/debugger/engine';
import { childrenOf, childText } from '../../src/debugger/values/children';
import { openProgram } from '../../src/debuginfo/index';
import { BoardTarget } from './oracle/boardTarget';

describe('a pointer to a base class', function () {
  this.timeout(60_000);
  const file = path.resolve(__dirname, '../../examples/blinky-cpp/build/blinky-cpp.elf');
  const program = openProgram(file);
  const target = new BoardTarget(file);
  let children: (text: string) => Promise<readonly string[]>;

  before(async () => {
    const [report] = program.findFunctions('report');
    assert.ok(report);
    assert.ok(target.runTo((pc) => pc === report.afterPrologue));
    const engine = new Engine(program, target, architectureFor('arm', 'armv6m'));
    const { frames } = await engine.frames(1, 0, 1);
    const [frame] = frames;
    assert.ok(frame?.kind === 'call');
    const scope = engine.scope(frame);
    children = async (text) => {
      const { value } = await engine.evaluate(text, scope, { mayStore: false });
      return engine.run(() =>
        childrenOf(value)
          .list('all', 0, 100)
          .map((child) => `${child.name}: ${childText(child)}`),
      );
    };
  });
  after(() => program.close());

  it('opens into the object of the derived class', async () => {
    for (const pointer of ['self.shapes[1]._M_t._M_t[0]', 'self.shapes[1]']) {
      const [whole, ...own] = await children(pointer);
      assert.match(whole ?? '', /^\[shapes::Circle\]: \{Shape = \{Numbered = \{number_ = 2\}/, pointer);
      assert.match(own.join('\n'), /^Numbered: /, pointer);
    }
  });

  it('opens so through a second base, and through a virtual one', async () => {
    for (const base of ['shapes::Movable', 'shapes::Numbered']) {
      const [whole] = await children(`(${base}*)(shapes::Square*)&*self.shapes[2]`);
      assert.match(whole ?? '', /^\[shapes::Square\]: \{Rectangle = \{Shape = \{Numbered = \{number_ = 3\}/, base);
    }
  });

  it('opens into its members alone where it is of that very class', async () => {
    const names = await children('(shapes::Circle*)&*self.shapes[1]');
    assert.match(names[0] ?? '', /^Shape: /);
    assert.equal(
      names.some((name) => name.startsWith('[')),
      false,
    );
  });

  it('is moved by casts as C++ moves it', async () => {
    const square = '(shapes::Square*)&*self.shapes[2]';
    assert.match((await children(`(shapes::Movable*)${square}`)).join('\n'), /^x_: 10\ny_: -10$/m);
    assert.match((await children(`(shapes::Numbered*)${square}`)).join('\n'), /^number_: 3$/m);
    for (const base of ['shapes::Movable', 'shapes::Numbered', 'shapes::Shape']) {
      const back = await children(`(shapes::Square*)(${base}*)${square}`);
      assert.match(back[0] ?? '', /^Rectangle: \{Shape = \{Numbered = \{number_ = 3\}/, base);
    }
    const rectangle = await children(`(shapes::Rectangle*)(shapes::Numbered*)${square}`);
    assert.match(rectangle.join('\n'), /^width_: 6$/m);
    assert.match((await children('(shapes::Movable*)(shapes::Square*)0')).join('\n'), /^$/);
  });
});
