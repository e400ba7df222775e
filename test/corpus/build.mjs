// Builds the corpus: small tricky programs × compilers × optimisation × debug formats. `node test/corpus/build.mjs [OUT] [REGEX]`.
// Unchanged objects and programs are kept. A compiler that is not installed leaves its columns out, and that is said.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { boardTarget, variants } from './matrix.mjs';
import { ask, mapSystem, systemHeaders, targets, version } from './toolchain.mjs';

/**
 * A program of the corpus, built or to be built.
 * @typedef {object} CorpusProgram
 * @property {string} name `VARIANT/PROGRAM`
 * @property {string} file absolute path of the ELF file
 * @property {string} variant
 * @property {import('./matrix.mjs').ProgramName} program
 * @property {'c' | 'c++'} language
 * @property {import('./matrix.mjs').CompilerName} compiler
 * @property {import('./matrix.mjs').TargetName} target
 * @property {string} opt
 * @property {number} dwarf
 * @property {boolean} lto
 * @property {boolean} split
 * @property {string[]} flags the compiler's special flags
 * @property {string | undefined} dwp the package of its .dwo files, where llvm-dwp can make it
 * @property {boolean} runsOnBoard whether the simulated board runs it
 * @property {string[]} sources absolute paths of its themes
 */

const corpus = import.meta.dirname;
export const defaultFolder = path.resolve(corpus, '../../.cache/corpus');

/**
 * newlib's small libstdc++ cannot unwind its own functions, so the program that throws takes the full one.
 * @type {Record<import('./matrix.mjs').ProgramName, { language: 'c' | 'c++', support: string[], flags: string[], full?: true }>}
 */
const programs = {
  types: { language: 'c', support: ['runtime.c'], flags: [] },
  flow: { language: 'c', support: ['runtime.c'], flags: [] },
  cpp: { language: 'c++', support: ['runtime.c', 'freestanding.cpp'], flags: ['-fno-exceptions', '-fno-rtti'] },
  stl: { language: 'c++', support: ['runtime.c', 'hosted.cpp'], flags: ['-fno-exceptions'] },
  throw: { language: 'c++', support: ['runtime.c', 'hosted.cpp'], flags: ['-fexceptions'], full: true },
};

/** The programs a variant needs. @param {import('./matrix.mjs').Variant} variant */
function neededPrograms(variant) {
  const needed = [targets[variant.target].gcc];
  if (variant.compiler === 'clang') needed.push('clang');
  if (variant.linker === 'lld') needed.push('ld.lld');
  return needed;
}

/** The compilers and linkers that are absent, each with the number of columns left out for it. @returns {string[]} */
export function missingTools() {
  const counts = new Map();
  for (const variant of Object.values(variants)) {
    for (const tool of neededPrograms(variant)) if (!version(tool)) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  }
  return [...counts].map(([tool, count]) => `${tool} is not installed: ${count} variants left out`);
}

/**
 * The programs of the matrix that can be built here and that `filter` accepts; builds nothing.
 * @param {string} [outDir] @param {(program: CorpusProgram) => boolean} [filter]
 * @returns {CorpusProgram[]}
 */
export function listCorpus(outDir = defaultFolder, filter = () => true) {
  return Object.entries(variants)
    .filter(([, variant]) => neededPrograms(variant).every(version))
    .flatMap(([name, variant]) => variant.programs.map((program) => describe(outDir, name, variant, program)))
    .filter(filter);
}

/**
 * @param {string} outDir @param {string} name @param {import('./matrix.mjs').Variant} variant
 * @param {import('./matrix.mjs').ProgramName} program @returns {CorpusProgram}
 */
function describe(outDir, name, variant, program) {
  const file = path.resolve(outDir, name, `${program}.elf`);
  const { compiler, target, opt, dwarf, lto, split, flags } = variant;
  return {
    ...{ name: `${name}/${program}`, file, variant: name, program, language: programs[program].language },
    ...{ compiler, target, opt, dwarf, lto, split, flags },
    dwp: split && canPack(variant) ? `${file}.dwp` : undefined,
    runsOnBoard: target === boardTarget,
    sources: themeSources(program, target),
  };
}

/** LLVM 14's llvm-dwp never ends on GCC's DWARF 5, and binutils' dwp 2.40 crashes on any. @param {import('./matrix.mjs').Variant} variant */
function canPack(variant) {
  return version('llvm-dwp') !== undefined && (variant.dwarf < 5 || variant.compiler === 'clang');
}

/** A source named …_arm or …_riscv is for that family alone. @param {string} program @param {string} target */
function themeSources(program, target) {
  const folder = path.join(corpus, program);
  return fs
    .readdirSync(folder)
    .filter((name) => /\.(c|cpp|S)$/.test(name))
    .filter((name) => {
      const family = /_(arm|riscv)\./.exec(name)?.[1];
      return family === undefined || target.startsWith(family);
    })
    .sort()
    .map((name) => path.join(folder, name));
}

/**
 * Builds what is missing or out of date.
 * @param {string} [outDir] @param {(program: CorpusProgram) => boolean} [filter]
 * @param {{ ownCodeOnly?: boolean }} [options] `ownCodeOnly`: the compilers' libraries without their debug information
 * @returns {Promise<CorpusProgram[]>} the programs, in the order of the matrix
 * @throws Error with the compiler's words when a program does not build
 */
export async function buildCorpus(outDir = defaultFolder, filter = () => true, { ownCodeOnly = false } = {}) {
  const list = listCorpus(outDir, filter);
  const headers = hashFiles(
    ['types', 'flow', 'cpp', 'stl', 'throw', 'support']
      .flatMap((folder) => fs.readdirSync(path.join(corpus, folder)).map((name) => path.join(corpus, folder, name)))
      .filter((name) => /\.(h|ld)$/.test(name)),
  );
  const run = limiter(os.availableParallelism());
  const results = await Promise.allSettled(list.map((program) => buildProgram(program, headers, run, ownCodeOnly)));
  const failed = results.flatMap((result, index) =>
    result.status === 'rejected' ? [`${list[index]?.name}: ${result.reason.message}`] : [],
  );
  if (failed.length > 0) throw new Error(failed.join('\n'));
  return list;
}

/** @typedef {(command: string, args: string[], cwd: string) => Promise<void>} Run */

/** At most `limit` compilers at a time. @param {number} limit @returns {Run} */
function limiter(limit) {
  let running = 0;
  /** @type {(() => void)[]} */
  const waiting = [];
  return async (command, args, cwd) => {
    if (running >= limit) await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    running++;
    try {
      await new Promise((resolve, reject) =>
        execFile(
          command,
          args,
          { cwd, maxBuffer: 1 << 24, timeout: 60_000, killSignal: 'SIGKILL' },
          (error, _stdout, stderr) =>
            error ? reject(new Error(`${command} ${args.join(' ')}\n${stderr}`)) : resolve(undefined),
        ),
      );
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

/** @param {string[]} files */
function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(fs.readFileSync(file));
  return hash.digest('hex');
}

/** @param {CorpusProgram} program @param {string} headers hash of all headers and linker scripts @param {Run} run @param {boolean} ownCodeOnly */
async function buildProgram(program, headers, run, ownCodeOnly) {
  const variant = variants[/** @type {keyof typeof variants} */ (program.variant)];
  const folder = path.dirname(program.file);
  fs.mkdirSync(folder, { recursive: true });
  const support = programs[program.program].support.map((name) => path.join(corpus, 'support', name));
  const startup = path.join(
    corpus,
    'support',
    program.target.startsWith('riscv') ? 'startup-riscv.S' : 'startup-arm.c',
  );
  const main = path.join(corpus, 'support', 'main.c');
  const calls = path.join(folder, `${program.program}-themes.c`);
  writeIfChanged(calls, themeCalls(program.sources));
  const sources = [startup, main, calls, ...support, ...program.sources];

  const objects = await Promise.all(sources.map((source) => compile(source, program, variant, headers, run)));
  const stamp = createHash('sha256');
  for (const object of objects) stamp.update(object.key);
  const names = objects.map((object) => `../${object.name}`);
  const link = linkCommand(program, variant, names, ownCodeOnly ? strippedLibraries(program) : undefined);
  stamp.update(JSON.stringify(link));
  await unlessFresh(program.file, stamp.digest('hex'), async (temporary) => {
    const output = path.basename(program.file);
    const mapped = variant.lto && variant.linker === 'gcc' ? [`-ffile-prefix-map=${temporary}=.`] : [];
    await run(link.command, [...link.args, ...mapped, '-o', output], temporary);
    if (program.dwp)
      await run('llvm-dwp', ['-e', path.join(temporary, output), '-o', path.join(temporary, `${output}.dwp`)], folder);
  });
}

/** Calls each theme of a program once. @param {string[]} sources */
function themeCalls(sources) {
  const themes = sources
    .map((source) => /\btheme_\w+(?=\(void\))/.exec(fs.readFileSync(source, 'utf8'))?.[0])
    .filter((name) => name !== undefined);
  const declared = themes.map((name) => `void ${name}(void);\n`).join('');
  return `/* Written by build.mjs. */\n${declared}void run_themes(void);\nvoid run_themes(void) {\n${themes.map((name) => `  ${name}();\n`).join('')}}\n`;
}

/** @param {string} file @param {string} text */
function writeIfChanged(file, text) {
  if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) fs.writeFileSync(file, text);
}

/**
 * One object file in the variant's folder. Debug information shows no path of this machine: sources are under /corpus, and a
 * .dwo file is named relative to the folder of its program.
 * @param {string} source @param {CorpusProgram} program @param {import('./matrix.mjs').Variant} variant
 * @param {string} headers @param {Run} run
 */
async function compile(source, program, variant, headers, run) {
  const folder = path.dirname(program.file);
  const name = `${program.program}-${path.basename(source).replace(/\W/g, '_')}.o`;
  const target = targets[variant.target];
  const cpp = source.endsWith('.cpp');
  const clang = variant.compiler === 'clang';
  const compiler = clang ? 'clang' : target.gcc;
  const map = source.endsWith('.S') ? '-fdebug-prefix-map' : '-ffile-prefix-map'; // GCC hands only the former to the assembler
  const mapped = [`${map}=${corpus}=/corpus`, `${map}=${folder}=.`, ...mapSystem(target)];
  const dialect = cpp
    ? ['-std=gnu++17', '-fno-threadsafe-statics', ...programs[program.program].flags]
    : ['-std=gnu11'];
  const args = [
    ...(clang ? [`--target=${target.triple}`, '-nostdlibinc'] : libraries(target, program)),
    ...[...target.machine, ...(clang ? target.clangOnly : [])],
    ...(clang ? systemHeaders(target, cpp).flatMap((header) => ['-isystem', header]) : []),
    ...(clang ? [] : [`-frandom-seed=${name}`]),
    ...(target.libraries.length > 0 ? [] : ['-ffreestanding']),
    ...['-I', path.join(corpus, 'support'), ...dialect, variant.opt, '-g', `-gdwarf-${variant.dwarf}`],
    ...(variant.split ? ['-gsplit-dwarf'] : []),
    ...(variant.lto && !source.endsWith('.S') ? ['-flto'] : []),
    ...[...variant.flags, ...mapped, '-Wall', '-Wextra', '-c'],
  ];
  const key = createHash('sha256')
    .update(headers)
    .update(version(compiler) ?? '')
    .update(JSON.stringify(args))
    .update(fs.readFileSync(source))
    .digest('hex');
  const object = path.join(folder, name);
  await unlessFresh(object, key, (temporary) => {
    const output = path.join(temporary, name);
    // GCC's LTO tells this folder in its line table, so it has to be one that stays.
    if (variant.lto) return run(compiler, [...args, source, '-o', output], folder);
    if (variant.split) return run(compiler, [...args, source, `${map}=${temporary}=.`, '-o', name], temporary);
    const ours = source.startsWith(corpus) ? path.relative(corpus, source) : source;
    return run(compiler, [...args, ours, '-o', output], corpus);
  });
  return { name, key };
}

/**
 * Runs `make` in a folder of its own and moves what it made beside `file`, unless the file with this key is there.
 * @param {string} file @param {string} key @param {(temporary: string) => Promise<void>} make
 */
async function unlessFresh(file, key, make) {
  const stamp = `${file}.key`;
  if (fs.existsSync(file) && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === key) return;
  const temporary = fs.mkdtempSync(path.join(path.dirname(file), '.make-'));
  try {
    await make(temporary);
    for (const made of fs.readdirSync(temporary))
      fs.renameSync(path.join(temporary, made), path.join(path.dirname(file), made));
    fs.writeFileSync(stamp, key);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {import('./toolchain.mjs').Target} target @param {CorpusProgram} program */
function libraries(target, program) {
  return programs[program.program].full ? [] : target.libraries;
}

/** Copies a program's libraries without debug information. @param {CorpusProgram} program @returns {string} their folder */
function strippedLibraries(program) {
  const target = targets[program.target];
  const folder = path.join(path.dirname(program.file), `../libraries-${program.target}`);
  fs.mkdirSync(folder, { recursive: true });
  const flags = [...libraries(target, program), ...target.machine];
  for (const name of ['gcc', 'c', 'c_nano', 'g', 'g_nano', 'm', 'stdc++', 'stdc++_nano', 'supc++', 'supc++_nano']) {
    const library = path.resolve(ask(target.gcc, [...flags, `-print-file-name=lib${name}.a`]));
    const copy = path.join(folder, path.basename(library));
    if (!fs.existsSync(library) || fs.existsSync(copy)) continue; // not every compiler has each of them
    ask(target.gcc.replace(/gcc$/, 'objcopy'), ['--strip-debug', library, copy]);
  }
  return folder;
}

/**
 * @param {CorpusProgram} program @param {import('./matrix.mjs').Variant} variant @param {string[]} objects
 * @param {string | undefined} libraryFolder where libraries are looked for first
 */
function linkCommand(program, variant, objects, libraryFolder) {
  const target = targets[variant.target];
  const first = libraryFolder ? ['-L', libraryFolder] : [];
  const script = [...first, '-L', path.join(corpus, 'support'), '-T', path.join(corpus, 'support', target.script)];
  const standard = program.language === 'c++' ? ['stdc++_nano', 'supc++_nano'] : [];
  if (variant.linker === 'lld') {
    const files = [...standard, 'c_nano', 'gcc']
      .map((library) => ask(target.gcc, [...target.machine, `-print-file-name=lib${library}.a`]))
      .filter(() => target.libraries.length > 0);
    const open = target.libraries.length > 0 ? [] : ['--unresolved-symbols=ignore-all'];
    return {
      command: 'ld.lld',
      args: [...script, ...open, ...variant.linkFlags, ...objects, '--start-group', ...files, '--end-group'],
    };
  }
  const hosted = program.program === 'stl' || program.program === 'throw';
  const lto = variant.lto
    ? ['-flto', variant.opt, '-g', `-gdwarf-${variant.dwarf}`, `-ffile-prefix-map=${path.dirname(program.file)}=.`]
    : [];
  const open = target.libraries.length > 0 ? [] : ['-nostdlib', '-Wl,--unresolved-symbols=ignore-all'];
  return {
    command: hosted ? target.gcc.replace(/gcc$/, 'g++') : target.gcc,
    args: [
      ...libraries(target, program),
      ...target.machine,
      '-nostartfiles',
      ...open,
      ...script,
      ...lto,
      ...variant.linkFlags,
      '-Wl,--no-warn-rwx-segments',
      ...objects,
    ],
  };
}

if (process.argv[1] === import.meta.filename) {
  const [outDir = defaultFolder, pattern = ''] = process.argv.slice(2);
  for (const missing of missingTools()) console.log(missing);
  const started = performance.now();
  const built = await buildCorpus(outDir, (program) => new RegExp(pattern).test(program.name));
  for (const { name, file } of built) console.log(`${String(fs.statSync(file).size).padStart(9)} ${name}`);
  console.log(
    `${built.length} programs in ${path.resolve(outDir)}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
}
