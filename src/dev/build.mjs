// Bundles the product: one file per process in dist/, and the client library's types. `--watch` rebuilds on change.
import fs from 'node:fs';
import path from 'node:path';
import { lazyParts } from './lazyParts.mjs';
import { ensurePackages, root, runNode } from './setup.mjs';

/** Bundle → entry point. A worker is a bundle of its own, because it runs as a file of its own. */
export const bundles = {
  extension: 'src/extension/main.ts',
  languageClient: 'src/extension/language/languageClient.ts',
  peripherals: 'src/extension/peripherals/tree.ts',
  adapter: 'src/adapter/start.ts',
  adapterProcess: 'src/adapter/main.ts',
  languageServer: 'src/languageServer/main.ts',
  simulator: 'src/simulator/main.ts',
  cli: 'src/cli/main.ts',
  client: 'src/openocd/index.ts',
  clientWorker: 'src/openocd/sync/worker.ts',
  svdWorker: 'src/svd/worker.ts',
};

/** What runs in a webview: built for a browser. */
const webviews = { plot: 'src/extension/webview/plot.ts', 'plot-style': 'src/extension/webview/plot.css' };

/** @param {{ production?: boolean, watch?: boolean }} [options] */
export async function build({ production = false, watch = false } = {}) {
  ensurePackages();
  const esbuild = await import('esbuild');
  const dist = path.join(root, 'dist');
  fs.mkdirSync(dist, { recursive: true });
  /** @type {import('esbuild').BuildOptions} */
  const options = {
    absWorkingDir: root,
    entryPoints: bundles,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    plugins: [lazyParts],
    // A part beside the bundle is found by require(); Node's own import() would want the file's full name.
    supported: { 'dynamic-import': false },
    sourcemap: !production,
    // Names stay: errors are called by them, and they make a stack trace worth sending.
    minifyWhitespace: production,
    minifySyntax: production,
    // Modules lie beside the bundles, to be read when they are needed: inside, they would slow every start.
    loader: { '.wasm': 'file', '.cfg': 'text' },
    assetNames: '[name]',
    logLevel: 'warning',
  };
  /** @type {import('esbuild').BuildOptions} */
  const browser = {
    ...options,
    entryPoints: webviews,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    external: [],
    plugins: [],
  };
  if (watch) {
    for (const each of [options, browser]) await (await esbuild.context(each)).watch();
    console.log('Watching src/ …');
    return;
  }
  const results = await Promise.all([options, browser].map((each) => esbuild.build({ ...each, metafile: true })));
  const inputs = Object.assign({}, ...results.map((result) => result.metafile.inputs));
  if (production) fs.writeFileSync(path.join(dist, 'meta.json'), JSON.stringify({ inputs }));
  declareTypes();
}

/** Writes dist/types, the declarations behind `import … from 'openocd-debug/client'`. */
function declareTypes() {
  const status = runNode([
    'node_modules/typescript-native/bin/tsc',
    '--noEmit',
    'false',
    '--emitDeclarationOnly',
    '--declaration',
    '--outDir',
    'dist/types',
    '-p',
    'src/openocd/tsconfig.json',
  ]);
  if (status !== 0) throw new Error('The declarations of the client library could not be written.');
}

if (process.argv[1] === import.meta.filename) {
  const options = { production: process.argv.includes('--production'), watch: process.argv.includes('--watch') };
  await build(options).catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
