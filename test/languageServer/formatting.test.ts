import assert from 'node:assert/strict';
import fc from 'fast-check';
import { format, meaning } from './support/format';

const options = { tabSize: 2, insertSpaces: true };

/** Scripts with bodies, strings, lists and comments, indented at random and spread over lines. */
const gap = fc.constantFrom(' ', '  ', '\t', ' \\\n  ', '\t \\\r\n');
const script: fc.Arbitrary<string> = fc.letrec<Record<'script' | 'command' | 'body', string>>((tie) => ({
  body: tie('script').map((text) => `{${text}}`),
  command: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'set a 1',
      'echo "b \n   c"',
      'set d {\n e \n\t}',
      '# note \t',
      '# more \\\n text',
      'f [g h \n i ]',
      'list {*}$a',
    ),
    fc.tuple(gap, tie('body'), gap, tie('body')).map(([a, yes, b, no]) => `if {$a == 1}${a}${yes}${b}else${b}${no}`),
    tie('body').map((body) => `proc p {a {b 1}}  ${body}`),
    fc.tuple(gap, tie('body'), tie('body')).map(([a, one, two]) => `switch $x {${a}y ${one}\n z${a}${two} }`),
    tie('body').map((body) => `$_T configure -event halted ${body}`),
    tie('body').map((body) => `set r [catch ${body} m]`),
  ),
  script: fc
    .array(
      fc.tuple(
        fc.constantFrom('', ' ', '\t\t', '   '),
        tie('command'),
        fc.constantFrom('\n', ' \n', '\n\n', '\r\n', '\n\t\n'),
      ),
      { maxLength: 4 },
    )
    .map((lines) => `\n${lines.map((line) => line.join('')).join('')}`),
})).script;

describe('Formatting', function () {
  this.timeout(60_000);

  it('keeps the meaning of any script, and is content with its own work', () => {
    const changed = fc.sample(script, { numRuns: 300, seed: 1 }).filter((text) => format(text, options) !== text);
    assert.ok(changed.length > 200, `${changed.length} of 300 are changed at all`);
    fc.assert(
      fc.property(script, (text) => {
        const once = format(text, options);
        assert.deepEqual(meaning(once), meaning(text), `${JSON.stringify(text)}\n→ ${JSON.stringify(once)}`);
        assert.equal(format(once, options), once, JSON.stringify(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('indents by the depth of scripts', () => {
    const cases: [string, string][] = [
      ['proc a {} {\nif {1} {\n   b\n}\n}', 'proc a {} {\n  if {1} {\n    b\n  }\n}'],
      [
        '$_T configure -event reset-init {\n# c\nmww 1 2   \n}',
        '$_T configure -event reset-init {\n  # c\n  mww 1 2\n}',
      ],
      ['set r [catch {\nb\n} m]', 'set r [catch {\n  b\n} m]'],
      ['   a\n\t\n b', 'a\n\nb'],
      ['if {1}\t{\n\ta\n}\r\nb', 'if {1} {\n  a\n}\r\nb'],
      ['a b  c   d', 'a b  c   d'],
    ];
    for (const [before, after] of cases) assert.equal(format(before, options), after);
    assert.equal(format('if {1} {\n  a\n}', { tabSize: 4, insertSpaces: false }), 'if {1} {\n\ta\n}');
  });
});
