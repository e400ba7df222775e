// The line tables of all units: read once each, with files that are the same object for the same path.
import type { SourceFile } from '../api';
import type { Unit } from '../unit/unit';
import { type FileEntry, type LineHeader, readLineHeader } from './header';
import { baseName, normalise } from './paths';
import { runLineProgram } from './program';
import { LineTable } from './table';

/** Kept lists of files; more are read again when needed. */
const KEPT_FILE_LISTS = 400;

/** Kept rows of all tables together, at some 25 bytes each; more are read again when needed. */
const KEPT_ROWS = 1_000_000;

export class LineTables {
  private readonly tables = new Map<Unit, LineTable | undefined>();
  private readonly fileTables = new Map<Unit, readonly SourceFile[]>();
  private readonly files = new Map<string, SourceFile>();
  private keptRows = 0;

  /** The unit's table; undefined when it has none, or none that can be read (a warning says why). */
  of(unit: Unit): LineTable | undefined {
    const owner = unit.skeleton;
    if (!this.tables.has(owner)) {
      const table = this.read(owner);
      this.keptRows += table?.rows.lines.length ?? 0;
      if (this.keptRows > KEPT_ROWS) {
        this.tables.clear();
        this.keptRows = table?.rows.lines.length ?? 0;
      }
      this.tables.set(owner, table);
    }
    return this.tables.get(owner);
  }

  /** Files of the unit's table by DW_AT_decl_file and DW_AT_call_file. */
  filesOf(unit: Unit): readonly SourceFile[] {
    let files = this.fileTables.get(unit);
    if (files === undefined) {
      const header = this.headerOf(unit);
      files = header === undefined ? [] : this.resolve(unit, header, header.files);
      if (this.fileTables.size >= KEPT_FILE_LISTS) this.fileTables.clear();
      this.fileTables.set(unit, files);
    }
    return files;
  }

  private headerOf(unit: Unit): LineHeader | undefined {
    // A split unit has a table of files only, and not always; else its numbers are those of the skeleton's table.
    const hasOwn = unit.lineOffset !== undefined && unit.file.sections.section('.debug_line') !== undefined;
    const owner = hasOwn ? unit : unit.skeleton;
    const offset = owner.lineOffset;
    if (offset === undefined) return undefined;
    const { sections, context } = owner.file;
    return context.warnings.guard(() => readLineHeader(sections, offset, owner.header.addressSize), undefined);
  }

  private read(unit: Unit): LineTable | undefined {
    const header = this.headerOf(unit);
    if (header === undefined) return undefined;
    const { context } = unit.file;
    const isDiscarded = (address: number) => context.isDiscarded(address, header.addressSize);
    const { rows, sequences, files } = runLineProgram(header, isDiscarded, context.warnings);
    return new LineTable(rows, sequences, this.resolve(unit, header, files));
  }

  private resolve(unit: Unit, header: LineHeader, files: readonly FileEntry[]): readonly SourceFile[] {
    // A version 5 directory 0 is the compilation directory itself; others are relative to it.
    const base = normalise(unit.directory, header.directories[0] ?? '');
    const directories = header.directories.map((directory, index) => (index === 0 ? base : normalise(base, directory)));
    return files.map((file) => {
      const directory = directories[file.directory] ?? base;
      // Nearly all names are plain, and there are millions of them.
      const isPlain = !/[/\\]|^\.\.?$/.test(file.name) && directory !== '' && !directory.endsWith('/');
      return this.file(isPlain ? `${directory}/${file.name}` : normalise(directory, file.name), file.md5);
    });
  }

  /** The one object for a path. */
  file(path: string, md5?: string): SourceFile {
    let file = this.files.get(path);
    if (file === undefined) {
      file = { path, name: baseName(path), md5 };
      this.files.set(path, file);
    }
    return file;
  }
}
