import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Source } from '../../src/languageServer/model/source';
import type { Script } from '../../src/languageServer/tcl/nodes';
import { readScript } from '../../src/languageServer/tcl/reader';
import { literalOf } from '../../src/languageServer/tcl/values';
import { askTcl, evaluate, hasTclsh } from './support/oracle';
import { bodies, checkSpans } from './support/tree';

/** The values of the words of each command at the top level. */
const words = (text: string): (string | undefined)[][] =>
  readScript(text).script.commands.map((command) => command.words.map(literalOf));

/** Text around every problem: `code@line:character`. */
const problems = (text: string): string[] =>
  readScript(text).problems.map(({ code, start }) => {
    const before = text.slice(0, start).split('\n');
    return `${code}@${before.length}:${before.at(-1)?.length}`;
  });

describe('Tcl reader: words', () => {
  it('splits commands at line ends and semicolons', () => {
    assert.deepEqual(words('a b;c\nd  e ;; f'), [['a', 'b'], ['c'], ['d', 'e'], ['f']]);
  });

  it('takes braces as they are and quotes with substitution', () => {
    assert.deepEqual(words('a {b $c [d]} "e\\tf" g\\ h'), [['a', 'b $c [d]', 'e\tf', 'g h']]);
    assert.deepEqual(words('a "$b" [c]x'), [['a', undefined, undefined]]);
  });

  it('follows continued lines, with both kinds of line end', () => {
    assert.deepEqual(words('a \\\n  b\nc'), [['a', 'b'], ['c']]);
    assert.deepEqual(words('a \\\r\n  b\r\nc\r\n'), [['a', 'b'], ['c']]);
  });

  it('reads comments only where a command may begin', () => {
    assert.deepEqual(words('# a\nb #c\nd ;# e \\\n still e\nf'), [['b', '#c'], ['d'], ['f']]);
  });

  it('reads variables as Jim does', () => {
    const { script } = readScript(`x $a $::b::c $\{d e} $f($g) $(1 + $h) $ä a$ $:b`);
    const parts = script.commands[0]!.words.slice(1).map((word) => word.parts.map((part) => part.kind).join());
    assert.deepEqual(parts, ['variable', 'variable', 'variable', 'variable', 'expression', 'variable', 'text', 'text']);
  });

  it('knows the older spelling of expansion', () => {
    const { script } = readScript('list {*}$a {expand}$b {*}');
    assert.deepEqual(
      script.commands[0]!.words.map((word) => word.expanded),
      [false, true, true, false],
    );
  });

  it('closes a bracket as Jim does, comments or not', () => {
    assert.deepEqual(problems('list [list a ; # foo ]\n'), []);
    assert.deepEqual(problems('list [list a {b]c}] "[list "x y"]"'), []);
  });

  it('counts positions in UTF-16 code units', () => {
    const text = 'echo "😀é" ; set x [foo';
    assert.deepEqual(problems(text), ['missing-close-bracket@1:19']);
    assert.equal(text[19], '[');
  });
});

describe('Tcl reader: scripts within scripts', () => {
  const inner = (text: string): string[] =>
    bodies(readScript(text).script)
      .filter((body) => body.kind === 'script')
      .map((body) => text.slice(body.span.start, body.span.end).trim());

  it('looks into the bodies of control commands', () => {
    assert.deepEqual(inner('proc p {a} {b}'), ['b']);
    assert.deepEqual(inner('if {$a} {b} elseif {$c} then {d} else {e}'), ['b', 'd', 'e']);
    assert.deepEqual(inner('foreach {a b} {1 2} c {3} {d}'), ['d']);
    assert.deepEqual(inner('for {set i 0} {$i < 2} {incr i} {a}'), ['set i 0', 'incr i', 'a']);
    assert.deepEqual(inner('switch -glob -- $a {b {c} d - default {e}}'), ['c', 'e']);
    assert.deepEqual(inner('switch $a b {c} default {d}'), ['c', 'd']);
    assert.deepEqual(inner('catch -noerror {a} m o'), ['a']);
    assert.deepEqual(inner('try {a} on error {m o} {b} finally {c}'), ['a', 'b', 'c']);
    assert.deepEqual(inner('dict for {k v} $d {a}'), ['a']);
    assert.deepEqual(inner('uplevel #0 {a}'), ['a']);
    assert.deepEqual(inner('local proc p {} {a}'), ['a']);
  });

  it('looks into event handlers', () => {
    assert.deepEqual(inner('$_TARGETNAME configure -event reset-init {a} -event halted {b}'), ['a', 'b']);
    assert.deepEqual(inner('target create x cortex_m -dap d -event reset-start {a}'), ['a']);
    assert.deepEqual(inner('jtag configure x.cpu -event setup {a}'), ['a']);
  });

  it('leaves other braces alone', () => {
    assert.deepEqual(inner('set x {a b}; echo {c}; $t configure -work-area-size {d}'), []);
  });
});

describe('Tcl reader: what is wrong is reported where it is', () => {
  it('finds the brace that was forgotten, not the outermost one', () => {
    const text = 'proc a {} {\n  if {1} {\n    b\n}\nproc c {} {\n  d\n}\n';
    assert.deepEqual(problems(text), ['missing-close-brace@2:9']);
    assert.equal(readScript(text).script.commands.length, 2, 'what follows is read');
  });

  it('closes an unfinished procedure before the next one', () => {
    const text = 'proc a {} {\n  b\n\nproc c {} {\n  d\n}\nset e 1\n';
    assert.deepEqual(problems(text), ['missing-close-brace@1:10']);
    assert.deepEqual(
      words(text).map(([name]) => name),
      ['proc', 'proc', 'set'],
    );
  });

  it('reports several forgotten braces', () => {
    const text = 'proc a {} {\n  b\nproc c {} {\n  d\nset e 1\n';
    assert.deepEqual(problems(text), ['missing-close-brace@3:10', 'missing-close-brace@1:10']);
  });

  it('reports braces and brackets that close nothing', () => {
    assert.deepEqual(problems('if {1} {\n a\n}\n}\n'), ['extra-close-brace@4:0']);
    assert.deepEqual(problems('set a $b]\n'), ['extra-close-bracket@1:8']);
    assert.deepEqual(problems('set a {b]}\nset c "d]"\nset e x\\]\nset f a[0]'), []);
  });

  it('reports quotes', () => {
    assert.deepEqual(problems('echo "a\nset b 1\n'), ['missing-close-quote@1:5']);
    assert.deepEqual(problems('echo "a\necho "b"\n'), ['suspicious-quote@1:5', 'missing-close-quote@2:7'].slice(0, 1));
    assert.deepEqual(problems('echo "a\nb"\necho "c"d\n'), []);
  });

  it('reports parentheses in expressions and missing spaces', () => {
    assert.deepEqual(problems('if {($a + 1 == 2} {b}'), ['missing-close-parenthesis@1:4']);
    assert.deepEqual(problems('expr {1 + 2)}'), ['extra-close-parenthesis@1:11']);
    assert.deepEqual(problems('if {1}{a}'), ['extra-characters@1:5']);
    assert.deepEqual(problems('if {1} {a} ;# b\nif {[x {1}]} {c}'), []);
  });
});

/** Pieces of Tcl in which brackets mostly match. */
const tcl = fc.letrec<Record<'script' | 'word', string>>((tie) => ({
  word: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'a',
      'b1',
      '$v',
      `$\{w x}`,
      '$v(1)',
      '$::n',
      '\\n',
      '\\x41',
      '\\u00e9',
      '-x',
      '0x1f',
      '\\{',
      '\\"',
      '\\\n ',
      'ü😀',
    ),
    tie('word').map((word) => `"${word.replace(/["[\]{}]/g, '')} z"`),
    fc.array(tie('word'), { maxLength: 3 }).map((list) => `{${list.join(' ').replace(/\\.|["{}]/gs, '')}}`),
    tie('script').map((script) => `[${script.replace(/[#\n]/g, ';').replace(/\\/g, '')}]`),
  ),
  script: fc
    .array(
      fc.tuple(
        fc.array(tie('word'), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('\n', ';', ' ;\n# note\n', '\n\n'),
      ),
      {
        maxLength: 4,
      },
    )
    .map((commands) => commands.map(([list, end]) => list.join(' ') + end).join('')),
})).script;

/** Anything, with Tcl's signs more often than others. */
const noise = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'{}[]"\\$;#()\n \t'),
      fc.constantFrom('proc a {} {', 'if {', 'set x', '}\n', '\r\n'),
      fc.string(),
    ),
  )
  .map((pieces) => pieces.join(''));

describe('Tcl reader: any input', function () {
  this.timeout(60_000);

  it('never fails, and its spans nest', () => {
    fc.assert(
      fc.property(fc.oneof(noise, tcl), (text) => {
        const { script, problems: found } = readScript(text);
        checkSpans(text, script);
        for (const { start, end } of found) assert.ok(start >= 0 && start <= end && end <= text.length + 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads the same piece by piece as at once', () => {
    fc.assert(
      fc.property(fc.oneof(noise, tcl), (text) => {
        const { items } = new Source('file:///x.cfg', text.replaceAll('\0', ''));
        const { script, problems: found } = readScript(text.replaceAll('\0', ''));
        assert.deepEqual(
          items.flatMap((item) => moved(item.script.commands, item.start)),
          script.commands,
        );
        assert.deepEqual(
          items.flatMap((item) => moved(item.script.comments, item.start)),
          script.comments,
        );
        assert.deepEqual(
          items.flatMap((item) => moved(item.problems, item.start)),
          found,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('reads the same after an edit as afresh', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat(12),
      fc.oneof(fc.constantFrom(...'{}[]"\\$;#\n '), fc.string({ maxLength: 8 })),
    );
    fc.assert(
      fc.property(fc.oneof(noise, tcl), fc.array(edit, { minLength: 1, maxLength: 5 }), (start, edits) => {
        let text = start;
        const source = new Source('file:///x.cfg', text);
        for (const [place, length, insert] of edits) {
          const at = text.length === 0 ? 0 : place % text.length;
          text = text.slice(0, at) + insert + text.slice(at + length);
          source.update(text);
          assert.deepEqual(shape(source), shape(new Source('file:///y.cfg', text)));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reads only what an edit touches', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `set a${index} [expr {${index} + 1}]`);
    const source = new Source('file:///x.cfg', lines.join('\n'));
    lines[5_000] = 'set b [foo]';
    assert.ok(source.update(lines.join('\n')) <= 2);
    lines[2] = 'proc x {} {\n}';
    assert.ok(source.update(lines.join('\n')) <= 3);
    lines[4_000] = 'set b [foo';
    assert.ok(source.update(lines.join('\n')) <= 2, 'an open bracket ends with its line');
    lines[4_000] = 'set b {foo';
    assert.ok(source.update(lines.join('\n')) <= 6_002, 'nothing behind the open brace is kept');
  });

  it('agrees with real Tcl on generated scripts', function () {
    if (!hasTclsh) return this.skip();
    const scripts = fc.sample(tcl, { numRuns: 2500, seed: 7 });
    const answers = askTcl(scripts.map((text) => ({ kind: 'script', text })));
    let compared = 0;
    scripts.forEach((text, index) => {
      const answer = answers[index]!;
      const { script, problems: found } = readScript(text);
      if (answer.error !== undefined) return;
      compared += 1;
      assert.deepEqual(evaluate(text, script), answer.commands, JSON.stringify(text));
      assert.deepEqual(
        found.filter(({ code }) => /^missing/.test(code)),
        [],
        JSON.stringify(text),
      );
      assert.equal(answer.complete, true);
    });
    assert.ok(compared > 1000, `${compared} scripts compared`);
  });

  it('finds a script incomplete where real Tcl does', function () {
    if (!hasTclsh) return this.skip();
    const scripts = fc.sample(
      fc
        .array(fc.constantFrom('{', '}', '[', ']', '"', ' ', 'a', '\n', 'set b ', '"x"'), { maxLength: 12 })
        .map((list) => list.join('')),
      { numRuns: 3000, seed: 11 },
    );
    const answers = askTcl(scripts.map((text) => ({ kind: 'script', text })));
    scripts.forEach((text, index) => {
      // Tcl's own test is rough: it calls complete what it refuses otherwise. The other way round it is always right.
      if (answers[index]!.complete || /"\S|\}[^\s\]}]/.test(text)) return;
      assert.ok(readScript(text).problems.length > 0, JSON.stringify(text));
    });
  });
});

describe('Tcl reader: input made to hurt', function () {
  this.timeout(60_000);

  const bounded: [string, string][] = [
    ['braces', '{'.repeat(200_000)],
    ['brackets', '['.repeat(200_000)],
    ['closed brackets', '['.repeat(50_000) + ']'.repeat(50_000)],
    ['nested bodies', 'if 1 {'.repeat(20_000) + '}'.repeat(20_000)],
    ['quotes', '"a '.repeat(100_000)],
    ['open lines', 'set a {\n'.repeat(10_000)],
    ['open brackets on lines', 'set a [b\n'.repeat(10_000)],
    ['open quotes on lines', 'set a "[b\n'.repeat(10_000)],
    ['dollars and parentheses', '$a('.repeat(100_000)],
    ['backslashes', '\\'.repeat(300_000)],
    ['nested expressions', `expr {${'('.repeat(100_000)}}`],
    ['expression in expression', '$(1+'.repeat(20_000)],
    ['one long line', `set a ${'b '.repeat(500_000)}`],
    [
      'binary',
      Buffer.from(Array.from({ length: 300_000 }, (_, index) => 1 + ((index * 7919) % 255))).toString('latin1'),
    ],
    ['lone surrogates', '\ud800 set "\udfff\n'.repeat(10_000)],
  ];
  for (const [name, text] of bounded) {
    it(`survives ${name}`, () => {
      const source = new Source('file:///x.cfg', text);
      source.update(`${text}x`);
      readScript(text);
    });
  }

  it('says that it stops looking into what is nested too deeply', () => {
    const { problems: found } = readScript('if 1 {'.repeat(500) + '}'.repeat(500));
    assert.deepEqual(
      found.map(({ code }) => code),
      ['too-deep'],
    );
  });
});

/** What a source has read, without the identity of its objects. */
function shape(source: Source): { start: number; end: number; script: Script; problems: unknown }[] {
  return source.items.map(({ start, end, script, problems: found }) => ({ start, end, script, problems: found }));
}

/** A piece of a tree with its offsets counted from a place `by` characters earlier. */
function moved<T>(piece: T, by: number): T {
  if (Array.isArray(piece)) return piece.map((element) => moved(element, by)) as T;
  if (typeof piece !== 'object' || piece === null) return piece;
  const entries = Object.entries(piece).map(([key, value]) => [
    key,
    typeof value === 'number' ? value + by : moved(value, by),
  ]);
  return Object.fromEntries(entries) as T;
}
