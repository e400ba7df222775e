// Registers and their fields, as the device model shows them: everything inherited filled in. No values of a live target.
import { Elements, type Place } from './elements';
import type { BlockReader, EnumeratedValuesEntry, FieldEntry, RegisterEntry } from './image';
import type {
  Access,
  ModifiedWriteValues,
  Protection,
  ReadAction,
  RegisterProperties,
  Usage,
  WriteConstraintRecord,
} from './records';

/** What an element passes on to those inside it. */
export interface Surroundings {
  readonly blocks: BlockReader;
  readonly properties: RegisterProperties;
  /** Address of the enclosing peripheral or cluster. */
  readonly address: bigint;
  /** Dotted path of the enclosing element, with a dot at its end. */
  readonly prefix: string;
}

export interface EnumeratedValue {
  readonly name: string;
  readonly description?: string;
  /** Absent for the default entry. */
  readonly value?: bigint;
  /** Bits that must equal those of `value`; absent when all must. */
  readonly careMask?: bigint;
  /** Stands for every value that has no entry of its own. */
  readonly isDefault: boolean;
}

export interface EnumeratedValues {
  readonly name?: string;
  readonly headerEnumName?: string;
  readonly usage: Usage;
  readonly values: readonly EnumeratedValue[];
}

/** Which values may be written. Without one, any that fits. */
export type WriteConstraint =
  | { readonly kind: 'writeAsRead' }
  | { readonly kind: 'useEnumeratedValues' }
  | { readonly kind: 'range'; readonly minimum: bigint; readonly maximum: bigint };

/** The register size when no element of the file gives one, in bits. */
const defaultSize = 32;

export class Register {
  readonly kind = 'register';
  readonly name: string;
  /** Dotted: `GPIOA.MODER`. */
  readonly path: string;
  readonly address: bigint;
  /** From the enclosing peripheral or cluster, in bytes. */
  readonly addressOffset: number;
  /** Bits. */
  readonly size: number;
  /** The name that dimArrayIndex gives this element of an array. */
  readonly indexName: string | undefined;
  readonly #entry: RegisterEntry;
  readonly #place: Place;
  readonly #in: Surroundings;
  #fields: readonly Field[] | undefined;

  constructor(entry: RegisterEntry, place: Place, surroundings: Surroundings) {
    this.#entry = entry;
    this.#place = place;
    this.#in = surroundings;
    this.name = place.name;
    this.indexName = place.indexName;
    this.path = surroundings.prefix + place.name;
    this.addressOffset = entry.addressOffset + place.offset;
    this.address = surroundings.address + BigInt(this.addressOffset);
    const size = entry.size ?? surroundings.properties.size;
    this.size = typeof size === 'number' && size > 0 && size <= 4096 ? size : defaultSize;
  }

  get displayName(): string {
    return this.#place.expand(this.#entry.displayName ?? this.name);
  }

  get description(): string | undefined {
    return this.#entry.description === undefined ? undefined : this.#place.expand(this.#entry.description);
  }

  /** Bytes that the register takes in memory. */
  get bytes(): number {
    return Math.ceil(this.size / 8);
  }

  /** Where neither the register nor anything around it says, what all its fields agree on, else read-write. */
  get access(): Access {
    return this.#entry.access ?? this.#entry.accessOfFields ?? this.#in.properties.access ?? 'read-write';
  }

  get readable(): boolean {
    return isReadable(this.access);
  }

  get writable(): boolean {
    return this.access !== 'read-only';
  }

  get protection(): Protection | undefined {
    return this.#entry.protection ?? this.#in.properties.protection;
  }

  get resetValue(): bigint {
    return BigInt.asUintN(this.size, BigInt(this.#entry.resetValue ?? this.#in.properties.resetValue ?? 0));
  }

  /** Bits whose value after reset is defined. */
  get resetMask(): bigint {
    return BigInt.asUintN(this.size, BigInt(this.#entry.resetMask ?? this.#in.properties.resetMask ?? -1));
  }

  /** What a read changes, stated for the register or for one of its fields. Undefined: reading is harmless. */
  get readAction(): ReadAction | undefined {
    return this.#entry.readAction ?? this.#entry.readActionOfFields;
  }

  get modifiedWriteValues(): ModifiedWriteValues | undefined {
    return this.#entry.modifiedWriteValues;
  }

  get writeConstraint(): WriteConstraint | undefined {
    return writeConstraint(this.#entry.writeConstraint, this.size);
  }

  /** The C type, such as `uint8_t *`. */
  get dataType(): string | undefined {
    return this.#entry.dataType;
  }

  get alternateGroup(): string | undefined {
    return this.#entry.alternateGroup;
  }

  get alternateRegister(): string | undefined {
    const other = this.#entry.alternateRegister;
    return other === undefined ? undefined : this.#place.expand(other);
  }

  /** In the order of the file, arrays of fields unfolded. */
  get fields(): readonly Field[] {
    if (this.#fields !== undefined) return this.#fields;
    const entries = this.#entry.fields === undefined ? [] : this.#in.blocks.fields(this.#entry.fields);
    const fields = new Elements(
      entries,
      (at, place) => new Field(entries[at] as FieldEntry, place, this, this.#in.blocks),
    );
    this.#fields = [...fields];
    return this.#fields;
  }

  field(name: string): Field | undefined {
    return this.fields.find((field) => field.name === name);
  }
}

export class Field {
  readonly kind = 'field';
  readonly name: string;
  readonly path: string;
  readonly register: Register;
  readonly lsb: number;
  /** Bits. */
  readonly width: number;
  readonly #entry: FieldEntry;
  readonly #place: Place;
  readonly #blocks: BlockReader;

  constructor(entry: FieldEntry, place: Place, register: Register, blocks: BlockReader) {
    this.#entry = entry;
    this.#place = place;
    this.#blocks = blocks;
    this.register = register;
    this.name = place.name;
    this.path = `${register.path}.${place.name}`;
    this.lsb = entry.lsb + place.offset;
    this.width = entry.width;
  }

  get msb(): number {
    return this.lsb + this.width - 1;
  }

  get description(): string | undefined {
    return this.#entry.description === undefined ? undefined : this.#place.expand(this.#entry.description);
  }

  /** The largest value that fits. */
  get maximum(): bigint {
    return (1n << BigInt(this.width)) - 1n;
  }

  /** Ones where the field is, in its register. */
  get mask(): bigint {
    return this.maximum << BigInt(this.lsb);
  }

  get access(): Access {
    return this.#entry.access ?? this.register.access;
  }

  get readable(): boolean {
    return isReadable(this.access);
  }

  get writable(): boolean {
    return this.access !== 'read-only';
  }

  get readAction(): ReadAction | undefined {
    return this.#entry.readAction;
  }

  get modifiedWriteValues(): ModifiedWriteValues | undefined {
    return this.#entry.modifiedWriteValues ?? this.register.modifiedWriteValues;
  }

  get writeConstraint(): WriteConstraint | undefined {
    return writeConstraint(this.#entry.writeConstraint, this.width);
  }

  get enumeratedValues(): readonly EnumeratedValues[] {
    return (this.#entry.enumeratedValues ?? []).map((entry) => enumeration(entry, this.#blocks));
  }

  /** The enumerated value that a number read (or to be written) stands for. */
  enumerated(value: bigint, usage: 'read' | 'write' = 'read'): EnumeratedValue | undefined {
    const values = this.valuesFor(usage);
    return values.find((entry) => matches(entry, value)) ?? values.find((entry) => entry.isDefault);
  }

  /** The enumerated values that apply when reading, or when writing. */
  valuesFor(usage: 'read' | 'write'): readonly EnumeratedValue[] {
    return this.enumeratedValues
      .filter((set) => set.usage === usage || set.usage === 'read-write')
      .flatMap((set) => set.values);
  }
}

function isReadable(access: Access): boolean {
  return access !== 'write-only' && access !== 'writeOnce';
}

function matches(entry: EnumeratedValue, value: bigint): boolean {
  if (entry.value === undefined) return false;
  return entry.careMask === undefined ? entry.value === value : (value & entry.careMask) === entry.value;
}

function enumeration({ values, usage, ...rest }: EnumeratedValuesEntry, blocks: BlockReader): EnumeratedValues {
  return {
    ...rest,
    usage: usage ?? 'read-write',
    values: blocks.values(values).map(({ name, description, value, isDefault }) => ({
      name: name ?? (value === undefined ? 'default' : String(value.value)),
      ...(description === undefined ? {} : { description }),
      ...(value === undefined ? {} : { value: BigInt(value.value) }),
      ...(value?.careMask === undefined ? {} : { careMask: BigInt(value.careMask) }),
      isDefault: isDefault ?? false,
    })),
  };
}

function writeConstraint(record: WriteConstraintRecord | undefined, bits: number): WriteConstraint | undefined {
  if (record?.range !== undefined) {
    const { minimum, maximum } = record.range;
    const largest = (1n << BigInt(bits)) - 1n;
    return { kind: 'range', minimum: BigInt(minimum ?? 0), maximum: maximum === undefined ? largest : BigInt(maximum) };
  }
  if (record?.useEnumeratedValues === true) return { kind: 'useEnumeratedValues' };
  return record?.writeAsRead === true ? { kind: 'writeAsRead' } : undefined;
}
