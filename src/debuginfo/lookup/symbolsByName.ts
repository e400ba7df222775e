// Types, variables and enumerators by name, found by the bytes of the name and confirmed by the entries.

import type { Abbreviation } from '../abbrev/abbreviations';
import type { AddressRange, Enumerator, Type, Variable } from '../api';
import type { DebugInfo } from '../debugInfo';
import type { Die } from '../die/die';
import { linkageNameOf, nameOf, originsOf } from '../die/origin';
import * as dw from '../dwarf/constants';
import { commonTail, normalise } from '../line/paths';
import { entriesAt, mayContain, type UnitMention } from '../names/mentions';
import type { NameSearch } from '../names/nameSearch';
import { plainName, qualifiedName } from '../naming/names';
import { rangesOf } from '../ranges/ranges';
import { VariableEntry } from '../scopes/variables';
import type { Unit } from '../unit/unit';
import { isMeant, type NameQuery, parseName } from './nameQuery';

const TYPE_TAGS: ReadonlySet<number> = new Set([
  dw.DW_TAG_base_type,
  dw.DW_TAG_structure_type,
  dw.DW_TAG_class_type,
  dw.DW_TAG_union_type,
  dw.DW_TAG_enumeration_type,
  dw.DW_TAG_typedef,
  dw.DW_TAG_unspecified_type,
  dw.DW_TAG_interface_type,
  dw.DW_TAG_pointer_type,
]);

const KEYWORD_TAGS: Readonly<Record<string, readonly number[]>> = {
  struct: [dw.DW_TAG_structure_type, dw.DW_TAG_class_type],
  class: [dw.DW_TAG_structure_type, dw.DW_TAG_class_type],
  union: [dw.DW_TAG_union_type],
  enum: [dw.DW_TAG_enumeration_type],
};

export class SymbolsByName {
  private readonly definitions = new Map<string, Die | undefined>();

  constructor(
    private readonly info: DebugInfo,
    private readonly search: NameSearch,
  ) {}

  /** See `Program.findTypes`. */
  types(name: string, near: Unit | undefined): Type[] {
    const query = parseName(name);
    let found = this.definitionsOf(query, near, true);
    if (found.size === 0) found = this.definitionsOf(query, near, false);
    if (found.size === 0) found = this.distinct(this.typeEntries(query, near, true, false));
    const types = [...found.values()].map((die) => this.info.typeOf(die));
    return types.filter((type) => type !== undefined);
  }

  /** The definitions that the file's tables of names lead to, or that are found without them. */
  private definitionsOf(query: NameQuery, near: Unit | undefined, isListed: boolean): Map<string, Die> {
    return this.distinct(this.typeEntries(query, near, false, isListed));
  }

  /** One entry for each qualified name. */
  private distinct(entries: Iterable<Die>): Map<string, Die> {
    const found = new Map<string, Die>();
    for (const die of entries) {
      const key = `${die.tag} ${qualifiedName(die, plainName(die) ?? '')}`;
      if (!found.has(key)) found.set(key, die);
      // C has one name space for all units: the first definition is as good as the thousand others.
      if (die.unit.language === 'c') break;
    }
    return found;
  }

  private *typeEntries(
    query: NameQuery,
    near: Unit | undefined,
    wantsDeclaration: boolean,
    isListed: boolean,
  ): Iterable<Die> {
    const tags = query.keyword === undefined ? TYPE_TAGS : new Set(KEYWORD_TAGS[query.keyword]);
    const isWanted = ({ tag, isDeclaration }: Abbreviation) => tags.has(tag) && isDeclaration === wantsDeclaration;
    for (const die of this.entries(query.base, near, isWanted, isListed && 'others')) {
      const name = plainName(die);
      if (name !== undefined && isMeant(query, qualifiedName(die, name))) yield die;
    }
  }

  /** Entries of wanted kinds in the units that mention a name, `near` first; their own names are still to be compared. */
  private *entries(
    base: string,
    near: Unit | undefined,
    isWanted: (abbreviation: Abbreviation) => boolean,
    listed: 'variables' | 'others' | false,
  ): Iterable<Die> {
    if (base === '') return;
    const mentions = listed ? (this.search.listed(base, listed, near) ?? []) : [...this.search.everywhere(base)];
    const own = mentions.findIndex(({ unit }) => unit === near);
    if (own > 0) mentions.unshift(...mentions.splice(own, 1));
    for (const mention of mentions) yield* this.entriesIn(mention, base, isWanted);
  }

  private entriesIn(mention: UnitMention, base: string, isWanted: (abbreviation: Abbreviation) => boolean): Die[] {
    const found: Die[] = [];
    this.info.warnings.guard(() => {
      if (!mayContain(mention, isWanted)) return;
      for (const die of entriesAt(mention, isWanted)) {
        this.info.warnings.guard(() => {
          if (nameOf(die)?.startsWith(base) === true || linkageNameOf(die) === base) found.push(die);
        }, undefined);
      }
    }, undefined);
    return found;
  }

  /** The definition of a type that is only declared: by signature, else by its full name. */
  definitionOf(declaration: Die): Die | undefined {
    const name = plainName(declaration);
    if (name === undefined) return undefined;
    const full = qualifiedName(declaration, name);
    const key = `${declaration.tag} ${full}`;
    if (!this.definitions.has(key)) {
      const query = parseName(full);
      const isMeantBy = (die: Die) =>
        (die.tag === declaration.tag || (isClass(die.tag) && isClass(declaration.tag))) &&
        qualifiedName(die, plainName(die) ?? '') === full;
      const find = (isListed: boolean) => {
        for (const die of this.typeEntries(query, declaration.unit, false, isListed)) if (isMeantBy(die)) return die;
        return undefined;
      };
      this.definitions.set(key, find(true) ?? find(false));
    }
    return this.definitions.get(key);
  }

  /** See `Program.findVariables`. */
  variables(name: string, near: Unit | undefined): Variable[] {
    const query = parseName(name);
    const isWanted = ({ tag, attributes }: Abbreviation) =>
      (tag === dw.DW_TAG_variable || tag === dw.DW_TAG_member) &&
      (tag === dw.DW_TAG_variable ||
        attributes.includes(dw.DW_AT_external) ||
        attributes.includes(dw.DW_AT_const_value));
    const find = (isListed: boolean) => {
      const found: Die[] = [];
      for (const die of this.entries(query.base, near, isWanted, isListed && 'variables')) {
        if (query.file !== undefined && !isUnitOf(die.unit, query.file)) continue;
        for (const definition of definitionsOf(die)) {
          const own = nameOf(definition) ?? '';
          if (!isStatic(definition)) continue;
          const isNamed =
            isMeant(query, qualifiedName(definition, own)) || isMeant(query, nameInFunction(definition, own));
          if (isNamed || linkageNameOf(definition) === query.text) found.push(definition);
        }
      }
      return unique(found).map((die) => new VariableEntry(this.info, die, isLocal(die)));
    };
    const hasPlace = ({ location }: Variable) => location.kind !== 'none';
    const listed = query.file === undefined ? find(true).filter(hasPlace) : [];
    if (listed.length > 0) return listed;
    const variables = find(false);
    const withPlace = variables.filter(hasPlace);
    return withPlace.length > 0 ? withPlace : variables.slice(0, 1);
  }

  /** See `Program.findEnumerators`; here in the order of the file, the unit `near` first. */
  enumerators(name: string, near: Unit | undefined): Enumerator[] {
    const query = parseName(name);
    const listed = query.file === undefined ? this.enumeratorsIn(query, near, true) : [];
    return listed.length > 0 ? listed : this.enumeratorsIn(query, near, false);
  }

  private enumeratorsIn(query: NameQuery, near: Unit | undefined, isListed: boolean): Enumerator[] {
    const enumerators: Enumerator[] = [];
    const isWanted = ({ tag }: Abbreviation) => tag === dw.DW_TAG_enumerator;
    for (const die of this.entries(query.base, near, isWanted, isListed && 'others')) {
      if (query.file !== undefined && !isUnitOf(die.unit, query.file)) continue;
      const found = this.info.warnings.guard(() => this.enumeratorAt(die, query), undefined);
      if (found === undefined) continue;
      enumerators.push(found);
      // As for types: C has one name space for all units.
      if (found.visibleIn === undefined && die.unit.language === 'c') break;
    }
    return enumerators;
  }

  /** Undefined when it is not the one that is meant. */
  private enumeratorAt(die: Die, query: NameQuery): Enumerator | undefined {
    const { parent } = die;
    const own = nameOf(die);
    const type = parent === undefined ? undefined : this.info.typeOf(parent);
    if (parent === undefined || own === undefined || type?.kind !== 'enum') return undefined;
    const behind = (die: Die) => qualifiedName(die, plainName(die) ?? '');
    const inType = nameOf(parent) === undefined ? qualifiedName(die, own) : `${behind(parent)}::${own}`;
    // The names of an enumeration without scope belong to what is around it (C++20 [dcl.enum] 11).
    const isScoped = type.isScoped || type.language === 'rust';
    const around = isScoped ? inType : qualifiedName(parent, own);
    if (!isMeant(query, inType) && !isMeant(query, around)) return undefined;
    // Others are not known by their own name alone.
    if (isScoped && query.parts.length < 2) return undefined;
    const value = type.enumerators.find(({ name }) => name === own)?.value;
    return value === undefined ? undefined : { qualifiedName: around, value, type, visibleIn: codeAround(die) };
  }
}

function isClass(tag: number): boolean {
  return tag === dw.DW_TAG_structure_type || tag === dw.DW_TAG_class_type;
}

function isUnitOf(unit: Unit, file: string): boolean {
  const wanted = normalise(file);
  return commonTail(normalise(unit.name), wanted, false) === wanted.split('/').length;
}

/** A static member's or namespace variable's definition stands outside and refers to its declaration. */
function definitionsOf(die: Die): Die[] {
  const found = [die];
  if (!die.abbreviation.isDeclaration && die.tag !== dw.DW_TAG_member) return found;
  const { table } = die.unit;
  for (let index = 0; index < table.count; index++) {
    const abbreviation = table.abbreviation(index);
    if (abbreviation.tag !== dw.DW_TAG_variable || !abbreviation.attributes.includes(dw.DW_AT_specification)) continue;
    const candidate = die.unit.die(index);
    for (const origin of originsOf(candidate)) if (origin.is(die)) found.unshift(candidate);
  }
  return found;
}

/** `main::turns` also in C, whose functions are no scopes of names otherwise. */
function nameInFunction(die: Die, own: string): string {
  for (let scope = die.parent; scope !== undefined; scope = scope.parent)
    if (scope.tag === dw.DW_TAG_subprogram) return `${plainName(scope) ?? ''}::${own}`;
  return own;
}

/** Declared in a function. */
function isLocal(die: Die): boolean {
  let scope = die.parent;
  for (let left = 64; scope !== undefined && left > 0; left--) {
    if (scope.tag === dw.DW_TAG_subprogram || scope.tag === dw.DW_TAG_inlined_subroutine) return true;
    scope = scope.parent;
  }
  return false;
}

/** The code of the function that an entry is declared in; undefined outside functions. */
function codeAround(die: Die): readonly AddressRange[] | undefined {
  for (let scope = die.parent; scope !== undefined; scope = scope.parent)
    if (scope.tag === dw.DW_TAG_subprogram) return rangesOf(scope);
  return undefined;
}

/** Has one place for the whole run: everything outside functions, and `static` inside. */
function isStatic(die: Die): boolean {
  if (!isLocal(die)) return true;
  const operation = die.block(dw.DW_AT_location)?.[0];
  return operation === 0x03 || operation === 0xa1 || operation === 0xfb;
}

function unique(dies: readonly Die[]): Die[] {
  const seen = new Set<string>();
  return dies.filter((die) => {
    const key = `${die.unit.index}.${die.offset}`;
    return !seen.has(key) && seen.add(key);
  });
}
