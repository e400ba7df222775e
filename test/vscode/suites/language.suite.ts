// Language support for OpenOCD scripts, as the editor shows it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { Hardware } from './hardware';
import { api, run, until } from './support';
import { Tokenizer } from './tokens';

const folder = (): string => String(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);

async function open(name: string, text: string): Promise<vscode.TextDocument> {
  const file = path.join(folder(), name);
  fs.writeFileSync(file, text);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

const diagnosticsOf = (document: vscode.TextDocument, code: string) =>
  until(`the diagnostic ${code}`, () =>
    vscode.languages.getDiagnostics(document.uri).find((diagnostic) => diagnostic.code === code),
  );

describe('OpenOCD scripts', () => {
  before(() => api());

  it('are recognised by their name', async () => {
    const document = await open('openocd.cfg', 'adapter_khz 100\nflash bank a b\n');
    assert.equal(document.languageId, 'openocd');
  });

  it('are recognised by what they say, and other .cfg files are left alone', async () => {
    await open('board.cfg', '# My board\nset _CHIPNAME demo\njtag newtap $_CHIPNAME cpu -irlen 4\n');
    await until('the language of board.cfg', () =>
      vscode.window.activeTextEditor?.document.languageId === 'openocd' ? true : undefined,
    );
    const other = await open('setup.cfg', '[metadata]\nname = something\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.notEqual(other.languageId, 'openocd');
  });

  it('show mistakes while they are written, and mend them', async () => {
    const document = await open('mistakes.openocd.cfg', 'adapter_khz 100\nflash bank a b\n');
    const deprecated = await diagnosticsOf(document, 'deprecated-command');
    assert.deepEqual(deprecated.tags, [vscode.DiagnosticTag.Deprecated]);
    await diagnosticsOf(document, 'argument-count');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      deprecated.range,
    );
    const fix = actions.find((action) => action.title === 'Change to “adapter speed”');
    assert.ok(fix?.edit, 'the quick fix is offered');
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.lineAt(0).text, 'adapter speed 100');
  });

  it('are coloured by the grammar, in Markdown too', async function () {
    const tokenizer = await Tokenizer.of(vscode.env.appRoot, String(process.env['REPOSITORY']));
    if (tokenizer === undefined) return this.skip();
    const text = [
      '# Note',
      'proc blink {pin} { echo "on $pin" }',
      'reset_config srst_only',
      'flash bank b cfi 0x10',
      'if {$a == 1} { source [find target/x.cfg] }',
      '$_T configure -event reset-init { halt }',
      'mww 1 \\$x ;# End',
    ].join('\n');
    const expected: Readonly<Record<string, RegExp>> = {
      ' Note': /comment\.line/,
      proc: /keyword\.declaration/,
      blink: /entity\.name\.function/,
      'on ': /string\.quoted/,
      pin: /variable\.other/,
      reset_config: /support\.function/,
      ' srst_only': /openocd$/,
      bank: /support\.function\.subcommand/,
      '0x10': /constant\.numeric/,
      if: /keyword\.control/,
      '==': /keyword\.operator/,
      'target/x.cfg': /string\.unquoted\.path/,
      '-event': /variable\.parameter\.option/,
      'reset-init': /entity\.name\.type\.event/,
      halt: /support\.function/,
      '\\$': /constant\.character\.escape/,
      ' End': /comment\.line/,
    };
    const tokens = await tokenizer.tokens(text, 'source.openocd');
    const fenced = await tokenizer.tokens(`Text\n\n~~~openocd\n${text}\n~~~\n\nhalt\n`, 'text.html.markdown');
    for (const [part, scopes] of Object.entries(expected)) {
      assert.match(tokens.findLast((token) => token.text === part)?.scopes ?? `no token ${part}`, scopes);
      const inMarkdown = fenced.find((token) => token.text === part && token.scopes.includes('openocd'));
      assert.match(inMarkdown?.scopes ?? `no token ${part}`, /meta\.embedded\.block\.openocd/);
    }
    const behind = fenced.filter((token) => token.text === 'halt').at(-1);
    assert.doesNotMatch(behind?.scopes ?? 'openocd', /openocd/);
  });

  it('explain commands under the pointer', async () => {
    const document = await open('hover.openocd.cfg', 'flash bank a b\n');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(0, 8),
    );
    const text = hovers.flatMap((hover) => hover.contents.map((content) => (content as vscode.MarkdownString).value));
    assert.match(text.join(), /flash bank bank_id driver_name/);
  });

  it('lead into the scripts that they source', async () => {
    const document = await open('links.openocd.cfg', 'adapter driver cmsis-dap\nsource [find target/stm32f4x.cfg]\n');
    const places = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      new vscode.Position(1, 20),
    );
    assert.ok(places[0]?.uri.path.endsWith('/target/stm32f4x.cfg'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    const [lens] = lenses;
    assert.equal(lens?.command?.command, 'openocd.startBoardWithFile');
    assert.ok(lens.command.arguments?.[0] instanceof vscode.Uri);
  });

  it('run from the lens above them, also where they name a probe alone', async () => {
    const hardware = await Hardware.start();
    const lines = ['adapter driver remote_bitbang', 'remote_bitbang host 127.0.0.1'];
    const document = await open('probe.openocd.cfg', [...lines, `remote_bitbang port ${hardware.port}`, ''].join('\n'));
    const [lens] = await until('the lens', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      return found.length > 0 ? found : undefined;
    });
    assert.match(lens?.command?.title ?? '', /Run with this configuration \(it has no target\)/);
    await vscode.commands.executeCommand(String(lens?.command?.command), ...(lens?.command?.arguments ?? []));
    const { boards, overview } = await api();
    assert.equal(boards.current?.state.kind, 'ready');
    const seen = await until('the overview', () => overview.current);
    assert.deepEqual([seen.adapter, seen.targets], ['remote_bitbang', []]);
    await run('stopBoard');
    hardware.stop();
  });
});
