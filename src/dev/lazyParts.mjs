// What makes the extension start fast, as a plugin of esbuild: parts that it loads with import() are bundles of their own, read when
// they are needed; and VS Code's interface is not copied once for each file that imports it.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

const extension = path.join(root, 'src/extension');

/** What the extension loads later: module → bundle. */
export const parts = {
  'src/openocd/index.ts': 'client',
  'src/extension/peripherals/tree.ts': 'peripherals',
  'src/extension/language/languageClient.ts': 'languageClient',
};

/** The members of the module `vscode` that the extension names, types among them: those are undefined, and nobody asks. */
function membersOfVscode() {
  const files = fs.readdirSync(extension, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const texts = files.map((name) => fs.readFileSync(path.join(extension, name), 'utf8'));
  return [
    ...new Set(texts.flatMap((text) => [...text.matchAll(/\bvscode\.(\w+)/g)].map(([, member]) => member))),
  ].sort();
}

/** @type {import('esbuild').Plugin} */
export const lazyParts = {
  name: 'lazy parts',
  setup(build) {
    build.onResolve({ filter: /^\./ }, async ({ kind, path: wanted, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === lazyParts || !importer.startsWith(extension)) return undefined;
      const found = await build.resolve(wanted, { kind, importer, resolveDir, pluginData: lazyParts });
      const part = Object.entries(parts).find(([module]) => path.join(root, module) === found.path);
      return part === undefined ? undefined : { path: `./${part[1]}`, external: true };
    });
    build.onResolve({ filter: /^vscode$/ }, ({ importer }) =>
      importer.startsWith(extension) ? { path: 'vscode', namespace: 'vscode' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'vscode' }, () => ({
      contents: `export const { ${membersOfVscode().join(', ')} } = require('vscode');`,
    }));
  },
};
