// A VS Code window as a person has it: the extension installed, keys and clicks by playwright-core, screenshots to look at.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../../src/dev/setup.mjs';
import { startHost, workbenchUrl } from '../../../src/dev/vscodeHost.mjs';
import { openBrowser } from './browser.mjs';

/** Where screenshots are kept for whoever looks at the run. */
export const screenshots = path.join(root, '.cache/screenshots');

/** A copy of the C example, so that a run leaves nothing behind in the repository. */
export function exampleCopy() {
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-window-')), 'blinky-c');
  fs.cpSync(path.join(root, 'examples/blinky-c'), folder, { recursive: true });
  const launch = path.join(folder, '.vscode/launch.json');
  const svd = path.join(root, 'media/simulator.svd');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text that launch.json holds
  const before = '${workspaceFolder}/../../media/simulator.svd';
  fs.writeFileSync(launch, fs.readFileSync(launch, 'utf8').replaceAll(before, svd));
  return { folder, remove: () => fs.rmSync(path.dirname(folder), { recursive: true, force: true }) };
}

/**
 * @param {{ folder: string, vsix?: string, developmentPath?: string, settings?: Record<string, unknown>, size?: { width: number, height: number } }} options
 * `vsix`: the package to install; without it the working copy counts as installed.
 */
export async function openWindow({ folder, vsix, developmentPath, settings = {}, size }) {
  const installed = vsix === undefined && developmentPath === undefined ? { extensions: [root] } : {};
  const host = await startHost({
    ...installed,
    ...(vsix === undefined ? {} : { vsix: [vsix] }),
    smokeTestDriver: developmentPath !== undefined,
    settings: {
      'terminal.integrated.gpuAcceleration': 'off',
      'editor.minimap.enabled': false,
      'remote.autoForwardPorts': false,
      ...settings,
    },
  });
  const address = workbenchUrl(host.port, { folder, ...(developmentPath === undefined ? {} : { developmentPath }) });
  const browser = await openBrowser(size);
  const { page } = browser;
  const close = async () => {
    await browser.close();
    await host.stop();
  };
  page.setDefaultTimeout(20_000);
  try {
    await page.goto(address, { timeout: 60_000 });
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  } catch (error) {
    await close();
    throw error;
  }

  const input = page.locator('.quick-input-widget input.input');
  const rows = page.locator('.quick-input-list .monaco-list-row');

  /**
   * Opens the quick input with a key, types, and goes on; again where that fails: the input may close by what happens elsewhere, and
   * the list of an open palette does not learn of commands that come later.
   * @param {string} key @param {string} text @param {() => Promise<void>} then
   */
  const quickInput = async (key, text, then) => {
    for (let attempt = 0; ; attempt++) {
      await page.keyboard.press(key);
      try {
        await input.fill(text, { timeout: 3000 });
        await then();
        return;
      } catch (error) {
        if (attempt === 14) throw error;
        await page.keyboard.press('Escape');
      }
    }
  };

  /** Runs a command as a person does. @param {string} title */
  const palette = (title) =>
    quickInput('F1', `>${title}`, () => rows.filter({ hasText: title }).first().click({ timeout: 3000 }));

  /** Waits until the palette offers a command: the extension that brings it is known. @param {string} title */
  const known = async (title) => {
    await quickInput('F1', `>${title}`, () => rows.filter({ hasText: title }).first().waitFor({ timeout: 3000 }));
    await page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden' });
  };

  /** Runs a command that asks for a text, and answers it. A question that closes by what happens elsewhere is asked again. @param {string} title @param {string} text */
  const answer = async (title, text) => {
    for (let attempt = 0; ; attempt++) {
      await palette(title);
      try {
        await page.locator('.quick-input-title', { hasText: /\S/ }).waitFor({ timeout: 3000 });
        await input.fill(text, { timeout: 3000 });
        await page.keyboard.press('Enter');
        return;
      } catch (error) {
        if (attempt === 4) throw error;
        await page.keyboard.press('Escape');
      }
    }
  };

  return {
    page,
    host,
    palette,
    answer,
    known,
    rows,
    input,
    /** Opens a file by its name. @param {string} name */
    async open(name) {
      await quickInput('Control+P', name, () => rows.filter({ hasText: name }).first().click({ timeout: 3000 }));
      await page.locator('.tab.active', { hasText: name }).waitFor();
    },
    /** Goes to a line of the open editor. @param {number} line */
    goTo: (line) =>
      quickInput('Control+G', `:${line}`, async () => {
        await page.keyboard.press('Enter');
        await page.locator('.statusbar-item', { hasText: `Ln ${line}, ` }).waitFor({ timeout: 3000 });
      }),
    /** Shows the OpenOCD views in the side bar. */
    async showViews() {
      const icon = page.locator('.activitybar .action-item', { has: page.locator('[aria-label^="OpenOCD"]') }).first();
      if ((await icon.locator('[aria-expanded="true"]').count()) === 0) await icon.click();
      await page.locator('.pane-header', { hasText: 'Peripherals' }).waitFor();
    },
    /** A row of any tree or list. @param {string | RegExp} text */
    row: (text) => page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first(),
    /** @param {string} name @returns {Promise<string>} the file */
    async screenshot(name) {
      fs.mkdirSync(screenshots, { recursive: true });
      const file = path.join(screenshots, `${name}.png`);
      await page.screenshot({ path: file });
      return file;
    },
    close,
  };
}
