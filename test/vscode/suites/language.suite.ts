// Language support for OpenOCD scripts, as the editor shows it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { api, until } from './support';

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

/** The scopes that VS Code's own tokenizer gives to the first token with some text; empty when no token has it. */
async function scopesOf(document: vscode.TextDocument): Promise<(text: string) => string> {
  const tokens = await vscode.commands.executeCommand<{ c: string; t: string }[]>(
    '_workbench.captureSyntaxTokens',
    document.uri,
  );
  return (text) => tokens.find((token) => token.c === text)?.t ?? '';
}

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

  it('are coloured by the grammar, in Markdown too', async () => {
    const text = [
      '# Note',
      'proc blink {pin} { echo "on $pin" }',
      'reset_config srst_only',
      'flash bank b cfi 0x10',
      'if {$a == 1} { source [find target/x.cfg] }',
      '$_T configure -event reset-init { halt }',
    ].join('\n');
    const scopes = await scopesOf(await open('colours.openocd.cfg', text));
    assert.match(scopes('# Note') + scopes(' Note'), /comment\.line/);
    assert.match(scopes('proc'), /keyword\.declaration/);
    assert.match(scopes('blink'), /entity\.name\.function/);
    assert.match(scopes('on '), /string\.quoted/);
    assert.match(scopes('pin'), /variable\.other|meta/);
    assert.match(scopes('reset_config'), /support\.function/);
    assert.doesNotMatch(scopes(' srst_only'), /support\.function/);
    assert.match(scopes('bank'), /support\.function\.subcommand/);
    assert.match(scopes('0x10'), /constant\.numeric/);
    assert.match(scopes('if'), /keyword\.control/);
    assert.match(scopes('=='), /keyword\.operator/);
    assert.match(scopes('target/x.cfg'), /string\.unquoted\.path/);
    assert.match(scopes('-event'), /variable\.parameter\.option/);
    assert.match(scopes('reset-init'), /entity\.name\.type\.event/);
    const fenced = await scopesOf(await open('notes.md', `~~~openocd\n${text}\n~~~\n\nflash bank\n`));
    assert.match(fenced('bank'), /meta\.embedded\.block\.openocd.*support\.function\.subcommand/);
    assert.match(fenced('blink'), /entity\.name\.function/);
    assert.doesNotMatch(fenced('flash bank'), /openocd/);
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
});
