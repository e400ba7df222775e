// From type entries to type objects: one object per entry, of the class that its tag asks for.
import type { FunctionInfo, Type } from '../api';
import type { DebugInfo } from '../debugInfo';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import type { Unit } from '../unit/unit';
import { ArrayEntry, EnumEntry } from './arraysAndEnums';
import {
  BaseEntry,
  MemberPointerEntry,
  PointerEntry,
  QualifiedEntry,
  SubroutineEntry,
  TypedefEntry,
  UnspecifiedEntry,
} from './simple';
import { StructEntry } from './struct';

/** The type objects of a program. */
export class Types {
  private readonly known = new Map<Unit, Map<number, Type>>();

  constructor(
    private readonly info: DebugInfo,
    private readonly functionOf: (die: Die) => FunctionInfo,
  ) {}

  /** The entry's one object; undefined when the entry is no type. */
  of(die: Die): Type | undefined {
    let ofUnit = this.known.get(die.unit);
    if (ofUnit === undefined) {
      ofUnit = new Map();
      this.known.set(die.unit, ofUnit);
    }
    let type = ofUnit.get(die.offset);
    if (type === undefined) {
      type = this.make(die);
      if (type !== undefined) ofUnit.set(die.offset, type);
    }
    return type;
  }

  private make(die: Die): Type | undefined {
    const { info } = this;
    switch (die.tag) {
      case dw.DW_TAG_base_type:
        return new BaseEntry(info, die);
      case dw.DW_TAG_pointer_type:
        return new PointerEntry(info, die, 'pointer');
      case dw.DW_TAG_reference_type:
        return new PointerEntry(info, die, 'reference');
      case dw.DW_TAG_rvalue_reference_type:
        return new PointerEntry(info, die, 'rvalueReference');
      case dw.DW_TAG_structure_type:
        return new StructEntry(info, die, 'struct', this.functionOf);
      case dw.DW_TAG_class_type:
      case dw.DW_TAG_interface_type:
        return new StructEntry(info, die, 'class', this.functionOf);
      case dw.DW_TAG_union_type:
        return new StructEntry(info, die, 'union', this.functionOf);
      case dw.DW_TAG_array_type:
        return new ArrayEntry(info, die);
      case dw.DW_TAG_enumeration_type:
        return new EnumEntry(info, die);
      case dw.DW_TAG_typedef:
        return new TypedefEntry(info, die);
      case dw.DW_TAG_const_type:
        return new QualifiedEntry(info, die, 'const');
      case dw.DW_TAG_volatile_type:
        return new QualifiedEntry(info, die, 'volatile');
      case dw.DW_TAG_restrict_type:
        return new QualifiedEntry(info, die, 'restrict');
      case dw.DW_TAG_atomic_type:
        return new QualifiedEntry(info, die, 'atomic');
      case dw.DW_TAG_immutable_type:
        return new QualifiedEntry(info, die, 'immutable');
      case dw.DW_TAG_subroutine_type:
        return new SubroutineEntry(info, die);
      case dw.DW_TAG_ptr_to_member_type:
        return new MemberPointerEntry(info, die);
      case dw.DW_TAG_unspecified_type:
        return new UnspecifiedEntry(info, die);
      // A subrange used as a type of its own (Ada) reads like the type it restricts.
      case dw.DW_TAG_subrange_type: {
        const base = die.reference(dw.DW_AT_type);
        return base === undefined || base.is(die) || base.tag === dw.DW_TAG_subrange_type ? undefined : this.of(base);
      }
      default:
        return undefined;
    }
  }
}
