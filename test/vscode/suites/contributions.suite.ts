// What the extension declares is there: commands, views, settings, and activation without an error.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const extension = () => {
  const found = vscode.extensions.getExtension('openocd-debug.openocd-debug');
  assert.ok(found, 'the extension is installed');
  return found;
};

describe('contributions', () => {
  it('activates without an error', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command it declares', async () => {
    const declared: { command: string }[] = extension().packageJSON.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = declared.map((entry) => entry.command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('can show each of its views', async () => {
    for (const view of ['board', 'peripherals', 'liveWatch', 'rtt']) {
      await vscode.commands.executeCommand(`openocd.${view}.focus`);
    }
  });

  it('is among the debuggers that companion views follow by default', () => {
    const get = (setting: string) => vscode.workspace.getConfiguration().get(setting);
    assert.deepEqual(get('memory-inspector.debugTypes'), ['gdb', 'embedded-debug', 'arm-debugger', 'openocd']);
    assert.deepEqual(get('memory-view.trackDebuggers'), ['openocd']);
    assert.deepEqual(get('mcu-debug.rtos-views.trackDebuggers'), ['openocd']);
  });
});
