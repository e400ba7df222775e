// The programs that the project needs beside Node: how to find each, which packages bring it, and the message when it is missing.
import fs from 'node:fs';
import path from 'node:path';

/**
 * `probe` is the executable that is looked for, on PATH or as an absolute file. `packages` names what brings exactly this
 * executable; where a system has no such package the list is absent. Without a `required` tool nothing works; without
 * another, the tests that need it are skipped.
 * @typedef {{ debian: string[], fedora?: string[], homebrew?: string[], winget?: string[] }} Packages
 * @typedef {{ name: string, probe: string, packages: Packages, purpose: string, required?: true }} Tool
 */

/** @type {Record<'openocd' | 'chromium' | 'gdb' | 'armGcc' | 'riscvGcc' | 'llvm' | 'binutils' | 'tcl', Tool>} */
export const tools = {
  openocd: {
    name: 'OpenOCD',
    probe: 'openocd',
    packages: {
      debian: ['openocd'],
      fedora: ['openocd'],
      homebrew: ['open-ocd'],
      winget: ['xpack-dev-tools.openocd-xpack'],
    },
    purpose: 'talks to the debug probe, and to the simulated board',
    required: true,
  },
  chromium: {
    name: 'Chromium',
    probe: 'chromium',
    packages: { debian: ['chromium'], homebrew: ['--cask chromium'] },
    purpose: 'shows the VS Code window in the tests',
  },
  gdb: {
    name: 'GDB',
    probe: 'gdb-multiarch',
    packages: { debian: ['gdb-multiarch'] },
    purpose: 'is what the tests compare with',
  },
  armGcc: {
    name: 'Arm GCC',
    probe: 'arm-none-eabi-g++',
    packages: {
      debian: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi', 'libstdc++-arm-none-eabi-newlib', 'make'],
      fedora: ['arm-none-eabi-gcc-cs', 'arm-none-eabi-gcc-cs-c++', 'arm-none-eabi-newlib', 'make'],
      homebrew: ['--cask gcc-arm-embedded'],
      winget: ['Arm.GnuArmEmbeddedToolchain'],
    },
    purpose: 'rebuilds the examples and the test programs',
  },
  riscvGcc: {
    name: 'RISC-V GCC',
    probe: 'riscv64-unknown-elf-gcc',
    packages: { debian: ['gcc-riscv64-unknown-elf', 'picolibc-riscv64-unknown-elf'] },
    purpose: 'builds the RISC-V test programs',
  },
  llvm: {
    name: 'Clang and LLVM',
    probe: 'llvm-dwarfdump',
    packages: { debian: ['clang', 'llvm', 'lld'], fedora: ['clang', 'llvm', 'lld'], homebrew: ['llvm', 'lld'] },
    purpose: 'builds and dumps test programs',
  },
  binutils: {
    name: 'GNU binutils',
    probe: 'readelf',
    packages: { debian: ['binutils'], fedora: ['binutils'] },
    purpose: 'is what the tests compare with',
  },
  tcl: {
    name: 'Tcl',
    probe: 'tclsh',
    packages: { debian: ['tcl'], fedora: ['tcl'], homebrew: ['tcl-tk'] },
    purpose: 'is what the tests of quoting and parsing compare with',
  },
};

/** @param {string} probe */
export function isInstalled(probe) {
  if (path.isAbsolute(probe)) return fs.existsSync(probe);
  const endings = process.platform === 'win32' ? (process.env['PATHEXT'] ?? '.EXE').split(';') : [''];
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => folder !== '' && endings.some((ending) => fs.existsSync(path.join(folder, probe + ending))));
}

/** Package system → what it is called, and its command. @type {[keyof Packages, string, string][]} */
const installers = [
  ['debian', 'Debian, Ubuntu', 'sudo apt-get install'],
  ['fedora', 'Fedora', 'sudo dnf install'],
  ['homebrew', 'macOS', 'brew install'],
  ['winget', 'Windows', 'winget install'],
];

/** One message that says what is missing, what that means, and how to get it on each platform. @param {Tool[]} missing */
export function describeMissing(missing) {
  const rows = installers.flatMap(([system, title, command]) => {
    const packages = missing.flatMap((tool) => tool.packages[system] ?? []);
    if (packages.length === 0) return [];
    // A cask is installed by a command of its own.
    const casks = packages.filter((name) => name.startsWith('--cask '));
    const plain = packages.filter((name) => !name.startsWith('--cask '));
    const commands = [...(plain.length > 0 ? [plain.join(' ')] : []), ...casks].map((list) => `${command} ${list}`);
    return [`  ${`${title}:`.padEnd(16)} ${commands.join(' && ')}`];
  });
  const isRequired = missing.some((tool) => tool.required);
  return [
    'These programs are not on PATH, and installing them is up to you here (only root on Debian or Ubuntu gets them by itself):',
    ...missing.map((tool) => `  ${tool.name} (${tool.probe}): ${tool.purpose}`),
    isRequired
      ? 'Install them and run the command again:'
      : 'The tests that need them are skipped. To install what there is a package for:',
    ...rows,
  ].join('\n');
}
