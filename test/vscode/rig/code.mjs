#!/usr/bin/env node
// Stands in for the `code` executable: takes the arguments @vscode/test-electron gives it and runs the tests in the
// npm-packaged VS Code server with its workbench in headless Chromium.
//   code.mjs [FOLDER] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE
// Exit code: 0 the suite's run() resolved, 1 it rejected, 2 no result (host died, time limit, no browser).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { startHost, workbenchUrl } from '../../../src/dev/vscodeHost.mjs';
import { openBrowser } from './browser.mjs';

/** @param {string} file */
const absolute = (file) => (file.startsWith('file:') ? fileURLToPath(file) : path.resolve(file));
/** All values of an option. @param {string} name */
const options = (name) => {
  const prefix = `--${name}=`;
  return process.argv.filter((word) => word.startsWith(prefix)).map((word) => absolute(word.slice(prefix.length)));
};
// The workbench in a browser takes one extension under development; further ones count as installed.
const [developmentPath, ...beside] = options('extensionDevelopmentPath');
const [tests] = options('extensionTestsPath');
const folder = absolute(process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '.');
const limitMs = Number(process.env['VSCODE_TEST_LIMIT_MS'] ?? 480_000);

const resultFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-result-'));
const resultFile = path.join(resultFolder, 'result.json');
let code = 2;
/** @type {Awaited<ReturnType<typeof startHost>> | undefined} */
let host;
/** @type {Awaited<ReturnType<typeof openBrowser>> | undefined} */
let browser;
const close = async () => {
  await browser?.close();
  await host?.stop();
  fs.rmSync(resultFolder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => close().then(() => process.exit(2)));

/** @type {string[]} */
const held = [];
let started = false;
try {
  const trust = process.env['VSCODE_TEST_TRUST'] === '1';
  host = await startHost({ env: { TEST_SUITE: tests, TEST_RESULT: resultFile }, trust, extensions: beside });
  browser = await openBrowser();
  const { page } = browser;
  /** @type {Promise<number>} */
  const finished = new Promise((resolve, reject) => {
    page.exposeFunction('codeAutomationExit', resolve);
    page.exposeFunction(
      'codeAutomationLog',
      /** @param {string} _level @param {unknown[]} args */ (_level, args) => {
        const line = util.format(...args);
        // The host has no log files: an addon is left out on purpose (src/dev/vscodeHost.mjs).
        if (line.includes('Could not locate the bindings file')) return;
        if (line.startsWith('[suite started]')) started = true;
        else if (started) console.log(line);
        else held.push(line);
      },
    );
    page.on('crash', () => reject(new Error('the page crashed')));
    setTimeout(() => reject(new Error(`no test result in ${limitMs / 1000} s`)), limitMs).unref();
  });
  finished.catch(() => {});
  const testsPath = path.join(import.meta.dirname, 'wrapper.cjs');
  const where = developmentPath === undefined ? { folder, testsPath } : { folder, testsPath, developmentPath };
  await page.goto(workbenchUrl(host.port, where), { timeout: 60_000 });
  const reported = await finished;
  // The workbench reports 0 when the extension host dies, so only the suite's own word counts.
  if (!fs.existsSync(resultFile)) throw new Error(`the extension host ended without a result (reported ${reported})`);
  const result = JSON.parse(fs.readFileSync(resultFile, 'utf8'));
  if (result.error) console.log(result.error);
  code = result.ok && reported === 0 ? 0 : 1;
} catch (error) {
  if (!started) for (const line of held.slice(-40)) console.log(line);
  console.error(`VS Code test host: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  await browser?.page.screenshot({ path: path.join(os.tmpdir(), 'openocd-debug-vscode-trouble.png') }).catch(() => {});
}
await close();
process.exit(code);
