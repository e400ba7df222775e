// What holds for the whole repository: no traces of the machine it was written on, no loose ends, scripts and documents that agree.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');

/** Made by tools or by other people: golden files and recordings quote what stands in other people's programs. */
const foreign =
  /^package-lock\.json$|\.golden\.|^test\/corpus\/prebuilt\/|\/recorded\/|\/fixtures\/|\/openocd-[\d.]+\.json$/;
const folders = ['.ci', '.vscode', 'docs', 'examples', 'media', 'src', 'syntaxes', 'test'];

/** The text files of the repository, by path with forward slashes. */
function textFiles(): Map<string, string> {
  const below = folders
    .filter((folder) => fs.existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))),
    );
  const beside = fs.readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile());
  const kept = beside.map(({ name }) => name).filter((name) => !/\.(log|vsix)$|^core$/.test(name));
  const texts = new Map<string, string>();
  for (const file of [...below, ...kept].map((name) => name.replaceAll(path.sep, '/'))) {
    if (foreign.test(file)) continue;
    const bytes = fs.readFileSync(path.join(root, file));
    if (!bytes.includes(0)) texts.set(file, bytes.toString('utf8'));
  }
  return texts;
}

describe('The repository', () => {
  let texts: Map<string, string>;
  let scripts: Record<string, string>;
  before(() => {
    texts = textFiles();
    scripts = JSON.parse(read('package.json')).scripts;
  });

  /** `file:line: text` of each line that matches. */
  function linesWith(pattern: RegExp, files: RegExp = /./): string[] {
    return [...texts]
      .filter(([file]) => files.test(file))
      .flatMap(([file, text]) =>
        text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
      );
  }

  it('names no folder of anyone’s machine', () => {
    // `/home/me/…` and the like are examples.
    const personal = /(?<![\w.*)}$-])\/(?:root|work|mnt|(?:home|Users)\/(?!me\b|you\b|user\b))[/'"`\s]/;
    assert.deepEqual(linesWith(personal), []);
  });

  it('names no package registry: npm is set up by whoever runs it', () => {
    assert.deepEqual(linesWith(/\bregistry(?:\.[a-z]|\s*=)|_auth(?:Token)/), []);
    assert.doesNotMatch(read('package-lock.json'), /"resolved": "http/);
  });

  it('has no notes of work to be done and no exclusive tests', () => {
    assert.deepEqual(linesWith(/\b(?:TO(?:DO)|FIX(?:ME)|X{3})\b/, /\.(ts|mjs|cjs|c|cpp|h|hpp|md|json)$/), []);
    assert.deepEqual(linesWith(/\b(?:describe|it|context)\.on(?:ly)\(/, /^test\/.*\.ts$/), []);
  });

  it('says in the first line of each source file what lives there', () => {
    const silent = [...texts].filter(
      ([file, text]) => /^src\/.*\.(ts|mjs)$/.test(file) && !/^(\/\/|\/\*\*|#!)/.test(text),
    );
    assert.deepEqual(
      silent.map(([file]) => file),
      [],
    );
  });

  it('has what each npm script runs', () => {
    for (const [name, command] of Object.entries(scripts)) {
      const [program = '', first = ''] = command.split(' ');
      const file = program === 'node' ? first : `node_modules/.bin/${program}`;
      assert.ok(fs.existsSync(path.join(root, file)), `${name}: ${file} does not exist`);
    }
  });

  it('documents no npm script that it does not have', () => {
    const mentioned = linesWith(/\bnpm run /, /\.md$/).flatMap((line) =>
      [...line.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name ?? ''),
    );
    assert.ok(mentioned.length > 0);
    assert.deepEqual(
      mentioned.filter((name) => !(name in scripts)),
      [],
    );
  });

  it('runs npm scripts that exist in the tasks of VS Code', () => {
    const used = [...read('.vscode/tasks.json').matchAll(/"script": "([^"]+)"/g)].map(([, name]) => name ?? '');
    assert.ok(used.includes('build'));
    assert.deepEqual(
      used.filter((name) => !(name in scripts)),
      [],
    );
  });

  it('links in its documents to files that exist', () => {
    const broken = [...texts]
      .filter(([file]) => file.endsWith('.md'))
      .flatMap(([file, text]) =>
        [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
          .map(([, link]) => link ?? '')
          .filter((link) => !/^\w+:/.test(link))
          .filter((link) => !fs.existsSync(path.resolve(root, path.dirname(file), link)))
          .map((link) => `${file}: ${link}`),
      );
    assert.deepEqual(broken, []);
  });

  it('asks for the same Node in package.json and README', () => {
    const { engines } = JSON.parse(read('package.json'));
    const version = /[\d.]+/.exec(engines.node)?.[0] ?? 'none';
    assert.ok(read('README.md').includes(`Node.js ${version}`), `README.md does not name Node.js ${version}`);
  });

  it('runs in .ci/run the command of the README', () => {
    assert.match(read('.ci/run'), /^npm test$/m);
    if (process.platform !== 'win32') fs.accessSync(path.join(root, '.ci/run'), fs.constants.X_OK);
  });
});
