// Which units to look into for a name: those that the file's tables of names list, as long as the tables prove right, else those
// that mention the name anywhere.
import type { Die } from '../die/die';
import { linkageNameOf, nameOf } from '../die/origin';
import { DebugInfoError, type WarningList } from '../errors';
import type { DwarfFile } from '../unit/dwarfFile';
import type { Unit } from '../unit/unit';
import { readDebugNames } from './debugNames';
import { readGdbIndex } from './gdbIndex';
import { stringsNamed, type UnitMention, unitsMentioning } from './mentions';
import type { NameHit, NameTable } from './nameTable';
import { readPublicNames } from './publicNames';

const READERS: readonly ((file: DwarfFile) => NameTable | undefined)[] = [
  readDebugNames,
  readGdbIndex,
  (file) => readPublicNames(file, true),
  (file) => readPublicNames(file, false),
];

export class NameSearch {
  private readonly tables = new Map<DwarfFile, readonly NameTable[]>();
  /** Of the name that was searched for last: whoever looks for a variable looks for a function, a type of that name next. */
  private readonly last = new Map<DwarfFile, { readonly base: string; readonly mentions: readonly UnitMention[] }>();

  constructor(
    private readonly warnings: WarningList,
    private readonly files: () => readonly DwarfFile[],
  ) {}

  /** All units that mention the name or the name with template arguments. Nothing that has the name is missed. */
  *everywhere(base: string): Iterable<UnitMention> {
    for (const file of this.files()) yield* this.mentionsIn(file, base);
  }

  private mentionsIn(file: DwarfFile, base: string): readonly UnitMention[] {
    let last = this.last.get(file);
    if (last?.base !== base) {
      last = { base, mentions: unitsMentioning(file, base) };
      this.last.set(file, last);
    }
    return last.mentions;
  }

  /**
   * The units that the tables of names list, those that the tables know nothing of, and `near`. A table may lack what the standard
   * leaves out (declarations, constants): when no answer is found here, look everywhere. Undefined when there are no tables.
   */
  listed(base: string, what: 'variables' | 'others', near?: Unit): UnitMention[] | undefined {
    const files = this.files();
    const isUsable = (table: NameTable) => what === 'others' || table.listsAllVariables;
    if (!files.some((file) => this.tablesOf(file).some(isUsable))) return undefined;
    return files.flatMap((file) => this.listedIn(file, base, near, isUsable));
  }

  private listedIn(
    file: DwarfFile,
    base: string,
    near: Unit | undefined,
    isUsable: (table: NameTable) => boolean,
  ): UnitMention[] {
    const wanted = { base, strings: stringsNamed(file, base) };
    for (;;) {
      const tables = this.tablesOf(file).filter(isUsable);
      if (tables.length === 0) return [...this.mentionsIn(file, base)];
      const hits = tables.map((table) => ({
        table,
        found: this.warnings.guard(() => [...table.find(wanted)], undefined),
      }));
      const units = new Set(hits.flatMap(({ found }) => found ?? []).map(({ unit }) => unit));
      for (const unit of file.units) {
        const isListed = !isLinkTimeOptimised(unit) && tables.some(({ covered }) => covered.has(unit));
        if (!isListed || unit === near) units.add(unit);
      }
      const mentions = unitsMentioning(file, base, units);
      const mentioning = new Set(mentions.map(({ unit }) => unit));
      const isRight = (table: NameTable, hit: NameHit) =>
        mentioning.has(hit.unit) || this.warnings.guard(() => confirm(table, hit, base), false);
      const wrong = hits.filter(({ table, found }) => found?.every((hit) => isRight(table, hit)) !== true);
      if (wrong.length === 0) return mentions;
      // What was wrong once is not asked again.
      const isWrong = (table: NameTable) => wrong.some((known) => known.table === table);
      this.tables.set(
        file,
        this.tablesOf(file).filter((table) => !isWrong(table)),
      );
    }
  }

  private tablesOf(file: DwarfFile): readonly NameTable[] {
    let tables = this.tables.get(file);
    if (tables === undefined) {
      tables = READERS.map((read) => this.warnings.guard(() => read(file), undefined)).filter(
        (table) => table !== undefined && table.covered.size > 0,
      ) as NameTable[];
      this.tables.set(file, tables);
    }
    return tables;
  }
}

/** Functions whose code is in another unit than their name: a list of units by name does not lead to them. */
function isLinkTimeOptimised(unit: Unit): boolean {
  return unit.producer.includes('-flto') || unit.producer.startsWith('GNU GIMPLE');
}

/** For a unit without the bytes of the name: its entry may have the name from another unit. @throws DebugInfoError if not */
function confirm(table: NameTable, { unit, entry, tag, offset }: NameHit, base: string): true {
  const isRight = entry === undefined ? hasName(unit, base) : isNamed(unit, entry, tag, base);
  if (isRight) return true;
  const where = `0x${unit.header.offset.toString(16)}`;
  throw new DebugInfoError(
    table.section,
    offset,
    `${base} is said to be in the unit at ${where} and is not: names are searched without this section`,
  );
}

function isNamed(unit: Unit, entry: number, tag: number | undefined, base: string): boolean {
  const index = unit.table.indexAt(entry);
  if (index === undefined) return false;
  const die = unit.die(index);
  return (tag === undefined || die.tag === tag) && matches(die, base);
}

function matches(die: Die, base: string): boolean {
  const name = nameOf(die);
  return name === base || name?.startsWith(`${base}<`) === true || linkageNameOf(die) === base;
}

/** For tables that list units only. */
function hasName(unit: Unit, base: string): boolean {
  for (let index = 0; index < unit.table.count; index++) if (matches(unit.die(index), base)) return true;
  return false;
}
