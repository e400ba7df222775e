// Editing in the peripheral tree: what is offered, what is refused, and what reaches the target.
import assert from 'node:assert/strict';
import { PeripheralTree } from '../../src/extension/peripherals/model';
import { formatNumber, parseNumber } from '../../src/extension/peripherals/modelFormat';
import { board, expand, FakeMemory, nodeAt, rows } from './peripheralsSupport';

describe('peripheral tree edits', () => {
  let tree: PeripheralTree;
  let memory: FakeMemory;
  beforeEach(async () => {
    memory = new FakeMemory();
    memory.set(0x4004n, 0x10n);
    tree = new PeripheralTree(board());
    tree.setMemory(memory);
    await expand(tree, 'PORT', 'PORTB');
  });
  const out = () => nodeAt(tree, 'PORT', 'PORTB', 'OUT');
  const mode = () => nodeAt(tree, 'PORT', 'PORTB', 'OUT', 'MODE');

  it('offers the present value and the named ones', () => {
    assert.deepEqual(tree.editOffer(out()), { title: 'PORTB.OUT', text: '0x00000010', choices: [] });
    assert.deepEqual(tree.editOffer(mode()), {
      title: 'PORTB.OUT.MODE, now Slow (1)',
      text: '1',
      choices: [
        { label: 'Slow', description: '1', text: '1' },
        { label: 'Fast', description: '2  At full speed', text: '2' },
      ],
    });
    assert.equal(tree.editOffer(nodeAt(tree, 'PORT')), undefined);
  });

  it('refuses in words', () => {
    assert.equal(tree.refuse(mode(), '2'), undefined);
    assert.equal(tree.refuse(mode(), 'Fast'), undefined);
    assert.match(tree.refuse(mode(), '4') ?? '', /takes values from 0 to 3/);
    assert.match(tree.refuse(mode(), 'Faster') ?? '', /no value named Faster/);
    assert.match(tree.refuse(out(), 'x') ?? '', /“x” is not a number/);
    assert.match(tree.refuse(out(), '0x100000000') ?? '', /outside/);
    assert.match(tree.refuse(nodeAt(tree, 'PORT', 'PORTB', 'IN'), '1') ?? '', /read-only/);
    assert.match(tree.refuse(nodeAt(tree, 'RAM'), '1') ?? '', /cannot be edited/);
  });

  it('writes a register and reads it back', async () => {
    await tree.write(out(), '0x21');
    assert.deepEqual(memory.writes, ['4004/32=21']);
    assert.deepEqual(rows(tree, out()), ['MODE [5:4]: Fast (2) *', 'P0 [0]: 1 *']);
    await tree.write(nodeAt(tree, 'PORT', 'PORTB', 'HIGH'), '513');
    assert.equal(memory.writes.at(-1), '4016/16=201');
  });

  it('puts a field into what the register holds now', async () => {
    memory.set(0x4004n, 0xff01n);
    await tree.write(mode(), 'Fast');
    assert.deepEqual(memory.writes, ['4004/32=ff21']);
  });

  it('writes a write-only register without reading it', async () => {
    memory.calls.length = 0;
    await tree.write(nodeAt(tree, 'PORT', 'PORTB', 'KEY'), '5');
    assert.deepEqual([memory.calls, memory.writes], [[], ['4010/32=5']]);
  });

  it('does not read what has a read action to write a field of it', async () => {
    const byte = nodeAt(tree, 'UART', 'DATA', 'BYTE');
    await assert.rejects(tree.write(byte, '1'), /Read it first, or write the whole register/);
    await tree.refreshNode(nodeAt(tree, 'UART', 'DATA'));
    memory.calls.length = 0;
    await tree.write(byte, '0x55');
    assert.deepEqual([memory.calls, memory.writes], [[], ['6004/32=55']]);
    assert.equal(tree.view(byte).description, 'was 0x00, read on request', 'what it holds now is not known');
  });

  it('passes on what the target answers', async () => {
    memory.down = 'target is locked';
    await assert.rejects(tree.write(out(), '1'), /target is locked/);
    await assert.rejects(tree.write(mode(), '1'), /cannot be read \(target is locked\)/);
    tree.setMemory(undefined);
    await assert.rejects(tree.write(out(), '1'), /no target to write to/);
  });

  it('reads and writes numbers', () => {
    const numbers: [string, bigint | undefined][] = [
      ['10', 10n],
      [' 0x1F ', 31n],
      ["0b1010'0000", 160n],
      ['0o17', 15n],
      ['1_000', 1000n],
      ['-1', undefined],
      ['', undefined],
      ['0x', undefined],
      ['Infinity', undefined],
    ];
    for (const [text, value] of numbers) assert.equal(parseNumber(text), value, text);
    assert.equal(formatNumber(5n, 6, 'binary', true), "0b00'0101");
    assert.equal(formatNumber(5n, 12, 'auto', true), '0x005');
    assert.equal(formatNumber(0xffff_ffff_ffff_ffffn, 64, 'decimal', false), '18446744073709551615');
    for (const format of ['hex', 'decimal', 'binary', 'octal'] as const) {
      assert.equal(parseNumber(formatNumber(0xabcn, 32, format, false)), 0xabcn, format);
    }
  });
});
