// `npm run package [-- FOLDER]`: builds for production and packs the .vsix; fails when it is too big or holds what it should not.
import fs from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { writeLicences } from './licences.mjs';
import { root } from './setup.mjs';

const LIMIT_BYTES = 5_000_000;

/** What the package must contain, and the only places anything else may come from. */
const required = [
  'package.json',
  'package.nls.json',
  'l10n/bundle.l10n.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/extension.js',
  'dist/adapter.js',
  'dist/adapterProcess.js',
  'dist/capstone.wasm',
  'dist/index_bg.wasm',
  'dist/simulator.js',
  'dist/languageServer.js',
  'dist/languageClient.js',
  'dist/client.js',
  'dist/peripherals.js',
  'dist/svdWorker.js',
  'dist/plot.js',
  'dist/plot-style.css',
  'dist/licenses.txt',
  'media/simulator.cfg',
  'media/simulator.svd',
  'examples/blinky-c/build/blinky-c.elf',
  'examples/blinky-c/src/main.c',
];
const allowed =
  /^(package(\.nls.*)?\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[^/]+\.(js|css|wasm|txt)|media\/.+|syntaxes\/.+|l10n\/.+|examples\/.+)$/;

/** @param {string} [folder] where the package goes @returns {Promise<string>} path of the .vsix */
export async function packageExtension(folder = root) {
  await build({ production: true });
  writeLicences();
  const { createVSIX, listFiles } = await import('@vscode/vsce');
  const files = await listFiles({ cwd: root, packagedDependencies: [] });
  const foreign = files.filter((file) => !allowed.test(file));
  const absent = required.filter((file) => !files.includes(file));
  if (foreign.length > 0)
    throw new Error(`These files do not belong in the package (.vscodeignore): ${foreign.join(', ')}`);
  if (absent.length > 0) throw new Error(`These files are missing from the package: ${absent.join(', ')}`);
  const { name, version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const packagePath = path.join(folder, `${name}-${version}.vsix`);
  await createVSIX({
    ...{ cwd: root, packagePath, dependencies: false, allowMissingRepository: true, skipLicense: true },
    // The README's links stay relative: the package names no web address of its sources.
    rewriteRelativeLinks: false,
  });
  const { size } = fs.statSync(packagePath);
  if (size > LIMIT_BYTES) throw new Error(`${packagePath} has ${size} bytes; the limit is ${LIMIT_BYTES}.`);
  console.log(`${path.basename(packagePath)}: ${files.length} files, ${(size / 1e6).toFixed(2)} MB`);
  return packagePath;
}

if (process.argv[1] === import.meta.filename) {
  packageExtension(process.argv[2]).catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
