// Brings a machine to the point where the product can be built, run and tested: npm packages, OpenOCD, test tools.
// Runs before anything is installed, so it uses Node alone. Quick when everything is there already.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled } from './tools.mjs';

export { describeMissing, isInstalled, tools } from './tools.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Says why it cannot go on, and ends. @param {string} message @returns {never} */
function giveUp(message) {
  console.error(message);
  process.exit(1);
}

/** Ends with a message when this Node is older than package.json asks for. */
function checkNode() {
  const { engines } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const [major = 0, minor = 0] = String(engines.node).match(/\d+/g)?.map(Number) ?? [];
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  giveUp(`Node.js ${process.versions.node} is too old: ${major}.${minor} or later is needed (https://nodejs.org).`);
}
checkNode();

/** @param {string} folder is created when it can be */
function isWritable(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where downloads are kept: the user's cache folder, or the repository's where the home folder cannot be written. */
export function cacheFolder() {
  const users = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'openocd-debug');
  return isWritable(users) ? users : path.join(root, '.cache');
}

/** Installs the npm packages of the lock file when they are missing or older than it. */
export function ensurePackages() {
  if (!isWritable(process.env['npm_config_cache'] ?? path.join(os.homedir(), '.npm')))
    process.env['npm_config_cache'] = path.join(root, '.cache/npm');
  const installed = path.join(root, 'node_modules/.package-lock.json');
  const wanted = path.join(root, 'package-lock.json');
  if (fs.existsSync(installed) && fs.statSync(installed).mtimeMs >= fs.statSync(wanted).mtimeMs) return;
  console.log('Installing npm packages …');
  const result = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.error) giveUp(`npm could not be started (${result.error.message}). It comes with Node.js.`);
  if (result.status !== 0)
    giveUp('npm could not install the packages of package-lock.json. Check the network and run the command again.');
  const now = new Date();
  fs.utimesSync(installed, now, now);
}

/**
 * Installs the missing ones of `wanted` with apt where that is possible.
 * @param {import('./tools.mjs').Tool[]} wanted
 * @returns {import('./tools.mjs').Tool[]} those that are still missing
 */
export function ensureTools(wanted) {
  const missing = wanted.filter((tool) => !isInstalled(tool.probe));
  if (missing.length === 0) return [];
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && isInstalled('apt-get');
  if (!mayInstall) return missing;
  const packages = missing.flatMap((tool) => tool.packages.debian);
  console.log(`Installing ${missing.map((tool) => tool.name).join(', ')} (${packages.join(' ')}) …`);
  apt(['update']);
  let said = apt(['install', ...packages]);
  // One package that this system does not have keeps apt from installing any, so each gets a turn of its own.
  if (said !== '')
    for (const tool of missing) if (!isInstalled(tool.probe)) said = apt(['install', ...tool.packages.debian]);
  const absent = missing.filter((tool) => !isInstalled(tool.probe));
  if (absent.length > 0 && said !== '') console.error(said);
  return absent;
}

/** @param {string[]} args @returns {string} what apt complained about when it failed; empty when it did its work */
function apt(args) {
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=120'];
  const result = spawnSync('apt-get', [...args, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (result.status === 0) return '';
  return result.error?.message ?? (result.stderr.trim() || `apt-get ${args[0]} failed.`);
}

/**
 * Runs a program with its output shown.
 * @param {string} command @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {number} exit code; 1 when it could not start or was killed
 */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status ?? 1;
}

/** @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} [options] */
export const runNode = (args, options) => run(process.execPath, args, options);
