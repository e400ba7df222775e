// Rows from Arm's exception index, compared with the instructions that `readelf --unwind` prints in words.
import assert from 'node:assert/strict';
import { ElfImage } from '../../../src/debuginfo/elf/image';
import { ArmExceptionIndex } from '../../../src/debuginfo/frames/armExceptionIndex';
import { frameSources } from '../../../src/debuginfo/frames/frameSources';
import { allPrograms, hasTool, output, type TestProgram } from './programs';

/** What a function's instructions add up to, where they all count from one register. */
interface Unwinding {
  base: string;
  /** From `base` to the caller's stack pointer. */
  size: number;
  /** Offsets from `base`. */
  readonly saved: Record<string, number>;
}

const registers = [
  'r0',
  'r1',
  'r2',
  'r3',
  'r4',
  'r5',
  'r6',
  'r7',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
];

/** Function address → unwinding; undefined where there is no caller. */
function readelfUnwinding(file: string): Map<number, Unwinding | undefined> {
  const result = new Map<number, Unwinding | undefined>();
  let state: Unwinding | undefined;
  for (const line of output('readelf', ['--unwind', '--wide', file]).split('\n')) {
    const head = /^0x([0-9a-f]+)(?: <.*>)?: (.*)/.exec(line);
    const instruction = /^ {2}0x[0-9a-f ]+?(?: 0x[0-9a-f]+)* +(vsp .*|pop .*)$/.exec(line)?.[1];
    if (head) {
      state = (head[2] as string).includes('cantunwind') ? undefined : { base: 'r13', size: 0, saved: {} };
      result.set(Number.parseInt(head[1] as string, 16), state);
    } else if (instruction && state) run(state, instruction);
  }
  return result;
}

function run(state: Unwinding, instruction: string): void {
  const add = /^vsp = vsp ([+-]) (\d+)/.exec(instruction);
  const move = /^vsp = (r\d+)/.exec(instruction);
  const pop = /^pop \{(.*)\}/.exec(instruction);
  if (add) state.size += add[1] === '+' ? Number(add[2]) : -Number(add[2]);
  else if (move) {
    assert.deepEqual([state.size, state.saved], [0, {}], 'vsp is moved first of all');
    state.base = move[1] as string;
  } else if (pop) {
    for (const register of (pop[1] as string).split(', ')) {
      state.saved[register] = state.size;
      state.size += /^D/.test(register) ? 8 : 4;
    }
  } else assert.fail(`“${instruction}” is not understood`);
}

function compare(program: TestProgram): number {
  const image = ElfImage.open(program.file);
  const sources = frameSources(image);
  const { armExceptionIndex } = sources;
  if (!armExceptionIndex) return 0;
  const index = new ArmExceptionIndex(armExceptionIndex, sources);
  const expected = readelfUnwinding(program.file);
  let count = 0;
  for (const [address, unwinding] of expected) {
    const row = index.rowAt(address);
    if (!sources.isCode(address)) {
      // The linker ends the index with an entry behind the last function.
      assert.equal(unwinding, undefined);
      continue;
    }
    assert.ok(row, `no row at ${address.toString(16)}`);
    assert.equal(row.range.low, address);
    assert.equal(row.isOutermost, unwinding === undefined);
    if (!unwinding) continue;
    assert.ok(row.cfa.kind === 'registerOffset');
    const ours: Unwinding = { base: registers[row.cfa.register] as string, size: row.cfa.offset, saved: {} };
    for (const [register, rule] of row.rules) {
      assert.ok(rule.kind === 'offset');
      ours.saved[register >= 256 ? `D${register - 256}` : (registers[register] as string)] =
        rule.offset + row.cfa.offset;
    }
    assert.deepEqual(ours, unwinding, `function at ${address.toString(16)}`);
    count++;
  }
  assert.deepEqual(image.warnings.list, []);
  image.close();
  return count;
}

describe('.ARM.exidx agrees with readelf', () => {
  before(function () {
    if (!hasTool('readelf')) this.skip();
  });

  it('function by function, in every program that has one', async function () {
    this.timeout(600_000);
    const programs = await allPrograms();
    const counts = programs.map((program) => {
      try {
        return compare(program);
      } catch (error) {
        throw new Error(`${program.name}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
    });
    if (programs.some(({ name }) => name.includes('arm-gcc-O0-dwarf5/throw'))) {
      assert.ok(
        counts.some((count) => count > 10),
        'C++ with exceptions has rows',
      );
    }
  });
});
