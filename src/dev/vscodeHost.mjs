// A real VS Code without a desktop: the server and web workbench out of the npm package code-server, installed once into the
// user's cache folder. Serves `npm start` where there is no `code`, and the tests where VS Code cannot be downloaded.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder } from './setup.mjs';

/** code-server's version; it carries VS Code of the same minor version. */
const VERSION = '4.139.1';
/** The Node major version that this code-server insists on; its binary comes as the npm package `node`. */
const NODE_MAJOR = '24';

const cache = cacheFolder();
const folder = path.join(cache, `vscode-host-${VERSION}`);

export const hostNode = path.join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
const serverMain = path.join(folder, 'vscode/out/server-main.js');

/** @param {string} command @param {string[]} args @param {string} cwd @param {string} [firstOnPath] */
function must(command, args, cwd, firstOnPath) {
  const PATH = [firstOnPath, process.env['PATH']].filter(Boolean).join(path.delimiter);
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, PATH },
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 64 << 20,
  });
  if (result.status === 0) return;
  const reason = (result.error?.message ?? result.stderr).trim().split('\n').slice(-5).join('\n');
  throw new Error(
    `VS Code's server could not be installed from npm: “${command} ${args.join(' ')}” failed.\n${reason}`,
  );
}

/** Installs the host when it is not there yet (about 15 s, 400 MB). Throws when npm cannot deliver it. */
export function ensureHost() {
  if (fs.existsSync(serverMain) && fs.existsSync(hostNode)) return;
  console.log(`Installing VS Code's server from npm into ${folder} …`);
  fs.mkdirSync(cache, { recursive: true });
  const work = fs.mkdtempSync(path.join(cache, 'installing-'));
  try {
    fs.writeFileSync(path.join(work, 'package.json'), '{"private":true}');
    // The package's script puts the binary in place. (npm hands the repository's .npmrc on to us through the environment.)
    const withScripts = ['--ignore-scripts=false', '--no-save', '--no-fund', '--no-audit'];
    must('npm', ['install', ...withScripts, `node@${NODE_MAJOR}`], work);
    must('npm', ['pack', `code-server@${VERSION}`, '--silent'], work);
    const archive = `code-server-${VERSION}.tgz`;
    must('tar', ['xzf', archive, 'package/lib/vscode'], work);
    fs.rmSync(path.join(work, archive));
    fs.renameSync(path.join(work, 'package/lib/vscode'), path.join(work, 'vscode'));
    fs.rmSync(path.join(work, 'package'), { recursive: true });
    const node = path.join(work, 'node_modules/node/bin');
    // Without scripts nothing is compiled or downloaded; the two addons that go missing only cost log files.
    const install = ['ci', '--omit=dev', '--ignore-scripts', '--legacy-peer-deps', '--no-fund', '--no-audit'];
    for (const part of ['vscode', 'vscode/extensions']) must('npm', install, path.join(work, part), node);
    for (const unused of ['extensions/copilot', 'node_modules/@github', 'node_modules/@microsoft/mxc-sdk']) {
      fs.rmSync(path.join(work, 'vscode', unused), { recursive: true, force: true });
    }
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(work, folder);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Starts the server on a free port of 127.0.0.1 with a fresh data folder.
 * @param {{ env?: NodeJS.ProcessEnv, settings?: Record<string, unknown>, extensions?: string[], vsix?: string[], smokeTestDriver?: boolean, trust?: boolean, data?: string }} [options]
 * `extensions`: folders that count as installed; `vsix`: packages to install; `smokeTestDriver`: needed for
 * `extensionDevelopmentPath`, but hides notification toasts; `trust: true` keeps workspace trust switched on.
 */
export async function startHost(options = {}) {
  const { env = {}, settings = {}, extensions = [], vsix = [], smokeTestDriver = true, trust = false } = options;
  ensureHost();
  const data = options.data ?? fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-vscode-'));
  const user = path.join(data, 'data/User');
  fs.mkdirSync(user, { recursive: true });
  fs.writeFileSync(
    path.join(user, 'settings.json'),
    JSON.stringify({
      'security.workspace.trust.enabled': trust,
      'workbench.startupEditor': 'none',
      'telemetry.telemetryLevel': 'off',
      'extensions.autoUpdate': false,
      'extensions.autoCheckUpdates': false,
      'workbench.enableExperiments': false,
      'chat.disableAIFeatures': true,
      'window.confirmBeforeClose': 'never',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
      ...settings,
    }),
  );
  const installed = path.join(data, 'extensions');
  fs.mkdirSync(installed, { recursive: true });
  for (const extension of extensions) {
    const manifest = JSON.parse(fs.readFileSync(path.join(extension, 'package.json'), 'utf8'));
    const link = path.join(installed, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
    fs.symlinkSync(path.resolve(extension), link, 'junction');
  }
  for (const file of vsix) {
    const result = spawnSync(hostNode, [serverMain, '--server-data-dir', data, '--install-extension', file], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (result.status !== 0) throw new Error(`${file} could not be installed:\n${result.stdout}${result.stderr}`);
  }
  const args = [serverMain, '--host', '127.0.0.1', '--port', '0', '--without-connection-token'];
  args.push('--accept-server-license-terms', '--server-data-dir', data, '--telemetry-level', 'off');
  if (!trust) args.push('--disable-workspace-trust');
  if (smokeTestDriver) args.push('--enable-smoke-test-driver');
  const server = spawn(hostNode, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const log = fs.createWriteStream(path.join(data, 'server.log'));
  const gone = new Promise((resolve) => server.once('exit', resolve));
  /** @param {NodeJS.Signals} signal */
  const kill = (signal) => {
    try {
      if (server.pid !== undefined) process.kill(process.platform === 'win32' ? server.pid : -server.pid, signal);
    } catch {
      // It is gone already.
    }
  };
  let output = '';
  /** @type {Promise<number>} */
  const listening = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`VS Code's server did not start in 30 s:\n${output}`)), 30_000);
    /** @param {Buffer} chunk */
    const read = (chunk) => {
      log.write(chunk);
      output += chunk;
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', (code) => reject(new Error(`VS Code's server ended with code ${code}:\n${output}`)));
    server.once('error', reject);
  });
  const port = await listening;
  return {
    port,
    data,
    pid: server.pid,
    exited: gone,
    /** Ends the server with all it started, then removes its data unless the caller brought the folder. */
    async stop() {
      kill('SIGTERM');
      const late = new Promise((resolve) => setTimeout(resolve, 3000).unref());
      await Promise.race([gone, late]);
      kill('SIGKILL');
      if (options.data === undefined) fs.rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/**
 * The workbench's address, with the payload that VS Code itself uses for extension development windows.
 * @param {number} port
 * @param {{ folder: string, developmentPath?: string, testsPath?: string, extra?: [string, string][] }} options
 */
export function workbenchUrl(port, { folder: opened, developmentPath, testsPath, extra = [] }) {
  /** @param {string} file */
  const remote = (file) => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [...extra];
  if (developmentPath !== undefined) payload.push(['extensionDevelopmentPath', remote(developmentPath)]);
  if (testsPath !== undefined) payload.push(['extensionTestsPath', remote(testsPath)]);
  const query = new URLSearchParams({ folder: opened, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query}`;
}
