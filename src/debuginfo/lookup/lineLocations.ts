// From a source line to the addresses where a breakpoint for it goes.
import type { BreakpointLocation, LineQuery, SourceFile } from '../api';
import type { DebugInfo } from '../debugInfo';
import * as dw from '../dwarf/constants';
import { IS_STATEMENT, type LineTable, type Sequence } from '../line/table';
import type { FunctionEntry } from '../scopes/functions';
import { blocksAt } from '../scopes/inlineChain';
import type { Unit } from '../unit/unit';
import type { SourceFiles } from './sourceFiles';

/** A row where a line begins as a statement. */
interface Start {
  readonly unit: Unit;
  readonly table: LineTable;
  readonly index: number;
  readonly address: number;
  readonly line: number;
  readonly column: number;
}

export class LineLocations {
  constructor(
    private readonly info: DebugInfo,
    private readonly files: SourceFiles,
    private readonly functionAt: (address: number) => FunctionEntry | undefined,
  ) {}

  /** See `Program.locationsOf`. */
  of(query: LineQuery): BreakpointLocation[] {
    const match = this.files.match(query.path);
    const chosen = new Set(match.files);
    // The line itself, or else the next one with code.
    let best = Number.POSITIVE_INFINITY;
    let starts: Start[] = [];
    for (const start of this.startsIn(match.units, chosen, query.line, () => best)) {
      if (start.line < best) starts = [];
      best = start.line;
      starts.push(start);
    }
    return this.placed(atColumn(starts, query.line === best ? query.column : undefined));
  }

  /** See `Program.possibleLocations`. */
  possible(path: string, firstLine: number, lastLine: number): BreakpointLocation[] {
    const match = this.files.match(path);
    const seen = new Map<string, Start>();
    for (const start of this.startsIn(match.units, new Set(match.files), firstLine, () => lastLine)) {
      const key = `${start.line}:${start.column}`;
      const known = seen.get(key);
      if (known === undefined || start.address < known.address) seen.set(key, start);
    }
    return [...seen.values()]
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map((start) => this.location(start, start.address));
  }

  /** Rows of the files that begin a statement on a line from `first` to what `last` says at the time. */
  private *startsIn(
    units: readonly Unit[],
    files: ReadonlySet<SourceFile>,
    first: number,
    last: () => number,
  ): Iterable<Start> {
    for (const unit of units) {
      const table = this.info.lines.of(unit);
      if (table === undefined) continue;
      const isWanted = table.files.map((file) => files.has(file));
      for (const sequence of table.sequences) yield* startsOf(unit, table, sequence, isWanted, first, last);
    }
  }

  /** One address per function instance and block, behind the prologue where the line is a function's first. */
  private placed(starts: readonly Start[]): BreakpointLocation[] {
    const taken = new Set<string>();
    const locations = new Map<number, BreakpointLocation>();
    for (const start of [...starts].sort((a, b) => a.address - b.address)) {
      const entry = this.functionAt(start.address);
      const blocks = entry === undefined ? [] : this.blocksAt(entry, start.address);
      // A loop or a split expression makes several rows of one line; the first of each block is where the line is reached, also
      // for the blocks inside it.
      if (blocks.some((block) => taken.has(block))) continue;
      const innermost = blocks.at(-1);
      if (innermost !== undefined) taken.add(innermost);
      const isEntry = entry !== undefined && entry.entry === start.address;
      const address = (isEntry ? entry.afterPrologue : undefined) ?? start.address;
      if (!locations.has(address)) locations.set(address, this.location(start, address, entry));
    }
    // Code outside functions beside code of a function is a thunk that leads to it.
    const all = [...locations.values()];
    return all.some((location) => location.function !== undefined)
      ? all.filter((location) => location.function !== undefined)
      : all;
  }

  /** The blocks around an address that belong to the innermost function or inlined copy of one, outermost first. */
  private blocksAt(entry: FunctionEntry, address: number): string[] {
    const blocks = this.info.warnings.guard(() => blocksAt(entry.die, address), []);
    const instance = blocks.findLastIndex((block) => block.tag === dw.DW_TAG_inlined_subroutine);
    return blocks.slice(Math.max(0, instance)).map((block) => `${block.unit.index}.${block.offset}`);
  }

  private location(start: Start, address: number, entry = this.functionAt(address)): BreakpointLocation {
    const moved = address === start.address ? undefined : start.table.rowAt(address);
    const { file, line, column } = moved ?? start.table.position(start.index);
    return { address, file, line, column, function: entry };
  }
}

function* startsOf(
  unit: Unit,
  table: LineTable,
  sequence: Sequence,
  isWanted: readonly boolean[],
  first: number,
  last: () => number,
): Iterable<Start> {
  const { addresses, files, lines, columns, flags } = table.rows;
  for (let index = sequence.first; index < sequence.end; index++) {
    const line = lines[index] as number;
    const file = files[index] as number;
    if (line < first || isWanted[file] !== true || line > last() || line === 0) continue;
    if (((flags[index] as number) & IS_STATEMENT) === 0) continue;
    const address = addresses[index] as number;
    // Rows with no code behind them (the last, at the end of the sequence) are no place to stop at.
    if (address >= sequence.high) continue;
    yield { unit, table, index, address, line, column: columns[index] as number };
  }
}

/** The statement that begins at the column, or the last one before it; all when the compiler recorded no columns. */
function atColumn(starts: readonly Start[], column: number | undefined): readonly Start[] {
  if (column === undefined) return starts;
  const before = starts.map((start) => start.column).filter((known) => known > 0 && known <= column);
  if (before.length === 0) return starts;
  const chosen = Math.max(...before);
  return starts.filter((start) => start.column === chosen);
}
