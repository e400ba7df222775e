// Core registers. Values are bigint whatever their width.
import { type Address, hex, toBigInt } from '../address';
import type { Client } from '../client';
import { RegisterError } from '../errors';
import { type RegisterLine, readRegisterLine, readRegisterList } from '../replies/registers';
import { describeRequest, type Request } from '../request';
import { local } from '../tcl/envelope';
import { parseList, quote, words } from '../tcl/quote';

export type Register = RegisterLine;

/**
 * Values of registers by name, in the order asked for. All or nothing: an unknown name fails the request.
 *
 * `reg NAME` for each, which answers from OpenOCD's cache and reads what is not in it. `get_reg` of 0.12 cannot be used: without
 * `-force` it answers with whatever an invalid cache entry holds, with it, it discards values written but not yet flushed.
 */
export function registers(names: readonly string[]): Request<bigint[]> {
  return describeRequest({
    action: `Reading ${names.length === 1 ? `the register ${names[0]}` : `${names.length} registers`}`,
    error: RegisterError,
    script: local(`${HALTED}; set r {}; foreach n [list ${words(names)}] {lappend r [reg $n]}; set r`),
    // An unknown register is reported as success text.
    refused: ({ message }) => UNKNOWN.exec(message)?.[0],
    parse: (text) => readValues(text, names),
  });
}

/** Names, numbers, widths and cached values of the current target's registers: `reg`. */
export function registerList(): Request<Register[]> {
  return describeRequest({
    action: 'Listing the registers',
    error: RegisterError,
    script: 'reg',
    parse: readRegisterList,
  });
}

/** Writes one register: `reg NAME VALUE`, after a check that it exists and is wide enough. @throws ArgumentError */
export function writeRegister(name: string, value: Address): Request<void> {
  const written = hex(value, `value for ${name}`, 4096);
  const bits = toBigInt(value, `value for ${name}`, 4096).toString(2).length;
  return describeRequest({
    action: `Writing the register ${name}`,
    error: RegisterError,
    // OpenOCD cuts a value that is too wide, and calls that a success.
    script: local(
      `${HALTED}; set l [reg ${quote(name)}]; if {[regexp {\\(/([0-9]+)\\)} $l - n]} {` +
        `if {$n < ${bits}} {error "it has $n bits, the value has ${bits}"}; reg ${quote(name)} ${written}} else {set l}`,
    ),
    refused: ({ message }) => UNKNOWN.exec(message)?.[0],
    parse: () => undefined,
  });
}

/** The cache is good only while the core is halted. */
const HALTED = 'if {[[target current] curstate] eq "running"} {error "the core is running, not halted"}';

const UNKNOWN = /register .* not found in current target/;

function readValues(text: string, names: readonly string[]): bigint[] {
  return parseList(text).map((line, index) => {
    const value = readRegisterLine(line)?.value;
    if (value === undefined) throw new Error(`“${names[index]}” has no value in “${line.trim()}”`);
    return value;
  });
}

export class Registers {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `reg NAME`. @throws RegisterError for an unknown register; TargetNotHaltedError */
  async read(name: string): Promise<bigint> {
    return (await this.#client.execute(registers([name])))[0] ?? 0n;
  }

  /**
   * `reg NAME VALUE`, after a check that the register exists and is wide enough.
   * @throws RegisterError for an unknown register or a value wider than it; TargetNotHaltedError; ArgumentError
   */
  async write(name: string, value: Address): Promise<void> {
    await this.#client.execute(writeRegister(name, value));
  }

  /** Several registers in one round trip. @throws RegisterError when one of them is unknown; TargetNotHaltedError */
  async readMany(names: readonly string[]): Promise<Map<string, bigint>> {
    const values = await this.#client.execute(registers(names));
    return new Map(names.map((name, index) => [name, values[index] ?? 0n]));
  }

  /**
   * Every register OpenOCD knows, by name, read from the core: `reg`, then each by itself in one round trip.
   * The value is undefined where the core has no such register. @throws TargetNotHaltedError, RegisterError
   */
  async readAll(): Promise<Map<string, Register>> {
    const listed = await this.list();
    const reads = listed.map(({ name }) => registers([name]));
    const results = await this.#client.batch(reads);
    const all = new Map<string, Register>();
    for (const [index, register] of listed.entries()) {
      const result = results[index];
      all.set(register.name, { ...register, value: result?.ok ? result.value[0] : undefined });
    }
    // Nothing readable at all has a reason worth telling: ask for one register, and let that fail in words.
    if (listed[0] && ![...all.values()].some(({ value }) => value !== undefined)) await this.read(listed[0].name);
    return all;
  }

  /** Names, numbers, widths and cached values: `reg`. @throws RegisterError */
  list(): Promise<Register[]> {
    return this.#client.execute(registerList());
  }

  /** Program counter. @throws RegisterError, TargetNotHaltedError */
  pc(): Promise<bigint> {
    return this.read('pc');
  }

  /** Stack pointer. @throws RegisterError, TargetNotHaltedError */
  sp(): Promise<bigint> {
    return this.read('sp');
  }

  /** Return address: `lr`, on RISC-V `ra`. @throws RegisterError, TargetNotHaltedError */
  async lr(): Promise<bigint> {
    const [arm, riscv] = await this.#client.batch([registers(['lr']), registers(['ra'])]);
    const found = arm.ok ? arm : riscv;
    if (found.ok) return found.value[0] ?? 0n;
    throw arm.ok ? found.error : arm.error;
  }
}
