import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type {
  CodeAction,
  CompletionItem,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  SemanticTokens,
  SignatureHelp,
  TextEdit,
  WorkspaceEdit,
  WorkspaceSymbol,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { EditorSession } from './support/client';

const helper =
  '# Reads a word.\n# Returns it.\nproc read_word {address {count 1}} {\n  return [mdw $address $count]\n}\n';
const chip = [
  'source [find helper.tcl]',
  'set _CHIPNAME demo',
  'set _TARGETNAME $_CHIPNAME.cpu',
  'jtag newtap $_CHIPNAME cpu -irlen 4',
  'target create $_TARGETNAME cortex_m -dap $_CHIPNAME.dap',
  'proc chip_setup {} {\n  read_word 0x10\n}\n',
].join('\n');

describe('Language server, in conversation', function () {
  this.timeout(60_000);
  let editor: EditorSession;

  before(async () => {
    editor = new EditorSession();
    const scripts = { 'scripts/target/demo.cfg': chip, 'scripts/helper.tcl': helper, 'scripts/interface/demo.cfg': '' };
    await editor.start(
      { trusted: false, canStartBoard: true, searchDirs: [path.join(editor.folder, 'scripts')] },
      scripts,
    );
  });
  after(() => editor.end());

  it('says what it can do', () => {
    const { capabilities } = editor;
    for (const feature of [
      'completion',
      'hover',
      'definition',
      'references',
      'rename',
      'documentSymbol',
      'foldingRange',
    ]) {
      assert.ok(capabilities[`${feature}Provider` as 'hoverProvider'], feature);
    }
    assert.deepEqual(capabilities.codeLensProvider, {});
  });

  const labels = async (marked: string): Promise<string[]> => {
    const [place] = await editor.open('complete.cfg', marked);
    const items = await editor.ask<CompletionItem[]>('textDocument/completion', 'complete.cfg', place);
    return items.map((item) => item.label);
  };
  const offers = async (marked: string, ...wanted: string[]): Promise<void> => {
    const found = await labels(marked);
    for (const label of wanted)
      assert.ok(found.includes(label), `${marked} offers ${label}, not only ${found.slice(0, 20)}`);
  };

  it('completes commands, subcommands, procedures and objects', async () => {
    await offers('|', 'adapter', 'flash', 'foreach', 'mww');
    await offers('ad|', 'adapter');
    await offers('flash |', 'bank', 'write_image');
    await offers('flash wri|', 'write_image', 'bank');
    await offers('adapter srst |', 'delay', 'pulse_width');
    await offers('if {1} {\n  fl|\n}\n', 'flash');
    await offers('set a [fl|', 'flash');
    await offers('proc own {a} {}\n|', 'own');
    await offers('source [find target/demo.cfg]\n|', 'chip_setup', 'read_word', '$_TARGETNAME');
    assert.deepEqual(await labels('# ad|'), []);
  });

  it('completes what arguments may be', async () => {
    await offers('source [find |]', 'target/demo.cfg', 'helper.tcl');
    await offers('source [find target/|', 'target/demo.cfg');
    await offers('adapter driver |', 'cmsis-dap', 'ftdi');
    await offers('transport select |', 'swd', 'jtag');
    await offers('target create x |', 'cortex_m', 'riscv');
    await offers('target create x cortex_m -|', '-work-area-size', '-event');
    await offers('jtag newtap a b -irlen 4\ntarget create x cortex_m -chain-position |', 'a.b');
    await offers('flash bank f |', 'stm32f1x', 'cfi');
    await offers('target create $_T cortex_m -dap d\n$_T configure -event |', 'reset-init', 'halted');
    await offers('target create $_T cortex_m -dap d\n$_T |', 'configure', 'mww');
    await offers('target create t cortex_m -rtos |', 'FreeRTOS', 'Zephyr');
    await offers('reset |', 'run', 'halt', 'init');
    await offers('gdb_memory_map |', 'enable', 'disable');
    await offers('set abc 1\necho $|', 'abc');
    await offers(`set abc 1\necho $\{a|`, 'abc');
    await offers('set abc 1\ninfo exists |', 'abc');
  });

  it('documents a completion when it is looked at', async () => {
    const [place] = await editor.open('complete.cfg', 'flash |');
    const items = await editor.ask<CompletionItem[]>('textDocument/completion', 'complete.cfg', place);
    const bank = items.find((item) => item.label === 'bank')!;
    const resolved: CompletionItem = await editor.connection.sendRequest('completionItem/resolve', bank);
    assert.match(JSON.stringify(resolved.documentation), /flash bank bank_id driver_name/);
  });

  const hoverText = async (marked: string): Promise<string> => {
    const [place] = await editor.open('hover.cfg', marked);
    const answer = await editor.ask<Hover | null>('textDocument/hover', 'hover.cfg', place);
    return (answer?.contents as { value: string } | undefined)?.value ?? '';
  };

  it('explains commands, procedures, variables and files', async () => {
    assert.match(await hoverText('flash ba|nk a b'), /flash bank bank_id driver_name.*before `init` only/s);
    assert.match(await hoverText('fla|sh bank a b'), /NOR flash command group.*`bank`/s);
    assert.match(await hoverText('adapter_|khz 1'), /Deprecated.*adapter speed/);
    assert.match(await hoverText('lin|dex $a 1'), /element of a list/);
    assert.match(await hoverText('stm32f1x un|lock 0'), /with flash stm32f1x/);
    assert.match(
      await hoverText('source [find target/demo.cfg]\nread_|word 4'),
      /read_word address.*Reads a word\..*helper\.tcl/s,
    );
    assert.match(await hoverText('set abc 12\necho $a|bc'), /set abc 12/);
    assert.match(await hoverText('source [find target/de|mo.cfg]'), /scripts.target.demo\.cfg/);
    assert.match(await hoverText('target create $_T cortex_m -dap d\n$_T m|ww 1 2'), /mww address data/);
    assert.equal(await hoverText('# flash ba|nk'), '');
  });

  it('shows the arguments of the command being written', async () => {
    const help = async (marked: string): Promise<SignatureHelp | null> => {
      const [place] = await editor.open('sign.cfg', marked);
      return editor.ask('textDocument/signatureHelp', 'sign.cfg', place);
    };
    const active = async (marked: string): Promise<string | undefined> => {
      const answer = await help(marked);
      const [signature] = answer?.signatures ?? [];
      const label = signature?.parameters?.[answer?.activeParameter ?? 0]?.label;
      return Array.isArray(label) ? signature!.label.slice(...label) : undefined;
    };
    assert.equal(await active('flash bank |'), 'bank_id');
    assert.equal(await active('flash bank a b |'), 'base_address');
    assert.equal(await active('flash bank a b 0 1 2 3 4 5 6|'), '[driver_options ...]');
    assert.equal(await active('proc own {a {b 1}} {}\nown 1 |'), '[b=1]');
    assert.equal(await help('|'), null);
  });

  it('goes to definitions, through sourced files', async () => {
    const places = async (marked: string): Promise<string[]> => {
      const [place] = await editor.open('define.cfg', marked);
      const found = await editor.ask<Location[]>('textDocument/definition', 'define.cfg', place);
      return found.map(({ uri, range }) => `${path.posix.basename(uri)}:${range.start.line}:${range.start.character}`);
    };
    assert.deepEqual(await places('source [find target/demo|.cfg]'), ['demo.cfg:0:0']);
    assert.deepEqual(await places('source [find target/demo.cfg]\nchip_|setup'), ['demo.cfg:5:5']);
    assert.deepEqual(await places('source [find target/demo.cfg]\nread_wo|rd 1'), ['helper.tcl:2:5']);
    assert.deepEqual(await places('read_wo|rd 1'), ['helper.tcl:2:5'], 'a procedure of the script folders');
    assert.deepEqual(await places('source [find target/demo.cfg]\necho $_CHIP|NAME'), ['demo.cfg:1:4']);
    assert.deepEqual(await places('proc p {a} { echo $|a }\nset a 1'), ['define.cfg:0:8']);
    assert.deepEqual(
      await places('target create $_T cortex_m -dap d\nset x 1\n$_|T halt').then((list) => list.length),
      1,
    );
    assert.deepEqual(await places('mw|w 1 2'), []);
  });

  it('finds and renames every use of a procedure or variable, and only of that one', async () => {
    const text = `proc |own {a} {\n  global g\n  echo $a $g $b\n}\nset g 1\nset a 2\nown $a\nown [own $g]\necho $\{g} $::g\n`;
    const [own] = await editor.open('names.cfg', text);
    const references = (place: unknown) =>
      editor.ask<Location[]>('textDocument/references', 'names.cfg', place as never, {
        context: { includeDeclaration: true },
      });
    assert.equal((await references(own)).length, 4);
    const rename = async (line: number, character: number, newName: string): Promise<string> => {
      const edit = await editor.ask<WorkspaceEdit>(
        'textDocument/rename',
        'names.cfg',
        { line, character },
        { newName },
      );
      const document = TextDocument.create('', '', 0, text.replace('|', ''));
      return TextDocument.applyEdits(document, Object.values(edit.changes!)[0]!);
    };
    assert.equal(await rename(0, 6, 'mine'), text.replace('|', '').replaceAll('own', 'mine'));
    assert.match(
      await rename(2, 8, 'first'),
      /proc own \{first\} \{\n {2}global g\n {2}echo \$first \$g \$b\n\}\nset g 1\nset a 2/,
    );
    assert.match(
      await rename(4, 4, 'all'),
      /global all\n {2}echo \$a \$all.*set all 1.*\[own \$all\]\necho \$\{all\} \$::all/s,
    );
    await assert.rejects(rename(0, 6, 'flash'), /is a command of OpenOCD/);
    await assert.rejects(rename(0, 6, 'a b'), /not a plain Tcl name/);
    await assert.rejects(rename(4, 0, 'x'), /cannot be renamed/);
    const highlights = await editor.ask<DocumentHighlight[]>('textDocument/documentHighlight', 'names.cfg', own);
    assert.equal(highlights.length, 4);
  });

  it('finds and renames targets and TAPs whose name is written out', async () => {
    const text = [
      'jtag newtap chip cpu -irlen 4',
      'dap create chip.dap -chain-position chip.cpu',
      'target create core0 cortex_m -dap chip.dap',
      'core0 configure -event halted { echo core0 }',
      'foreach t {core0 core1} { $t arp_poll }',
      'flash bank chip.flash cfi 0 0 1 1 "core0"',
      '',
    ].join('\n');
    await editor.open('objects.cfg', text);
    const renamed = async (line: number, character: number, newName: string): Promise<string> => {
      const edit = await editor.ask<WorkspaceEdit>(
        'textDocument/rename',
        'objects.cfg',
        { line, character },
        { newName },
      );
      return TextDocument.applyEdits(TextDocument.create('', '', 0, text), Object.values(edit.changes!)[0]!);
    };
    assert.equal(await renamed(3, 2, 'main'), text.replaceAll('core0', 'main'));
    assert.equal(await renamed(4, 13, 'main'), text.replaceAll('core0', 'main'));
    assert.equal(await renamed(0, 12, 'soc.tap'), text.replace('chip cpu', 'soc tap').replace('chip.cpu', 'soc.tap'));
    assert.equal(await renamed(1, 13, 'chip.port'), text.replaceAll('chip.dap', 'chip.port'));
    await assert.rejects(renamed(0, 12, 'soc'), /The name of a TAP has two parts/);
    await assert.rejects(renamed(3, 2, 'chip.dap'), /exists already/);
    await assert.rejects(renamed(3, 2, 'flash'), /is a command of OpenOCD/);
    const uses = await editor.ask<Location[]>(
      'textDocument/references',
      'objects.cfg',
      { line: 1, character: 45 },
      {
        context: { includeDeclaration: false },
      },
    );
    assert.deepEqual(
      uses.map(({ range }) => range.start.line),
      [1],
    );
    assert.match(await hoverText(text.replace('core0 conf', 'co|re0 conf')), /target core0 cortex_m/);
  });

  it('refuses to rename what OpenOCD’s own scripts use', async () => {
    const outside = fs.mkdtempSync(`${editor.folder}-scripts-`);
    fs.writeFileSync(path.join(outside, 'foreign.cfg'), 'proc foreign {} {}\n');
    await editor.open('foreign.cfg', `source ${path.join(outside, 'foreign.cfg')}\nforeign\n`);
    await editor.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { openocd: { searchDirs: [path.join(editor.folder, 'scripts'), outside] } },
    });
    const request = editor.ask('textDocument/rename', 'foreign.cfg', { line: 1, character: 2 }, { newName: 'mine' });
    await assert.rejects(request, /not part of this workspace/);
    fs.rmSync(outside, { recursive: true });
  });

  it('outlines a file and the workspace', async () => {
    await editor.open(
      'outline.cfg',
      `set speed 1\nproc own {a} {\n  echo $a\n}\n${chip}\n$_TARGETNAME configure -event reset-init {\n}\n`,
    );
    const symbols = await editor.ask<DocumentSymbol[]>('textDocument/documentSymbol', 'outline.cfg');
    const names = symbols.map((symbol) => symbol.name);
    for (const name of ['speed', 'own', '$_CHIPNAME.cpu', '$_TARGETNAME', 'chip_setup', 'reset-init'])
      assert.ok(names.includes(name), name);
    const found: WorkspaceSymbol[] = await editor.connection.sendRequest('workspace/symbol', { query: 'chset' });
    assert.ok(found.some((symbol) => symbol.name === 'chip_setup'));
    const folds = await editor.ask<FoldingRange[]>('textDocument/foldingRange', 'outline.cfg');
    assert.ok(folds.some((fold) => fold.startLine === 1 && fold.endLine === 2));
    await editor.open('comments.cfg', '# a\n# b\n\nset x {\n  1\n}\n');
    const kinds = await editor.ask<FoldingRange[]>('textDocument/foldingRange', 'comments.cfg');
    assert.deepEqual(
      kinds.map(({ startLine, endLine, kind }) => [startLine, endLine, kind ?? '']),
      [
        [3, 4, ''],
        [0, 1, 'comment'],
      ],
    );
  });

  it('links sourced files', async () => {
    await editor.open(
      'links.cfg',
      'source [find target/demo.cfg]\nsource [find target/$x.cfg]\nsource [find no/such.cfg]\n',
    );
    const links = await editor.ask<DocumentLink[]>('textDocument/documentLink', 'links.cfg');
    assert.deepEqual(
      links.map((link) => [link.range.start.character, path.posix.basename(link.target!)]),
      [[13, 'demo.cfg']],
    );
  });

  it('colours by meaning', async () => {
    await editor.open(
      'colour.cfg',
      'proc own {a} {\n  flash bank x cfi 0x10\n}\nown 1\nadapter_khz 5\n$_T configure -event halted {}\n',
    );
    const { data } = await editor.ask<SemanticTokens>('textDocument/semanticTokens/full', 'colour.cfg');
    const legend = editor.capabilities.semanticTokensProvider!.legend;
    const seen: string[] = [];
    for (let i = 0; i < data.length; i += 5) {
      const modifiers = legend.tokenModifiers.filter((_, bit) => data[i + 4]! & (1 << bit));
      seen.push([legend.tokenTypes[data[i + 3]!], ...modifiers].join('.'));
    }
    assert.deepEqual(seen, [
      'keyword',
      'function.declaration',
      'parameter.declaration',
      'function.defaultLibrary',
      'function.defaultLibrary',
      'number',
      'function',
      'number',
      'function.deprecated',
      'number',
      'variable',
      'function.defaultLibrary',
      'parameter',
      'enumMember',
    ]);
    const range = { start: { line: 4, character: 0 }, end: { line: 4, character: 3 } };
    const part = await editor.ask<SemanticTokens>('textDocument/semanticTokens/range', 'colour.cfg', undefined, {
      range,
    });
    assert.equal(part.data.length, 10);
  });

  it('formats, and leaves a file with errors alone', async () => {
    const format = async (text: string): Promise<string> => {
      await editor.open('format.cfg', text);
      const options = { tabSize: 2, insertSpaces: true, insertFinalNewline: true };
      const edits = await editor.ask<TextEdit[]>('textDocument/formatting', 'format.cfg', undefined, { options });
      return TextDocument.applyEdits(TextDocument.create('', '', 0, text), edits);
    };
    assert.equal(
      await format('if {$a}   {\nb  \n\t\tif {$c} {\n# d \ne\n}\n} else {\nf}'),
      'if {$a} {\n  b\n  if {$c} {\n    # d\n    e\n  }\n} else {\n  f}\n',
    );
    assert.equal(await format('switch $a {\nb {\nc\n}\n}\n'), 'switch $a {\n  b {\n    c\n  }\n}\n');
    assert.equal(await format('set a {\n x \n}\nset b "c \n  d"\n'), 'set a {\n x \n}\nset b "c \n  d"\n');
    assert.equal(await format('proc a {} {\nb \\\n      c\n}\n'), 'proc a {} {\n  b \\\n      c\n}\n');
    assert.equal(await format('if {1} {\nb\n'), 'if {1} {\nb\n');
  });

  it('mends what it finds with one click', async () => {
    const fix = async (text: string): Promise<string | undefined> => {
      await editor.open('fix.cfg', text);
      const [first] = await editor.diagnostics('fix.cfg');
      const context = { diagnostics: [first] };
      const actions = await editor.ask<CodeAction[]>('textDocument/codeAction', 'fix.cfg', undefined, {
        range: first!.range,
        context,
      });
      const edits = actions[0]?.edit?.changes?.[editor.uri('fix.cfg')];
      return edits && TextDocument.applyEdits(TextDocument.create('', '', 0, text), edits);
    };
    assert.equal(await fix('adapter_khz 100\n'), 'adapter speed 100\n');
    assert.equal(await fix('gdb port 3333\n'), 'gdb_port 3333\n');
    assert.equal(await fix('gdb_port 3333\n'), 'gdb port 3333\n');
    assert.equal(await fix('flsh bank a\n'), 'flash bank a\n');
    assert.equal(await fix('source [find target/demmo.cfg]\n'), 'source [find target/demo.cfg]\n');
    assert.equal(await fix('proc a {} {\n  if {1} {\n    b\n}\n'), 'proc a {} {\n  if {1} {\n    b\n  }\n}\n');
    assert.equal(await fix('set a [list b\n'), 'set a [list b]\n');
  });

  it('offers to run a file that names an adapter, and says when it has no target', async () => {
    await editor.open('run.cfg', 'adapter driver cmsis-dap\nsource [find target/demo.cfg]\n');
    const lenses = async () => {
      const found = await editor.ask<{ command: { title: string; command: string; arguments: string[] } }[]>(
        'textDocument/codeLens',
        'run.cfg',
      );
      return found.map(({ command }) => [command.title, command.command, command.arguments]);
    };
    const runs = ['openocd.startBoardWithFile', [editor.uri('run.cfg')]];
    assert.deepEqual(await lenses(), [['$(play) Run with this configuration', ...runs]]);
    await editor.open('run.cfg', 'adapter driver cmsis-dap\n');
    assert.deepEqual(await lenses(), [['$(play) Run with this configuration (it has no target)', ...runs]]);
    await editor.open('run.cfg', 'source [find target/demo.cfg]\n');
    assert.deepEqual(await lenses(), []);
  });

  it('takes edits as an editor sends them', async () => {
    await editor.open('typing.cfg', 'set a 1\nset b "😀"\n');
    const uri = editor.uri('typing.cfg');
    const range = { start: { line: 1, character: 9 }, end: { line: 1, character: 9 } };
    const contentChanges = [{ range, text: '; flsh' }];
    await editor.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges,
    });
    const symbols = await editor.ask<DocumentSymbol[]>('textDocument/documentSymbol', 'typing.cfg');
    assert.equal(symbols.length, 2);
  });

  it('answers about files that are not open, or hold anything at all', async () => {
    assert.equal(await editor.ask('textDocument/hover', 'never-opened.cfg', { line: 0, character: 0 }), null);
    for (const text of [
      '\u0000\u0001\ud800{[["',
      '{'.repeat(5_000),
      '['.repeat(5_000),
      `set a ${'x'.repeat(200_000)}`,
    ]) {
      await editor.open('odd.cfg', text.replaceAll('|', ''));
      await editor.diagnostics('odd.cfg');
      for (const method of ['hover', 'completion', 'signatureHelp', 'definition']) {
        await editor.ask(`textDocument/${method}`, 'odd.cfg', { line: 0, character: Math.min(3_000, text.length) });
      }
      for (const method of ['documentSymbol', 'foldingRange', 'documentLink', 'semanticTokens/full']) {
        await editor.ask(`textDocument/${method}`, 'odd.cfg');
      }
    }
  });
});
