// Expressions about small programs of C and C++: what their names mean, what is computed, and what is set.
import assert from 'node:assert/strict';
import { canCompile } from '../support/compile';
import { Image } from './support/image';

/** A suite about a program, which is compiled before it. */
function suite(title: string, sources: Readonly<Record<string, string>>, tests: (image: () => Image) => void): void {
  describe(title, function () {
    this.timeout(60_000);
    let image: Image | undefined;
    before(function () {
      if (!canCompile()) this.skip();
      image = Image.compile(sources);
    });
    after(() => image?.close());
    tests(() => {
      assert.ok(image);
      return image;
    });
  });
}

suite('names of enumerators', {
  'states.c': `
      typedef enum { RED, GREEN = 5, BLUE } color_t;
      enum flags { F_A = 1, F_B = 2, F_C = 4 };
      enum { SAMPLE_MS = 20, REPORT_MS = 500 };
      int report_ms = REPORT_MS + SAMPLE_MS; volatile color_t color = GREEN; volatile enum flags flags = F_A;
      int with_own(void) { enum { LOCAL_MAX = 7, SAMPLE_MS = 21 }; return LOCAL_MAX + SAMPLE_MS; }
      int other_own(void) { enum { LOCAL_MAX = 8 }; return LOCAL_MAX; }`,
  'app.cpp': `
      namespace app {
      enum Mode { IDLE, BUSY = 3 };
      enum class Hue : unsigned char { Red, Green = 4 };
      struct Gate { enum Kind { OPEN = 10, SHUT }; Kind kind = SHUT; int of(int n) { return n + kind; } };
      struct Door { enum Kind { OPEN = 20, SHUT }; Kind kind = SHUT; int IDLE = 99; int of(int n) { return n + kind; } };
      Mode mode = BUSY; Hue hue = Hue::Green; Gate gate; Door door;
      }
      extern "C" int with_own(); extern "C" int other_own(); extern "C" int color;
      int main() { return app::gate.of(1) + app::door.of(2) + (app::mode == app::IDLE) + (int)app::hue + with_own() + other_own() + color; }`,
}, (image) => {
  it('are known wherever their type is not', async () => {
    for (const [text, shown] of [
      ['GREEN', 'GREEN (5)'],
      ['color == GREEN', '1'],
      ['color_t::BLUE + 0', '6'],
      ['flags::F_C', 'F_C (4)'],
      ['F_A | F_C', '5'],
      ['SAMPLE_MS', 'SAMPLE_MS (20)'],
      ['REPORT_MS + 1', '501'],
      ['states.c::REPORT_MS + 0', '500'],
    ] as const) {
      assert.equal(await image().show(text), shown, text);
    }
    const inMain = await image().scope('main');
    for (const [text, shown] of [
      ['app::IDLE', 'IDLE (0)'],
      ['app::Mode::IDLE', 'IDLE (0)'],
      ['BUSY', 'BUSY (3)'],
      ['app::mode == BUSY', 'true'],
      ['app::Hue::Green', 'Hue::Green (4)'],
      ['Gate::OPEN + 0', '10'],
      ['app::Door::Kind::OPEN + 0', '20'],
    ] as const) {
      assert.equal(await image().show(text, inMain), shown, text);
    }
  });

  it('are those of the innermost scope around', async () => {
    assert.equal(await image().show('LOCAL_MAX + 0', await image().scope('with_own')), '7');
    assert.equal(await image().show('LOCAL_MAX + 0', await image().scope('other_own')), '8');
    assert.equal(await image().show('SAMPLE_MS + 0', await image().scope('other_own')), '20');
    assert.equal(await image().show('OPEN + 0', await image().scope('app::Gate::of')), '10');
    assert.equal(await image().show('OPEN + 0', await image().scope('app::Door::of')), '20');
  });

  it('give way to members of the object whose function it is', async () => {
    const scope = await image().scope('app::Door::of');
    await image().show('this = &app::door', scope);
    assert.equal(await image().show('IDLE', scope), '99');
    assert.equal(await image().show('IDLE', await image().scope('app::Gate::of')), 'IDLE (0)');
  });

  it('set variables', async () => {
    await image().set('color', 'BLUE');
    assert.equal(await image().show('color'), 'BLUE');
    await image().show('flags = F_B | F_C');
    assert.equal(await image().show('flags'), 'F_B | F_C');
  });
});

suite('C++ references', {
  'main.cpp': `
      int number = 8, other = 9; int &alias = number; int list[3] = {1, 2, 3};
      struct Pair { int left, right; } pair = {1, 2}; Pair &both = pair;
      void twice(int &n) { n = n * 2; }
      int main() { twice(alias); return other + list[0] + both.left; }`,
}, (image) => {
  it('are set by what they refer to', async () => {
    await image().set('alias', '20');
    assert.equal(await image().show('number'), '20');
    assert.equal(await image().show('&alias == &number'), '1');
    const inTwice = await image().scope('twice');
    await image().show('*(int**)($sp + 4) = &other', inTwice);
    await image().set('n', '33', inTwice);
    assert.equal(await image().show('other'), '33');
    await image().set('both.right', 'number + 1');
    assert.equal(await image().show('pair'), '{left = 1, right = 21}');
  });

  it('give the value of what they refer to', async () => {
    await image().set('number', '2');
    await image().show('other = alias');
    assert.equal(await image().show('other'), '2');
    await image().set('other', 'alias');
    assert.equal(await image().show('other'), '2');
    assert.equal(await image().show('list[alias]'), '3');
  });
});

suite('functions and arrays as pointers', {
  'main.c': `
      int count; int grid[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
      void first(int n) { count += n; } void second(int n) { count -= n; }
      struct { void (*run)(int); void (*all[2])(int); } out = {first, {second, first}};
      typedef int row_t[4]; row_t row = {21, 22, 23, 24};
      int main(void) { out.run(1); out.all[0](2); return grid[1][2] + row[0]; }`,
}, (image) => {
  it('are functions of Thumb code', async () => {
    for (const [text, shown] of [
      ['out.run == first', '1'],
      ['first == out.run', '1'],
      ['out.run != first', '0'],
      ['out.run == &first', '1'],
      ['out.run == second', '0'],
      ['out.run == 0', '0'],
      ['(unsigned)first == (unsigned)out.run', '1'],
      ['(void*)first == out.run', '1'],
    ] as const) {
      assert.equal(await image().show(text), shown, text);
    }
    assert.match(await image().show('*out.run'), /^0x[0-9a-f]*[02468ace] <first>$/);
    assert.equal(await image().show('$pc == main', await image().scope('main')), '0');
    image().setRegister('pc', BigInt(image().program.findFunctions('second')[0]?.entry ?? 0));
    assert.equal(await image().show('$pc == second', image().engine.scope(undefined, 1)), '1');
  });

  it('are stored so that they can be called', async () => {
    await image().show('out.run = second');
    assert.equal(await image().show('((unsigned)out.run & 1) == 1 && out.run == out.all[0]'), '1');
    await image().set('out.run', 'first');
    assert.equal(await image().show('out.run == out.all[1]'), '1');
    assert.equal(await image().show('(unsigned)out.run == (unsigned)out.all[1]'), '1');
  });

  it('are rows of arrays of arrays', async () => {
    for (const [text, shown] of [
      ['*(grid + 1)', '{5, 6, 7, 8}'],
      ['grid + 1 == &grid[1]', '1'],
      ['*(&grid[0] + 2)', '{9, 10, 11, 12}'],
      ['&grid[2] - grid', '2'],
      ['*(*(grid + 2) + 1)', '10'],
      ['(int*)(grid + 1) - (int*)grid', '4'],
      ['*(row + 1)', '22'],
      ['sizeof(*(grid + 1))', '16'],
      ['*(grid[1] + 1)', '6'],
    ] as const) {
      assert.equal(await image().show(text), shown, text);
    }
    const { value } = await image().engine.evaluate('grid + 1', await image().scope());
    assert.equal(value.type?.name, 'int (*)[4]');
  });
});

suite('types and static variables in expressions', {
  'main.c': `
      typedef unsigned char byte_t; byte_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8}; void *place = bytes; int count;
      void call(int n) { count += n; }
      int turn(void) { static int turns = 3; return turns++; }
      int main(void) { static int turns = 7; call(turn()); return turns; }`,
}, (image) => {
  it('are pointers to arrays and functions', async () => {
    for (const [text, shown] of [
      ['*(byte_t(*)[4])place', '{1, 2, 3, 4}'],
      ['((unsigned char (*)[4])place)[1],d', '{5, 6, 7, 8}'],
      ['(*(byte_t(*)[2][4])place)[1][0],d', '5'],
      ['sizeof(int (*)[4])', '4'],
      ['sizeof(*(int (*)[4])place)', '16'],
      ['(void (*)(int))call == call', '1'],
      ['{byte_t[3]} place,d', '{1, 2, 3}'],
      ['*(place as *const [byte_t; 2]),d', '{1, 2}'],
      ['sizeof(char *(*(*)(void))[2])', '4'],
    ] as const) {
      assert.equal(await image().show(text), shown, text);
    }
    const cast = await image().engine.evaluate('(void (*)(int, char *))call', await image().scope());
    assert.equal(cast.value.type?.name, 'void (*)(int, char *)');
    assert.match(await image().show('(void (*)(int))call'), /^0x\w*[13579bdf] <call>$/);
  });

  it('are found by the function that has them', async () => {
    assert.equal(await image().show('main::turns'), '7');
    assert.equal(await image().show('turn::turns'), '3');
    assert.equal(await image().show('main.c::turn::turns'), '3');
    const inCall = await image().scope('call');
    await image().show('n = 77', inCall);
    assert.equal(await image().show('call::n', inCall), '77');
    await assert.rejects(image().show('turn::n', inCall), /no variable named “turn::n”/);
  });
});

suite('values as they are shown', {
  'main.cpp': `
      #include <stdint.h>
      enum Flag { READ = 1, WRITE = 2, RUN = 4 }; enum class Hue : uint8_t { Red, Green = 4 };
      struct node { int value; node *next; }; struct pair { int a, b; } both;
      node last = {2, nullptr}, first = {1, &last}; node *list = &first; const char *word = "word";
      char letter = 'A'; signed char small = 5; float ratio = 1; double precise = 2; bool on; Flag flags = READ; Hue hue = Hue::Red;
      char text[8] = "hello"; uint8_t buffer[4] = {1, 2, 3, 4}; char32_t wide[4] = {}; char16_t half[4] = {}; int numbers[3] = {7, 8, 9};
      void call() {} void (*run)() = nullptr; long long far = -1;
      int main() { call(); return (int)list->value + (int)far + (hue == Hue::Green) + (flags == RUN) + (flags == WRITE); }`,
}, (image) => {
  const becomes = async (name: string, text: string, shown: string) => {
    await image().set(name, text);
    assert.equal(await image().show(name), shown, `${name} set to ${text}`);
  };

  it('are set again as they were', async () => {
    await image().show('run = call');
    for (const name of 'letter small ratio precise on flags hue list word text buffer numbers run far first.next'.split(
      ' ',
    )) {
      const before = await image().show(name);
      await becomes(name, before, before);
    }
    for (const name of ['ratio', 'far', 'letter', 'numbers', 'flags', 'list']) {
      const before = await image().show(name, undefined, 'hexadecimal');
      await image().set(name, before, undefined, 'hexadecimal');
      assert.equal(await image().show(name, undefined, 'hexadecimal'), before, name);
    }
  });

  it('are set to what was changed in them', async () => {
    await becomes('letter', "66 'A'", "66 'B'");
    await becomes('letter', "66 'C'", "67 'C'");
    await becomes('small', "-1 '\\x05'", "-1 '\\xff'");
    await becomes('ratio', 'inf', 'inf');
    await becomes('precise', '-inf', '-inf');
    await becomes('ratio', 'nan', 'nan');
    await becomes('ratio', '-2.5', '-2.5');
    await becomes('flags', 'READ | RUN', 'READ | RUN');
    await becomes('flags', 'WRITE | 0x8', 'WRITE | 0x8');
    await becomes('hue', 'Hue::Green', 'Hue::Green');
    await becomes('hue', 'Red', 'Hue::Red');
    await becomes('list', `${await image().show('&last')} {value = 2}`, await image().show('&last'));
    await becomes('numbers', '{1, far, 0x10}', '{1, -1, 16}');
    await becomes('numbers[1]', 'numbers[0] + 4', '5');
  });

  it('are texts, with zeros behind them', async () => {
    await becomes('text', '"hi"', '"hi"');
    assert.equal(await image().show('text,d'), '{104, 105, 0, 0, 0, 0, 0, 0}');
    await becomes('text', '"12345678"', '"12345678"');
    await image().show('text = "ab"');
    assert.equal(await image().show('text'), '"ab"');
    await becomes('wide', '"né"', '"né"');
    await becomes('half', '"né"', '"né"');
    await becomes('text', '"caf\\xe9"', '"caf\\xe9"');
    await becomes('text', '"café"', '"café"');
    await becomes('buffer', '"hi"', '{104, 105, 0, 0}');
  });

  it('are refused where they do not fit, in words', async () => {
    await assert.rejects(image().set('text', '"123456789"'), /takes 9 elements, and the array has 8/);
    await assert.rejects(image().set('numbers', '{1, 2}'), /has 3 elements, and here are 2/);
    await assert.rejects(image().set('numbers', '{1, 2, …}'), /Not all of the elements are shown/);
    await assert.rejects(image().set('both', '{a = 1, b = 2}'), /members one by one/);
    await assert.rejects(image().set('flags', 'NONE'), /no variable named “NONE”/);
    await assert.rejects(image().set('word', '"other"'), /cannot become/);
  });
});

suite('what is not there, and registers', {
  'main.c': `static int hidden = 42; int main(void) { return hidden; }`,
  'other.c': `static int hidden = 43; int other(void) { return hidden; }`,
}, (image) => {
  it('says whether it is the file or the variable', async () => {
    await assert.rejects(
      image().show('nothere.c::hidden'),
      /no source file nothere\.c; “hidden” is in main\.c, other\.c/,
    );
    await assert.rejects(image().show('main.c::missing'), /no variable named “missing” in main\.c \(/);
    await assert.rejects(image().show('main.c::other'), /no variable named “other” in main\.c; “other” is in other\.c/);
    assert.equal(await image().show('other.c::hidden'), '43');
  });

  it('shows addresses and status in hexadecimal, other registers as numbers', async () => {
    for (const [name, value] of [
      ['lr', 0x08000101n],
      ['xPSR', 0x61000000n],
      ['control', 2n],
      ['r3', 65n],
    ] as const) {
      image().setRegister(name, value);
    }
    const scope = await image().scope('main');
    assert.equal(await image().show('$lr', scope), '0x8000101');
    assert.equal(await image().show('$xpsr', scope), '0x61000000');
    assert.match(await image().show('$pc', scope), /^0x080000/);
    assert.match(await image().show('$sp', scope), /^0x200/);
    assert.equal(await image().show('$control', scope), '0x2');
    assert.equal(await image().show('$control,d', scope), '2');
    assert.equal(await image().show('$control + 1', scope), '3');
    assert.equal(await image().show('$r3', scope), '65');
  });
});
