// What all types have in common: the entry, its name and size, read when somebody looks.
import type { Language, SourcePosition, Type } from '../api';
import { type DebugInfo, declarationPosition, typeAttribute } from '../debugInfo';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { typeName } from '../naming/names';

/** Base of the objects that stand for type entries. */
export abstract class TypeEntry {
  private cachedName: string | undefined;
  private cachedTarget: Type | undefined | null = null;

  constructor(
    protected readonly info: DebugInfo,
    readonly die: Die,
  ) {}

  get name(): string {
    this.cachedName ??= this.guard(() => typeName(this.die), '');
    return this.cachedName;
  }

  get byteSize(): number | undefined {
    return this.ownSize;
  }

  /** DW_AT_byte_size, or the rounded up DW_AT_bit_size. */
  protected get ownSize(): number | undefined {
    return this.guard(() => {
      const bytes = this.die.number(dw.DW_AT_byte_size);
      if (bytes !== undefined) return bytes;
      const bits = this.die.number(dw.DW_AT_bit_size);
      return bits === undefined ? undefined : Math.ceil(bits / 8);
    }, undefined);
  }

  get language(): Language {
    return this.die.unit.language;
  }

  get declaration(): SourcePosition | undefined {
    return this.guard(() => declarationPosition(this.info, this.die), undefined);
  }

  /** DW_AT_type; undefined is void. */
  protected get typeAttribute(): Type | undefined {
    if (this.cachedTarget === null) this.cachedTarget = this.guard(() => typeAttribute(this.info, this.die), undefined);
    return this.cachedTarget;
  }

  protected guard<T, U>(read: () => T, otherwise: U): T | U {
    return this.info.warnings.guard(read, otherwise);
  }
}

/** The size of a type that takes its own from another, with an end to cycles of damaged files. */
export function sizeThrough(target: Type | undefined, depth = 0): number | undefined {
  if (target === undefined || depth > 32) return undefined;
  if (target.kind === 'typedef' || target.kind === 'qualified') return sizeThrough(target.target, depth + 1);
  if (target.kind === 'array' && target.element.kind === 'array' && depth > 8) return undefined;
  return target.byteSize;
}
