// The part of the corpus that is committed, for checks on machines without compilers. `node test/corpus/prebuilt.mjs` makes it anew.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildCorpus } from './build.mjs';

const folder = path.join(import.meta.dirname, 'prebuilt');
const index = path.join(folder, 'programs.json');

/** DWARF 2 to 5, 32 and 64 bit, each compression, split, type units, LTO, name tables; Arm, RISC-V, AArch64; both endians. */
const chosen = [
  'arm-gcc-O0-dwarf2/types',
  'arm-gcc-O2-dwarf3/flow',
  'arm-gcc-Og-dwarf4-zlib/cpp',
  'arm-gcc-Og-dwarf4-zdebug/types',
  'arm-gcc-O2-dwarf4-types/cpp',
  'arm-gcc-Og-dwarf4-split/types',
  'arm-gcc-O1-dwarf4-bigendian/types',
  'arm-gcc-O0-dwarf5/types',
  'arm-gcc-O0-dwarf5/flow',
  'arm-gcc-O2-dwarf5/flow',
  'arm-gcc-O2-dwarf5/throw',
  'arm-gcc-O2-dwarf5-zstd/flow',
  'arm-gcc-O2-dwarf5-lto/flow',
  'arm-gcc-O2-dwarf5-split/flow',
  'arm-gcc-Og-dwarf5-dwarf64/types',
  'riscv-gcc-O0-dwarf5/types',
  'riscv-gcc-Og-dwarf4/flow',
  'riscv-gcc-O2-dwarf5/cpp',
  'riscv-gcc-O2-dwarf5-rv64-dwarf64/flow',
  'clang-O2-dwarf5/cpp',
  'clang-O2-dwarf5-split/cpp',
  'clang-Og-dwarf5-names/cpp',
  'clang-O1-dwarf5-aarch64/types',
];

/** @returns {import('./build.mjs').CorpusProgram[]} the committed programs, with absolute paths */
export function listPrebuilt() {
  /** @type {import('./build.mjs').CorpusProgram[]} */
  const programs = JSON.parse(fs.readFileSync(index, 'utf8'));
  return programs.map((program) => ({
    ...program,
    file: path.join(folder, program.file),
    dwp: program.dwp === undefined ? undefined : path.join(folder, program.dwp),
    sources: program.sources.map((source) => path.join(import.meta.dirname, source)),
  }));
}

async function rebuild() {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-prebuilt-'));
  try {
    const programs = await buildCorpus(temporary, ({ name }) => chosen.includes(name), { ownCodeOnly: true });
    fs.rmSync(folder, { recursive: true, force: true });
    for (const { file, program, split } of programs) {
      const from = path.dirname(file);
      const to = path.join(folder, path.basename(from));
      fs.mkdirSync(to, { recursive: true });
      for (const name of fs.readdirSync(from)) {
        const isPart = name === `${program}.elf` || name === `${program}.elf.dwp`;
        const isSplitPart = split && name.startsWith(`${program}-`) && name.endsWith('.dwo');
        if (isPart || isSplitPart) fs.copyFileSync(path.join(from, name), path.join(to, name));
      }
    }
    const listed = programs.map((program) => ({
      ...program,
      file: `${program.name}.elf`,
      dwp: program.dwp && `${program.name}.elf.dwp`,
      sources: program.sources.map((source) => path.relative(import.meta.dirname, source)),
    }));
    fs.writeFileSync(index, `${JSON.stringify(listed, undefined, 2)}\n`);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await rebuild();
