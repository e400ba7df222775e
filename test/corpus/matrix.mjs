// The corpus's matrix: which programs are built with which compiler, optimisation and debug format. No building here.

/**
 * What a program is made of. `themes` is the folder of its sources.
 * @typedef {'types' | 'flow' | 'cpp' | 'stl' | 'throw'} ProgramName
 * @typedef {'arm-gcc' | 'riscv-gcc' | 'clang'} CompilerName
 * @typedef {'armv6m' | 'armv7m' | 'armv7em' | 'armeb' | 'riscv32' | 'riscv64' | 'aarch64'} TargetName
 *
 * One column of the matrix.
 * @typedef {object} Variant
 * @property {CompilerName} compiler
 * @property {TargetName} target
 * @property {'-O0' | '-Og' | '-O1' | '-O2' | '-Os'} opt
 * @property {2 | 3 | 4 | 5} dwarf
 * @property {string[]} flags more flags for every compilation
 * @property {string[]} linkFlags more flags for the linker driver (or for ld.lld)
 * @property {'gcc' | 'lld'} linker
 * @property {boolean} lto
 * @property {boolean} split debug information in .dwo files, also packed as a .dwp file
 * @property {ProgramName[]} programs
 */

/** @type {ProgramName[]} */
const plain = ['types', 'flow'];
/** @type {ProgramName[]} */
const withCpp = [...plain, 'cpp'];
/** @type {ProgramName[]} */
const all = [...withCpp, 'stl', 'throw'];

/** The targets whose programs run on the simulated board. */
export const boardTarget = 'armv6m';

/**
 * @param {CompilerName} compiler @param {TargetName} target @param {Variant['opt']} opt @param {Variant['dwarf']} dwarf
 * @param {ProgramName[]} programs
 * @param {Partial<Pick<Variant, 'flags' | 'linkFlags' | 'linker' | 'lto' | 'split'>>} [more]
 * @returns {Variant}
 */
function column(compiler, target, opt, dwarf, programs, more = {}) {
  return {
    ...{ compiler, target, opt, dwarf, programs },
    ...{ flags: [], linkFlags: [], linker: 'gcc', lto: false, split: false },
    ...more,
  };
}

const zstd = { flags: ['-Wa,--compress-debug-sections=zstd'], linkFlags: ['-Wl,--compress-debug-sections=zstd'] };
const zlib = { flags: ['-gz=zlib'], linkFlags: ['-gz=zlib'] };
const sections = { flags: ['-ffunction-sections', '-fdata-sections'], linkFlags: ['-Wl,--gc-sections'] };

/** A covering set: every pair of compiler × optimisation, compiler × DWARF version, and each special form at least once. */
export const variants = {
  'arm-gcc-O0-dwarf5': column('arm-gcc', 'armv6m', '-O0', 5, all),
  'arm-gcc-Og-dwarf5': column('arm-gcc', 'armv6m', '-Og', 5, all, { flags: ['-g3'] }),
  'arm-gcc-O2-dwarf5': column('arm-gcc', 'armv6m', '-O2', 5, all),
  'arm-gcc-Os-dwarf4': column('arm-gcc', 'armv6m', '-Os', 4, [...withCpp, 'throw']),
  'arm-gcc-O0-dwarf2': column('arm-gcc', 'armv6m', '-O0', 2, withCpp, { flags: ['-gstrict-dwarf'] }),
  'arm-gcc-O2-dwarf3': column('arm-gcc', 'armv6m', '-O2', 3, withCpp),
  'arm-gcc-Os-dwarf2': column('arm-gcc', 'armv6m', '-Os', 2, ['flow']),
  'arm-gcc-Og-dwarf4-zlib': column('arm-gcc', 'armv6m', '-Og', 4, ['cpp', 'stl'], zlib),
  'arm-gcc-O2-dwarf5-zstd': column('arm-gcc', 'armv6m', '-O2', 5, plain, zstd),
  'arm-gcc-Og-dwarf4-zdebug': column('arm-gcc', 'armv6m', '-Og', 4, ['types'], {
    flags: ['-gz=zlib-gnu'],
    linkFlags: ['-gz=zlib-gnu'],
  }),
  'arm-gcc-O2-dwarf5-split': column('arm-gcc', 'armv6m', '-O2', 5, withCpp, { split: true }),
  'arm-gcc-Og-dwarf4-split': column('arm-gcc', 'armv6m', '-Og', 4, plain, { split: true }),
  'arm-gcc-Og-dwarf5-dwarf64': column('arm-gcc', 'armv6m', '-Og', 5, withCpp, { flags: ['-gdwarf64'] }),
  'arm-gcc-O2-dwarf4-types': column('arm-gcc', 'armv6m', '-O2', 4, withCpp, { flags: ['-fdebug-types-section'] }),
  'arm-gcc-Os-dwarf5-sections': column('arm-gcc', 'armv6m', '-Os', 5, withCpp, sections),
  'arm-gcc-O2-dwarf5-lto': column('arm-gcc', 'armv6m', '-O2', 5, withCpp, { lto: true }),
  'arm-gcc-Og-dwarf5-framepointer': column('arm-gcc', 'armv6m', '-Og', 5, plain, {
    flags: ['-fno-omit-frame-pointer', '-mtpcs-frame'],
  }),
  'arm-gcc-O2-dwarf5-exidx': column('arm-gcc', 'armv6m', '-O2', 5, ['flow'], {
    flags: ['-funwind-tables', '-fno-dwarf2-cfi-asm'],
  }),
  'arm-gcc-O2-dwarf5-v7em': column('arm-gcc', 'armv7em', '-O2', 5, ['flow', 'cpp']),
  'arm-gcc-Og-dwarf4-v7m': column('arm-gcc', 'armv7m', '-Og', 4, ['flow']),
  'arm-gcc-O1-dwarf4-bigendian': column('arm-gcc', 'armeb', '-O1', 4, ['types']),

  'riscv-gcc-O0-dwarf5': column('riscv-gcc', 'riscv32', '-O0', 5, withCpp),
  'riscv-gcc-Og-dwarf4': column('riscv-gcc', 'riscv32', '-Og', 4, withCpp),
  'riscv-gcc-O2-dwarf5': column('riscv-gcc', 'riscv32', '-O2', 5, withCpp),
  'riscv-gcc-Os-dwarf2': column('riscv-gcc', 'riscv32', '-Os', 2, plain, { flags: ['-msave-restore'] }),
  'riscv-gcc-O2-dwarf3-sections': column('riscv-gcc', 'riscv32', '-O2', 3, plain, sections),
  'riscv-gcc-Os-dwarf5-split': column('riscv-gcc', 'riscv32', '-Os', 5, plain, { split: true }),
  'riscv-gcc-O2-dwarf4-lto': column('riscv-gcc', 'riscv32', '-O2', 4, plain, { lto: true }),
  'riscv-gcc-Og-dwarf5-zlib': column('riscv-gcc', 'riscv32', '-Og', 5, plain, zlib),
  'riscv-gcc-O2-dwarf5-rv64-dwarf64': column('riscv-gcc', 'riscv64', '-O2', 5, withCpp, { flags: ['-gdwarf64'] }),

  'clang-O0-dwarf5': column('clang', 'armv6m', '-O0', 5, all),
  'clang-Og-dwarf4': column('clang', 'armv6m', '-Og', 4, withCpp),
  'clang-O2-dwarf5': column('clang', 'armv6m', '-O2', 5, all),
  'clang-Os-dwarf3': column('clang', 'armv6m', '-Os', 3, plain),
  'clang-O2-dwarf2': column('clang', 'armv6m', '-O2', 2, plain),
  'clang-O2-dwarf5-split': column('clang', 'armv6m', '-O2', 5, withCpp, { split: true }),
  'clang-Og-dwarf4-split': column('clang', 'armv6m', '-Og', 4, ['types'], { split: true }),
  'clang-O2-dwarf5-lto': column('clang', 'armv6m', '-O2', 5, withCpp, { lto: true, linker: 'lld' }),
  'clang-Og-dwarf5-zlib': column('clang', 'armv6m', '-Og', 5, plain, {
    flags: ['-gz=zlib'],
    linkFlags: ['--compress-debug-sections=zlib'],
    linker: 'lld',
  }),
  'clang-O2-dwarf5-types': column('clang', 'armv6m', '-O2', 5, ['types', 'cpp'], { flags: ['-fdebug-types-section'] }),
  'clang-Og-dwarf5-names': column('clang', 'armv6m', '-Og', 5, withCpp, {
    flags: ['-gpubnames', '-gdwarf-aranges'],
  }),
  'clang-Og-dwarf4-gdbindex': column('clang', 'armv6m', '-Og', 4, ['flow', 'cpp'], {
    flags: ['-ggnu-pubnames'],
    linkFlags: ['--gdb-index'],
    linker: 'lld',
  }),
  'clang-Os-dwarf5-sections': column('clang', 'armv6m', '-Os', 5, ['flow'], sections),
  'clang-O2-dwarf5-v7em': column('clang', 'armv7em', '-O2', 5, ['flow', 'cpp']),
  'clang-Og-dwarf5-riscv32': column('clang', 'riscv32', '-Og', 5, withCpp),
  'clang-O2-dwarf4-riscv32': column('clang', 'riscv32', '-O2', 4, plain),
  'clang-O2-dwarf5-rv64-dwarf64': column('clang', 'riscv64', '-O2', 5, ['flow'], { flags: ['-gdwarf64'] }),
  'clang-O1-dwarf5-aarch64': column('clang', 'aarch64', '-O1', 5, ['types'], {
    flags: ['-mbranch-protection=pac-ret', '-fasynchronous-unwind-tables'],
    linker: 'lld',
  }),
};
