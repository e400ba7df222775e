// Headless Chromium with one page, by playwright-core.
import { chromium } from 'playwright-core';
import { isInstalled } from '../../../src/dev/setup.mjs';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @param {{ width?: number, height?: number }} [size] */
export async function openBrowser({ width = 1280, height = 800 } = {}) {
  const executablePath = process.env['CHROMIUM'] ?? candidates.find(isInstalled);
  if (executablePath === undefined)
    throw new Error('Chromium is missing: install the package chromium, or set CHROMIUM to its path.');
  const browser = await chromium.launch({
    executablePath,
    timeout: 60_000,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
  const context = await browser.newContext({ viewport: { width, height } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  return { page, close: () => browser.close().catch(() => {}) };
}
