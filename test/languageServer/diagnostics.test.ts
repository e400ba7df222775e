import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { examine } from '../../src/languageServer/diagnostics/examine';
import type { Finding } from '../../src/languageServer/diagnostics/finding';
import { bundledKnowledge } from '../../src/languageServer/knowledge/bundled';
import { CommandCatalog } from '../../src/languageServer/knowledge/catalog';
import type { Knowledge } from '../../src/languageServer/knowledge/types';
import { Project } from '../../src/languageServer/model/project';
import { ScriptIndex } from '../../src/languageServer/model/scriptIndex';
import { maxLength, Source } from '../../src/languageServer/model/source';

/** As OpenOCD's development version would describe itself: `gdb port` is the command, `gdb_port` forwards to it. */
const later: Knowledge = {
  ...bundledKnowledge,
  version: '0.12.0+dev',
  commands: [
    ...bundledKnowledge.commands.filter(({ name }) => name !== 'gdb_port' && name !== 'telnet_port'),
    { name: 'gdb', stage: 'any' },
    { name: 'gdb port', usage: '[port_num]', stage: 'config' },
    { name: 'gdb_port', arity: [0, null], deprecated: { use: 'gdb port', exact: true } },
    { name: 'telnet', stage: 'any' },
    { name: 'telnet port', usage: '[port_num]', stage: 'config' },
  ],
};

const release = new CommandCatalog(bundledKnowledge, false);
const development = new CommandCatalog(later, true);

describe('Diagnostics', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-diagnostics-'));
  const project = new Project();
  before(async () => {
    fs.mkdirSync(path.join(folder, 'target'));
    fs.writeFileSync(
      path.join(folder, 'target/demo.cfg'),
      'proc from_demo {a} {}\ntarget create $_TARGETNAME cortex_m -dap d\n',
    );
    project.index = await ScriptIndex.of([folder]);
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const check = (text: string, catalog = release): Finding[] =>
    examine(new Source('file:///somewhere/board.cfg', text), project, catalog);
  /** `code@line` with the text that is underlined. */
  const found = (text: string, catalog = release): string[] =>
    check(text, catalog).map(
      ({ code, start, end }) => `${code}@${text.slice(0, start).split('\n').length} ${text.slice(start, end)}`,
    );

  /** Each diagnostic: what earns it, and a near miss that does not. */
  const cases: Record<string, { earns: [string, string][]; misses: string[] }> = {
    'not-text': { earns: [['echo a\nflash \0 b {', '@2 \0']], misses: ['echo \\0', 'echo \u0001\ufffd'] },
    'too-long': { earns: [[`#${'x'.repeat(maxLength)}`, '@1 #']], misses: [`#${'x'.repeat(maxLength - 1)}`] },
    'missing-close-brace': {
      earns: [
        ['proc a {} {\n  if {1} {\n    echo b\n}\n', '@2 {'],
        ['echo {a', '@1 {'],
      ],
      misses: ['proc a {} {\n  if {1} {\n    echo b\n  }\n}\n', 'echo {a \\{ b}', 'echo "{"'],
    },
    'extra-close-brace': { earns: [['if {1} {\n}\n}\n', '@3 }']], misses: ['if {1} {\n}\n# }\n', 'echo \\}'] },
    'missing-close-bracket': {
      earns: [['set a [expr {1}\nset b 2\n', '@1 [']],
      misses: ['set a [expr {1}]', 'set a \\[b', 'set a {[b}'],
    },
    'extra-close-bracket': {
      earns: [['set a [list b]]', '@1 ]']],
      misses: ['set a [list b]', 'set a "b]"', 'set a b\\]'],
    },
    'missing-close-quote': { earns: [['echo "a\n', '@1 "']], misses: ['echo "a\nb"\n', 'echo a"b', 'echo \\"a'] },
    'suspicious-quote': { earns: [['echo "a\necho "b"\n', '@1 "']], misses: ['echo "a\n" b\n', 'echo "a"b'] },
    'extra-characters': { earns: [['if {1}{echo a}', '@1 }']], misses: ['if {1} {echo a};', 'list {*}{a b}'] },
    'missing-close-parenthesis': { earns: [['if {(1 == 1} {}', '@1 (']], misses: ['if {(1 == 1)} {}', 'echo (a'] },
    'extra-close-parenthesis': { earns: [['if {1 == 1)} {}', '@1 )']], misses: ['if {"a)" eq "b"} {}', 'echo a)'] },
    'too-deep': {
      earns: [['if 1 {'.repeat(200) + '}'.repeat(200), '@1 i']],
      misses: ['if 1 {'.repeat(50) + '}'.repeat(50)],
    },
    'unknown-command': {
      earns: [
        ['flsh bank a', '@1 flsh'],
        ['proc a {} {\n  nosuch\n}', '@2 nosuch'],
        ['$_T configure -event halted {\n  nosuch\n}', '@2 nosuch'],
      ],
      misses: [
        'flash banks',
        'proc nosuch {} {}\nnosuch',
        'catch {nosuch}',
        'source [find $any.cfg]\nnosuch',
        'source [find target/demo.cfg]\nfrom_demo 1',
        'from_demo 1',
        'target create x.cpu cortex_m -dap d\nx.cpu halt',
        '$nosuch a',
        'stm32f1x unlock 0',
        '::echo a',
      ],
    },
    'unknown-subcommand': {
      earns: [
        ['flash bnak a', '@1 bnak'],
        ['adapter srst width 1', '@1 width'],
      ],
      misses: [
        'flash $sub',
        'adapter srst delay 1',
        'string length a',
        'dict get $a b',
        'proc flash {x} {}\nflash bnak',
      ],
    },
    'driver-not-built': { earns: [['vdebug server a', '@1 vdebug']], misses: ['ftdi channel 1'] },
    'argument-count': {
      earns: [
        ['flash bank a b 0 0 0 0', '@1 flash bank'],
        ['adapter speed 1 2', '@1 2'],
        ['proc own {a {b 1}} {}\nown 1 2 3', '@2 3'],
        ['proc own {a} {}\nown', '@2 own'],
        ['lindex', '@1 lindex'],
        ['target create $_T cortex_m -dap d\n$_T mww 1 2 3 4', '@2 4'],
      ],
      misses: [
        'flash bank a b 0 0 0 0 c d e',
        'adapter speed',
        'adapter speed {*}$both',
        'proc own {a {b 1}} {}\nown 1\nown 1 2',
        'proc own {a args} {}\nown 1 2 3',
        'if {1} {echo a}',
        'switch $a {b {echo c}}',
        'target create $_T cortex_m -dap d\n$_T mww 1 2 3',
      ],
    },
    'deprecated-command': {
      earns: [
        ['adapter_khz 1', '@1 adapter_khz'],
        ['hla newtap a b', '@1 hla newtap'],
      ],
      misses: ['adapter speed 1', 'proc adapter_khz {a} {}\nadapter_khz 1'],
    },
    'removed-command': {
      earns: [
        ['jtag_khz 1', '@1 jtag_khz'],
        ['cortex_m3 maskisr on', '@1 cortex_m3'],
      ],
      misses: ['cortex_m maskisr on'],
    },
    'newer-command': {
      earns: [
        ['gdb port 1', '@1 gdb port'],
        ['cmsis-dap backend hid', '@1 cmsis-dap backend'],
      ],
      misses: ['cmsis-dap info'],
    },
    'renamed-later': { earns: [['gdb_port 1', '@1 gdb_port']], misses: ['gdb_save_tdes', 'bindto 0.0.0.0'].slice(1) },
    'config-after-init': {
      earns: [['init\nadapter driver dummy', '@2 adapter driver']],
      misses: [
        'adapter driver dummy\ninit',
        'init\nproc a {} {\n  adapter driver dummy\n}',
        'if {1} {init}\nadapter driver dummy',
        'init\nadapter speed 1',
      ],
    },
    'exec-before-init': {
      earns: [['halt\ninit', '@1 halt']],
      misses: ['init\nhalt', 'halt', '$_T configure -event reset-init {\n  halt\n}\ninit'],
    },
    'before-target-create': {
      earns: [
        ['$_T configure -event halted {}\ntarget create $_T cortex_m -dap d', '@1 $_T'],
        ['cortex_m reset_config sysresetreq\ntarget create $_T cortex_m -dap d', '@1 cortex_m reset_config'],
      ],
      misses: [
        'target create $_T cortex_m -dap d\n$_T configure -event halted {}\ncortex_m reset_config sysresetreq',
        'source [find target/demo.cfg]\n$_T configure -event halted {}\ntarget create $_T cortex_m -dap d',
        'cortex_m reset_config sysresetreq',
        'proc a {} {\n  cortex_m reset_config sysresetreq\n}\ntarget create $_T cortex_m -dap d',
        'target create $_T cortex_m -dap d\nset _T b\n$_T configure -event halted {}\ntarget create $_T cortex_m -dap d',
      ],
    },
    'file-not-found': {
      earns: [
        ['source [find target/dem.cfg]', '@1 target/dem.cfg'],
        ['source nowhere.cfg', '@1 nowhere.cfg'],
      ],
      misses: ['source [find target/demo.cfg]', 'source [find target/$x.cfg]', 'catch {source [find local.cfg]}'],
    },
  };

  for (const [code, { earns, misses }] of Object.entries(cases)) {
    it(`${code} where it belongs, and only there`, () => {
      for (const [text, place] of earns) assert.ok(found(text).includes(code + place), `${text}\n→ ${found(text)}`);
      for (const text of misses) {
        const codes = check(text).map((finding) => finding.code);
        assert.ok(!codes.includes(code), `${text}\n→ ${codes}`);
      }
    });
  }

  it('says of a renamed command what is true for the installed OpenOCD', () => {
    const [hint] = check('gdb_port 3333');
    assert.deepEqual([hint?.severity, hint?.deprecated], ['hint', undefined]);
    assert.match(hint!.message, /OpenOCD 0\.12\.0 knows only “gdb_port”/);
    assert.deepEqual(
      hint!.fixes.map((fix) => [fix.title, fix.preferred]),
      [['Change to “gdb port” (needs OpenOCD after 0.12)', false]],
    );

    const [warning] = check('gdb_port 3333', development);
    assert.deepEqual([warning?.code, warning?.severity, warning?.deprecated], ['deprecated-command', 'warning', true]);
    assert.deepEqual(
      warning!.fixes.map((fix) => [fix.title, fix.preferred]),
      [['Change to “gdb port”', true]],
    );
    assert.deepEqual(found('gdb port 3333', development), []);
    assert.deepEqual(found('telnet_port 4444', development), ['removed-command@1 telnet_port']);

    const [newer] = check('gdb port 3333');
    assert.match(newer!.message, /OpenOCD 0\.12\.0 has no “gdb port” yet: there it is “gdb_port”/);
  });

  it('follows a chain of renames to its end', () => {
    assert.deepEqual(check('jtag_khz 1')[0]!.fixes[0]!.changes, [{ start: 0, end: 8, text: 'adapter speed' }]);
    assert.deepEqual(check('stlink_serial 1')[0]!.fixes[0]!.changes[0]!.text, 'adapter serial');
  });

  it('offers no fix that would change the meaning', () => {
    assert.deepEqual(
      check('jtag_reset 0 1').map(({ code, fixes }) => [code, fixes.length]),
      [['deprecated-command', 0]],
    );
  });
});
