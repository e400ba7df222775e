// Tells whether a line program's header names a file, without making objects of its hundreds of entries: the first question of
// a large program with thousands of units.
import type { Reader } from '../bytes';
import * as dw from '../dwarf/constants';
import type { SectionSource } from '../sections';

/** Looks for one file name (the last part of a path) in headers of .debug_line. */
export class FileScan {
  private readonly name: Uint8Array;
  private readonly lineStrings: ReadonlySet<number>;
  private readonly strings: ReadonlySet<number>;
  private readonly reader: Reader | undefined;

  constructor(
    private readonly sections: SectionSource,
    name: string,
  ) {
    this.name = new TextEncoder().encode(name);
    this.lineStrings = this.offsetsIn('.debug_line_str');
    this.strings = this.offsetsIn('.debug_str');
    this.reader = sections.section('.debug_line')?.reader();
  }

  /** @throws DebugInfoError when the header at the offset is damaged. */
  isNamedAt(offset: number): boolean {
    if (this.reader === undefined) return false;
    const reader = this.reader.at(offset);
    const { offsetSize } = reader.initialLength();
    const version = reader.u16();
    if (version >= 5) reader.skip(2);
    reader.dwarfOffset(offsetSize);
    reader.skip(version >= 4 ? 5 : 4);
    reader.skip(Math.max(0, reader.u8() - 1));
    if (version < 5) return this.inOldTables(reader);
    this.inTable(reader, offsetSize);
    return this.inTable(reader, offsetSize);
  }

  private inOldTables(reader: Reader): boolean {
    const { bytes } = reader;
    while (!reader.atEnd && bytes[reader.position] !== 0) reader.skipCstring();
    reader.skip(1);
    while (!reader.atEnd && bytes[reader.position] !== 0) {
      if (this.isStringAt(reader)) return true;
      for (let left = 3; left > 0; left--) reader.skipLeb();
    }
    return false;
  }

  /** Reads one table of version 5 to its end, or to the name. */
  private inTable(reader: Reader, offsetSize: 4 | 8): boolean {
    const format: { readonly content: number; readonly form: number }[] = [];
    for (let left = reader.u8(); left > 0; left--) format.push({ content: reader.uleb(), form: reader.uleb() });
    const count = reader.uleb();
    if (count > reader.remaining) reader.fail(`a table of ${count} entries does not fit`);
    for (let entry = 0; entry < count; entry++) {
      for (const { content, form } of format) {
        if (this.matches(reader, form, offsetSize) && content === dw.DW_LNCT_path) return true;
      }
    }
    return false;
  }

  /** Passes over a value; true when it is the name. */
  private matches(reader: Reader, form: number, offsetSize: 4 | 8): boolean {
    switch (form) {
      case dw.DW_FORM_string:
        return this.isStringAt(reader);
      case dw.DW_FORM_line_strp:
        return this.lineStrings.has(reader.dwarfOffset(offsetSize));
      case dw.DW_FORM_strp:
        return this.strings.has(reader.dwarfOffset(offsetSize));
      case dw.DW_FORM_udata:
        reader.skipLeb();
        return false;
      case dw.DW_FORM_block:
        reader.skip(reader.uleb());
        return false;
      default:
        reader.skip(FIXED_SIZES[form] ?? reader.fail(`form 0x${form.toString(16)} in a line table is not known`));
        return false;
    }
  }

  /** Passes over an inline string; true when it ends in the name as a whole path part. */
  private isStringAt(reader: Reader): boolean {
    const { bytes } = reader;
    const start = reader.position;
    reader.skipCstring();
    const end = reader.position - 1;
    const from = end - this.name.length;
    if (from < start || (from > start && !isSeparator(bytes[from - 1]))) return false;
    return this.name.every((byte, index) => bytes[from + index] === byte);
  }

  /** Offsets in a string section at which a path with the name may begin; linkers let paths share tails. */
  private offsetsIn(sectionName: string): Set<number> {
    const offsets = new Set<number>();
    const section = this.sections.section(sectionName);
    if (section === undefined) return offsets;
    const bytes = section.bytes();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const pattern = Buffer.from([...this.name, 0]);
    for (let at = buffer.indexOf(pattern); at >= 0; at = buffer.indexOf(pattern, at + 1)) {
      offsets.add(at);
      let start = at;
      // Only where the name is a whole part does anything before it belong to the path.
      if (at > 0 && bytes[at - 1] !== 0 && !isSeparator(bytes[at - 1])) continue;
      while (start > 0 && bytes[start - 1] !== 0 && at - start < MAX_PATH_BYTES) {
        start--;
        offsets.add(start);
      }
    }
    return offsets;
  }
}

const MAX_PATH_BYTES = 4096;

const FIXED_SIZES: Readonly<Record<number, number>> = {
  [dw.DW_FORM_data1]: 1,
  [dw.DW_FORM_data2]: 2,
  [dw.DW_FORM_data4]: 4,
  [dw.DW_FORM_data8]: 8,
  [dw.DW_FORM_data16]: 16,
};

function isSeparator(byte: number | undefined): boolean {
  return byte === 0x2f || byte === 0x5c;
}
