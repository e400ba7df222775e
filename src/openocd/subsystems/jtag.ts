// The JTAG chain: its TAPs, scans, state moves, and files of scans.
import { type Address, hex, whole } from '../address';
import type { Client } from '../client';
import { ArgumentError, JtagError } from '../errors';
import { readScanChain, type Tap } from '../replies/scanChain';
import { describeRequest, type Request } from '../request';
import { quote } from '../tcl/quote';

/** States of the TAP controller that a scan may end in (`src/jtag/interface.c`). */
export type TapState =
  | 'RESET'
  | 'RUN/IDLE'
  | 'DRSELECT'
  | 'DRCAPTURE'
  | 'DRSHIFT'
  | 'DREXIT1'
  | 'DRPAUSE'
  | 'DREXIT2'
  | 'DRUPDATE'
  | 'IRSELECT'
  | 'IRCAPTURE'
  | 'IRSHIFT'
  | 'IREXIT1'
  | 'IRPAUSE'
  | 'IREXIT2'
  | 'IRUPDATE';

export interface NewTap {
  readonly irLength: number;
  readonly expectedId?: Address;
  /** Not yet in the chain; `tapEnable` adds it. */
  readonly disabled?: boolean;
}

/** One field of a data scan. */
export interface ScanField {
  readonly bits: number;
  readonly value: Address;
}

const FILE_TIMEOUT_MS = 600_000;

export class Jtag {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `scan_chain`. @throws JtagError, also when the transport is not JTAG */
  scanChain(): Promise<Tap[]> {
    return this.#client.execute(
      describeRequest({
        action: 'Reading the scan chain',
        error: JtagError,
        script: 'scan_chain',
        parse: readScanChain,
      }),
    );
  }

  /** `jtag newtap CHIP TAP …`; OpenOCD allows it before `init` only. @throws JtagError */
  async newTap(chip: string, tap: string, { irLength, expectedId, disabled }: NewTap): Promise<void> {
    const id = expectedId === undefined ? '' : ` -expected-id ${hex(expectedId, 'expected id', 32)}`;
    const script = `jtag newtap ${quote(chip)} ${quote(tap)} -irlen ${whole(irLength, 'length of the instruction register', 1)}${id}${disabled ? ' -disable' : ''}`;
    await this.#do(`Adding the TAP ${chip}.${tap}`, script);
  }

  /** `irscan TAP INSTRUCTION [-endstate STATE]`. @throws JtagError */
  async irscan(tap: string, instruction: Address, endState?: TapState): Promise<void> {
    await this.#do(
      `Scanning an instruction into ${tap}`,
      `irscan ${quote(tap)} ${hex(instruction, 'instruction')}${ending(endState)}`,
    );
  }

  /** `drscan TAP BITS VALUE …`. @returns what came out, field by field @throws JtagError; ArgumentError without fields */
  async drscan(tap: string, fields: readonly ScanField[], endState?: TapState): Promise<bigint[]> {
    if (fields.length === 0) throw new ArgumentError('A data scan needs at least one field.');
    const list = fields
      .map(({ bits, value }) => `${whole(bits, 'number of bits', 1)} ${hex(value, 'value', bits)}`)
      .join(' ');
    return this.#client.execute(
      describeRequest({
        action: `Scanning data through ${tap}`,
        error: JtagError,
        script: `drscan ${quote(tap)} ${list}${ending(endState)}`,
        parse: (text) => {
          const values = text.trim().split(/\s+/);
          if (values.length !== fields.length) throw new Error(`“${text}” has ${values.length} fields`);
          return values.map((value) => BigInt(`0x${value}`));
        },
      }),
    );
  }

  /** `runtest CYCLES`: clocks in RUN/IDLE. @throws JtagError */
  async runtest(cycles: number): Promise<void> {
    await this.#do(`Running ${cycles} clock cycles`, `runtest ${whole(cycles, 'number of cycles', 1)}`);
  }

  /** `pathmove STATE …`: from state to neighbouring state. @throws JtagError */
  async pathMove(states: readonly TapState[]): Promise<void> {
    if (states.length === 0) throw new ArgumentError('A path needs at least one state.');
    await this.#do('Moving the TAP controllers', `pathmove ${states.join(' ')}`);
  }

  /** `jtag tapenable TAP`. @returns whether it is enabled now @throws JtagError, also when nothing in the configuration enables it */
  tapEnable(tap: string): Promise<boolean> {
    return this.#flag(`Enabling the TAP ${tap}`, `jtag tapenable ${quote(tap)}`);
  }

  /** `jtag tapdisable TAP`. @returns whether it is disabled now @throws JtagError */
  tapDisable(tap: string): Promise<boolean> {
    return this.#flag(`Disabling the TAP ${tap}`, `jtag tapdisable ${quote(tap)}`);
  }

  /** `jtag tapisenabled TAP`. @throws JtagError */
  tapIsEnabled(tap: string): Promise<boolean> {
    return this.#flag(`Asking for the TAP ${tap}`, `jtag tapisenabled ${quote(tap)}`);
  }

  /**
   * `svf FILE`: plays a Serial Vector Format file that OpenOCD can reach.
   * @throws JtagError when it cannot be read, or the chain does not answer as the file says
   */
  async svf(
    file: string,
    {
      tap,
      quiet = true,
      timeout = FILE_TIMEOUT_MS,
    }: { readonly tap?: string; readonly quiet?: boolean; readonly timeout?: number } = {},
  ): Promise<void> {
    // A missing file is a usage error for OpenOCD: its own answer would mislead.
    const check = `if {![file readable ${quote(file)}]} {error ${quote(`no file ${file} that OpenOCD can read`)}}`;
    await this.#do(
      `Playing ${file}`,
      `${check}; svf ${tap === undefined ? '' : `-tap ${quote(tap)} `}${quote(file)}${quiet ? ' quiet' : ''}`,
      timeout,
    );
  }

  /** `xsvf TAP FILE`, or `plain` for the whole chain. @throws JtagError */
  async xsvf(
    file: string,
    { tap = 'plain', timeout = FILE_TIMEOUT_MS }: { readonly tap?: string; readonly timeout?: number } = {},
  ): Promise<void> {
    await this.#do(`Playing ${file}`, `xsvf ${quote(tap)} ${quote(file)} quiet`, timeout);
  }

  #do(action: string, script: string, timeout?: number): Promise<void> {
    return this.#client.execute(describeRequest({ action, error: JtagError, script, parse: () => undefined, timeout }));
  }

  #flag(action: string, script: string): Promise<boolean> {
    const request: Request<boolean> = describeRequest({
      action,
      error: JtagError,
      script,
      parse: (text) => text.trim() === '1',
    });
    return this.#client.execute(request);
  }
}

function ending(state: TapState | undefined): string {
  return state === undefined ? '' : ` -endstate ${state}`;
}
