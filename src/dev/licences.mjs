// Writes dist/licenses.txt: the licences of the packages whose code is in the bundles.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

/** Licences we may ship under MIT. */
const accepted = /^\(?(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|Python-2\.0)\b/;

/** Reads the metafiles the production build left in dist/ and collects each bundled package's licence text. */
export function writeLicences() {
  const meta = JSON.parse(fs.readFileSync(path.join(root, 'dist/meta.json'), 'utf8'));
  /** @type {Set<string>} */
  const folders = new Set();
  for (const input of Object.keys(meta.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.[1] !== undefined) folders.add(match[1]);
  }
  const parts = [...folders].sort().map((folder) => {
    const manifest = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    const licence = String(manifest.license ?? 'unknown');
    if (!accepted.test(licence))
      throw new Error(`${manifest.name} has the licence “${licence}”, which is not on our list.`);
    const file = fs.readdirSync(path.join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
    const text = file === undefined ? '' : fs.readFileSync(path.join(root, folder, file), 'utf8').trim();
    return `${manifest.name} ${manifest.version} (${licence})\n\n${text}\n`;
  });
  fs.writeFileSync(path.join(root, 'dist/licenses.txt'), parts.join(`\n${'-'.repeat(100)}\n\n`));
  fs.rmSync(path.join(root, 'dist/meta.json'));
}
