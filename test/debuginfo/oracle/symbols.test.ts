// ELF symbols, compared with `readelf --syms`: which there are, and which of them an address belongs to.
import assert from 'node:assert/strict';
import type { ElfSymbol } from '../../../src/debuginfo/api';
import { openProgram } from '../../../src/debuginfo/program';
import { allPrograms, differences, hasTool, output, type TestProgram } from './programs';

const kinds: Readonly<Record<string, ElfSymbol['kind']>> = { FUNC: 'function', OBJECT: 'object', TLS: 'tls' };

function* compare(program: TestProgram): Generator<string, number, void> {
  const opened = openProgram(program.file);
  const ours = new Set(
    opened.symbols().map(({ name, address, size, kind, binding }) => `${name} ${address} ${size} ${kind} ${binding}`),
  );
  let count = 0;
  for (const line of output('readelf', ['--syms', '--wide', program.file]).split('\n')) {
    const [, value, size, type, binding, , section, name] = line.trim().split(/ +/);
    const kind = kinds[type ?? ''];
    if (kind === undefined || section === 'UND' || name === undefined) continue;
    const raw = Number(BigInt.asIntN(64, BigInt(`0x${value}`)));
    // Bit 0 of an Arm function says Thumb, it is no part of the address.
    const address = opened.machine === 'arm' && kind === 'function' ? raw - (raw % 2) : raw;
    const words = `${name} ${address} ${Number(size)} ${kind} ${(binding as string).toLowerCase()}`;
    if (!ours.has(words)) yield `${words} is missing`;
    const found = opened.symbolAt(address)?.symbol;
    if (kind === 'function' && Number(size) > 0 && found?.address !== address)
      yield `symbolAt ${words}: ${found?.name}`;
    count++;
  }
  opened.close();
  return count;
}

describe('ELF symbols agree', () => {
  before(function () {
    if (!hasTool('readelf')) this.skip();
  });

  it('with readelf, in every program', async function () {
    this.timeout(600_000);
    const { found, count } = differences(await allPrograms(), compare);
    assert.equal(found.length, 0, found.join('\n'));
    assert.ok(count > 0);
  });
});
