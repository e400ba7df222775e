// Arm Debug Interface: debug port and access port registers. Works over SWD and over JTAG, whichever carries the DAP.
import { type Address, hex, whole } from '../address';
import type { Client } from '../client';
import { SwdError } from '../errors';
import { describeRequest } from '../request';
import { quote } from '../tcl/quote';

export interface AccessPort {
  readonly number: number;
  /** IDR register (ADIv5.2 C2.5.4, ADIv6 C1.3). */
  readonly idr: number;
  /** Its TYPE and class in words, where known. */
  readonly kind: string;
}

export interface DapInfo {
  readonly name: string;
  /** DPIDR, IDCODE. */
  readonly dpidr: number;
  /** TARGETID; 0 where the debug port has none (before DPv2). */
  readonly targetId: number;
  readonly accessPorts: readonly AccessPort[];
  /** OpenOCD's own walk through the ROM table (`dap info`). */
  readonly romTable: string;
}

/** Access ports are numbered without gaps as a rule: the search ends after this many empty ones. */
const GAP = 2;
const MOST_ACCESS_PORTS = 256;

const DPIDR = 0x0;
const TARGETID = 0x4;

export class Swd {
  readonly #client: Client;
  #dap: string | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Names of the DAPs: `dap names`. @throws SwdError where there is none */
  async names(): Promise<string[]> {
    const names = await this.#client.execute(
      describeRequest({
        action: 'Listing the DAPs',
        error: SwdError,
        script: 'dap names',
        parse: (text) =>
          text
            .trim()
            .split(/\s+/)
            .filter((name) => name !== ''),
      }),
    );
    if (names.length === 0)
      throw new SwdError('This target has no Arm debug access port (DAP).', { command: 'dap names' });
    return names;
  }

  /** Chooses the DAP for the other methods; without it they use the first. @throws SwdError for an unknown name */
  async select(name: string): Promise<void> {
    const names = await this.names();
    if (!names.includes(name)) throw new SwdError(`There is no DAP “${name}”. Known: ${names.join(', ')}.`);
    this.#dap = name;
  }

  /** All about the DAP: identification, access ports, ROM table (`dap info`). @throws SwdError */
  async info(): Promise<DapInfo> {
    const name = await this.#name();
    const dpidr = await this.dpidr();
    const targetId = await this.targetId();
    const accessPorts = await this.listAps();
    const romTable = await this.#client.execute(
      describeRequest({
        action: 'Reading the ROM table',
        error: SwdError,
        script: `${quote(name)} info`,
        parse: (text, { log }) => (text.trim() === '' ? log : text).trimEnd(),
      }),
    );
    return { name, dpidr, targetId, accessPorts, romTable };
  }

  /** `DAP dpreg ADDRESS [VALUE]`: reads a debug port register, or writes it. @returns its value, after a write the one written @throws SwdError */
  async dpreg(address: number, value?: Address): Promise<number> {
    const where = whole(address, 'register address', 0, 0xff);
    return this.#register(`debug port register ${hex(where)}`, `dpreg ${hex(where)}`, value);
  }

  /** `DAP apreg AP ADDRESS [VALUE]`. @returns as `dpreg` @throws SwdError */
  async apreg(ap: number, address: number, value?: Address): Promise<number> {
    const where = `${whole(ap, 'access port')} ${hex(whole(address, 'register address', 0, 0xfff))}`;
    return this.#register(`access port register ${where}`, `apreg ${where}`, value);
  }

  /** Access ports that answer: `DAP apid`, by number. @throws SwdError */
  async listAps(): Promise<AccessPort[]> {
    const name = await this.#name();
    const found: AccessPort[] = [];
    for (let number = 0, empty = 0; number < MOST_ACCESS_PORTS && empty < GAP; number++) {
      const idr = await this.#client.execute(
        describeRequest({
          action: `Identifying access port ${number}`,
          error: SwdError,
          script: `${quote(name)} apid ${number}`,
          parse: readWord,
        }),
      );
      if (idr === 0) empty++;
      else found.push({ number, idr, kind: accessPortKind(idr) });
    }
    return found;
  }

  /** Identification of the debug port (DPIDR, over JTAG the TAP's IDCODE). @throws SwdError */
  async dpidr(): Promise<number> {
    return this.dpreg(DPIDR);
  }

  /** TARGETID: register 0x4 of bank 2 (ADIv5.2 B2.2.10); 0 on debug ports before DPv2. @throws SwdError */
  async targetId(): Promise<number> {
    const version = ((await this.dpidr()) >>> 12) & 0xf;
    // OpenOCD takes a bank in the address's high digit; over JTAG an older debug port has no banks at all.
    return version >= 2 ? this.dpreg((2 << 4) | TARGETID) : 0;
  }

  async #name(): Promise<string> {
    this.#dap ??= (await this.names())[0] ?? '';
    return this.#dap;
  }

  async #register(what: string, command: string, value: Address | undefined): Promise<number> {
    const name = await this.#name();
    const written = value === undefined ? undefined : hex(value, 'value', 32);
    return this.#client.execute(
      describeRequest({
        action: `${written === undefined ? 'Reading' : 'Writing'} the ${what}`,
        error: SwdError,
        script: `${quote(name)} ${command}${written === undefined ? '' : ` ${written}`}`,
        parse: (text) => (written === undefined ? readWord(text) : Number(written)),
      }),
    );
  }
}

function readWord(text: string): number {
  const word = /0x[0-9a-fA-F]+/.exec(text)?.[0];
  if (word === undefined) throw new Error(`“${text.trim()}” is no register value`);
  return Number(word);
}

/** Class and type of an access port (ADIv5.2 table C2-4, ADIv6 table C1-3). */
function accessPortKind(idr: number): string {
  const isMemory = ((idr >>> 13) & 0xf) === 8;
  const type = idr & 0xf;
  const memory: Readonly<Record<number, string>> = {
    1: 'MEM-AP AHB3',
    2: 'MEM-AP APB2/APB3',
    4: 'MEM-AP AXI3/AXI4',
    5: 'MEM-AP AHB5',
    6: 'MEM-AP APB4/APB5',
    7: 'MEM-AP AXI5',
    8: 'MEM-AP AHB5 with HPROT',
  };
  if (isMemory) return memory[type] ?? 'MEM-AP';
  return type === 0 ? 'JTAG-AP' : 'unknown';
}
