// `npm run reference`: writes docs/configuration.md from what package.json declares; `--check` only says whether it is up to date.
import fs from 'node:fs';
import path from 'node:path';
import { readManifest } from './manifest.mjs';
import { root } from './setup.mjs';

/**
 * @typedef {{ type?: string | string[], default?: unknown, enum?: unknown[], enumDescriptions?: string[], description?: string,
 *   markdownDescription?: string, deprecationMessage?: string, properties?: Record<string, Property>, oneOf?: Property[], items?: Property }} Property
 */

const page = path.join(root, 'docs/configuration.md');

/** @param {unknown} value */
const code = (value) => `\`${JSON.stringify(value)}\``;
/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** @param {Property} property @returns {string} */
function typeOf(property) {
  if (property.oneOf) return [...new Set(property.oneOf.map(typeOf))].join(' or ');
  if (property.enum) return property.enum.map(code).join(' ');
  if (property.type === 'array') return property.items ? `list of ${typeOf(property.items)}` : 'list';
  return [property.type ?? 'any'].flat().join(' or ');
}

/** @param {Property} property */
function words(property) {
  const text = property.markdownDescription ?? property.description ?? '';
  const choices = (property.enumDescriptions ?? []).map((each, index) => `${code(property.enum?.[index])}: ${each}`);
  const old = property.deprecationMessage === undefined ? '' : ` *${property.deprecationMessage}*`;
  return cell([text, ...choices].join(' ') + old);
}

/** @param {Record<string, Property>} properties @param {string} [prefix] @returns {string[]} */
function rows(properties, prefix = '') {
  return Object.entries(properties).flatMap(([name, property]) => {
    const standard = property.default === undefined || property.default === '' ? '' : code(property.default);
    const row = `| \`${prefix}${name}\` | ${cell(typeOf(property))} | ${cell(standard)} | ${words(property)} |`;
    const inner = property.properties ? rows(property.properties, `${prefix}${name}.`) : [];
    const ofItems = property.items?.properties ? rows(property.items.properties, `${prefix}${name}[].`) : [];
    return [row, ...inner, ...ofItems];
  });
}

/** @param {Record<string, Property>} properties */
const table = (properties) =>
  ['| name | type | default | meaning |', '|---|---|---|---|', ...rows(properties)].join('\n');

export function reference() {
  const { contributes } = readManifest();
  const nls = path.join(root, 'package.nls.json');
  const texts = fs.existsSync(nls) ? JSON.parse(fs.readFileSync(nls, 'utf8')) : {};
  /** @param {unknown} value @returns {any} */
  const translate = (value) => {
    if (typeof value === 'string') return value.replace(/^%(.+)%$/, (whole, key) => texts[key] ?? whole);
    if (Array.isArray(value)) return value.map(translate);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, translate(inner)]));
  };
  const { launch, attach } = translate(contributes.debuggers[0].configurationAttributes);
  /** @param {Record<string, Property>} all @param {(name: string) => boolean} keep */
  const only = (all, keep) => Object.fromEntries(Object.entries(all).filter(([name]) => keep(name)));
  const shared = only(launch.properties, (name) => name in attach.properties);
  const sections = [contributes.configuration].flat().map(translate);
  const settings = Object.assign({}, ...sections.map((section) => section.properties));
  return [
    '# Configuration',
    '',
    'Made from `package.json` by `npm run reference`.',
    '',
    '## launch.json: launch and attach',
    '',
    table(shared),
    '',
    '## launch.json: launch only',
    '',
    table(only(launch.properties, (name) => !(name in attach.properties))),
    '',
    '## launch.json: attach only',
    '',
    table(only(attach.properties, (name) => !(name in launch.properties))),
    '',
    '## Settings',
    '',
    table(settings),
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const text = reference();
  if (!process.argv.includes('--check')) fs.writeFileSync(page, text);
  else if (!fs.existsSync(page) || fs.readFileSync(page, 'utf8') !== text) {
    console.error('docs/configuration.md is older than package.json: run npm run reference.');
    process.exitCode = 1;
  }
}
