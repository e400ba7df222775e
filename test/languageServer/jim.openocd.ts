import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { readScript } from '../../src/languageServer/tcl/reader';
import { literalOf } from '../../src/languageServer/tcl/values';

/** Where Jim Tcl goes its own ways, and some places where it does not. */
const quirks = [
  'q "a"b c',
  'q a"b c"',
  'q a{b c}',
  'q {a {b} c} d',
  'q {expand}{1 2} {*}{3 4}',
  'q \\x41 \\u0041 \\u{41} \\101 \\n \\q',
  'q a ;# b\nq c',
  'q #a ; #b ] c',
  'q a]b',
  'q a\\\n   b',
  'q {a\\}b} c',
  'q "a\\"b" c',
  'q a$ $',
  'q "{" a',
  '# a \\\nq b\nq c',
  'q a;q b;;q c',
];

describe('Jim Tcl in the installed OpenOCD', () => {
  it('splits words as our reader does', function () {
    this.timeout(30_000);
    const pieces = [
      'a',
      '"b c"',
      '{d e}',
      '{f {g} h}',
      '\\n',
      '\\ ',
      'i\\;j',
      '"\\x41"',
      '\\{',
      'k"',
      'l{m',
      '-n',
      '"{"',
      ';',
      '\n',
      '\\\n',
      '#',
    ];
    const generated = fc.sample(
      fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }).map((list) => `q ${list.join(' ')}`),
      { numRuns: 400, seed: 3 },
    );
    const scripts = [...quirks, ...generated].filter((text) => readScript(text).script.commands.every(isCallOfQ));
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-jim-'));
    const file = path.join(folder, 'words.tcl');
    fs.writeFileSync(
      file,
      [
        'proc q args { foreach a $args { puts "=[binary_free $a]" }; puts + }',
        'proc binary_free text { string map [list "\\\\" "\\\\\\\\" "\\n" "\\\\n" "\\a" "\\\\a"] $text }',
        ...scripts.map((text, index) => {
          fs.writeFileSync(path.join(folder, `${index}.tcl`), text);
          return `source ${folder}/${index}.tcl\nputs end`;
        }),
        'stdout flush',
      ].join('\n'),
    );
    const result = spawnSync('openocd', ['-f', file, '-c', 'shutdown'], { encoding: 'utf8', timeout: 20_000 });
    fs.rmSync(folder, { recursive: true });
    const answers = result.stdout.split('end\n').slice(0, -1);
    assert.equal(answers.length, scripts.length, result.stderr);
    scripts.forEach((text, index) => {
      const ours = readScript(text)
        .script.commands.map((command) => {
          const words = command.words
            .slice(1)
            .flatMap((word) =>
              word.expanded ? (literalOf({ ...word, expanded: false }) ?? '').split(' ') : [literalOf(word) ?? '?'],
            );
          return `${words.map((word) => `=${word.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`).join('')}+\n`;
        })
        .join('');
      assert.equal(ours, answers[index], JSON.stringify(text));
    });
    assert.ok(scripts.length > 200, `${scripts.length} compared`);
  });
});

/** Only `q` exists there, and what it is given must not run anything. */
function isCallOfQ(command: ReturnType<typeof readScript>['script']['commands'][number]): boolean {
  return literalOf(command.words[0]) === 'q';
}
