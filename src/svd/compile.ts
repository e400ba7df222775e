// Records to the compiled image: derivations resolved, arrays and bit positions normalised, oddities reported.
import { Derivation } from './derive';
import { SvdError, type Warnings } from './errors';
import { checkFields, fieldEntries } from './fields';
import {
  type BlockId,
  BlockWriter,
  type ClusterEntry,
  type DeviceHeader,
  type DeviceImage,
  type Dim,
  type MemberEntry,
  type PeripheralEntry,
  type RegisterEntry,
} from './image';
import { dimOf, integerOf, reportDuplicates, sizeOf } from './measures';
import {
  type ClusterRecord,
  type DeviceRecord,
  type FieldRecord,
  type MemberRecord,
  type NamedRecord,
  type PeripheralRecord,
  pathOf,
  type RegisterRecord,
} from './records';

/** Bounds for what a file can unfold to. Real devices stay below a hundredth of each. */
const maxEntries = 5_000_000;
const maxRegisters = 100_000_000;

/** @throws SvdError when the file unfolds to more than any device has. */
export function compileDevice(record: DeviceRecord, warnings: Warnings): DeviceImage {
  return new Compiler(record, warnings).compile();
}

interface CompiledMembers {
  readonly block: BlockId;
  readonly registerCount: number;
}

class Compiler {
  readonly #device: DeviceRecord;
  readonly #warnings: Warnings;
  readonly #derivation: Derivation;
  readonly #blocks = new BlockWriter();
  readonly #members = new Map<readonly MemberRecord[], CompiledMembers>();
  readonly #openMembers = new Set<readonly MemberRecord[]>();
  readonly #fields = new Map<readonly FieldRecord[], BlockId>();
  #entries = 0;
  #sizeless: RegisterRecord | undefined;

  constructor(device: DeviceRecord, warnings: Warnings) {
    this.#device = device;
    this.#warnings = warnings;
    this.#derivation = new Derivation(device, warnings);
  }

  compile(): DeviceImage {
    const { kind: _kind, line, parent: _parent, peripherals = [], ...rest } = this.#device;
    if (peripherals.length === 0) this.#warn('The device has no peripherals.', this.#device);
    const unit = integerOf(rest.addressUnitBits);
    if (unit !== undefined && unit !== 8) {
      this.#warn(`addressUnitBits is ${unit}; addresses are taken as bytes all the same.`, this.#device);
    }
    const resolved = peripherals.map((peripheral) => this.#derivation.resolve(peripheral));
    reportDuplicates('peripheral', resolved, this.#warnings);
    const entries = resolved.map((peripheral) => this.#peripheral(peripheral));
    if (this.#sizeless !== undefined) {
      this.#warn(
        'No register size is given here or above; 32 bits are assumed, here and wherever else.',
        this.#sizeless,
      );
    }
    const total = entries.reduce((sum, entry) => sum + entry.registerCount * (entry.dim?.count ?? 1), 0);
    this.#checkCount(total, line);
    const header: DeviceHeader = { ...rest, peripherals: entries, warnings: this.#warnings.list() };
    return this.#blocks.finish(header);
  }

  #peripheral(record: PeripheralRecord): PeripheralEntry {
    const {
      line,
      parent: _parent,
      derivedFrom: _from,
      members = [],
      baseAddress,
      interrupt = [],
      ...rest
    } = withoutDim(record);
    if (baseAddress === undefined) this.#warn('The peripheral has no baseAddress; 0 is assumed.', record);
    const compiled = this.#compileMembers(members, record);
    this.#checkCount(compiled.registerCount, line);
    return {
      ...rest,
      ...this.#dim(record),
      baseAddress: baseAddress ?? 0,
      ...(interrupt.length > 0 ? { interrupt: this.#interrupts(record) } : {}),
      members: compiled.block,
      registerCount: compiled.registerCount,
    };
  }

  #interrupts(record: PeripheralRecord): { name: string; description?: string; value: number }[] {
    return (record.interrupt ?? []).flatMap(({ name = '', value, ...rest }) => {
      if (value !== undefined) return [{ ...rest, name, value }];
      this.#warn(`The interrupt ${name} has no number; it is left out.`, record);
      return [];
    });
  }

  #compileMembers(members: readonly MemberRecord[], owner: PeripheralRecord | ClusterRecord): CompiledMembers {
    const known = this.#members.get(members);
    if (known !== undefined) return known;
    if (this.#openMembers.has(members)) {
      this.#warn('derivedFrom makes this cluster contain itself; it is left empty.', owner);
      return { block: this.#blocks.add([]), registerCount: 0 };
    }
    this.#openMembers.add(members);
    const resolved = members.map((member) => this.#derivation.resolve(member));
    this.#countEntries(members.length, owner);
    reportDuplicates('register', resolved, this.#warnings);
    const entries: MemberEntry[] = [];
    let registerCount = 0;
    for (const member of resolved) {
      const entry = member.kind === 'cluster' ? this.#cluster(member) : this.#register(member);
      registerCount += (entry.kind === 'cluster' ? entry.registerCount : 1) * (entry.dim?.count ?? 1);
      entries.push(entry);
    }
    this.#openMembers.delete(members);
    const compiled = { block: this.#blocks.add(entries), registerCount };
    this.#members.set(members, compiled);
    return compiled;
  }

  #cluster(record: ClusterRecord): ClusterEntry {
    const {
      line: _line,
      parent: _parent,
      derivedFrom: _from,
      members = [],
      addressOffset: _offset,
      ...rest
    } = withoutDim(record);
    const compiled = this.#compileMembers(members, record);
    return {
      ...rest,
      ...this.#dim(record),
      addressOffset: this.#offset(record),
      members: compiled.block,
      registerCount: compiled.registerCount,
    };
  }

  #register(record: RegisterRecord): RegisterEntry {
    const {
      line: _line,
      parent: _parent,
      derivedFrom: _from,
      fields = [],
      addressOffset: _offset,
      ...rest
    } = withoutDim(record);
    const size = sizeOf(record);
    if (size === undefined) this.#sizeless ??= record;
    else if (size === 0 || size > 4096) {
      this.#warn(`A register of ${size} bits cannot be; 32 are assumed.`, record);
      delete (rest as { size?: unknown }).size;
    }
    const resolved = fields.map((field) => this.#derivation.resolve(field));
    const accesses = new Set(resolved.map((field) => field.access));
    const [accessOfFields] = accesses;
    const readAction = resolved.find((field) => field.readAction !== undefined)?.readAction;
    return {
      ...rest,
      ...this.#dim(record),
      addressOffset: this.#offset(record),
      ...(fields.length > 0 ? { fields: this.#compileFields(fields, resolved, record) } : {}),
      ...(accesses.size === 1 && accessOfFields !== undefined && record.access === undefined ? { accessOfFields } : {}),
      ...(readAction === undefined ? {} : { readActionOfFields: readAction }),
    };
  }

  #compileFields(fields: readonly FieldRecord[], resolved: readonly FieldRecord[], register: RegisterRecord): BlockId {
    const known = this.#fields.get(fields);
    if (known !== undefined) return known;
    this.#countEntries(fields.length, register);
    reportDuplicates('field', resolved, this.#warnings);
    const entries = fieldEntries(resolved, this.#derivation, this.#blocks, this.#warnings);
    checkFields(entries, register, this.#warnings);
    const block = this.#blocks.add(entries);
    this.#fields.set(fields, block);
    return block;
  }

  #dim(record: PeripheralRecord | ClusterRecord | RegisterRecord): { dim?: Dim } {
    const dim = dimOf(record, this.#warnings);
    return dim === undefined ? {} : { dim };
  }

  #offset(record: ClusterRecord | RegisterRecord): number {
    const offset = integerOf(record.addressOffset);
    if (offset !== undefined) return offset;
    this.#warn(`The ${record.kind} has no usable addressOffset; 0 is assumed.`, record);
    return 0;
  }

  #countEntries(added: number, record: NamedRecord): void {
    this.#entries += added;
    if (this.#entries <= maxEntries) return;
    throw new SvdError(`The file unfolds to more than ${maxEntries} registers and fields. Check its derivedFrom.`, {
      line: record.line,
    });
  }

  #checkCount(count: number, line: number): void {
    if (count <= maxRegisters) return;
    throw new SvdError(
      `Arrays unfold to more than ${maxRegisters} registers. Check <dim> of the clusters and registers.`,
      {
        line,
      },
    );
  }

  #warn(message: string, record: NamedRecord): void {
    this.#warnings.add(message, record.line, pathOf(record));
  }
}

function withoutDim<T extends PeripheralRecord | ClusterRecord | RegisterRecord>(record: T) {
  const {
    dim: _dim,
    dimIncrement: _increment,
    dimIndex: _index,
    dimName: _name,
    dimArrayIndex: _names,
    ...rest
  } = record;
  return rest;
}
