// `npm run pictures [-- NAME …]`: makes the pictures of the README and the walkthrough from the running product: the example on the
// simulated board, in VS Code, photographed. Needs what `npm run test:vscode` needs.
import fs from 'node:fs';
import path from 'node:path';
import { exampleCopy, openWindow } from '../../test/vscode/rig/window.mjs';
import { build } from './build.mjs';
import { movingPicture } from './movingPicture.mjs';
import { root } from './setup.mjs';

const LIMIT_BYTES = 300_000;
const MOVING_LIMIT_BYTES = 2_000_000;
const size = { width: 1280, height: 850 };

/** @typedef {Awaited<ReturnType<typeof openWindow>>} Window */

/** @param {Window} window @param {string} name */
async function keep(window, name) {
  await window.page.mouse.move(size.width / 2, size.height - 150);
  await window.page.waitForTimeout(700);
  save(`${name}.png`, await window.page.screenshot(), LIMIT_BYTES);
}

/** @param {string} name @param {Buffer} picture @param {number} limitBytes */
function save(name, picture, limitBytes) {
  if (picture.length > limitBytes) throw new Error(`${name}: ${picture.length} bytes; the limit is ${limitBytes}.`);
  fs.writeFileSync(path.join(root, 'media', name), picture);
  console.log(`media/${name}: ${picture.length} bytes`);
}

/** @param {Window} window */
async function startDebugging({ open, page }) {
  await open('main.c');
  await page.keyboard.press('F5');
  await page.locator('.codicon-debug-stackframe').first().waitFor();
}

/** @param {string} theme @param {(window: Window) => Promise<void>} scene @param {Record<string, unknown>} [settings] */
async function photograph(theme, scene, settings = {}) {
  const example = exampleCopy();
  const window = await openWindow({
    folder: example.folder,
    size,
    settings: {
      'workbench.colorTheme': theme,
      'openocd.peripherals.refreshWhileRunningMs': 200,
      'openocd.liveWatch.samplesPerSecond': 50,
      'breadcrumbs.enabled': false,
      ...settings,
    },
  });
  try {
    await scene(window);
  } catch (error) {
    console.error(`See ${await window.screenshot('failed picture')}`);
    throw error;
  } finally {
    await window.close();
    example.remove();
  }
}

/** Puts the peripherals into the bar at the right, beside the variables. @param {Window} window */
async function splitViews({ known, showViews, palette, input, page }) {
  await known('OpenOCD: Start Board');
  await showViews();
  await palette('View: Move View');
  for (const choice of ['Peripherals', 'New Secondary Side Bar Entry']) {
    await input.fill(choice);
    await page.waitForTimeout(500);
    await page.keyboard.press('Enter');
  }
  await page.locator('.part.auxiliarybar .pane-header', { hasText: 'Peripherals' }).waitFor({ state: 'attached' });
}

/** @param {Window} window @param {string} expression */
async function watch({ answer, row }, expression) {
  await answer('OpenOCD: Add Expression', expression);
  await row(expression).waitFor();
}

/** Name → what makes it. @type {Record<string, () => Promise<void>>} */
const pictures = {
  debug: () =>
    photograph(
      'Dark Modern',
      async (window) => {
        const { page } = window;
        const { film, develop } = movingPicture(page, 960);
        await splitViews(window);
        await window.open('main.c');
        await film(2, 700);
        await startDebugging(window);
        await window.row('TIM2').click();
        await window.row(/CNT.*0x/s).waitFor();
        await window.palette('View: Show Run and Debug');
        await page.locator('.debug-call-stack .monaco-list-row', { hasText: 'main' }).first().waitFor();
        await film(3, 700);
        await page.keyboard.press('F5');
        await page.locator('.terminal-wrapper.active .xterm-rows', { hasText: 'counter' }).waitFor();
        await film(16, 300);
        await page.locator('.tab', { hasText: 'main.c' }).click();
        await page.mouse.move(size.width / 2, size.height - 150);
        await window.goTo(32);
        await page.keyboard.press('F9');
        await page.locator('.debug-call-stack .monaco-list-row', { hasText: 'report' }).waitFor();
        await film(4, 700);
        await keep(window, 'screenshot-debug');
        save('tour.gif', await develop(), MOVING_LIMIT_BYTES);
      },
      { 'openocd.rtt.channels': [{ port: 1, type: 'graph', encoding: 'int16' }] },
    ),
  live: () =>
    photograph('Light Modern', async (window) => {
      const { page } = window;
      await startDebugging(window);
      await page.keyboard.press('F5');
      await window.showViews();
      await window.row('TIM2').click();
      await window.row(/CNT.*0x/s).waitFor();
      for (const expression of ['wave', 'counter']) await watch(window, expression);
      await page.locator('.terminal-wrapper.active .xterm-rows', { hasText: 'counter' }).waitFor();
      await keep(window, 'walkthrough-views');
      await window.palette('OpenOCD: Show Plot');
      await page.frameLocator('iframe.webview').frameLocator('iframe').locator('canvas').waitFor();
      await page.waitForTimeout(6000);
      await keep(window, 'screenshot-live');
    }),
  stop: () =>
    photograph('Dark Modern', async (window) => {
      await startDebugging(window);
      await window.palette('View: Show Run and Debug');
      await window.page.locator('.debug-call-stack .monaco-list-row', { hasText: 'main' }).first().waitFor();
      await keep(window, 'walkthrough-stop');
    }),
  create: () =>
    photograph('Dark Modern', async (window) => {
      await window.open('main.c');
      await window.palette('OpenOCD: Create Launch Configuration');
      await window.rows.filter({ hasText: 'board' }).first().waitFor();
      await window.input.fill('stlink');
      await keep(window, 'walkthrough-create');
    }),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in pictures));
if (unknown.length > 0)
  throw new Error(`No picture ${unknown.join(', ')}; there are ${Object.keys(pictures).join(', ')}.`);
await build();
for (const [name, make] of Object.entries(pictures)) if (names.length === 0 || names.includes(name)) await make();
