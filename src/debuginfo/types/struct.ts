// Structures, classes and unions (DWARF 5 §5.7): members, bases, variant parts, methods, and definitions that stand elsewhere.
import type {
  BaseClass,
  FunctionInfo,
  Member,
  SourcePosition,
  StructType,
  TemplateArgument,
  Variable,
  VariantPart,
} from '../api';
import { type DebugInfo, declarationPosition, typeAttribute } from '../debugInfo';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { templateParameters } from '../naming/templateParameters';
import { VariableEntry } from '../scopes/variables';
import { TypeEntry } from './entry';
import { accessibilityOf, memberOffset, readMember } from './members';
import { definitionOf } from './size';
import { readVariantPart } from './variants';

/** What the entry lists, read in one go. */
interface Contents {
  readonly members: Member[];
  readonly bases: BaseClass[];
  readonly staticMembers: Variable[];
  readonly methods: FunctionInfo[];
  variantPart: VariantPart | undefined;
}

export class StructEntry extends TypeEntry implements StructType {
  private cachedDefinition: Die | undefined;
  private cachedContents: Contents | undefined;

  constructor(
    info: DebugInfo,
    die: Die,
    readonly kind: StructType['kind'],
    private readonly functionOf: (die: Die) => FunctionInfo,
  ) {
    super(info, die);
  }

  private get definition(): Die {
    this.cachedDefinition ??= this.guard(() => definitionOf(this.info, this.die), this.die);
    return this.cachedDefinition;
  }

  override get declaration(): SourcePosition | undefined {
    return this.guard(() => declarationPosition(this.info, this.definition), undefined);
  }

  get isIncomplete(): boolean {
    return this.guard(() => this.definition.flag(dw.DW_AT_declaration), false);
  }

  get members(): readonly Member[] {
    return this.contents.members;
  }

  get bases(): readonly BaseClass[] {
    return this.contents.bases;
  }

  get staticMembers(): readonly Variable[] {
    return this.contents.staticMembers;
  }

  get methods(): readonly FunctionInfo[] {
    return this.contents.methods;
  }

  get variantPart(): VariantPart | undefined {
    return this.contents.variantPart;
  }

  get isPolymorphic(): boolean {
    const hasPointer = this.members.some(({ name }) => name?.startsWith('_vptr') === true);
    return hasPointer || this.guard(() => this.definition.has(dw.DW_AT_containing_type), false);
  }

  get templateArguments(): readonly TemplateArgument[] {
    return this.guard(
      () => (templateParameters(this.definition) ?? []).map((parameter) => this.argument(parameter)),
      [],
    );
  }

  private argument(parameter: Die): TemplateArgument {
    const type = typeAttribute(this.info, parameter);
    const isSigned = type?.kind === 'base' && (type.encoding === 'signed' || type.encoding === 'signedChar');
    return { name: parameter.string(dw.DW_AT_name), type, value: parameter.constant(dw.DW_AT_const_value, isSigned) };
  }

  private get contents(): Contents {
    if (this.cachedContents === undefined) {
      const contents: Contents = { members: [], bases: [], staticMembers: [], methods: [], variantPart: undefined };
      this.cachedContents = contents;
      this.guard(() => {
        for (const child of this.definition.children()) this.guard(() => this.readChild(child, contents), undefined);
      }, undefined);
    }
    return this.cachedContents;
  }

  private readChild(child: Die, contents: Contents): void {
    const isClass = this.kind === 'class';
    switch (child.tag) {
      case dw.DW_TAG_member:
        // Before DWARF 5 a static member was a DW_TAG_member that is declared external.
        if (child.flag(dw.DW_AT_external)) contents.staticMembers.push(new VariableEntry(this.info, child, false));
        else contents.members.push(readMember(this.info, child, isClass));
        break;
      case dw.DW_TAG_variable:
        contents.staticMembers.push(new VariableEntry(this.info, child, false));
        break;
      case dw.DW_TAG_inheritance:
        contents.bases.push({
          type: typeAttribute(this.info, child),
          offset: memberOffset(child),
          isVirtual: (child.number(dw.DW_AT_virtuality) ?? 0) !== 0,
          accessibility: accessibilityOf(child, isClass),
        });
        break;
      case dw.DW_TAG_subprogram:
        contents.methods.push(this.functionOf(child));
        break;
      case dw.DW_TAG_variant_part:
        contents.variantPart = readVariantPart(this.info, child);
        break;
    }
  }
}
