// A unit, a program and a frame made by hand, for expressions that no compiler at hand writes.
import type { EvaluationContext, LocationSource } from '../../src/debuginfo/api';
import { Reader } from '../../src/debuginfo/bytes';
import { DebugInfoError, WarningList } from '../../src/debuginfo/errors';
import { Locator } from '../../src/debuginfo/expressions/locator';
import type { CallSiteValues } from '../../src/debuginfo/expressions/surroundings';
import type { SectionData, UnitContext } from '../../src/debuginfo/sections';

export function sectionOf(name: string, bytes: Uint8Array, isBigEndian = false, address = 0): SectionData {
  return {
    name,
    address,
    size: bytes.length,
    bytes: () => bytes,
    slice: (offset, length) => new Reader(bytes, name, isBigEndian, offset).slice(length),
    reader: (offset = 0) => new Reader(bytes, name, isBigEndian).at(offset),
  };
}

export interface UnitParts extends Partial<Omit<UnitContext, 'sections'>> {
  readonly section?: SectionData;
}

export function unitOf(parts: UnitParts = {}): UnitContext {
  const { section, ...rest } = parts;
  const isBigEndian = parts.isBigEndian ?? false;
  return {
    version: 5,
    offsetSize: 4,
    addressSize: 4,
    isBigEndian,
    lowPc: 0x1000,
    locListsBase: 0,
    isGnuSplit: false,
    addressAt: (index) => {
      if (index >= 8) throw new DebugInfoError('.debug_addr', index, 'there is no such address');
      return 0x2000 + index * 0x100;
    },
    baseType: (offset) => baseTypes[offset],
    locationOf: () => ({ kind: 'none' }),
    ...rest,
    sections: {
      machine: 'arm',
      is64Bit: parts.addressSize === 8,
      isBigEndian,
      warnings: new WarningList(),
      section: (name) => (section?.name === name ? section : undefined),
    },
  };
}

/** Offsets of the base types that every unit here has. */
export const types = { float: 1, double: 2, int: 3, unsigned: 4, longLong: 5, longDouble: 6, char: 7 };

const baseTypes: Partial<Record<number, { encoding: number; byteSize: number }>> = {
  [types.float]: { encoding: 4, byteSize: 4 },
  [types.double]: { encoding: 4, byteSize: 8 },
  [types.int]: { encoding: 5, byteSize: 4 },
  [types.unsigned]: { encoding: 7, byteSize: 4 },
  [types.longLong]: { encoding: 5, byteSize: 8 },
  [types.longDouble]: { encoding: 4, byteSize: 16 },
  [types.char]: { encoding: 6, byteSize: 1 },
};

/** Register n holds 0x100 * (n + 1) up to 15, a byte of memory the low byte of its address from 0x8000 to 0x8fff. */
export function frame(more: Partial<EvaluationContext> = {}): EvaluationContext {
  return {
    pc: 0x1010,
    register: (number) => (number < 16 ? BigInt(0x100 * (number + 1)) : undefined),
    memory: (address, length) =>
      address >= 0x8000 && address + length <= 0x9000
        ? Uint8Array.from({ length }, (_, index) => (address + index) & 0xff)
        : undefined,
    frameBase: () => 0x8800,
    canonicalFrameAddress: () => 0x8900,
    ...more,
  };
}

export function locatorOf(unit: UnitContext, callSite?: CallSiteValues): Locator {
  return new Locator({ isBigEndian: unit.isBigEndian, unit: () => unit, callSite: () => callSite });
}

export function expression(bytes: readonly number[]): LocationSource {
  return { kind: 'expression', expression: Uint8Array.from(bytes), unit: { index: 0 } };
}
