// The program's source files, and which of them a user's path means.
import path from 'node:path';
import type { FunctionInfo, SourceFile } from '../api';
import type { DebugInfo } from '../debugInfo';
import { FileScan } from '../line/fileScan';
import { baseName, commonTail, normalise } from '../line/paths';
import type { Unit } from '../unit/unit';

/** Files with as many equal last parts as the best match have. */
interface FileMatch {
  readonly files: readonly SourceFile[];
  /** Units whose line table names one of them. */
  readonly units: readonly Unit[];
}

export class SourceFiles {
  private readonly matches = new Map<string, FileMatch>();
  /** The latest answer of `unitsNaming`: one question asks it twice. */
  private latest: { readonly key: string; readonly units: readonly Unit[] } | undefined;
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

  /** Units whose line table names a file, found without decoding the tables. */
  private unitsNaming(name: string, ignoreCase: boolean): readonly Unit[] {
    if (name === '') return [];
    if (ignoreCase) return this.lineUnits();
    if (this.latest?.key !== name) this.latest = { key: name, units: this.scanFor(name) };
    return this.latest.units;
  }

  private scanFor(name: string): readonly Unit[] {
    const { file, warnings } = this.info;
    const scan = new FileScan(file.sections, name);
    const known = new Map<number, boolean>();
    return this.lineUnits().filter((unit) => {
      const offset = unit.lineOffset;
      if (offset === undefined) return false;
      let isNamed = known.get(offset);
      if (isNamed === undefined) {
        isNamed = warnings.guard(() => scan.isNamedAt(offset), false);
        known.set(offset, isNamed);
      }
      return isNamed;
    });
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
