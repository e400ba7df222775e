// The device model: peripherals and clusters over a compiled image. Lists are lazy; nothing below an element exists before
// it is asked for. Addresses and register values are bigint everywhere, sizes and offsets are numbers.
import { Elements, type Place } from './elements';
import type { SvdWarning } from './errors';
import {
  BlockReader,
  type ClusterEntry,
  type DeviceHeader,
  type DeviceImage,
  type MemberEntry,
  type PeripheralEntry,
} from './image';
import type { AddressBlockRecord, CpuRecord, Protection, RegisterProperties } from './records';
import { type Field, Register, type Surroundings } from './register';

export interface Interrupt {
  readonly name: string;
  readonly description?: string;
  readonly value: number;
}

/** A range of addresses that belongs to a peripheral. */
export interface AddressBlock {
  readonly address: bigint;
  /** Bytes. */
  readonly size: number;
  readonly usage: 'registers' | 'buffer' | 'reserved';
  readonly protection?: Protection;
}

export type Member = Register | Cluster;

export class Device {
  readonly peripherals: Elements<Peripheral>;
  /** What was not as the format wants it, and was read all the same. */
  readonly warnings: readonly SvdWarning[];
  readonly #header: DeviceHeader;

  constructor(image: DeviceImage) {
    const header = JSON.parse(image.header) as DeviceHeader;
    const blocks = new BlockReader(image);
    this.#header = header;
    this.warnings = header.warnings;
    const surroundings: Surroundings = { blocks, properties: header, address: 0n, prefix: '' };
    const entries = header.peripherals;
    this.peripherals = new Elements(
      entries,
      (at, place) => new Peripheral(entries[at] as PeripheralEntry, place, surroundings),
    );
  }

  get name(): string {
    return this.#header.name;
  }

  get description(): string | undefined {
    return this.#header.description;
  }

  get vendor(): string | undefined {
    return this.#header.vendor;
  }

  get vendorID(): string | undefined {
    return this.#header.vendorID;
  }

  get series(): string | undefined {
    return this.#header.series;
  }

  get version(): string | undefined {
    return this.#header.version;
  }

  get schemaVersion(): string | undefined {
    return this.#header.schemaVersion;
  }

  get cpu(): CpuRecord | undefined {
    return this.#header.cpu;
  }

  /** The widest single access of the bus, in bits. */
  get width(): number {
    return typeof this.#header.width === 'number' ? this.#header.width : 32;
  }

  get registerCount(): number {
    return this.#header.peripherals.reduce((sum, entry) => sum + entry.registerCount * (entry.dim?.count ?? 1), 0);
  }

  /** Finds by dotted path: `GPIOA`, `GPIOA.MODER`, `RADIO.PSEL.DATA[1]`, `GPIOA.MODER.MODER0`. */
  find(path: string): Found {
    const [first = '', ...rest] = path.split('.');
    let at: Found = this.peripherals.find(first);
    for (const name of rest) at = childOf(at, name);
    return at;
  }
}

type Found = Peripheral | Member | Field | undefined;

function childOf(parent: Found, name: string): Found {
  switch (parent?.kind) {
    case 'peripheral':
    case 'cluster':
      return parent.find(name);
    case 'register':
      return parent.field(name);
    default:
      return undefined;
  }
}

/** What peripherals and clusters have in common: an address, and members placed relative to it. */
abstract class RegisterGroup {
  readonly name: string;
  readonly path: string;
  readonly address: bigint;
  /** The name that dimArrayIndex gives this element of an array. */
  readonly indexName: string | undefined;
  /** Registers in all, arrays and nested clusters included. */
  readonly registerCount: number;
  readonly #entry: PeripheralEntry | ClusterEntry;
  readonly #place: Place;
  readonly #inside: Surroundings;
  #members: Elements<Member> | undefined;

  constructor(entry: PeripheralEntry | ClusterEntry, place: Place, offset: bigint, surroundings: Surroundings) {
    this.#entry = entry;
    this.#place = place;
    this.name = place.name;
    this.indexName = place.indexName;
    this.path = surroundings.prefix + place.name;
    this.address = surroundings.address + offset + BigInt(place.offset);
    this.registerCount = entry.registerCount;
    this.#inside = {
      blocks: surroundings.blocks,
      properties: inherit(surroundings.properties, entry),
      address: this.address,
      prefix: `${this.path}.`,
    };
  }

  get description(): string | undefined {
    return this.#entry.description === undefined ? undefined : this.#place.expand(this.#entry.description);
  }

  /** Name of the C structure in the vendor's header. */
  get headerStructName(): string | undefined {
    return this.#entry.headerStructName;
  }

  get protection(): Protection | undefined {
    return this.#inside.properties.protection;
  }

  /** Registers and clusters in the order of the file, arrays unfolded lazily. */
  get members(): Elements<Member> {
    if (this.#members !== undefined) return this.#members;
    const entries = this.#inside.blocks.members(this.#entry.members);
    this.#members = new Elements(entries, (at, place) => makeMember(entries[at] as MemberEntry, place, this.#inside));
    return this.#members;
  }

  find(name: string): Member | undefined {
    return this.members.find(name);
  }

  /** All registers, those of clusters included, depth first. */
  *registers(): Generator<Register> {
    for (const member of this.members) {
      if (member.kind === 'register') yield member;
      else yield* member.registers();
    }
  }
}

function makeMember(entry: MemberEntry, place: Place, surroundings: Surroundings): Member {
  return entry.kind === 'register' ? new Register(entry, place, surroundings) : new Cluster(entry, place, surroundings);
}

function inherit(outer: RegisterProperties, own: RegisterProperties): RegisterProperties {
  return {
    ...pick('size', own, outer),
    ...pick('access', own, outer),
    ...pick('protection', own, outer),
    ...pick('resetValue', own, outer),
    ...pick('resetMask', own, outer),
  };
}

function pick<K extends keyof RegisterProperties>(
  key: K,
  own: RegisterProperties,
  outer: RegisterProperties,
): RegisterProperties {
  const value = own[key] ?? outer[key];
  return value === undefined ? {} : { [key]: value };
}

export class Peripheral extends RegisterGroup {
  readonly kind = 'peripheral';
  readonly #entry: PeripheralEntry;

  constructor(entry: PeripheralEntry, place: Place, surroundings: Surroundings) {
    super(entry, place, BigInt(entry.baseAddress), surroundings);
    this.#entry = entry;
  }

  get groupName(): string | undefined {
    return this.#entry.groupName;
  }

  get version(): string | undefined {
    return this.#entry.version;
  }

  get prependToName(): string | undefined {
    return this.#entry.prependToName;
  }

  get appendToName(): string | undefined {
    return this.#entry.appendToName;
  }

  /** The peripheral that this one describes in another way. */
  get alternatePeripheral(): string | undefined {
    return this.#entry.alternatePeripheral;
  }

  /** A C expression; true on the target means that the peripheral must not be accessed. */
  get disableCondition(): string | undefined {
    return this.#entry.disableCondition;
  }

  get interrupts(): readonly Interrupt[] {
    return this.#entry.interrupt ?? [];
  }

  get addressBlocks(): readonly AddressBlock[] {
    return (this.#entry.addressBlock ?? []).flatMap((block) => addressBlock(block, this.address));
  }

  /** By its name, or by its name with what prependToName and appendToName add. */
  override find(name: string): Member | undefined {
    const { prependToName: before = '', appendToName: after = '' } = this.#entry;
    const found = super.find(name);
    if (found !== undefined || before + after === '' || !name.startsWith(before) || !name.endsWith(after)) return found;
    return super.find(name.slice(before.length, name.length - after.length));
  }
}

function addressBlock({ offset, size, usage, protection }: AddressBlockRecord, base: bigint): AddressBlock[] {
  if (typeof size !== 'number') return [];
  return [
    {
      address: base + BigInt(offset ?? 0),
      size,
      usage: usage ?? 'registers',
      ...(protection === undefined ? {} : { protection }),
    },
  ];
}

export class Cluster extends RegisterGroup {
  readonly kind = 'cluster';
  /** From the enclosing peripheral or cluster, in bytes. */
  readonly addressOffset: number;
  readonly #entry: ClusterEntry;

  constructor(entry: ClusterEntry, place: Place, surroundings: Surroundings) {
    super(entry, place, BigInt(entry.addressOffset), surroundings);
    this.#entry = entry;
    this.addressOffset = entry.addressOffset + place.offset;
  }

  /** The cluster that this one describes in another way. */
  get alternateCluster(): string | undefined {
    return this.#entry.alternateCluster;
  }
}
