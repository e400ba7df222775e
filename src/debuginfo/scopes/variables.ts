// Variables and parameters as the API shows them; attributes are read when somebody looks.
import type { LocationSource, SourcePosition, Type, Variable } from '../api';
import { type DebugInfo, declarationPosition, typeAttribute } from '../debugInfo';
import type { Die } from '../die/die';
import { linkageNameOf, nameOf, originsOf, withAttribute } from '../die/origin';
import * as dw from '../dwarf/constants';
import { qualifiedName } from '../naming/names';
import type { Unit } from '../unit/unit';
import { isFixedAddress, variableLocation } from './locations';

/** A DW_TAG_variable, DW_TAG_formal_parameter or static member. */
export class VariableEntry implements Variable {
  private cachedName: string | undefined;
  private cachedLocation: LocationSource | undefined;
  private cachedType: Type | undefined | null = null;

  constructor(
    private readonly info: DebugInfo,
    readonly die: Die,
    private readonly isInFunction: boolean,
  ) {}

  get name(): string {
    this.cachedName ??= this.info.warnings.guard(() => nameOf(this.die), undefined) ?? '';
    return this.cachedName;
  }

  get qualifiedName(): string {
    if (this.isInFunction) return this.name;
    return this.info.warnings.guard(() => qualifiedName(this.die, this.name), this.name);
  }

  get linkageName(): string | undefined {
    return this.info.warnings.guard(() => linkageNameOf(this.die), undefined);
  }

  get kind(): Variable['kind'] {
    if (this.die.tag === dw.DW_TAG_formal_parameter) return 'parameter';
    const isExternal = () => withAttribute(this.die, dw.DW_AT_external)?.flag(dw.DW_AT_external);
    // `extern` in a block declares what another place defines (C17 6.2.2).
    if (this.info.warnings.guard(isExternal, false)) return 'global';
    return !this.isInFunction || isFixedAddress(this.location) ? 'static' : 'local';
  }

  get type(): Type | undefined {
    if (this.cachedType === null)
      this.cachedType = this.info.warnings.guard(() => typeAttribute(this.info, this.die), undefined);
    return this.cachedType;
  }

  get declaration(): SourcePosition | undefined {
    return this.info.warnings.guard(() => declarationPosition(this.info, this.die), undefined);
  }

  get isArtificial(): boolean {
    const read = () => withAttribute(this.die, dw.DW_AT_artificial)?.flag(dw.DW_AT_artificial);
    return this.info.warnings.guard(read, false) ?? false;
  }

  get location(): LocationSource {
    this.cachedLocation ??= this.info.warnings.guard(() => this.readLocation(), { kind: 'none' } as const);
    return this.cachedLocation;
  }

  /** An instance's own place; a constant may stand in the abstract entry or the declaration. */
  private readLocation(): LocationSource {
    for (const origin of originsOf(this.die)) {
      const location = variableLocation(origin);
      if (location.kind !== 'none') return location;
    }
    return { kind: 'none' };
  }

  get unitName(): string {
    return this.die.unit.name;
  }
}

/**
 * The variables declared directly in a block or function. An instance of an inlined function may leave out those that it has no
 * place for, and static ones: they are in the abstract entry alone (DWARF 5 §3.3.8.2).
 */
export function variablesIn(info: DebugInfo, block: Die): VariableEntry[] {
  const own = variableEntries(block);
  const abstract = block.reference(dw.DW_AT_abstract_origin);
  const entries = abstract === undefined ? own : joined(variableEntries(abstract), own);
  // Without a name they are the compiler's own business.
  return entries.map((die) => new VariableEntry(info, die, true)).filter(({ name }) => name !== '');
}

/** The abstract entries in their order, each replaced by the instance's own, and what the instance has besides. */
function joined(abstract: readonly Die[], own: readonly Die[]): Die[] {
  const instances = new Map(own.map((die) => [die.reference(dw.DW_AT_abstract_origin)?.offset, die]));
  const merged = abstract.map((die) => instances.get(die.offset) ?? die);
  const placed = new Set(merged);
  return [...merged, ...own.filter((die) => !placed.has(die))];
}

function variableEntries(block: Die): Die[] {
  const { table } = block.unit;
  const found: Die[] = [];
  for (const child of table.children(block.index)) {
    const tag = table.tag(child);
    if (tag === dw.DW_TAG_variable || tag === dw.DW_TAG_formal_parameter) found.push(block.unit.die(child));
  }
  return found;
}

/** The variables of a unit outside its functions, also those in namespaces; declarations without a place are left out. */
export function unitVariables(info: DebugInfo, unit: Unit): VariableEntry[] {
  const found: VariableEntry[] = [];
  const { table } = unit;
  for (let index = 1; index < table.count; ) {
    const { tag, attributes } = table.abbreviation(index);
    const hasPlace = attributes.includes(dw.DW_AT_location) || attributes.includes(dw.DW_AT_const_value);
    if (tag === dw.DW_TAG_variable && hasPlace) {
      const variable = new VariableEntry(info, unit.die(index), false);
      if (variable.name !== '') found.push(variable);
    }
    const isScope = tag === dw.DW_TAG_namespace || tag === dw.DW_TAG_module;
    index = isScope ? index + 1 : (table.ends[index] as number);
  }
  return found;
}
