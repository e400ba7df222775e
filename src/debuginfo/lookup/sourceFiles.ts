// The program's source files, and which of them a user's path means.
import path from 'node:path';
import type { FunctionInfo, SourceFile } from '../api';
import type { DebugInfo } from '../debugInfo';
import { baseName, commonTail, normalise } from '../line/paths';
import { findBytes, numberBytes } from '../names/findBytes';
import { lastNotAbove } from '../search';
import type { Unit } from '../unit/unit';

/** Files with as many equal last parts as the best match have. */
export interface FileMatch {
  readonly files: readonly SourceFile[];
  /** Units whose line table names one of them. */
  readonly units: readonly Unit[];
}

export class SourceFiles {
  private byLineOffset: { readonly offsets: Float64Array; readonly units: readonly (readonly Unit[])[] } | undefined;
  private readonly matches = new Map<string, FileMatch>();
  private all: readonly SourceFile[] | undefined;

  constructor(
    private readonly info: DebugInfo,
    /** Skeletons, not split units: the program's own line tables. */
    private readonly lineUnits: () => readonly Unit[],
  ) {}

  /** Every file that a line table names, by path. */
  list(): readonly SourceFile[] {
    if (this.all === undefined) {
      const files = new Set<SourceFile>();
      for (const unit of this.lineUnits())
        for (const file of this.info.lines.filesOf(unit)) if (file.name !== '') files.add(file);
      this.all = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
    }
    return this.all;
  }

  /** The files that the user's path may mean, best first: all that share its name. */
  ranked(userPath: string): readonly SourceFile[] {
    const wanted = normalise(userPath);
    const ignoreCase = ignoresCase(userPath);
    const scores = new Map<SourceFile, number>();
    for (const unit of this.unitsNaming(baseName(wanted), ignoreCase)) {
      for (const file of this.info.lines.filesOf(unit)) {
        const score = scores.has(file) ? 0 : commonTail(file.path, wanted, ignoreCase);
        if (score > 0) scores.set(file, score);
      }
    }
    return [...scores].sort((a, b) => b[1] - a[1] || (a[0].path < b[0].path ? -1 : 1)).map(([file]) => file);
  }

  /** The best match and the units that have it. */
  match(userPath: string): FileMatch {
    let match = this.matches.get(userPath);
    if (match === undefined) {
      match = this.findMatch(userPath);
      this.matches.set(userPath, match);
    }
    return match;
  }

  private findMatch(userPath: string): FileMatch {
    const wanted = normalise(userPath);
    const ignoreCase = ignoresCase(userPath);
    const ranked = this.ranked(userPath);
    const best = ranked[0] === undefined ? 0 : commonTail(ranked[0].path, wanted, ignoreCase);
    const files = ranked.filter((file) => commonTail(file.path, wanted, ignoreCase) === best);
    const chosen = new Set(files);
    const units = this.unitsNaming(baseName(wanted), ignoreCase).filter((unit) =>
      this.info.lines.filesOf(unit).some((file) => chosen.has(file)),
    );
    return { files, units };
  }

  /** Units whose line table may name a file: found by the bytes of the name, so that no table is decoded in vain. */
  private unitsNaming(name: string, ignoreCase: boolean): readonly Unit[] {
    if (name === '') return [];
    const { sections } = this.info.file;
    const section = sections.section('.debug_line');
    if (section === undefined) return [];
    if (ignoreCase) return this.lineUnits();
    const patterns: Uint8Array[] = [Buffer.from(`${name}\0`)];
    for (const offset of [...this.stringOffsets('.debug_line_str', name), ...this.stringOffsets('.debug_str', name)])
      for (const size of [4, 8] as const) patterns.push(numberBytes(offset, size, sections.isBigEndian));
    const { offsets, units } = this.unitsByLineOffset();
    const found = new Set<Unit>();
    findBytes(section, patterns, (offset) => {
      for (const unit of units[lastNotAbove(offsets, offset)] ?? []) found.add(unit);
      return true;
    });
    return [...found];
  }

  /** Offsets of all strings that end in the name as a path's last part. */
  private stringOffsets(sectionName: string, name: string): Set<number> {
    const offsets = new Set<number>();
    const section = this.info.file.sections.section(sectionName);
    if (section === undefined) return offsets;
    const bytes = section.bytes();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const pattern = Buffer.from(`${name}\0`);
    for (let at = buffer.indexOf(pattern); at >= 0; at = buffer.indexOf(pattern, at + 1)) {
      // Linkers let shorter paths share the tail of longer ones.
      let start = at;
      offsets.add(start);
      while (start > 0 && bytes[start - 1] !== 0 && at - start < 4096) {
        start--;
        if (bytes[start] === 0x2f || bytes[start] === 0x5c) offsets.add(start + 1);
      }
      offsets.add(start);
    }
    return offsets;
  }

  private unitsByLineOffset() {
    if (this.byLineOffset === undefined) {
      const found = new Map<number, Unit[]>();
      for (const unit of this.lineUnits()) {
        const offset = unit.lineOffset;
        if (offset === undefined) continue;
        const known = found.get(offset);
        if (known === undefined) found.set(offset, [unit]);
        else known.push(unit);
      }
      const sorted = [...found].sort((a, b) => a[0] - b[0]);
      this.byLineOffset = {
        offsets: Float64Array.from(sorted, ([offset]) => offset),
        units: sorted.map(([, units]) => units),
      };
    }
    return this.byLineOffset;
  }
}

/** On Windows, and for paths that come from there, `Main.C` is `main.c`. */
function ignoresCase(userPath: string): boolean {
  return path.sep === '\\' || /^[A-Za-z]:|\\/.test(userPath);
}

/** True when the function was declared in, or its unit made from, a file of that name or path tail. */
export function isFromFile(entry: FunctionInfo & { readonly die: { readonly unit: Unit } }, file: string): boolean {
  const wanted = normalise(file);
  const parts = wanted.split('/').length;
  const has = (candidate: string) => commonTail(candidate, wanted, ignoresCase(file)) === parts;
  return has(normalise(entry.die.unit.name)) || has(entry.declaration?.file.path ?? '');
}
