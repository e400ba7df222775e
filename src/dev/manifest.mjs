// package.json and the words that package.nls.json keeps for it. A text in package.json is a key between percent signs; VS Code
// puts the words in their place, in the user's language where there is a package.nls.LANGUAGE.json.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

export const manifestFile = path.join(root, 'package.json');
export const wordsFile = path.join(root, 'package.nls.json');

/** Members of the manifest that hold words for people. */
const spoken = new Set([
  ...['title', 'label', 'description', 'markdownDescription', 'deprecationMessage', 'enumDescriptions', 'contents'],
  ...['altText', 'displayName'],
]);
/** In these a `name` is spoken as well; elsewhere it is an identifier. */
const namedForPeople = new Set(['views']);

/** @param {string} file */
const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** package.json with its words in their places. */
export function readManifest() {
  const words = fs.existsSync(wordsFile) ? read(wordsFile) : {};
  /** @param {unknown} value @returns {unknown} */
  const resolve = (value) => {
    if (typeof value === 'string') return /^%.+%$/.test(value) ? (words[value.slice(1, -1)] ?? value) : value;
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each)]));
  };
  return /** @type {any} */ (resolve(read(manifestFile)));
}

/**
 * Takes the words out of a manifest that has them in their places.
 * @param {any} manifest @returns {{ manifest: any, words: Record<string, string> }}
 */
export function takeOutWords(manifest) {
  /** @type {Record<string, string>} */
  const words = {};
  /** @param {string} key @param {string} text */
  const keep = (key, text) => {
    let unique = key;
    for (let i = 2; unique in words && words[unique] !== text; i++) unique = `${key}.${i}`;
    words[unique] = text;
    return `%${unique}%`;
  };
  /** @param {unknown} value @param {string[]} at @returns {unknown} */
  const walk = (value, at) => {
    if (Array.isArray(value)) return value.map((each, index) => walk(each, [...at, nameOf(each) ?? String(index)]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, member(key, each, [...at, key])]));
  };
  /** @param {string} key @param {unknown} value @param {string[]} at */
  const member = (key, value, at) => {
    const isSpoken = spoken.has(key) || (key === 'name' && namedForPeople.has(at[0] ?? ''));
    if (isSpoken && typeof value === 'string' && value !== '') return keep(at.join('.'), value);
    if (isSpoken && Array.isArray(value)) return value.map((text, index) => keep(`${at.join('.')}.${index}`, text));
    return walk(value, at);
  };
  const description = keep('description', manifest.description);
  const { untrustedWorkspaces } = manifest.capabilities;
  const trust = keep('untrustedWorkspaces', untrustedWorkspaces.description);
  return {
    manifest: {
      ...manifest,
      description,
      capabilities: {
        ...manifest.capabilities,
        untrustedWorkspaces: { ...untrustedWorkspaces, description: trust },
      },
      contributes: walk(manifest.contributes, []),
    },
    words,
  };
}

/** How an element of a list is called. @param {any} element @returns {string | undefined} */
function nameOf(element) {
  const { command, id, view, type, name } = element ?? {};
  return [command, id, view, type, name].find((each) => typeof each === 'string');
}
