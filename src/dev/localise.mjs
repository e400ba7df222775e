// `npm run localise`: collects the words of the user interface for translators. Texts in the code go to l10n/bundle.l10n.json
// (VS Code reads bundle.l10n.LANGUAGE.json beside it); those of package.json to package.nls.json. `--check` only says whether they
// are up to date.
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import ts from 'typescript';
import { manifestFile, readManifest, takeOutWords, wordsFile } from './manifest.mjs';
import { root } from './setup.mjs';

/** @param {string} folder @returns {string[]} its TypeScript files */
function sources(folder) {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => path.join(folder, name))
    .sort();
}

/** The first arguments of all calls of `t` and `….l10n.t` in a file. @param {string} file @returns {string[]} */
function textsOf(file) {
  const source = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, false);
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node)) {
      const { expression } = node;
      const name = ts.isPropertyAccessExpression(expression)
        ? expression.name.text
        : ts.isIdentifier(expression)
          ? expression.text
          : '';
      const [first] = node.arguments;
      if (name === 't' && first !== undefined && ts.isStringLiteralLike(first)) found.push(first.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** @returns {Record<string, string>} text → text, sorted */
export function collectTexts() {
  const texts = new Set(sources(path.join(root, 'src/extension')).flatMap(textsOf));
  return Object.fromEntries([...texts].sort().map((text) => [text, text]));
}

if (process.argv[1] === import.meta.filename) {
  const { manifest, words } = takeOutWords(readManifest());
  /** @type {[string, unknown][]} */
  const wanted = [
    [path.join(root, 'l10n/bundle.l10n.json'), collectTexts()],
    [manifestFile, manifest],
    [wordsFile, words],
  ];
  for (const [file, content] of wanted) {
    if (fs.existsSync(file) && isDeepStrictEqual(JSON.parse(fs.readFileSync(file, 'utf8')), content)) continue;
    if (process.argv.includes('--check')) {
      console.error(`${path.relative(root, file)} is older than the texts: run npm run localise.`);
      process.exitCode = 1;
      continue;
    }
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
  }
}
