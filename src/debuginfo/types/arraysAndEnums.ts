// Array and enumeration types (DWARF 5 §5.5, §5.7).
import type { ArrayType, Dimension, EnumType, Type } from '../api';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { dimensionsOf } from '../naming/dimensions';
import { TypeEntry } from './entry';
import { UnspecifiedEntry } from './simple';
import { definitionOf, strideOf } from './size';

export class ArrayEntry extends TypeEntry implements ArrayType {
  readonly kind = 'array';
  private cachedDimensions: readonly Dimension[] | undefined;
  private cachedStride: number | undefined | null = null;

  get element(): Type {
    return this.typeAttribute ?? new UnspecifiedEntry(this.info, this.die);
  }

  get dimensions(): readonly Dimension[] {
    this.cachedDimensions ??= this.guard(() => dimensionsOf(this.die), []);
    return this.cachedDimensions;
  }

  get stride(): number | undefined {
    if (this.cachedStride === null) this.cachedStride = this.guard(() => strideOf(this.info, this.die), undefined);
    return this.cachedStride;
  }

  get isVector(): boolean {
    return this.guard(() => this.die.flag(dw.DW_AT_GNU_vector), false);
  }
}

export class EnumEntry extends TypeEntry implements EnumType {
  readonly kind = 'enum';
  private cachedEnumerators: EnumType['enumerators'] | undefined;

  private get definition(): Die {
    return this.guard(() => definitionOf(this.info, this.die), this.die);
  }

  get underlying(): Type | undefined {
    return this.typeAttribute;
  }

  get isSigned(): boolean {
    let type = this.underlying;
    for (let left = 8; type !== undefined && left > 0; left--) {
      if (type.kind === 'base') return type.encoding === 'signed' || type.encoding === 'signedChar';
      if (type.kind !== 'typedef' && type.kind !== 'qualified') break;
      type = type.target;
    }
    return this.enumerators.some(({ value }) => value < 0n);
  }

  get enumerators(): EnumType['enumerators'] {
    this.cachedEnumerators ??= this.guard(() => this.readEnumerators(), []);
    return this.cachedEnumerators;
  }

  private readEnumerators(): EnumType['enumerators'] {
    const found: { name: string; value: bigint }[] = [];
    for (const child of this.definition.children()) {
      if (child.tag !== dw.DW_TAG_enumerator) continue;
      const value = child.constant(dw.DW_AT_const_value) ?? 0n;
      found.push({ name: child.string(dw.DW_AT_name) ?? '', value });
    }
    return found;
  }

  get isScoped(): boolean {
    return this.guard(() => this.definition.flag(dw.DW_AT_enum_class), false);
  }
}
