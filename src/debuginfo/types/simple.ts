// Types that consist of one entry and at most one other type: base types, pointers, typedefs, qualifiers, functions.
import type {
  BaseType,
  Encoding,
  MemberPointerType,
  PointerType,
  QualifiedType,
  SubroutineType,
  Type,
  TypedefType,
  UnspecifiedType,
} from '../api';
import { type DebugInfo, typeAttribute } from '../debugInfo';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { TypeEntry } from './entry';

/** DW_ATE_* (DWARF 5 table 7.11). */
const ENCODINGS: Readonly<Record<number, Encoding>> = {
  1: 'address',
  2: 'boolean',
  3: 'complexFloat',
  4: 'float',
  5: 'signed',
  6: 'signedChar',
  7: 'unsigned',
  8: 'unsignedChar',
  16: 'utf',
  18: 'utf',
};

/** DW_END_big and DW_END_little */
const ENDIANITY_BIG = 1;
const ENDIANITY_LITTLE = 2;

export class BaseEntry extends TypeEntry implements BaseType {
  readonly kind = 'base';

  get encoding(): Encoding {
    return this.guard(() => ENCODINGS[this.die.number(dw.DW_AT_encoding) ?? 0], undefined) ?? 'other';
  }

  get bitSize(): number | undefined {
    const bits = this.guard(() => this.die.number(dw.DW_AT_bit_size), undefined);
    return bits === undefined || bits === (this.byteSize ?? 0) * 8 ? undefined : bits;
  }

  get isBigEndian(): boolean {
    const endianity = this.guard(() => this.die.number(dw.DW_AT_endianity), undefined);
    if (endianity === ENDIANITY_BIG) return true;
    return endianity === ENDIANITY_LITTLE ? false : this.die.unit.file.sections.isBigEndian;
  }
}

export class PointerEntry extends TypeEntry implements PointerType {
  readonly kind = 'pointer';

  constructor(
    info: DebugInfo,
    die: Die,
    readonly flavour: PointerType['flavour'],
  ) {
    super(info, die);
  }

  get target(): Type | undefined {
    return this.typeAttribute;
  }
}

export class TypedefEntry extends TypeEntry implements TypedefType {
  readonly kind = 'typedef';

  get target(): Type | undefined {
    return this.typeAttribute;
  }
}

export class QualifiedEntry extends TypeEntry implements QualifiedType {
  readonly kind = 'qualified';

  constructor(
    info: DebugInfo,
    die: Die,
    readonly qualifier: QualifiedType['qualifier'],
  ) {
    super(info, die);
  }

  get target(): Type | undefined {
    return this.typeAttribute;
  }
}

export class SubroutineEntry extends TypeEntry implements SubroutineType {
  readonly kind = 'subroutine';

  get returnType(): Type | undefined {
    return this.typeAttribute;
  }

  get parameters(): readonly (Type | undefined)[] {
    return this.guard(() => {
      const types: (Type | undefined)[] = [];
      for (const child of this.die.children())
        if (child.tag === dw.DW_TAG_formal_parameter) types.push(typeAttribute(this.info, child));
      return types;
    }, []);
  }

  get isVariadic(): boolean {
    return this.guard(() => {
      for (const child of this.die.children()) if (child.tag === dw.DW_TAG_unspecified_parameters) return true;
      return false;
    }, false);
  }
}

export class MemberPointerEntry extends TypeEntry implements MemberPointerType {
  readonly kind = 'memberPointer';

  get containing(): Type | undefined {
    return this.guard(() => {
      const die = this.die.reference(dw.DW_AT_containing_type);
      return die === undefined ? undefined : this.info.typeOf(die);
    }, undefined);
  }

  get target(): Type | undefined {
    return this.typeAttribute;
  }
}

export class UnspecifiedEntry extends TypeEntry implements UnspecifiedType {
  readonly kind = 'unspecified';
}
