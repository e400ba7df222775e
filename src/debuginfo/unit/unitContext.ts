// A unit as expressions and location lists see it (sections.ts).
import { addressAtIndex } from '../addr/addresses';
import type { LocationSource } from '../api';
import * as dw from '../dwarf/constants';
import { variableLocation } from '../scopes/locations';
import type { SectionSource, UnitContext } from '../sections';
import type { Unit } from './unit';

export class ExpressionUnit implements UnitContext {
  readonly version: number;
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
  readonly isBigEndian: boolean;
  readonly sections: SectionSource;

  constructor(private readonly unit: Unit) {
    ({ version: this.version, offsetSize: this.offsetSize, addressSize: this.addressSize } = unit.header);
    this.sections = unit.file.sections;
    this.isBigEndian = this.sections.isBigEndian;
  }

  get lowPc(): number | undefined {
    return this.unit.lowPc;
  }

  get locListsBase(): number {
    return this.unit.locationListsBase;
  }

  get isGnuSplit(): boolean {
    return this.unit.file.isSplit && this.version < 5;
  }

  addressAt(index: number): number {
    return addressAtIndex(this.unit, index);
  }

  baseType(dieOffset: number): { readonly encoding: number; readonly byteSize: number } | undefined {
    const die = this.unit.dieAt(dieOffset);
    const encoding = die.number(dw.DW_AT_encoding);
    const byteSize = die.number(dw.DW_AT_byte_size);
    return encoding === undefined || byteSize === undefined ? undefined : { encoding, byteSize };
  }

  locationOf(dieOffset: number, relativeTo: 'unit' | 'section'): LocationSource {
    if (relativeTo === 'unit') return variableLocation(this.unit.dieAt(dieOffset));
    const unit = this.unit.file.unitAt(dieOffset);
    return unit === undefined ? { kind: 'none' } : variableLocation(unit.dieAt(dieOffset - unit.header.offset));
  }
}
