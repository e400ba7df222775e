// The cause of a fault on Armv6-M, read from the instruction that faulted.
import assert from 'node:assert/strict';
import { explainInstruction } from '../../src/debugger/arch/arm/faultingInstruction';

const ram = { low: 0x20000000, high: 0x20004000 };
const thumb = 0x01000000;

/** Explains one halfword at 0x08000100 with the given registers. */
function explain(
  op: number,
  registers: Record<number, number> = {},
  xpsr = thumb,
  pc = 0x08000100,
): string | undefined {
  const memory = (address: number, length: number) => {
    if (address === 0x08000100) return Uint8Array.of(op & 0xff, op >> 8);
    return address >= ram.low && address + length <= ram.high ? new Uint8Array(length) : undefined;
  };
  const isDevice = (address: number) => address >= 0x40000000;
  return explainInstruction(pc, xpsr, (dwarf) => registers[dwarf], { memory, register: () => undefined }, isDevice);
}

describe('the instruction that faulted (Armv6-M)', () => {
  const cases: readonly (readonly [string, number, Record<number, number>, string])[] = [
    ['ldr r0, [r1]', 0x6808, { 1: 0x20000001 }, 'unaligned 4-byte read at address 0x20000001'],
    ['ldr r0, [r1, #4]', 0x6848, { 1: 0x20000002 }, 'unaligned 4-byte read at address 0x20000006'],
    ['str r0, [r1, r2]', 0x5088, { 1: 0x20000000, 2: 3 }, 'unaligned 4-byte write at address 0x20000003'],
    ['ldrh r0, [r1, r2]', 0x5a88, { 1: 0x20000000, 2: 1 }, 'unaligned 2-byte read at address 0x20000001'],
    ['strh r0, [r1, #2]', 0x8048, { 1: 0x20000001 }, 'unaligned 2-byte write at address 0x20000003'],
    ['ldrb r0, [r1]', 0x7808, { 1: 0x60000000 }, '1-byte read at address 0x60000000: nothing answers there'],
    ['ldr r0, [r1]', 0x6808, { 1: 0x30000000 }, '4-byte read at address 0x30000000, which cannot be read'],
    ['push {r0, lr}', 0xb501, { 13: 0x20000000 }, '4-byte write at address 0x1ffffff8, which cannot be read'],
    ['pop {r0}', 0xbc01, { 13: 0x20004000 }, '4-byte read at address 0x20004000, which cannot be read'],
    ['stmia r1!, {r0}', 0xc101, { 1: 0x20000002 }, 'unaligned 4-byte write at address 0x20000002'],
    ['udf #0', 0xde00, {}, 'undefined instruction'],
    ['svc #0', 0xdf00, {}, 'SVC'],
    ['bkpt #0', 0xbe00, {}, 'BKPT'],
    ['erased flash', 0xffff, {}, 'where there is no program'],
  ];
  for (const [text, op, registers, expected] of cases) {
    it(`explains ${text}`, () => assert.ok(explain(op, registers)?.includes(expected), explain(op, registers)));
  }

  it('tells a jump without the Thumb bit, and one into nothing', () => {
    assert.match(explain(0x46c0, {}, 0) ?? '', /without the Thumb bit/);
    assert.match(explain(0, {}, thumb, 0x10000000) ?? '', /which cannot be read/);
  });

  it('says nothing about an instruction that cannot fault, or whose registers are not known', () => {
    assert.equal(explain(0x46c0), undefined);
    assert.equal(explain(0x6808), undefined);
  });
});
