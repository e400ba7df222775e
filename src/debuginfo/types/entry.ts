// What all types have in common: the entry, its name and size, read when somebody looks.
import type { Language, SourcePosition, Type } from '../api';
import { type DebugInfo, declarationPosition, typeAttribute } from '../debugInfo';
import type { Die } from '../die/die';
import { typeName } from '../naming/names';
import { byteSizeOf } from './size';

/** Base of the objects that stand for type entries. */
export abstract class TypeEntry {
  private cachedName: string | undefined;
  private cachedTarget: Type | undefined | null = null;
  private cachedSize: number | undefined | null = null;

  constructor(
    protected readonly info: DebugInfo,
    readonly die: Die,
  ) {}

  get name(): string {
    this.cachedName ??= this.guard(() => typeName(this.die), '');
    return this.cachedName;
  }

  get byteSize(): number | undefined {
    if (this.cachedSize === null) this.cachedSize = this.guard(() => byteSizeOf(this.info, this.die), undefined);
    return this.cachedSize;
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
