// CM.PUSH and CM.POP: which registers, and how far the stack pointer moves (RISC-V Zc 1.0, tables of CM.PUSH).
import assert from 'node:assert/strict';
import { operationOf } from '../../src/debugger/arch/riscv/operations';

/** stack_adj_base by rlist 4 … 15. */
const bases = {
  4: [16, 16, 16, 16, 32, 32, 32, 32, 48, 48, 48, 64],
  8: [16, 16, 32, 32, 48, 48, 64, 64, 80, 80, 96, 112],
} as const;
/** The last register of the list: ra, s0, s1 … s9, s11. */
const lasts = [1, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 27];
const instructions = { 'cm.push': 0xb802, 'cm.pop': 0xba02, 'cm.popretz': 0xbc02, 'cm.popret': 0xbe02 };

describe('Zcmp', () => {
  for (const [name, code] of Object.entries(instructions))
    it(`${name} is read with each list and each adjustment`, () => {
      for (const bytes of [4, 8] as const)
        for (let rlist = 4; rlist <= 15; rlist++)
          for (let spimm = 0; spimm < 4; spimm++) {
            const operation = operationOf(code | (rlist << 4) | (spimm << 2), bytes);
            assert.ok(operation.kind === 'push' || operation.kind === 'pop');
            assert.equal(operation.kind, name === 'cm.push' ? 'push' : 'pop');
            assert.equal(operation.adjustment, (bases[bytes][rlist - 4] ?? 0) + 16 * spimm);
            assert.equal(operation.bytes, bytes);
            // The highest register lies at the highest address, ra at the lowest.
            assert.equal(operation.registers[0], lasts[rlist - 4]);
            assert.equal(operation.registers.at(-1), 1);
            assert.equal(operation.registers.length, rlist === 15 ? 13 : rlist - 3);
          }
    });

  it('reserved lists, and the neighbouring codes, are something else', () => {
    for (const code of [0xb802, 0xb832, 0xb052, 0xac62])
      assert.doesNotMatch(operationOf(code, 4).kind, /push|pop/, code.toString(16));
  });
});
