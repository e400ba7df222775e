// What pointers to base classes open up into: the whole object of the derived class, as its virtual table tells.
import assert from 'node:assert/strict';
import { childrenOf, childText } from '../../src/debugger/values/children';
import { cppExampleInReport, type StoppedExample } from './support/cppExample';

describe('a pointer to a base class', function () {
  this.timeout(60_000);
  let example: StoppedExample;
  before(async () => {
    example = await cppExampleInReport();
  });
  const children = (text: string) =>
    example.look(text, (value) =>
      childrenOf(value)
        .list('all', 0, 100)
        .map((child) => `${child.name}: ${childText(child)}`),
    );
  after(() => example.close());

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
