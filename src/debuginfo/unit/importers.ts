// Which compile unit uses a partial unit (DWARF 5 §3.2.5): dwz leaves out what it does not repeat, such as the language.
import { findBytes, numberBytes } from '../names/findBytes';
import type { Unit } from './unit';

/** Partial units import partial units, but not many deep. */
const MAX_DEPTH = 8;

/** The first compile unit that imports a partial unit, itself or through others. @throws DebugInfoError */
export function importerOf(partial: Unit, depth = 0): Unit | undefined {
  // What is in the shared file is imported by the program's own units, which are the first that were read.
  const program = partial.file.context.units[0]?.file ?? partial.file;
  let found: Unit | undefined;
  for (const file of new Set([program, partial.file])) {
    const info = file.sections.section('.debug_info');
    if (info === undefined || depth > MAX_DEPTH) continue;
    const { sectionOffset } = partial.root;
    const pattern = numberBytes(sectionOffset, partial.header.offsetSize, file.sections.isBigEndian);
    findBytes(info, [pattern], (offset) => {
      const unit = file.unitAt(offset);
      if (unit === undefined || unit === partial) return true;
      found = unit.isPartial ? importerOf(unit, depth + 1) : unit;
      return found === undefined;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}
