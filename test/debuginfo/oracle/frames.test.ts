// Every row of every unwind table, compared with `readelf --debug-dump=frames-interp` and with `llvm-dwarfdump --debug-frame`
// (which knows less of old formats, and more of new ones).
import assert from 'node:assert/strict';
import type { CfaRule, RegisterRule } from '../../../src/debuginfo/api';
import { ElfImage } from '../../../src/debuginfo/elf/image';
import { frameSources } from '../../../src/debuginfo/frames/frameSources';
import { FrameTable } from '../../../src/debuginfo/frames/frameTable';
import { llvmRows, type OracleFde, type OracleRow, readelfRows } from './frameOracles';
import { allPrograms, hasTool, type TestProgram } from './programs';
import { dwarfRegisterName, type Words } from './registerNames';

/** Every live FDE of ours, in the oracles' words. */
function ourRows(image: ElfImage, table: FrameTable, words: Words): Map<string, OracleFde> {
  const { machine } = image;
  const result = new Map<string, OracleFde>();
  for (const section of table.sections) {
    for (const fde of section.fdes()) {
      const ra = words === 'readelf' ? fde.cie.returnAddressRegister : undefined;
      const name = (register: number) => (register === ra ? 'ra' : dwarfRegisterName(machine, register, words));
      const rows = [...section.rows(fde)].map((row) => ({
        address: row.low,
        cfa: row.cfa ? cfaWords(row.cfa, (register) => dwarfRegisterName(machine, register, words)) : 'none',
        rules: rulesWords(row.rules, name),
      }));
      result.set(`${section.name}+${fde.offset}`, { low: fde.low, high: fde.high, rows });
    }
  }
  return result;
}

const signed = (offset: number) => (offset < 0 ? `${offset}` : `+${offset}`);

function cfaWords(cfa: CfaRule, name: (register: number) => string): string {
  return cfa.kind === 'expression' ? 'exp' : `${name(cfa.register)}${signed(cfa.offset)}`;
}

function rulesWords(rules: ReadonlyMap<number, RegisterRule>, name: (register: number) => string) {
  const words = [...rules].map(([register, rule]) => [name(register), ruleWords(rule, name)] as const);
  return Object.fromEntries(words.filter(([, rule]) => rule !== 'u').sort(([a], [b]) => (a < b ? -1 : 1)));
}

function ruleWords(rule: RegisterRule, name: (register: number) => string): string {
  switch (rule.kind) {
    case 'undefined':
      return 'u';
    case 'sameValue':
      return 's';
    case 'offset':
      return `c${signed(rule.offset)}`;
    case 'valueOffset':
      return `v${signed(rule.offset)}`;
    case 'register':
      return name(rule.register);
    case 'expression':
      return 'exp';
    case 'valueExpression':
      return 'vexp';
    case 'constant':
      throw new Error('call frame instructions make no constants');
  }
}

/** An FDE that a linker left behind of a dropped function: it covers no code of the program. */
function isDropped(fde: OracleFde, isCode: (address: number) => boolean): boolean {
  return fde.low === 0 || fde.high <= fde.low || !isCode(fde.low);
}

/**
 * The tools print a row per advance, also where two have one address or the function is already over. What counts is the rule
 * at each address.
 */
function meaningful(rows: readonly OracleRow[], high: number): OracleRow[] {
  return rows.filter((row, index) => row.address < high && rows[index + 1]?.address !== row.address);
}

function compare(program: TestProgram, words: Words): number {
  const image = ElfImage.open(program.file);
  const sources = frameSources(image);
  const table = new FrameTable(sources);
  const ours = ourRows(image, table, words);
  const theirs = words === 'readelf' ? readelfRows(program.file) : llvmRows(program.file);
  let count = 0;
  for (const [key, fde] of theirs) {
    const mine = ours.get(key);
    if (!mine) {
      assert.ok(isDropped(fde, sources.isCode), `${key} ${fde.low.toString(16)} is missing`);
      continue;
    }
    assert.deepEqual([mine.low, mine.high], [fde.low, fde.high], `range of ${key}`);
    if (fde.rows === undefined) {
      assert.equal(mine.rows?.length, 1, `${key} has no instructions, so one row`);
      continue;
    }
    const [expected, actual] = [fde, mine].map(({ rows }) => meaningful(rows ?? [], fde.high)) as [
      OracleRow[],
      OracleRow[],
    ];
    // LLVM before 15 takes back the register rules at DW_CFA_restore_state, but not the CFA. On AArch64 it shows as a register
    // of its own (34) whether the return address is signed, which is no place where anything is found.
    const compared = ({ address, cfa, rules: { reg34: _, ...rules } }: OracleRow) => ({
      address,
      cfa: fde.restoresState ? undefined : cfa,
      rules,
    });
    assert.deepEqual(actual.map(compared), expected.map(compared), `rows of ${key} at ${fde.low.toString(16)}`);
    count += fde.rows.length;
  }
  for (const key of ours.keys()) assert.ok(theirs.has(key), `${key} is not in the file, says ${words}`);
  assert.deepEqual(image.warnings.list, []);
  image.close();
  return count;
}

describe('unwind tables agree', () => {
  for (const [words, tool] of [
    ['readelf', 'readelf'],
    ['llvm', 'llvm-dwarfdump'],
  ] as const) {
    describe(`with ${tool}`, () => {
      before(function () {
        if (!hasTool(tool)) this.skip();
      });

      it('row by row, in every program', async function () {
        this.timeout(600_000);
        let compared = 0;
        const failures: string[] = [];
        for (const program of await allPrograms()) {
          // llvm-dwarfdump before 16 has no Zstandard.
          if (words === 'llvm' && program.name.includes('-zstd/')) continue;
          try {
            compared += compare(program, words);
          } catch (error) {
            failures.push(`${program.name}: ${error instanceof Error ? error.message : error}`);
          }
        }
        assert.equal(failures.length, 0, failures.join('\n'));
        assert.ok(compared > 0, 'no program has unwind rows');
      });
    });
  }
});
