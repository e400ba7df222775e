// Functions as the API shows them; attributes are read when somebody looks.
import type {
  AddressRange,
  CallSite,
  FunctionInfo,
  Language,
  LocationSource,
  SourcePosition,
  Type,
  Variable,
} from '../api';
import { type DebugInfo, declarationPosition, typeAttribute } from '../debugInfo';
import type { Die } from '../die/die';
import { linkageNameOf, originsOf, withAttribute } from '../die/origin';
import * as dw from '../dwarf/constants';
import { plainName, qualifiedName } from '../naming/names';
import { rangesOf } from '../ranges/ranges';
import { callSitesOf } from './callSites';
import { locationAttribute } from './locations';
import { afterPrologue, stepEntry } from './prologue';
import { VariableEntry } from './variables';

/** A DW_TAG_subprogram. */
export class FunctionEntry implements FunctionInfo {
  private cached: {
    name?: string;
    qualifiedName?: string;
    ranges?: readonly AddressRange[];
    afterPrologue?: number | undefined;
    stepEntry?: number | undefined;
    callSites?: readonly CallSite[];
    parameters?: readonly Variable[];
  } = {};

  constructor(
    private readonly info: DebugInfo,
    readonly die: Die,
    private readonly functionOf: (die: Die) => FunctionInfo,
  ) {}

  private guard<T, U>(read: () => T, otherwise: U): T | U {
    return this.info.warnings.guard(read, otherwise);
  }

  get name(): string {
    // What the compiler made up (initialisers of a file's objects) has a linkage name only.
    this.cached.name ??= this.guard(() => plainName(this.die), undefined) ?? this.linkageName ?? '';
    return this.cached.name;
  }

  get qualifiedName(): string {
    this.cached.qualifiedName ??= this.guard(() => qualifiedName(this.die, this.name), this.name);
    return this.cached.qualifiedName;
  }

  get linkageName(): string | undefined {
    return this.guard(() => linkageNameOf(this.die), undefined);
  }

  get language(): Language {
    return this.die.unit.language;
  }

  get ranges(): readonly AddressRange[] {
    this.cached.ranges ??= this.guard(() => rangesOf(this.die), []);
    return this.cached.ranges;
  }

  get entry(): number | undefined {
    const { ranges } = this;
    const low = this.guard(() => this.die.address(dw.DW_AT_entry_pc) ?? this.die.address(dw.DW_AT_low_pc), undefined);
    // Without the bit that tells a Thumb function, as in its ranges.
    const given = low !== undefined && ranges.some((range) => range.low === low - 1) ? low - 1 : low;
    if (given !== undefined && ranges.some((range) => given >= range.low && given < range.high)) return given;
    // Of a function in several pieces the first listed holds the entry; `.cold` parts follow.
    return ranges[0]?.low;
  }

  get declaration(): SourcePosition | undefined {
    return this.guard(() => declarationPosition(this.info, this.die), undefined);
  }

  private flag(attribute: number): boolean {
    return this.guard(() => withAttribute(this.die, attribute)?.flag(attribute), false) ?? false;
  }

  get isExternal(): boolean {
    return this.flag(dw.DW_AT_external);
  }

  get isNoreturn(): boolean {
    return this.flag(dw.DW_AT_noreturn);
  }

  get isArtificial(): boolean {
    return this.flag(dw.DW_AT_artificial);
  }

  get returnType(): Type | undefined {
    return this.guard(() => typeAttribute(this.info, this.die), undefined);
  }

  get parameters(): readonly Variable[] {
    this.cached.parameters ??= this.guard(() => this.readParameters(), []);
    return this.cached.parameters;
  }

  /** Of this instance, or of its declaration when it lists none. */
  private readParameters(): Variable[] {
    for (const origin of originsOf(this.die)) {
      const found: Variable[] = [];
      for (const child of origin.children())
        if (child.tag === dw.DW_TAG_formal_parameter) found.push(new VariableEntry(this.info, child, true));
      if (found.length > 0) return found;
    }
    return [];
  }

  get afterPrologue(): number | undefined {
    if (!('afterPrologue' in this.cached))
      this.cached.afterPrologue = this.guard(() => afterPrologue(this.info, this.die.unit, this), this.entry);
    return this.cached.afterPrologue;
  }

  get stepEntry(): number | undefined {
    if (!('stepEntry' in this.cached))
      this.cached.stepEntry = this.guard(() => stepEntry(this.info, this.die.unit, this), this.entry);
    return this.cached.stepEntry;
  }

  get frameBase(): LocationSource | undefined {
    const source = this.guard(() => locationAttribute(this.die, dw.DW_AT_frame_base), undefined);
    return source === undefined || source.kind === 'none' ? undefined : source;
  }

  get callSites(): readonly CallSite[] {
    this.cached.callSites ??= this.guard(() => callSitesOf(this.die, this.functionOf), []);
    return this.cached.callSites;
  }
}
