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
    if (this.isInFunction) return isFixedAddress(this.location) ? 'static' : 'local';
    const isExternal = () => withAttribute(this.die, dw.DW_AT_external)?.flag(dw.DW_AT_external);
    return this.info.warnings.guard(isExternal, false) ? 'global' : 'static';
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

/** The variables declared directly in a block, function or unit; `wanted` chooses by tag. */
export function variablesIn(info: DebugInfo, block: Die, isInFunction: boolean): VariableEntry[] {
  const found: VariableEntry[] = [];
  const { table } = block.unit;
  for (const child of table.children(block.index)) {
    const tag = table.tag(child);
    if (tag !== dw.DW_TAG_variable && !(isInFunction && tag === dw.DW_TAG_formal_parameter)) continue;
    const variable = new VariableEntry(info, block.unit.die(child), isInFunction);
    // Without a name they are the compiler's own business.
    if (variable.name !== '') found.push(variable);
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
