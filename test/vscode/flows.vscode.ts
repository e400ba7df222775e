// A person at VS Code: keys and clicks in the real window, on the simulated board. Each step keeps a screenshot in
// .cache/screenshots to look at.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { descendants, isRunning } from './processes';
import { differenceFromGolden } from './rig/golden.mjs';
import { exampleCopy, openWindow } from './rig/window.mjs';

/** What the page has and the types of this file have not. */
interface Browser {
  readonly document: {
    readonly body: { append(element: unknown): void };
    createElement(name: string): { readonly style: { color: string }; remove(): void };
  };
  getComputedStyle(element: unknown): { readonly color: string; readonly borderTopColor: string };
}

type Window = Awaited<ReturnType<typeof openWindow>>;

/** OpenOCD, simulators and adapters below the window's server. */
const ours = ({ host }: Window) =>
  descendants(host.pid ?? 0).filter(({ args }) => /(^|\/)openocd(\s|$)|\/(simulator|adapter)\.js/.test(args));

async function eventually(what: string, probe: () => Promise<boolean> | boolean, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${limitMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('VS Code: with keys and eyes', function () {
  this.timeout(120_000);
  let example: ReturnType<typeof exampleCopy>;
  let window: Window;

  before(async () => {
    example = exampleCopy();
    window = await openWindow({
      folder: example.folder,
      size: { width: 1280, height: 1000 },
      settings: { 'openocd.peripherals.refreshWhileRunningMs': 200 },
    });
    await window.open('main.c');
  });

  after(async () => {
    await window?.close();
    example?.remove();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed ${this.currentTest.title}`);
  });

  const yellowArrow = () => window.page.locator('.codicon-debug-stackframe').first();
  const callStack = (text: string) => window.page.locator('.debug-call-stack .monaco-list-row', { hasText: text });
  const shows = (row: Locator, pattern: RegExp) =>
    eventually(`a row with ${pattern}`, async () => pattern.test(await row.innerText()));

  it('F5 stops at main', async () => {
    await window.page.keyboard.press('F5');
    await yellowArrow().waitFor();
    await window.page.locator('.view-line', { hasText: 'int main(void)' }).waitFor();
    await window.screenshot('F5');
  });

  it('the views look as they did', async () => {
    await window.showViews();
    await window.row('TIM2').click();
    await window.row('ARR').waitFor();
    await window.page.mouse.move(700, 400);
    await window.page.waitForTimeout(500);
    const picture = await window.page.locator('.part.sidebar').screenshot();
    await window.screenshot('views');
    const difference = await differenceFromGolden(window.page, 'views', picture);
    assert.ok(difference < 0.15, `${(100 * difference).toFixed(1)} % of the side bar differ from golden/views.png`);
  });

  it('edits a register in place', async () => {
    const row = window.row('ARR');
    await row.hover();
    await row.locator('.action-label[aria-label^="Set Value"]').click();
    await window.input.waitFor();
    await window.input.fill('much');
    await window.page.locator('.quick-input-message', { hasText: 'number' }).waitFor();
    await window.input.fill('0xBEEF');
    await window.page.keyboard.press('Enter');
    await shows(row, /0x0000BEEF/);
    await window.screenshot('edit');
  });

  it('F9 sets a breakpoint, F5 runs to it, F10 steps', async () => {
    await window.page.locator('.tab', { hasText: 'main.c' }).click();
    await window.goTo(32);
    await window.page.keyboard.press('F9');
    await window.page.locator('.codicon-debug-breakpoint').first().waitFor();
    await window.page.keyboard.press('F5');
    await window.palette('View: Show Run and Debug');
    await callStack('report').waitFor();
    await window.screenshot('breakpoint');
    await window.page.keyboard.press('F10');
    await shows(callStack('report').first(), /33/);
    await window.page.keyboard.press('Shift+F11');
    await shows(window.page.locator('.debug-call-stack .monaco-list-row').first(), /run_due_tasks/);
    await window.screenshot('step');
  });

  it('values move while the program runs', async () => {
    await window.page.locator('.tab', { hasText: 'main.c' }).click();
    await window.goTo(32);
    await window.page.keyboard.press('F9');
    await window.page.keyboard.press('F5');
    await window.showViews();
    const counter = window.row('CNT');
    const first = await counter.innerText();
    await eventually('a new value', async () => (await counter.innerText()) !== first);
    await window.screenshot('live peripherals');
  });

  it('typing in the RTT terminal is answered', async () => {
    await window.palette('Terminal: Focus Terminal');
    const screen = window.page.locator('.terminal-wrapper.active .xterm-rows');
    await screen.filter({ hasText: 'counter' }).waitFor();
    // The palette gives the focus back to where it was, and may do so after the command has moved it: keys would go to the tree. Other
    // elements lie over the text, so the click goes to a place and not to an element.
    const box = await screen.boundingBox();
    assert.ok(box, 'the terminal is visible');
    await window.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await window.page.locator('.terminal-wrapper.active .xterm.focus').waitFor();
    await window.page.keyboard.type('help\r');
    await screen.filter({ hasText: 'this list' }).waitFor();
    await window.screenshot('RTT');
  });

  it('the plot moves', async () => {
    await window.answer('OpenOCD: Add Expression', 'wave');
    await window.row('wave').waitFor();
    await window.palette('OpenOCD: Show Plot');
    const plot = window.page.frameLocator('iframe.webview').frameLocator('iframe').locator('canvas');
    await plot.waitFor();
    const before = await plot.screenshot();
    await eventually('a new picture', async () => !before.equals(await plot.screenshot()));
    await window.page.waitForTimeout(2000);
    await window.screenshot('plot');
  });

  it('the plot takes the colours of the theme, and changes with it', async () => {
    const file = path.join(example.folder, '.vscode/settings.json');
    const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '{}';
    const content = window.page.frameLocator('iframe.webview').frameLocator('iframe');
    // Runs in the page. The first marker in the legend is the time's, the second has the colour of the curve.
    const colours = () =>
      content
        .locator('.u-legend .u-marker')
        .nth(1)
        .evaluate((marker: unknown) => {
          const browser = globalThis as unknown as Browser;
          const probe = browser.document.createElement('i');
          probe.style.color = 'var(--vscode-charts-blue)';
          browser.document.body.append(probe);
          const wanted = browser.getComputedStyle(probe).color;
          probe.remove();
          return { wanted, curve: browser.getComputedStyle(marker).borderTopColor };
        });
    const seen = new Set<string>();
    for (const theme of ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light']) {
      fs.writeFileSync(file, JSON.stringify({ 'workbench.colorTheme': theme }));
      const kind = { 'Dark Modern': 'vscode-dark', 'Light Modern': 'vscode-light' }[theme] ?? 'vscode-high-contrast';
      await content.locator(`body.${kind}`).waitFor();
      // VS Code sends the colours of a theme after its kind, and the plot is drawn anew with each change of them.
      await window.page.waitForTimeout(1000);
      await eventually('the colour of the theme', async () => {
        const { wanted, curve } = await colours();
        if (!curve.startsWith('rgb') || curve !== wanted) return false;
        seen.add(curve);
        return true;
      });
      await window.screenshot(`theme ${theme}`);
    }
    assert.equal(seen.size, 2, `one colour for dark themes and one for light ones: ${[...seen]}`);
    fs.writeFileSync(file, before);
  });

  it('erasing asks first, and Cancel leaves everything as it is', async () => {
    await window.page.keyboard.press('Shift+F5');
    await window.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await eventually('the end of the board', () => ours(window).length === 0);
    await window.palette('OpenOCD: Start Board');
    if (await window.rows.filter({ hasText: 'Simulated board' }).first().isVisible({ timeout: 3000 })) {
      await window.rows.filter({ hasText: 'OpenOCD: Simulated board' }).click();
    }
    await window.page.locator('.statusbar-item', { hasText: /: (halted|running)/ }).waitFor();
    await window.palette('OpenOCD: Erase Chip');
    const dialog = window.page.locator('.monaco-dialog-box');
    await dialog.filter({ hasText: 'The program in it is lost.' }).waitFor();
    await window.screenshot('erase asks');
    await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
    await window.palette('OpenOCD: Flash Program');
    const toast = window.page.locator('.notification-toast', { hasText: 'was programmed and verified' });
    await toast.waitFor();
    await window.screenshot('flashed');
  });

  it('leaves nothing behind when the window is reloaded', async () => {
    assert.ok(ours(window).length >= 2, 'OpenOCD and the simulated board run');
    await window.page.reload();
    await window.page.locator('.monaco-workbench').waitFor();
    await eventually('the end of OpenOCD', () => ours(window).length === 0, 30_000);
    await window.page.locator('.tab', { hasText: 'main.c' }).waitFor();
  });

  it('leaves nothing behind when the extension host is killed', async () => {
    await window.page.locator('.tab', { hasText: 'main.c' }).click();
    // Once, and only when the reloaded window knows the extension: a key that comes too early is lost, and a second one that comes
    // while the first is worked on starts another session.
    await window.known('OpenOCD: Start Board');
    await window.page.keyboard.press('F5');
    await window.page.locator('.debug-toolbar').waitFor({ timeout: 60_000 });
    await yellowArrow().waitFor();
    const left = ours(window).map(({ pid }) => pid);
    assert.ok(left.length >= 3, 'OpenOCD, the simulated board and the adapter run');
    const host = descendants(window.host.pid ?? 0).find(({ args }) => args.includes('--type=extensionHost'));
    assert.ok(host, 'the extension host was found');
    process.kill(host.pid, 'SIGKILL');
    await eventually('the end of OpenOCD', () => left.every((pid) => !isRunning(pid)));
  });
});
