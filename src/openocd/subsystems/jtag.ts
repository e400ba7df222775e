// The JTAG chain: its TAPs, scans, state moves, and files of scans.
import { type Address, hex, whole } from '../address';
import type { Client } from '../client';
import { ArgumentError, JtagError } from '../errors';
import { readScanChain, type Tap } from '../replies/scanChain';
import { describeRequest, type Request } from '../request';
import { brokenStep, isStable, type TapState } from '../tapStates';
import { quote } from '../tcl/quote';

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

/** After the first one (`jim_command_pathmove` in `src/jtag/tcl.c`). */
const MOST_STEPS = 7;
const FILE_TIMEOUT_MS = 600_000;

export class Jtag {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `scan_chain`. @throws JtagError, also when the transport is not JTAG */
  async scanChain(): Promise<Tap[]> {
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

  /**
   * `pathmove START STATE …`: to a stable state by any way, then from state to neighbouring state, and ends in a stable one.
   * @throws JtagError; ArgumentError for a path the state machine does not have (OpenOCD itself would end on it)
   */
  async pathMove(start: TapState, path: readonly TapState[]): Promise<void> {
    const last = path.at(-1);
    if (last === undefined || path.length > MOST_STEPS)
      throw new ArgumentError(`A path has 1 to ${MOST_STEPS} states.`);
    if (path.includes('RESET')) throw new ArgumentError('A path cannot lead through RESET: begin it there instead.');
    const broken = brokenStep([start, ...path]);
    if (broken) throw new ArgumentError(`A TAP controller cannot go from ${broken[0]} to ${broken[1]}.`);
    const unstable = [start, last].find((state) => !isStable(state));
    if (unstable) throw new ArgumentError(`A path cannot begin or end in ${unstable}, which is not a stable state.`);
    await this.#do('Moving the TAP controllers', `pathmove ${[start, ...path].join(' ')}`);
  }

  /** `jtag tapenable TAP`. @returns whether it is enabled now @throws JtagError, also when nothing in the configuration enables it */
  async tapEnable(tap: string): Promise<boolean> {
    return this.#flag(`Enabling the TAP ${tap}`, `jtag tapenable ${quote(tap)}`);
  }

  /** `jtag tapdisable TAP`. @returns whether it is disabled now @throws JtagError */
  async tapDisable(tap: string): Promise<boolean> {
    return this.#flag(`Disabling the TAP ${tap}`, `jtag tapdisable ${quote(tap)}`);
  }

  /** `jtag tapisenabled TAP`. @throws JtagError */
  async tapIsEnabled(tap: string): Promise<boolean> {
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
