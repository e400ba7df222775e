// The launch configuration's schema in package.json and what the adapter reads: each attribute is in both.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Arguments } from '../../../src/adapter/arguments';
import { readLiveConfiguration } from '../../../src/adapter/launch/liveConfiguration';
import { readIgnored } from '../../../src/adapter/launch/otherAttributes';
import { root } from '../../support/board';

type Schema = Record<string, { properties?: Record<string, unknown> }>;
const { contributes } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const attributes = contributes.debuggers[0].configurationAttributes as Record<
  'launch' | 'attach',
  { properties: Schema }
>;

/** Attributes that an editor or this product's own extension adds. */
const internal = new Set(['rttInClient', 'request', 'type', 'name']);

/** The names that reading a configuration asks for. */
function namesRead(request: 'launch' | 'attach', given: Record<string, unknown>): Set<string> {
  const read = new Set<string>();
  const watched = new Proxy(given, {
    get: (target, name) => {
      if (typeof name === 'string') read.add(name);
      return target[name as string];
    },
  });
  readLiveConfiguration(new Arguments(request, watched), request, root);
  return read;
}

const configurations = [
  { program: 'a.elf', configFiles: ['x.cfg'], runToMain: true },
  { program: 'a.elf', host: '127.0.0.1', tclPort: 6666 },
  { program: 'a.elf', servertype: 'external', gdbTarget: 'localhost:3333' },
  { simulator: true },
];

describe('the schema of launch configurations', () => {
  for (const request of ['launch', 'attach'] as const) {
    const declared = new Set(Object.keys(attributes[request].properties));
    const read = new Set(configurations.flatMap((configuration) => [...namesRead(request, configuration)]));

    it(`of ${request} declares every attribute that is read`, () => {
      const other = new Set(Object.keys(attributes[request === 'launch' ? 'attach' : 'launch'].properties));
      const missing = [...read].filter((name) => !declared.has(name) && !other.has(name) && !internal.has(name));
      assert.deepEqual(missing, []);
    });

    it(`of ${request} declares no attribute that is not read`, () => {
      // Names that are only told to be without effect, and the two that other parts of the product read.
      const elsewhere = new Set(['coreFile', 'svdFile', 'svdPath']);
      const source = fs.readFileSync(path.join(root, 'src/adapter/launch/otherAttributes.ts'), 'utf8');
      const hollow = [...declared].filter(
        (name) => !read.has(name) && !elsewhere.has(name) && !new RegExp(`\\b${name}\\b`).test(source),
      );
      assert.deepEqual(hollow, []);
    });
  }

  it('knows each name that the schema declares, and tells of any other', () => {
    const declared = Object.values(attributes).flatMap(({ properties }) => Object.keys(properties));
    const notesFor = (names: readonly string[]) =>
      readIgnored(new Arguments('launch', Object.fromEntries(names.map((name) => [name, null])))).filter((note) =>
        /spelling/.test(note),
      );
    assert.deepEqual(notesFor([...declared, 'preLaunchTask', '__sessionId', 'board', 'rttInClient']), []);
    assert.deepEqual(notesFor(['svdFiles', 'program']), [
      '“svdFiles” is not an attribute of this debugger and has no effect. Check its spelling.',
    ]);
  });

  it('lists the same choices as the adapter takes', () => {
    for (const [name, values] of Object.entries({
      load: ['ifChanged', 'always', 'never'],
      onDisconnect: ['resume', 'halt', 'reset'],
      numberFormat: ['natural', 'hexadecimal', 'decimal'],
    })) {
      const schema = attributes.launch.properties[name] as { enum?: string[] } | undefined;
      assert.deepEqual(schema?.enum, values, name);
      for (const value of values) namesRead('launch', { simulator: true, [name]: value });
      assert.throws(() => namesRead('launch', { simulator: true, [name]: 'nonsense' }), new RegExp(name));
    }
  });
});
