// Peripheral registers by name: the device model of an SVD file on one side, target memory on the other. What the methods
// return is plain data; the model itself is `device`.
import {
  type Access,
  type Device,
  decodeRegister,
  encodeField,
  type Field,
  type LoadOptions,
  loadDevice,
  type ReadAction,
  type Register,
  SvdError as SvdFileError,
  type SvdWarning,
} from '../../svd';
import type { Client } from '../client';
import { ArgumentError, SvdError } from '../errors';
import { type ElementBits, elements, writeElements } from './memory';

export interface SvdSummary {
  readonly name: string;
  readonly peripherals: number;
  readonly registers: number;
  /** What was not as the format wants it, and was read all the same. */
  readonly warnings: readonly SvdWarning[];
}

export interface SvdPeripheral {
  readonly name: string;
  readonly description: string | undefined;
  readonly group: string | undefined;
  readonly address: bigint;
  /** Registers in all, arrays and clusters included. */
  readonly registers: number;
}

export interface SvdField {
  readonly name: string;
  readonly description: string | undefined;
  readonly lsb: number;
  /** Bits. */
  readonly width: number;
  readonly access: Access;
}

export interface SvdRegister {
  /** Within its peripheral, with clusters dotted: `CH[0].CTRL`. */
  readonly name: string;
  readonly description: string | undefined;
  readonly address: bigint;
  /** Bits. */
  readonly size: number;
  readonly access: Access;
  /** What reading changes; undefined when it is harmless. */
  readonly readAction: ReadAction | undefined;
  readonly resetValue: bigint;
  readonly fields: readonly SvdField[];
}

export interface DecodedField extends SvdField {
  readonly value: bigint;
  /** Name of the value, when the file has one for it. */
  readonly meaning: string | undefined;
}

export interface DecodedRegister extends Omit<SvdRegister, 'fields'> {
  readonly value: bigint;
  readonly fields: readonly DecodedField[];
}

export interface ReadRegisterOptions {
  /** Reads also what changes by being read (`readAction` of the file). */
  readonly sideEffects?: boolean | undefined;
}

export class Svd {
  readonly #client: Client;
  #device: Device | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Reads an SVD file; a big one on a thread of its own. @throws SvdError naming file and line; the signal's reason */
  async load(file: string, options: LoadOptions = {}): Promise<SvdSummary> {
    const device = await asOurs(() => loadDevice(file, options));
    this.#device = device;
    return {
      name: device.name,
      peripherals: device.peripherals.length,
      registers: device.registerCount,
      warnings: device.warnings,
    };
  }

  /** The device model of the file loaded. @throws SvdError before `load` */
  get device(): Device {
    if (!this.#device) throw new SvdError('No SVD file is loaded. Call load first.');
    return this.#device;
  }

  /** @throws SvdError before `load` */
  async listPeripherals(): Promise<SvdPeripheral[]> {
    return [...this.device.peripherals].map((peripheral) => ({
      name: peripheral.name,
      description: peripheral.description,
      group: peripheral.groupName,
      address: peripheral.address,
      registers: peripheral.registerCount,
    }));
  }

  /** All registers of a peripheral, those in clusters included. @throws SvdError for an unknown name */
  async listRegisters(peripheral: string): Promise<SvdRegister[]> {
    return this.#registers(peripheral).map(describe);
  }

  /**
   * Reads a register in one access of its own width, and splits it into fields.
   * @param register name within the peripheral; with clusters dotted: `CH[0].CTRL`
   * @throws SvdError for an unknown name, a write-only register, or one that reading would change; MemoryError
   */
  async readRegister(
    peripheral: string,
    register: string,
    { sideEffects = false }: ReadRegisterOptions = {},
  ): Promise<DecodedRegister> {
    const found = this.#register(peripheral, register);
    if (!found.readable) throw new SvdError(`${found.path} is write-only.`);
    if (found.readAction !== undefined && !sideEffects) {
      throw new SvdError(
        `Reading ${found.path} would change it (${found.readAction}). Pass { sideEffects: true } to read it all the same.`,
      );
    }
    return decode(found, await this.#read(found));
  }

  /**
   * Writes one field and leaves the others as they are: reads the register, unless that cannot be done or would change it (then
   * its reset value counts), and writes it.
   * @param value a number, or the name of an enumerated value
   * @returns the value written to the register
   * @throws SvdError for unknown names, read-only fields and forbidden values; MemoryError
   */
  async writeField(
    peripheral: string,
    register: string,
    field: string,
    value: bigint | number | string,
  ): Promise<bigint> {
    const found = this.#register(peripheral, register);
    const target = found.field(field);
    if (!target)
      throw unknown(
        'field',
        `${found.path}.${field}`,
        found.fields.map(({ name }) => name),
      );
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new ArgumentError(`The value ${value} is not a whole number.`);
    const current = found.readable && found.readAction === undefined ? await this.#read(found) : found.resetValue;
    const raw = await asOurs(async () =>
      encodeField(target, current, typeof value === 'number' ? BigInt(value) : value),
    );
    await this.#client.execute(writeElements(found.address, width(found), [raw]));
    return raw;
  }

  /** Splits a value that is known already into the fields of a register. @throws SvdError for an unknown name */
  async decode(peripheral: string, register: string, raw: bigint): Promise<DecodedRegister> {
    return decode(this.#register(peripheral, register), raw);
  }

  #registers(peripheral: string): Register[] {
    const found = this.device.find(peripheral);
    if (found?.kind === 'peripheral') return [...found.registers()];
    throw unknown(
      'peripheral',
      peripheral,
      [...this.device.peripherals].map(({ name }) => name),
    );
  }

  #register(peripheral: string, register: string): Register {
    const found = this.device.find(`${peripheral}.${register}`);
    if (found?.kind === 'register') return found;
    throw unknown('register', `${peripheral}.${register}`, this.#registers(peripheral).map(nameWithin));
  }

  async #read(register: Register): Promise<bigint> {
    const bits = width(register);
    const data = await this.#client.execute(elements(register.address, bits, 1));
    return bits === 64 ? data.readBigUInt64LE(0) : BigInt(data.readUIntLE(0, bits / 8));
  }
}

/** Registers of odd sizes, such as 24 bits, take the next larger access. @throws SvdError for more than 64 bits */
function width(register: Register): ElementBits {
  if (register.size > 64)
    throw new SvdError(
      `${register.path} has ${register.size} bits, and one access takes 64 at most. Read it as memory at 0x${register.address.toString(16)}.`,
    );
  return register.size <= 8 ? 8 : register.size <= 16 ? 16 : register.size <= 32 ? 32 : 64;
}

function nameWithin(register: Register): string {
  return register.path.slice(register.path.indexOf('.') + 1);
}

function describe(register: Register): SvdRegister {
  return {
    name: nameWithin(register),
    description: register.description,
    address: register.address,
    size: register.size,
    access: register.access,
    readAction: register.readAction,
    resetValue: register.resetValue,
    fields: register.fields.map(describeField),
  };
}

function describeField({ name, description, lsb, width, access }: Field): SvdField {
  return { name, description, lsb, width, access };
}

function decode(register: Register, raw: bigint): DecodedRegister {
  const { value, fields } = decodeRegister(register, raw);
  return {
    ...describe(register),
    value,
    fields: fields.map((decoded) => ({
      ...describeField(decoded.field),
      value: decoded.value,
      meaning: decoded.enumerated?.name,
    })),
  };
}

function unknown(what: string, name: string, known: readonly string[]): SvdError {
  const shown = known.slice(0, 20).join(', ');
  return new SvdError(`The SVD file has no ${what} ${name}. It has: ${shown}${known.length > 20 ? ', …' : ''}.`);
}

/** The reader knows nothing of this library: its errors become members of our hierarchy. */
async function asOurs<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof SvdFileError) throw new SvdError(error.message, { cause: error });
    throw error;
  }
}
