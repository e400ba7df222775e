// The compilers as they are installed: how each target is named to them, their versions, headers and libraries.
import { spawnSync } from 'node:child_process';

/**
 * How each target is named to each compiler. `gcc` is the GCC whose headers serve it; `libraries` selects
 * the C library: none means that there is no such library, and calls into it stay open; `clangOnly` makes Clang follow GCC's ABI.
 * @typedef {{ gcc: string, machine: string[], triple: string, script: string, libraries: string[], clangOnly: string[] }} Target
 * @type {Record<import('./matrix.mjs').TargetName, Target>}
 */
export const targets = {
  armv6m: arm('thumbv6m-none-eabi', ['-mcpu=cortex-m0', '-mthumb']),
  armv7m: arm('thumbv7m-none-eabi', ['-mcpu=cortex-m3', '-mthumb']),
  armv7em: arm('thumbv7em-none-eabihf', ['-mcpu=cortex-m4', '-mthumb', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard']),
  armeb: { ...arm('thumbebv7m-none-eabi', ['-mcpu=cortex-m3', '-mthumb', '-mbig-endian']), libraries: [] },
  riscv32: riscv('riscv32-unknown-elf', ['-march=rv32imac', '-mabi=ilp32']),
  riscv64: riscv('riscv64-unknown-elf', ['-march=rv64imac', '-mabi=lp64', '-mcmodel=medany']),
  aarch64: { ...arm('aarch64-none-elf', []), libraries: [] },
};

/** @param {string} triple @param {string[]} machine */
function arm(triple, machine) {
  return {
    ...{ gcc: 'arm-none-eabi-gcc', machine, triple, script: 'arm.ld', libraries: ['--specs=nano.specs'] },
    clangOnly: ['-fshort-enums'],
  };
}

/** @param {string} triple @param {string[]} machine */
function riscv(triple, machine) {
  return {
    ...{ gcc: 'riscv64-unknown-elf-gcc', machine, triple, script: 'riscv.ld', libraries: ['--specs=picolibc.specs'] },
    clangOnly: [],
  };
}

/** The first line of `--version`, or undefined when the program is not installed. @type {Map<string, string | undefined>} */
const versions = new Map();
/** @param {string} program */
export function version(program) {
  if (!versions.has(program)) {
    const result = spawnSync(program, ['--version'], { encoding: 'utf8' });
    versions.set(program, result.status === 0 ? result.stdout.split('\n')[0] : undefined);
  }
  return versions.get(program);
}

/** @type {Map<string, string>} */
const answers = new Map();
/** What a compiler says about itself. @param {string} command @param {string[]} args */
export function ask(command, args) {
  const question = JSON.stringify([command, args]);
  let answer = answers.get(question);
  if (answer === undefined) {
    const result = spawnSync(command, args, { encoding: 'utf8', input: '' });
    answer = `${result.stdout}${result.stderr}`.trim();
    answers.set(question, answer);
  }
  return answer;
}

/** The folders in which a target's GCC finds system headers. @param {Target} target @param {boolean} cpp */
function systemFolders(target, cpp) {
  const machine = target.libraries.length > 0 ? [...target.libraries, ...target.machine] : [];
  const said = ask(target.gcc, [...machine, '-E', '-v', '-x', cpp ? 'c++' : 'c', '-']);
  const list = /<\.\.\.> search starts here:\n([\s\S]*?)End of search list/.exec(said)?.[1] ?? '';
  return list.split('\n').flatMap((line) => (line.trim() ? [line.trim()] : []));
}

/** The same without GCC's own (stddef.h …): Clang has those itself. @param {Target} target @param {boolean} cpp */
export function systemHeaders(target, cpp) {
  return systemFolders(target, cpp).filter(
    (folder) => !/\/include-fixed$|\/lib\/gcc\/[^/]+\/[^/]+\/include$/.test(folder),
  );
}

/** Gives the system's header folders one name, wherever they are installed. @param {Target} target */
export function mapSystem(target) {
  return [...new Set([...systemFolders(target, false), ...systemFolders(target, true)])].map(
    (folder) => `-ffile-prefix-map=${folder}=/system`,
  );
}
