// Brings a machine to the point where the product can be built, run and tested: npm packages, OpenOCD, test tools.
// Runs before anything is installed, so it uses Node alone. Quick when everything is there already.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/**
 * What the project needs from the machine. `probe` is an executable on PATH, or an absolute file; `debian` the packages that bring it.
 * @typedef {{ name: string, probe: string, debian: string[], purpose: string }} Tool
 */

/** @type {Record<'openocd' | 'chromium' | 'gdb' | 'armGcc' | 'riscvGcc' | 'llvm' | 'binutils' | 'tcl', Tool>} */
export const tools = {
  openocd: {
    name: 'OpenOCD',
    probe: 'openocd',
    debian: ['openocd'],
    purpose: 'talks to the debug probe (and to the simulated board)',
  },
  chromium: {
    name: 'Chromium',
    probe: 'chromium',
    debian: ['chromium'],
    purpose: 'shows the VS Code window in the tests',
  },
  gdb: { name: 'GDB', probe: 'gdb-multiarch', debian: ['gdb-multiarch'], purpose: 'is the oracle of the tests' },
  armGcc: {
    name: 'Arm GCC',
    probe: 'arm-none-eabi-g++',
    debian: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi', 'libstdc++-arm-none-eabi-newlib', 'make'],
    purpose: 'rebuilds the examples and the test programs',
  },
  riscvGcc: {
    name: 'RISC-V GCC',
    probe: 'riscv64-unknown-elf-gcc',
    debian: ['gcc-riscv64-unknown-elf', 'picolibc-riscv64-unknown-elf'],
    purpose: 'builds the RISC-V test programs',
  },
  llvm: {
    name: 'Clang and LLVM',
    probe: 'llvm-dwarfdump',
    debian: ['clang', 'llvm', 'lld'],
    purpose: 'builds and dumps test programs',
  },
  binutils: { name: 'GNU binutils', probe: 'readelf', debian: ['binutils'], purpose: 'is the oracle of the tests' },
  tcl: { name: 'Tcl', probe: 'tclsh', debian: ['tcl'], purpose: 'is the oracle of the quoting and parsing tests' },
};

/** @param {string} probe */
export function isInstalled(probe) {
  if (path.isAbsolute(probe)) return fs.existsSync(probe);
  const endings = process.platform === 'win32' ? (process.env['PATHEXT'] ?? '.EXE').split(';') : [''];
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => endings.some((ending) => fs.existsSync(path.join(folder, probe + ending))));
}

/** Installs the npm packages of the lock file when they are missing or older than it. */
export function ensurePackages() {
  const installed = path.join(root, 'node_modules/.package-lock.json');
  const wanted = path.join(root, 'package-lock.json');
  if (fs.existsSync(installed) && fs.statSync(installed).mtimeMs >= fs.statSync(wanted).mtimeMs) return;
  console.log('Installing npm packages …');
  const result = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    throw new Error(
      'npm could not install the packages of package-lock.json. Check the network and run the command again.',
    );
  }
  const now = new Date();
  fs.utimesSync(installed, now, now);
}

/**
 * Installs the missing ones of `wanted` with apt where that is possible.
 * @param {Tool[]} wanted
 * @returns {Tool[]} those that are still missing
 */
export function ensureTools(wanted) {
  const missing = wanted.filter((tool) => !isInstalled(tool.probe));
  if (missing.length === 0) return [];
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && isInstalled('apt-get');
  if (!mayInstall) return missing;
  const packages = missing.flatMap((tool) => tool.debian);
  console.log(`Installing ${missing.map((tool) => tool.name).join(', ')} (${packages.join(' ')}) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env };
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  return missing.filter((tool) => !isInstalled(tool.probe));
}

/** One message that says what is missing and how to get it on each platform. @param {Tool[]} missing */
export function describeMissing(missing) {
  const lines = missing.map((tool) => `  ${tool.name} (“${tool.probe}” on PATH): ${tool.purpose}`);
  const packages = missing.flatMap((tool) => tool.debian).join(' ');
  return [
    'These programs are missing, and this command could not install them:',
    ...lines,
    'Install them and run the command again:',
    `  Debian, Ubuntu:  sudo apt-get install ${packages}`,
    '  Fedora:          sudo dnf install openocd chromium gdb arm-none-eabi-gcc-cs-c++ arm-none-eabi-newlib clang llvm tcl',
    '  macOS:           brew install open-ocd llvm tcl-tk && brew install --cask gcc-arm-embedded chromium',
    '  Windows:         winget install xpack-dev-tools.openocd-xpack   (or the xPack OpenOCD archive, its bin folder on PATH)',
  ].join('\n');
}

/**
 * Runs a Node script of a package in node_modules, or any program, with output shown.
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
