// Peripheral registers by name: the device model of an SVD file on one side, target memory on the other.

import {
  type DecodedRegister,
  type Device,
  decodeRegister,
  encodeField,
  type LoadOptions,
  loadDevice,
  type Peripheral,
  type Register,
  SvdError as SvdFileError,
} from '../../svd';
import type { Client } from '../client';
import { ArgumentError, SvdError } from '../errors';
import { type ElementBits, elements, writeElements } from './memory';

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
  async load(file: string, options: LoadOptions = {}): Promise<Device> {
    this.#device = await asOurs(() => loadDevice(file, options));
    return this.#device;
  }

  /** The device model of the file loaded. @throws SvdError before `load` */
  get device(): Device {
    if (!this.#device) throw new SvdError('No SVD file is loaded. Call load first.');
    return this.#device;
  }

  /** @throws SvdError before `load` */
  listPeripherals(): Peripheral[] {
    return [...this.device.peripherals];
  }

  /** All registers of a peripheral, those in clusters included. @throws SvdError for an unknown name */
  listRegisters(peripheral: string): Register[] {
    const found = this.device.find(peripheral);
    if (found?.kind !== 'peripheral')
      throw unknown(
        'peripheral',
        peripheral,
        this.listPeripherals().map(({ name }) => name),
      );
    return [...found.registers()];
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
    return decodeRegister(found, await this.#read(found));
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
  decode(peripheral: string, register: string, raw: bigint): DecodedRegister {
    return decodeRegister(this.#register(peripheral, register), raw);
  }

  #register(peripheral: string, register: string): Register {
    const found = this.device.find(`${peripheral}.${register}`);
    if (found?.kind === 'register') return found;
    throw unknown(
      'register',
      `${peripheral}.${register}`,
      this.listRegisters(peripheral).map(({ path }) => path.slice(peripheral.length + 1)),
    );
  }

  async #read(register: Register): Promise<bigint> {
    const bits = width(register);
    const data = await this.#client.execute(elements(register.address, bits, 1));
    return bits === 64 ? data.readBigUInt64LE(0) : BigInt(data.readUIntLE(0, bits / 8));
  }
}

/** Registers of odd sizes, such as 24 bits, take the next larger access. */
function width(register: Register): ElementBits {
  return register.size <= 8 ? 8 : register.size <= 16 ? 16 : register.size <= 32 ? 32 : 64;
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
