// Makes the small programs of this folder that the corpus does not have: with each table of names, taken apart by dwz, with a separate
// debug file. They are committed; `node test/debuginfo/samples/make.mjs` makes them anew where GCC, Clang, GDB and dwz are installed.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;
const sources = path.join(here, 'sources');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-samples-'));

/** @param {string} tool @param {string[]} args */
const run = (tool, ...args) => execFileSync(tool, args, { cwd: work, stdio: ['ignore', 'inherit', 'inherit'] });
/** @param {string} name */
const keep = (name, as = name) => {
  fs.mkdirSync(path.dirname(path.join(here, as)), { recursive: true });
  fs.copyFileSync(path.join(work, name), path.join(here, as));
};

const common = ['-O1', '-fno-exceptions', '-fno-rtti', `-ffile-prefix-map=${sources}=/samples`];
const cortexM0 = ['-mcpu=cortex-m0', '-mthumb'];

/** @param {string} out @param {string[]} units @param {string[]} flags @param {boolean} [isClang] */
function build(out, units, flags, isClang = false) {
  const objects = units.map((unit) => {
    const [compiler, target] = isClang ? ['clang', ['--target=armv6m-none-eabi']] : ['arm-none-eabi-gcc', cortexM0];
    run(compiler, ...target, ...common, ...flags, '-c', path.join(sources, unit), '-o', `${unit}.o`);
    return `${unit}.o`;
  });
  const start = [
    '-nostdlib',
    '-nostartfiles',
    '-Wl,-Ttext=0x8000',
    '-Wl,-emain',
    '-Wl,--build-id,--section-start=.note.gnu.build-id=0x7000',
  ];
  run('arm-none-eabi-gcc', ...cortexM0, ...start, ...objects, '-lgcc', '-o', out);
}

const units = ['first.cpp', 'second.cpp'];

function nameTables() {
  build('gnu-pubnames.elf', units, ['-gdwarf-4', '-ggnu-pubnames']);
  build('pubnames.elf', units, ['-gdwarf-4', '-gpubnames']);
  build('debug-names-clang.elf', units, ['-gdwarf-5', '-gpubnames'], true);
  for (const [name, flags] of /** @type {const} */ ([
    ['gdb-index', ['-gdwarf-5']],
    ['gdb-index-types', ['-gdwarf-4', '-fdebug-types-section']],
  ])) {
    build(`${name}.elf`, units, [...flags]);
    run('gdb-multiarch', '-nx', '-batch', '-ex', 'save gdb-index .', `${name}.elf`);
    addSection(`${name}.elf`, '.gdb_index', `${name}.elf.gdb-index`);
  }
  build('debug-names-gdb.elf', units, ['-gdwarf-5']);
  run('gdb-multiarch', '-nx', '-batch', '-ex', 'save gdb-index -dwarf-5 .', 'debug-names-gdb.elf');
  // GDB's strings follow those that are there.
  run('arm-none-eabi-objcopy', '--dump-section', '.debug_str=strings', 'debug-names-gdb.elf', os.devNull);
  fs.appendFileSync(path.join(work, 'strings'), fs.readFileSync(path.join(work, 'debug-names-gdb.elf.debug_str')));
  run('arm-none-eabi-objcopy', '--update-section', '.debug_str=strings', 'debug-names-gdb.elf');
  addSection('debug-names-gdb.elf', '.debug_names', 'debug-names-gdb.elf.debug_names');
  for (const name of [
    'gnu-pubnames',
    'pubnames',
    'debug-names-clang',
    'gdb-index',
    'gdb-index-types',
    'debug-names-gdb',
  ])
    keep(`${name}.elf`, `names/${name}.elf`);
}

/** @param {string} file @param {string} section @param {string} contents */
function addSection(file, section, contents) {
  run(
    'arm-none-eabi-objcopy',
    '--add-section',
    `${section}=${contents}`,
    '--set-section-flags',
    `${section}=readonly`,
    file,
  );
}

/** Two programs are needed, so that dwz has something to share; one is kept, beside itself before dwz. */
function sharedByDwz() {
  for (const [version, flags] of /** @type {const} */ ([
    [4, []],
    [5, ['--dwarf-5']],
  ])) {
    for (const name of ['one', 'two']) build(`${name}.elf`, [...units, 'plain.c'], [`-gdwarf-${version}`]);
    keep('one.elf', `dwz/whole-dwarf${version}.elf`);
    const shared = `shared-dwarf${version}.dwz`;
    run('dwz', ...flags, '-m', shared, '-M', shared, 'one.elf', 'two.elf');
    keep('one.elf', `dwz/dwarf${version}.elf`);
    keep(shared, `dwz/${shared}`);
  }
}

function separateFile() {
  build('whole.elf', ['plain.c', 'second.cpp'], ['-gdwarf-5']);
  run('arm-none-eabi-objcopy', '--only-keep-debug', 'whole.elf', 'program.debug');
  run('arm-none-eabi-objcopy', '--strip-all', '--add-gnu-debuglink=program.debug', 'whole.elf', 'program.elf');
  for (const name of ['program.elf', 'program.debug']) keep(name, `separate/${name}`);
}

function simpleTemplateNames() {
  build('simple-template-names.elf', units, ['-gdwarf-5', '-gsimple-template-names'], true);
  build('full-template-names.elf', units, ['-gdwarf-5'], true);
  for (const name of ['simple', 'full']) keep(`${name}-template-names.elf`, `templates/${name}-template-names.elf`);
}

try {
  nameTables();
  sharedByDwz();
  separateFile();
  simpleTemplateNames();
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}
