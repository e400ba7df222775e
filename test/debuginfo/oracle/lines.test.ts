// Every row of every line table that covers an address, compared with `llvm-dwarfdump --debug-line`.
import assert from 'node:assert/strict';
import type { LineRow, Program } from '../../../src/debuginfo/api';
import { openProgram } from '../../../src/debuginfo/program';
import { llvmLineSequences, type OracleLineRow } from './lineOracle';
import { allPrograms, differences, hasTool, type TestProgram } from './programs';

function words(row: OracleLineRow | LineRow): string {
  const flags =
    'flags' in row
      ? row.flags
      : [row.epilogueBegin && 'epilogue_begin', row.isStatement && 'is_stmt', row.prologueEnd && 'prologue_end'].filter(
          Boolean,
        );
  const { low, high, line, column, discriminator } = row;
  return `${low.toString(16)}-${high.toString(16)} ${line}:${column} /${discriminator} ${flags.join(' ')}`;
}

/** Ours has the compilation directory before it. */
function isSameFile(ours: string, theirs: string): boolean {
  const tail = theirs.replace(/^(\.\.\/)+/, '');
  return ours === tail || ours.endsWith(`/${tail.replace(/^\//, '')}`);
}

/** A sequence and what is compared of it. */
interface Sequence {
  readonly low: number;
  readonly high: number;
  readonly rows: readonly OracleLineRow[];
}

/** The sequences of the program's own code, by the range they cover. */
function liveSequences(program: TestProgram, opened: Program): Map<string, Sequence[]> {
  const code = opened.sections.filter(({ flags }) => (flags & 6) === 6);
  const functionAtZero = opened
    .symbols()
    .some(({ kind, address, size }) => kind === 'function' && address === 0 && size > 0);
  // What the linker dropped is left at address 0 or -1, where the program has no code.
  const isLive = (low: number) =>
    low === 0 ? functionAtZero : code.some(({ address, size }) => low >= address && low < address + size);
  const groups = new Map<string, Sequence[]>();
  for (const rows of llvmLineSequences(program.file)) {
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last || !isLive(first.low) || last.high === first.low) continue;
    const key = `${first.low}-${last.high}`;
    groups.set(key, [
      ...(groups.get(key) ?? []),
      { low: first.low, high: last.high, rows: rows.filter((row) => row.high > row.low) },
    ]);
  }
  return groups;
}

function firstDifference(ours: readonly LineRow[], theirs: readonly OracleLineRow[]): string | undefined {
  for (const [index, expected] of theirs.entries()) {
    const row = ours[index];
    if (!row || words(row) !== words(expected))
      return `row ${index}: ${row && words(row)} instead of ${words(expected)}`;
    if (!isSameFile(row.file.path, expected.file)) return `row ${index}: ${row.file.path} instead of ${expected.file}`;
  }
  return ours.length === theirs.length ? undefined : `${ours.length} rows instead of ${theirs.length}`;
}

function* compare(program: TestProgram): Generator<string, number, void> {
  const opened = openProgram(program.file);
  let count = 0;
  const groups = [...liveSequences(program, opened).values()];
  const ranges = groups.map(([first]) => first as Sequence).sort((a, b) => a.low - b.low);
  for (const sequences of groups) {
    const { low, high } = sequences[0] as Sequence;
    // Clang's assembler counts RISC-V addresses before the linker shortens the code, so its sequences run into the next ones:
    // the file itself says two things of these addresses.
    if (ranges.some((other) => (other.low !== low || other.high !== high) && other.low < high && low < other.high))
      continue;
    const ours = opened.rowsIn({ low, high });
    // Where the linker merged equal functions of several units, each unit keeps its lines: any of them will do.
    const found = sequences.map(({ rows }) => firstDifference(ours, rows));
    if (!found.includes(undefined)) yield `${low.toString(16)}-${high.toString(16)} ${found[0]}`;
    for (const row of ours) {
      const at = opened.rowAt(row.low);
      if (!at || words(at) !== words(row))
        yield `rowAt(${row.low.toString(16)}) is ${at && words(at)}, rowsIn has ${words(row)}`;
    }
    count += ours.length;
  }
  for (const { section, offset, message } of opened.warnings) yield `warning: ${message} (${section}+${offset})`;
  opened.close();
  return count;
}

describe('line tables agree', () => {
  before(function () {
    if (!hasTool('llvm-dwarfdump')) this.skip();
  });

  it('with llvm-dwarfdump, row by row, in every program', async function () {
    this.timeout(600_000);
    // llvm-dwarfdump before 16 has no Zstandard.
    const programs = (await allPrograms()).filter(({ name }) => !name.includes('-zstd/'));
    const { found, count } = differences(programs, compare);
    assert.equal(found.length, 0, found.join('\n'));
    assert.ok(count > 0);
  });
});
