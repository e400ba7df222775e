// `node src/dev/pictures.mjs`: makes the pictures of the README and the walkthrough from the running product: the example on the
// simulated board, in VS Code, photographed. Needs what `npm run test:vscode` needs.
import fs from 'node:fs';
import path from 'node:path';
import { exampleCopy, openWindow } from '../../test/vscode/rig/window.mjs';
import { build } from './build.mjs';
import { root } from './setup.mjs';

const LIMIT_BYTES = 200_000;
const size = { width: 1000, height: 850 };

/** @typedef {Awaited<ReturnType<typeof openWindow>>} Window */

/** @param {Window} window @param {string} name */
async function keep(window, name) {
  const file = path.join(root, 'media', `${name}.png`);
  await window.page.mouse.move(size.width / 2, size.height - 150);
  await window.page.waitForTimeout(700);
  const picture = await window.page.screenshot();
  if (picture.length > LIMIT_BYTES) throw new Error(`${name}: ${picture.length} bytes; the limit is ${LIMIT_BYTES}.`);
  fs.writeFileSync(file, picture);
  console.log(`media/${name}.png: ${picture.length} bytes`);
}

/** @param {Window} window */
async function startDebugging({ open, page }) {
  await open('main.c');
  await page.keyboard.press('F5');
  await page.locator('.codicon-debug-stackframe').first().waitFor();
}

/** @param {string} theme @param {(window: Window) => Promise<void>} scene */
async function photograph(theme, scene) {
  const example = exampleCopy();
  const window = await openWindow({
    folder: example.folder,
    size,
    settings: {
      'workbench.colorTheme': theme,
      'openocd.peripherals.refreshWhileRunningMs': 200,
      'openocd.liveWatch.samplesPerSecond': 50,
      'breadcrumbs.enabled': false,
    },
  });
  try {
    await scene(window);
  } finally {
    await window.close();
    example.remove();
  }
}

await build();
await photograph('Dark Modern', async (window) => {
  const { page, palette, input } = window;
  await startDebugging(window);
  await palette('View: Show Run and Debug');
  await page.locator('.debug-call-stack .monaco-list-row', { hasText: 'main' }).first().waitFor();
  await keep(window, 'walkthrough-stop');

  await page.keyboard.press('F5');
  await window.showViews();
  await window.row('TIM2').click();
  await window.row(/CNT.*0x/s).waitFor();
  for (const expression of ['wave', 'counter']) {
    await palette('OpenOCD: Add Expression');
    await input.waitFor();
    await input.fill(expression);
    await page.keyboard.press('Enter');
    await window.row(expression).waitFor();
  }
  await page.locator('.terminal-wrapper.active .xterm-rows', { hasText: 'counter' }).waitFor();
  await keep(window, 'walkthrough-views');

  await palette('OpenOCD: Show Plot');
  await page.frameLocator('iframe.webview').frameLocator('iframe').locator('canvas').waitFor();
  await page.waitForTimeout(6000);
  await keep(window, 'screenshot-live');
});
await photograph('Dark Modern', async (window) => {
  await window.open('main.c');
  await window.palette('OpenOCD: Create Launch Configuration');
  await window.rows.filter({ hasText: 'board' }).first().waitFor();
  await window.input.fill('stlink');
  await keep(window, 'walkthrough-create');
});
await photograph('Light Modern', async (window) => {
  const { page } = window;
  await window.open('main.c');
  await window.goTo(32);
  await page.keyboard.press('F9');
  await page.keyboard.press('F5');
  await page.locator('.codicon-debug-stackframe').first().waitFor();
  await window.palette('View: Show Run and Debug');
  await window.palette('Debug: Continue');
  await page.locator('.debug-call-stack .monaco-list-row', { hasText: 'report' }).waitFor();
  await keep(window, 'screenshot-debug');
});
