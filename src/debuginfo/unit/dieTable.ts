// Where the entries of a unit begin and how they nest: one pass over the bytes into typed arrays. Values are not read here.
import type { Abbreviation, AbbreviationTable } from '../abbrev/abbreviations';
import type { Reader } from '../bytes';
import type { WarningList } from '../errors';
import { lastNotAbove } from '../search';

/** The tree of entries of one unit. Entries are numbered in file order; 0 is the unit's own entry. */
export class DieTable {
  private constructor(
    readonly count: number,
    /** Offset in the unit. */
    readonly offsets: Uint32Array,
    /** Number of the parent, -1 for the root. */
    readonly parents: Int32Array,
    /** Number of the first entry that is not below this one. */
    readonly ends: Int32Array,
    private readonly codes: Uint32Array,
    private readonly abbreviations: AbbreviationTable,
  ) {}

  /** Reads the unit; where it is damaged the table ends, with a warning. */
  static read(reader: Reader, firstEntry: number, abbreviations: AbbreviationTable, warnings: WarningList): DieTable {
    let capacity = Math.max(16, (reader.end - firstEntry) >> 3);
    let offsets = new Uint32Array(capacity);
    let parents = new Int32Array(capacity);
    let ends = new Int32Array(capacity);
    let codes = new Uint32Array(capacity);
    let count = 0;
    let parent = -1;
    reader.position = firstEntry;
    try {
      while (reader.position < reader.end) {
        const offset = reader.position;
        const code = reader.uleb();
        if (code === 0) {
          if (parent < 0) break;
          ends[parent] = count;
          parent = parents[parent] as number;
          if (parent < 0) break;
          continue;
        }
        const abbreviation = abbreviations.get(code);
        if (abbreviation === undefined) return reader.fail(`abbreviation ${code} is not declared`, offset);
        abbreviation.skip(reader);
        if (count === capacity) {
          capacity *= 2;
          offsets = grown(offsets, new Uint32Array(capacity));
          parents = grown(parents, new Int32Array(capacity));
          ends = grown(ends, new Int32Array(capacity));
          codes = grown(codes, new Uint32Array(capacity));
        }
        offsets[count] = offset;
        codes[count] = code;
        parents[count] = parent;
        ends[count] = count + 1;
        if (abbreviation.hasChildren) parent = count;
        count++;
        if (parent < 0) break;
      }
    } catch (error) {
      warnings.addError(error);
    }
    for (; parent >= 0; parent = parents[parent] as number) ends[parent] = count;
    return new DieTable(
      count,
      offsets.slice(0, count),
      parents.slice(0, count),
      ends.slice(0, count),
      codes.slice(0, count),
      abbreviations,
    );
  }

  /** Number of the entry that begins at an offset in the unit. */
  indexAt(offset: number): number | undefined {
    const index = lastNotAbove(this.offsets, offset);
    return index >= 0 && this.offsets[index] === offset ? index : undefined;
  }

  /** Number of the entry whose bytes contain an offset in the unit. */
  indexAround(offset: number): number | undefined {
    const index = lastNotAbove(this.offsets, offset);
    return index >= 0 ? index : undefined;
  }

  abbreviation(index: number): Abbreviation {
    return this.abbreviations.get(this.codes[index] as number) as Abbreviation;
  }

  tag(index: number): number {
    return this.abbreviation(index).tag;
  }

  /** Numbers of the direct children. */
  *children(index: number): Iterable<number> {
    const end = this.ends[index] as number;
    for (let child = index + 1; child < end; child = this.ends[child] as number) yield child;
  }
}

function grown<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
