// Prologue analysis against the compiler's own unwind tables: at every call of every function of real programs, both must find
// the same frame address and the same return address.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { architectureFor } from '../../src/debugger/arch/architectures';
import type { RegisterRule } from '../../src/debuginfo/api';
import { openProgram } from '../../src/debuginfo/index';

const prebuilt = path.resolve(__dirname, '../corpus/prebuilt');
const programs = [
  'arm-gcc-O0-dwarf5/flow.elf',
  'arm-gcc-O2-dwarf5/flow.elf',
  'arm-gcc-O2-dwarf3/flow.elf',
  'riscv-gcc-O0-dwarf5/flow.elf',
  'riscv-gcc-O2-dwarf5/flow.elf',
  'riscv-gcc-Og-dwarf4/flow.elf',
].filter((file) => fs.existsSync(path.join(prebuilt, file)));

/** A call ends here: BL/BLX of Thumb, JAL/JALR with ra of RISC-V. */
function isBehindCall(machine: string, code: Uint8Array): boolean {
  const [a, b, c, d] = [0, 2, 0, 2].map((at) => (code[at] ?? 0) | ((code[at + 1] ?? 0) << 8));
  if (machine === 'arm')
    return (((a ?? 0) & 0xf800) === 0xf000 && ((b ?? 0) & 0xd000) === 0xd000) || ((d ?? 0) & 0xff87) === 0x4780;
  return ((c ?? 0) & 0xfff) === 0x0ef || ((c ?? 0) & 0xfff) === 0x0e7 || ((d ?? 0) & 0xf07f) === 0x9002;
}

describe('prologue analysis', () => {
  for (const file of programs) {
    it(`agrees with the unwind tables of ${file}`, () => {
      const program = openProgram(path.join(prebuilt, file));
      const architecture = architectureFor(program.machine);
      const disagreements: string[] = [];
      let compared = 0;
      for (const symbol of program.symbols()) {
        if (symbol.kind !== 'function' || symbol.size === 0) continue;
        for (let pc = symbol.address + 4; pc < symbol.address + symbol.size; pc += 2) {
          const before = program.bytesAt(pc - 4, 4);
          if (before === undefined || program.codeKindAt(pc - 2) === 'data' || !isBehindCall(program.machine, before))
            continue;
          const row = program.unwindRowAt(pc - 1);
          if (row === undefined || row.cfa.kind !== 'registerOffset') continue;
          const saved = row.rules.get(row.returnAddressRegister);
          if (saved?.kind !== 'offset') continue;
          const found = architecture.analysePrologue({
            pc,
            functionStart: symbol.address,
            functionEnd: symbol.address + symbol.size,
            isInnermost: false,
            isThumb: program.codeKindAt(symbol.address) !== 'arm',
            code: (address, length) => program.bytesAt(address, length),
          });
          compared++;
          const rule = found?.rules.get(found.returnAddressRegister);
          if (!sameRule(rule, saved)) disagreements.push(`${symbol.name}+${pc - symbol.address}`);
          else if (
            found?.cfa.kind === 'registerOffset' &&
            found.cfa.register === row.cfa.register &&
            found.cfa.offset !== row.cfa.offset
          ) {
            disagreements.push(`${symbol.name}+${pc - symbol.address} (CFA)`);
          }
        }
      }
      program.close();
      console.log(`      ${compared} calls, ${disagreements.length} differ: ${disagreements.slice(0, 6).join(', ')}`);
      assert.ok(compared > 10);
      assert.deepEqual(disagreements, []);
    });
  }
});

describe('epilogue analysis', () => {
  // add sp, #12; pop {r4-r7}; mov r11, r7; mov r10, r6; mov r9, r5; mov r8, r4; pop {r4-r7, pc}: as GCC ends a function of Armv6-M.
  const code = Buffer.from('03b0f0bcbb46b246a946a046f0bd', 'hex');
  const rowAt = (pc: number) =>
    architectureFor('arm', 'armv6m').analysePrologue({
      pc,
      functionStart: undefined,
      functionEnd: undefined,
      isInnermost: true,
      isThumb: true,
      code: (address) => code.subarray(address),
    });

  it('finds what is not yet taken from the stack', () => {
    const row = rowAt(0);
    assert.deepEqual(row?.cfa, { kind: 'registerOffset', register: 13, offset: 12 + 16 + 20 });
    assert.deepEqual(row?.rules.get(14), { kind: 'offset', offset: -4 });
    assert.deepEqual(row?.rules.get(4), { kind: 'offset', offset: -20 });
    assert.deepEqual(row?.rules.get(11), { kind: 'offset', offset: -24 });
  });

  it('knows how far it is', () => {
    const row = rowAt(8);
    assert.deepEqual(row?.cfa, { kind: 'registerOffset', register: 13, offset: 20 });
    assert.deepEqual(row?.rules.get(14), { kind: 'offset', offset: -4 });
    assert.equal(row?.rules.get(11), undefined);
    assert.deepEqual(row?.rules.get(8), { kind: 'register', register: 4 });
  });
});

const sameRule = (a: RegisterRule | undefined, b: RegisterRule) =>
  a?.kind === 'offset' && b.kind === 'offset' && a.offset === b.offset;
