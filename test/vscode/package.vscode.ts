// The package that users install: made, installed into a fresh VS Code, and used in an empty folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { descendants } from './processes';
import { openWindow } from './rig/window.mjs';

describe('VS Code: installed package', function () {
  this.timeout(180_000);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-package-'));
  const folder = path.join(work, 'empty');
  let window: Awaited<ReturnType<typeof openWindow>>;

  before(async () => {
    fs.mkdirSync(folder);
    execFileSync(process.execPath, [path.resolve(__dirname, '../../src/dev/package.mjs'), work], { stdio: 'ignore' });
    const [name] = fs.readdirSync(work).filter((file) => file.endsWith('.vsix'));
    const vsix = path.join(work, name ?? assert.fail('no package'));
    assert.ok(fs.statSync(vsix).size < 5_000_000);
    window = await openWindow({ folder, vsix, size: { width: 1280, height: 1000 } });
  });

  after(async () => {
    await window?.close();
    fs.rmSync(work, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed ${this.currentTest.title}`);
  });

  it('offers the simulated board without a launch.json, and stops at main of the example', async () => {
    await window.palette('Debug: Select and Start Debugging');
    await window.rows.filter({ hasText: 'OpenOCD' }).first().click();
    await window.rows.filter({ hasText: 'OpenOCD: Simulated board' }).first().click();
    await window.page.locator('.codicon-debug-stackframe').first().waitFor({ timeout: 40_000 });
    await window.page.locator('.view-line', { hasText: 'int main(void)' }).waitFor();
    assert.equal(await window.page.getByText('has no effect').count(), 0, 'the extension’s own attributes are known');
    await window.screenshot('installed');
  });

  it('reads the peripherals, which takes the thread for big files', async () => {
    await window.showViews();
    await window.row('TIM2').click();
    await window.row(/CNT.*0x/s).waitFor();
  });

  it('shows the program’s RTT text', async () => {
    await window.page.keyboard.press('F5');
    await window.page.locator('.terminal-wrapper.active .xterm-rows', { hasText: 'counter' }).waitFor();
    await window.screenshot('installed, running');
  });

  it('understands OpenOCD scripts', async () => {
    fs.writeFileSync(path.join(folder, 'openocd.cfg'), 'source [find interface/stlink.cfg]\nadapter_khz 100\n');
    await window.open('openocd.cfg');
    await window.page.locator('.squiggly-warning, .squiggly-hint, .squiggly-info, .cdr.deprecated').first().waitFor();
    assert.ok(descendants(window.host.pid ?? 0).some(({ args }) => args.includes('languageServer.js')));
    await window.screenshot('installed, script');
  });
});
