// Fields of a register: the three spellings of a bit position made one, enumerations resolved, overlaps reported.
import type { Derivation } from './derive';
import type { Warnings } from './errors';
import type { BlockWriter, EnumeratedValuesEntry, FieldEntry } from './image';
import { dimOf, integerOf, sizeOf } from './measures';
import { type EnumeratedValueRecord, type FieldRecord, pathOf, type RegisterRecord } from './records';

/** Wider than any register of the format. */
const maxBit = 4096;

/** A field without a usable bit position is left out, with a warning. */
export function fieldEntries(
  fields: readonly FieldRecord[],
  derivation: Derivation,
  blocks: BlockWriter,
  warnings: Warnings,
): FieldEntry[] {
  return fields.flatMap((field) => {
    const complain = (message: string) => warnings.add(message, field.line, pathOf(field));
    const position = bitPosition(field, complain);
    if (position === undefined) return [];
    const { kind, name, description, access, modifiedWriteValues, writeConstraint, readAction } = field;
    const dim = dimOf(field, warnings);
    if (dim !== undefined && position.lsb + dim.increment * (dim.count - 1) + position.width > maxBit) {
      complain('The array of fields does not fit into any register; it is left out.');
      return [];
    }
    const entry: FieldEntry = {
      kind,
      name,
      ...position,
      ...(description === undefined ? {} : { description }),
      ...(dim === undefined ? {} : { dim }),
      ...(access === undefined ? {} : { access }),
      ...(modifiedWriteValues === undefined ? {} : { modifiedWriteValues }),
      ...(writeConstraint === undefined ? {} : { writeConstraint }),
      ...(readAction === undefined ? {} : { readAction }),
    };
    const enumerations = enumerationEntries(field, position.width, derivation, blocks, complain);
    return [enumerations.length > 0 ? { ...entry, enumeratedValues: enumerations } : entry];
  });
}

function bitPosition(
  field: FieldRecord,
  complain: (message: string) => void,
): { lsb: number; width: number } | undefined {
  const position = writtenPosition(field, complain);
  if (position === undefined) {
    complain('The field has no usable bit position; it is left out.');
    return undefined;
  }
  if (position.width > 0 && position.lsb + position.width <= maxBit) return position;
  complain(`Bit ${position.lsb} with width ${position.width} is no place for a field; it is left out.`);
  return undefined;
}

function writtenPosition(
  field: FieldRecord,
  complain: (message: string) => void,
): { lsb: number; width: number } | undefined {
  if (field.bitRange !== undefined) {
    return { lsb: field.bitRange.lsb, width: field.bitRange.msb - field.bitRange.lsb + 1 };
  }
  const [lsb, msb] = [integerOf(field.lsb), integerOf(field.msb)];
  const offset = integerOf(field.bitOffset) ?? (msb === undefined ? lsb : undefined);
  if (offset !== undefined) {
    const width = integerOf(field.bitWidth);
    if (width === undefined) complain('The field has a first bit and no width; it is 1 bit wide.');
    return { lsb: offset, width: width ?? 1 };
  }
  if (lsb === undefined || msb === undefined) return undefined;
  if (lsb > msb) complain(`<lsb> ${lsb} is above <msb> ${msb}; they are taken the other way round.`);
  return { lsb: Math.min(lsb, msb), width: Math.abs(msb - lsb) + 1 };
}

function enumerationEntries(
  field: FieldRecord,
  width: number,
  derivation: Derivation,
  blocks: BlockWriter,
  complain: (message: string) => void,
): EnumeratedValuesEntry[] {
  return (field.enumeratedValues ?? []).flatMap((declared) => {
    const { name, headerEnumName, usage, enumeratedValue = [] } = derivation.resolve(declared);
    const values = enumeratedValue.filter((entry) => isUsable(entry, width, complain));
    if (values.length === 0) return [];
    return [
      {
        ...(name === '' ? {} : { name }),
        ...(headerEnumName === undefined ? {} : { headerEnumName }),
        ...(usage === undefined ? {} : { usage }),
        values: blocks.add(values),
      },
    ];
  });
}

function isUsable(entry: EnumeratedValueRecord, width: number, complain: (message: string) => void): boolean {
  const label = entry.name ?? 'without a name';
  if (entry.value === undefined) {
    if (entry.isDefault !== true) complain(`The enumerated value ${label} has no usable value; it is left out.`);
    return entry.isDefault === true;
  }
  const { value } = entry.value;
  if (typeof value === 'number' && width < 53 ? value >= 2 ** width : BigInt(value) >> BigInt(width) !== 0n) {
    complain(`The enumerated value ${label} is ${value}, which ${width} bits cannot hold.`);
  }
  return true;
}

/** Reports fields that overlap or stick out of their register; both are kept as they are. */
export function checkFields(fields: readonly FieldEntry[], register: RegisterRecord, warnings: Warnings): void {
  const complain = (message: string) => warnings.add(message, register.line, pathOf(register));
  const size = Math.min(sizeOf(register) ?? 32, maxBit);
  const readers: (string | undefined)[] = [];
  const writers: (string | undefined)[] = [];
  let overlapping = false;
  for (const field of fields) {
    for (let index = 0; index < (field.dim?.count ?? 1); index++) {
      const lsb = field.lsb + index * (field.dim?.increment ?? 0);
      if (lsb + field.width > size && index === 0) {
        complain(`The field ${field.name} reaches bit ${lsb + field.width - 1} of a register of ${size} bits.`);
      }
      for (let bit = lsb; bit < Math.min(lsb + field.width, size); bit++) {
        const other =
          (field.access === 'write-only' ? undefined : readers[bit]) ??
          (field.access === 'read-only' ? undefined : writers[bit]);
        if (other !== undefined && !overlapping) {
          overlapping = true;
          complain(`The fields ${other} and ${field.name} overlap in bit ${bit}.`);
        }
        if (field.access !== 'write-only') readers[bit] = field.name;
        if (field.access !== 'read-only') writers[bit] = field.name;
      }
    }
  }
}
