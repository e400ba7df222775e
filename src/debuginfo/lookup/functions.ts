// Functions by address and by name.
import type { Abbreviation } from '../abbrev/abbreviations';
import type { AddressRange, BreakpointLocation, FunctionInfo, InlineFrame } from '../api';
import type { DebugInfo } from '../debugInfo';
import { demangle } from '../demangle';
import type { Die } from '../die/die';
import { nameOf, originsOf } from '../die/origin';
import * as dw from '../dwarf/constants';
import { findBytes, numberBytes } from '../names/findBytes';
import { entriesAt, mayContain, type UnitMention } from '../names/mentions';
import type { NameSearch } from '../names/nameSearch';
import { rangesOf } from '../ranges/ranges';
import { FunctionEntry } from '../scopes/functions';
import { inlineChain } from '../scopes/inlineChain';
import type { Unit } from '../unit/unit';
import type { AddressMap } from './addressMap';
import { isMeant, type NameQuery, parseName, squeezed } from './nameQuery';
import { isFromFile } from './sourceFiles';

/** Up to this size .debug_info is always searched for references between units, which link-time optimisation makes. */
const SMALL_INFO_BYTES = 16 * 1024 * 1024;

export class Functions {
  private readonly known = new Map<Unit, Map<number, FunctionEntry>>();

  constructor(
    private readonly info: DebugInfo,
    private readonly search: NameSearch,
    private readonly map: AddressMap,
    private readonly namesMatching: (query: NameQuery) => readonly string[],
  ) {}

  /** The entry's one object. */
  readonly of = (die: Die): FunctionEntry => {
    let ofUnit = this.known.get(die.unit);
    if (ofUnit === undefined) {
      ofUnit = new Map();
      this.known.set(die.unit, ofUnit);
    }
    let entry = ofUnit.get(die.offset);
    if (entry === undefined) {
      entry = new FunctionEntry(this.info, die, this.of);
      ofUnit.set(die.offset, entry);
    }
    return entry;
  };

  at(address: number): FunctionEntry | undefined {
    const unit = this.map.unitAt(address);
    const index = unit && this.map.functionsOf(unit).at(address);
    return unit === undefined || index === undefined ? undefined : this.of(unit.die(index));
  }

  inlineChainAt(address: number): readonly InlineFrame[] {
    const subprogram = this.at(address);
    if (subprogram === undefined) return [];
    return this.info.warnings.guard(() => inlineChain(this.info, subprogram.die, address, this.of), []);
  }

  /** See `Program.findFunctions`. */
  named(name: string): readonly FunctionInfo[] {
    const query = parseName(name);
    if (!query.isPattern) return this.matching(query, query.base);
    const found = new Set<FunctionInfo>();
    for (const base of this.namesMatching(query)) for (const entry of this.matching(query, base)) found.add(entry);
    return [...found];
  }

  private matching(query: NameQuery, base: string): readonly FunctionInfo[] {
    if (base === '') return [];
    // “The one of this file” is not to be missed for one that a table lists.
    const listed = query.file === undefined ? this.search.listed(base, 'others') : undefined;
    const found = listed === undefined ? [] : this.matchingIn(query, base, listed);
    return found.length > 0 ? found : this.matchingIn(query, base, this.search.everywhere(base));
  }

  private matchingIn(query: NameQuery, base: string, mentions: Iterable<UnitMention>): readonly FunctionInfo[] {
    const found = new Set<FunctionEntry>();
    const abstract = new Set<FunctionEntry>();
    const add = (entry: FunctionEntry) => (entry.ranges.length > 0 ? found : abstract).add(entry);
    const moved: Die[] = [];
    for (const mention of mentions) {
      const { unit } = mention;
      this.info.warnings.guard(() => {
        // C has no definitions that leave their name to a declaration.
        const isC = unit.language === 'c';
        const isWanted = ({ tag, isDeclaration }: Abbreviation) =>
          tag === dw.DW_TAG_subprogram && !(isC && isDeclaration);
        if (!mayContain(mention, isWanted) || !anyNamed(entriesAt(mention, isWanted), base)) return;
        for (const index of this.map.functionsOf(unit).definitions) {
          const entry = this.of(unit.die(index));
          if (mayBeNamed(entry.die, base) && this.isNamed(entry, query)) add(entry);
        }
        if (unit.isPartial) moved.push(...this.declarationsIn(unit, query, base));
      }, undefined);
    }
    for (const die of [...moved, ...[...abstract].map((entry) => entry.die)])
      for (const entry of this.instancesElsewhere(die)) add(entry);
    const origins = new Set<FunctionEntry>();
    for (const entry of found) for (const origin of originsOf(entry.die)) origins.add(this.of(origin));
    return [...found, ...[...abstract].filter((entry) => !origins.has(entry))];
  }

  private isNamed(entry: FunctionEntry, query: NameQuery): boolean {
    if (query.file !== undefined && !isFromFile(entry, query.file)) return false;
    const linkageName = entry.linkageName;
    const isMatch =
      isMeant(query, entry.qualifiedName) ||
      linkageName === query.text ||
      (entry.language === 'rust' && linkageName !== undefined && isMeant(query, rustPath(linkageName)));
    return isMatch && (query.parameters === undefined || query.parameters === parametersText(entry));
  }

  /** Declarations with the name, whose definitions do not repeat it. */
  private declarationsIn(unit: Unit, query: NameQuery, base: string): Die[] {
    const found: Die[] = [];
    for (let index = 0; index < unit.table.count; index++) {
      const { tag, isDeclaration } = unit.table.abbreviation(index);
      if (tag !== dw.DW_TAG_subprogram || !isDeclaration) continue;
      const entry = this.of(unit.die(index));
      if (mayBeNamed(entry.die, base) && this.isNamed(entry, query)) found.push(entry.die);
    }
    return found;
  }

  /**
   * Functions in other units that begin with this entry: concrete ones whose code link-time optimisation put there, and all that
   * use what dwz moved to a unit of its own.
   */
  private instancesElsewhere(origin: Die): FunctionEntry[] {
    const found = new Set<FunctionEntry>();
    const origins = [origin];
    for (let next = origins.pop(); next !== undefined; next = origins.pop()) {
      for (const unit of this.unitsReferringTo(next)) {
        for (const index of this.map.functionsOf(unit).definitions) {
          const entry = this.of(unit.die(index));
          const isInstance = [...originsOf(entry.die)].some((die) => die.is(next));
          if (!isInstance || entry.die.is(next) || found.has(entry)) continue;
          found.add(entry);
          if (unit.isPartial) origins.push(entry.die);
        }
      }
    }
    return [...found];
  }

  /** Units other than its own that refer to an entry by its place in the section. */
  private unitsReferringTo(die: Die): Set<Unit> {
    const units = new Set<Unit>();
    const { section, producer, file: own } = die.unit;
    if (section.size > SMALL_INFO_BYTES && !producer.includes('-flto') && !die.unit.isPartial) return units;
    // What is in dwz's shared file is referred to from the program's own.
    const files = own === this.info.file.alternate ? [own, this.info.file] : [own];
    for (const file of files) {
      const info = file.sections.section(section.name);
      if (info === undefined) continue;
      for (const size of new Set(file.unitsOfInfo().map((unit) => unit.header.offsetSize))) {
        findBytes(info, [numberBytes(die.sectionOffset, size, file.sections.isBigEndian)], (offset) => {
          const unit = file.unitAt(offset);
          if (unit !== undefined && unit !== die.unit) units.add(unit);
          return true;
        });
      }
    }
    return units;
  }

  /** Where a breakpoint on a function goes: behind its prologue, and to each place it was inlined at. */
  breakpointLocations(wanted: FunctionInfo): BreakpointLocation[] {
    if (!(wanted instanceof FunctionEntry)) return [];
    const locations: BreakpointLocation[] = [];
    const add = (address: number, unit: Unit) => {
      const row = this.info.lines.of(unit)?.rowAt(address);
      const position = row ?? wanted.declaration;
      if (position === undefined || locations.some((known) => known.address === address)) return;
      const { file, line, column } = position;
      locations.push({ address, file, line, column, function: this.at(address) });
    };
    if (wanted.afterPrologue !== undefined) add(wanted.afterPrologue, wanted.die.unit);
    for (const { die, ranges } of this.inlinedCopies(wanted)) {
      const entry = this.info.warnings.guard(
        () => die.address(dw.DW_AT_entry_pc) ?? die.number(dw.DW_AT_entry_pc),
        undefined,
      );
      const first = ranges[0]?.low as number;
      // DW_AT_entry_pc may be an offset from the first range (DWARF 5 §2.18).
      const address =
        entry === undefined ? first : die.address(dw.DW_AT_entry_pc) === undefined ? first + entry : entry;
      if (ranges.some((range) => address >= range.low && address < range.high)) add(address, die.unit);
    }
    return locations;
  }

  private inlinedCopies(wanted: FunctionEntry): { die: Die; ranges: readonly AddressRange[] }[] {
    const origins = [...originsOf(wanted.die)];
    const units = new Set([wanted.die.unit, ...origins.map((die) => die.unit)]);
    for (const origin of origins) for (const unit of this.unitsReferringTo(origin)) units.add(unit);
    const copies: { die: Die; ranges: readonly AddressRange[] }[] = [];
    for (const unit of units) {
      const { table } = unit;
      for (let index = 0; index < table.count; index++) {
        if (table.tag(index) !== dw.DW_TAG_inlined_subroutine) continue;
        const die = unit.die(index);
        const isCopy = () => origins.some((origin) => origin.is(die.reference(dw.DW_AT_abstract_origin)));
        if (!this.info.warnings.guard(isCopy, false)) continue;
        const ranges = this.info.warnings.guard(() => rangesOf(die), []);
        if (ranges.length > 0) copies.push({ die, ranges });
      }
    }
    return copies;
  }
}

/** A quick look before names are put together. */
function mayBeNamed(die: Die, base: string): boolean {
  const name = nameOf(die);
  if (name?.startsWith(base) === true) return true;
  for (const origin of originsOf(die)) {
    const linkageName = origin.string(dw.DW_AT_linkage_name) ?? origin.string(dw.DW_AT_MIPS_linkage_name);
    if (linkageName === base) return true;
  }
  return false;
}

function anyNamed(dies: Iterable<Die>, base: string): boolean {
  for (const die of dies) if (mayBeNamed(die, base)) return true;
  return false;
}

/** `crate::module::Type::method` of a mangled Rust name, without the hash. */
function rustPath(linkageName: string): string {
  return demangle(linkageName)
    .replace(/::h[0-9a-f]{16}$/, '')
    .replace(/<([^<>]+)>::/g, '$1::');
}

function parametersText(entry: FunctionEntry): string {
  const types = entry.parameters.filter(({ isArtificial }) => !isArtificial).map(({ type }) => type?.name ?? 'void');
  const text = squeezed(types.join(','));
  return text === 'void' ? '' : text;
}
