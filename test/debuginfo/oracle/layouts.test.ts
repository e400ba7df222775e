// Layout of every C structure and union, compared with GDB's `ptype /o`.
import assert from 'node:assert/strict';
import type { Member, StructType, Type } from '../../../src/debuginfo/api';
import { openProgram } from '../../../src/debuginfo/program';
import { allPrograms, differences, hasTool, output, type TestProgram } from './programs';

const gdb = (file: string, ...commands: string[]) =>
  output('gdb-multiarch', [
    '-nx',
    '-batch',
    '-iex',
    'set width 0',
    '-iex',
    'set height 0',
    ...commands.flatMap((command) => ['-ex', command]),
    file,
  ]);

/** `struct point`, `union view` … as GDB knows them. */
function aggregateNames(file: string): string[] {
  const names = [...gdb(file, 'info types').matchAll(/^(?:\d+:)?\s+((?:struct|union) \w+);$/gm)].map(
    ([, name]) => name as string,
  );
  return [...new Set(names)];
}

/** Members in words, and the size: `8+3:5 name (4)` is a bit-field of 5 bits at bit 3 of byte 8, of a type of 4 bytes. */
type Layout = readonly string[];

/** The members of the outermost braces; those of inner ones belong to other types. */
function gdbLayout(text: string): Layout {
  const layout: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    const member = /^\/\* +(?:(\d+)(?:: *(\d+))?)? +(?:\| +)?(\d+) +\*\/ {4}(\S.*)$/.exec(line);
    const close = /^ {31}\} ?([^;]*);$/.exec(line);
    const total = /^ {31}\/\* total size(?: \(bytes\))?: +(\d+)/.exec(line);
    if (member) {
      const [, byte = '0', bit, size, declaration = ''] = member;
      const bits = / : (\d+);$/.exec(declaration)?.[1];
      const place = bits === undefined ? byte : `${byte}+${bit ?? 0}:${bits}`;
      if (declaration.endsWith('{')) open = `${place} NAME (${size})`;
      else layout.push(`${place} ${declaredName(declaration)} (${size})`);
    } else if (close) layout.push(open.replace('NAME', declaredName(`${close[1]};`)));
    else if (total) layout.push(`size ${total[1]}`);
  }
  return layout;
}

function declaredName(declaration: string): string {
  const plain = declaration.replace(/ : \d+;$/, ';');
  return /\(\*+(\w+)\)/.exec(plain)?.[1] ?? /(\w+)(?:\[\d*\])*;$/.exec(plain)?.[1] ?? '';
}

/** GDB leaves out members that the compiler made. */
function ourLayout(type: StructType): Layout {
  return [...type.members.filter(({ isArtificial }) => !isArtificial).map(memberWords), `size ${type.byteSize}`];
}

function memberWords({ name = '', type, offset, bits }: Member): string {
  const place = bits ? `${offset}+${bits.bitOffset}:${bits.bitSize}` : `${offset}`;
  return `${place} ${name} (${sizeOf(type)})`;
}

/** An array without a length has none. */
const sizeOf = (type: Type | undefined) => type?.byteSize ?? 0;

function* compare(program: TestProgram): Generator<string, number, void> {
  const names = aggregateNames(program.file);
  if (names.length === 0) return 0;
  const marked = names.flatMap((name) => [`echo \\n==${name}\\n`, `ptype /o ${name}`]);
  const opened = openProgram(program.file);
  const answers = gdb(program.file, ...marked).split(/^==/m);
  let count = 0;
  for (const answer of answers.slice(1)) {
    const [name, text] = [answer.slice(0, answer.indexOf('\n')), answer.slice(answer.indexOf('\n') + 1)];
    const expected = gdbLayout(text);
    if (text.includes('<incomplete type>') || expected.length === 0) continue;
    // Units may have different types of one name; GDB shows one of them.
    const types = opened.findTypes(name).filter((type): type is StructType => 'members' in type);
    const ours = types.map((type) => ourLayout(type).join(', '));
    if (!ours.includes(expected.join(', '))) yield `${name}: ${ours.join(' or ')} instead of ${expected.join(', ')}`;
    count++;
  }
  opened.close();
  return count;
}

describe('layouts agree', () => {
  before(function () {
    if (!hasTool('gdb-multiarch')) this.skip();
  });

  it('with gdb, structure by structure, in the C programs', async function () {
    this.timeout(600_000);
    // GDB 13 ends with an internal error on Clang's .dwo files.
    const programs = (await allPrograms()).filter(
      ({ name }) => /\/types(\.elf)?$|atsamd51/.test(name) && !/clang.*-split\//.test(name),
    );
    const { found, count } = differences(programs, compare);
    assert.equal(found.length, 0, found.join('\n'));
    assert.ok(count > 0, 'no structure was compared');
  });
});
