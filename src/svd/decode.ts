// Register values to field values and names, and back: what a read shows, and what a write must send.
import { SvdError } from './errors';
import type { EnumeratedValue, Field, Register, WriteConstraint } from './register';

export interface DecodedField {
  readonly field: Field;
  readonly value: bigint;
  /** What the value stands for, when the file says. */
  readonly enumerated: EnumeratedValue | undefined;
}

export interface DecodedRegister {
  readonly register: Register;
  readonly value: bigint;
  /** In the order of the file; write-only fields included, with the bits that were read. */
  readonly fields: readonly DecodedField[];
}

/** Splits a value as read from the target into its fields. Bits beyond the register's size are ignored. */
export function decodeRegister(register: Register, raw: bigint): DecodedRegister {
  const value = BigInt.asUintN(register.size, raw);
  return { register, value, fields: register.fields.map((field) => decodeField(field, value)) };
}

export function decodeField(field: Field, raw: bigint): DecodedField {
  const value = extractField(field, raw);
  return { field, value, enumerated: field.enumerated(value) };
}

export function extractField(field: Field, raw: bigint): bigint {
  return (raw >> BigInt(field.lsb)) & field.maximum;
}

/** The value with the field's bits replaced, and nothing else considered. */
export function insertField(field: Field, raw: bigint, value: bigint): bigint {
  return (raw & ~field.mask) | ((value & field.maximum) << BigInt(field.lsb));
}

/**
 * The register value to write so that one field takes a new value and all else stays as it is: bits of other fields that
 * act on being written (oneToClear and its like) get the value that does nothing. Pass as `current` what was read just now,
 * or the reset value when the register cannot be read.
 * @param value a number, or the name of an enumerated value
 * @throws SvdError when the field cannot be written, the value does not fit, or the file's write constraint forbids it
 */
export function encodeField(field: Field, current: bigint, value: bigint | string): bigint {
  const chosen = checkFieldValue(field, value, extractField(field, current));
  let raw = current;
  for (const other of field.register.fields) {
    if (other.writable && (other.mask & field.mask) === 0n)
      raw = insertField(other, raw, valueWithoutEffect(other, current));
  }
  return BigInt.asUintN(field.register.size, insertField(field, raw, chosen));
}

/**
 * The register value with these fields, over `base` (by default the reset value). Nothing is neutralised: it is what one
 * would write to a register as a whole.
 * @throws SvdError for unknown fields and for values as in `encodeField`
 */
export function encodeRegister(
  register: Register,
  values: Readonly<Record<string, bigint | string>>,
  base: bigint = register.resetValue,
): bigint {
  let raw = BigInt.asUintN(register.size, base);
  for (const [name, value] of Object.entries(values)) {
    const field = register.field(name);
    if (field === undefined) throw new SvdError(`${register.path} has no field ${name}.`);
    raw = insertField(field, raw, checkFieldValue(field, value, extractField(field, base)));
  }
  return raw;
}

/**
 * Checks a value meant for the whole register.
 * @param current the value read last, for `writeAsRead`
 * @throws SvdError when the register cannot be written, the value does not fit, or the write constraint forbids it
 */
export function checkRegisterValue(register: Register, value: bigint, current?: bigint): void {
  if (!register.writable) throw new SvdError(`${register.path} is read-only.`);
  const maximum = (1n << BigInt(register.size)) - 1n;
  if (value < 0n || value > maximum) throw outOfRange(register.path, 0n, maximum, register.size, value);
  checkConstraint(register.path, register.writeConstraint, value, register.size, current);
}

/**
 * Turns a field's new value, given as number or as name, into a number.
 * @throws SvdError as `encodeField`
 */
export function checkFieldValue(field: Field, value: bigint | string, current?: bigint): bigint {
  if (!field.writable) throw new SvdError(`${field.path} is read-only.`);
  const names = field.valuesFor('write');
  const chosen = typeof value === 'string' ? byName(field, names, value) : value;
  if (chosen < 0n || chosen > field.maximum) throw outOfRange(field.path, 0n, field.maximum, field.width, chosen);
  if (field.writeConstraint?.kind === 'useEnumeratedValues' && names.length > 0) {
    const listed = names.some(
      (entry) => entry.value !== undefined && (chosen & (entry.careMask ?? field.maximum)) === entry.value,
    );
    if (!listed && !names.some((entry) => entry.isDefault)) {
      throw new SvdError(`${field.path} takes only its named values: ${nameList(names)}.`);
    }
  }
  checkConstraint(field.path, field.writeConstraint, chosen, field.width, current);
  return chosen;
}

function byName(field: Field, names: readonly EnumeratedValue[], name: string): bigint {
  const entry =
    names.find((one) => one.name === name) ?? names.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (entry?.value !== undefined) return entry.value;
  if (entry !== undefined)
    throw new SvdError(`${field.path}: ${entry.name} stands for every other value. Give a number.`);
  throw new SvdError(
    names.length === 0
      ? `${field.path} has no named values. Give a number from 0 to ${field.maximum}.`
      : `${field.path} has no value named ${name}. It has: ${nameList(names)}.`,
  );
}

function nameList(names: readonly EnumeratedValue[]): string {
  const shown = names
    .slice(0, 12)
    .map((entry) => (entry.value === undefined ? entry.name : `${entry.name} (${entry.value})`));
  return shown.join(', ') + (names.length > shown.length ? ', …' : '');
}

function checkConstraint(
  path: string,
  constraint: WriteConstraint | undefined,
  value: bigint,
  bits: number,
  current: bigint | undefined,
): void {
  if (constraint?.kind === 'range' && (value < constraint.minimum || value > constraint.maximum)) {
    throw outOfRange(path, constraint.minimum, constraint.maximum, bits, value);
  }
  if (constraint?.kind === 'writeAsRead' && current !== undefined && value !== current) {
    throw new SvdError(`${path} may only be written with the value that was read, ${current}.`);
  }
}

function outOfRange(path: string, minimum: bigint, maximum: bigint, bits: number, value: bigint): SvdError {
  const width = bits === 1 ? '1 bit' : `${bits} bits`;
  return new SvdError(`${path} takes values from ${minimum} to ${maximum} (${width}); ${value} is outside.`);
}

/** What to write into a field that is to stay as it is. `clear`, `set` and `modify` happen with any value. */
function valueWithoutEffect(field: Field, current: bigint): bigint {
  switch (field.modifiedWriteValues) {
    case 'oneToClear':
    case 'oneToSet':
    case 'oneToToggle':
      return 0n;
    case 'zeroToClear':
    case 'zeroToSet':
    case 'zeroToToggle':
      return field.maximum;
    default:
      return extractField(field, field.readable ? current : field.register.resetValue);
  }
}
