// Breakpoints and watchpoints of the current target. OpenOCD has one list for all clients: GDB's show here too.
import { type Address, hex, toBigInt, whole } from '../address';
import type { Client } from '../client';
import { BreakpointError } from '../errors';
import { type Breakpoint, readBreakpoints, readWatchpoints, type Watchpoint } from '../replies/breakpoints';
import { describeRequest, failureReason, openocdCode, type Request } from '../request';

const ERROR_TARGET_RESOURCE_NOT_AVAILABLE = -308;

export interface BreakpointOptions {
  /** Bytes of the instruction replaced: 2 (the default, Thumb and compressed RISC-V) or 4. */
  readonly length?: number | undefined;
  /** A comparator of the core instead of an instruction in memory: needed in flash. */
  readonly hardware?: boolean | undefined;
}

export interface WatchpointOptions {
  /** Stops only when this value is accessed. */
  readonly value?: Address | undefined;
  /** Bits of the value that do not matter. */
  readonly mask?: Address | undefined;
}

/** `bp ADDRESS LENGTH [hw]`. */
export function addBreakpoint(
  address: Address,
  { length = 2, hardware = false }: BreakpointOptions = {},
): Request<void> {
  return request(
    `Setting a ${hardware ? 'hardware' : 'software'} breakpoint at ${hex(address)}`,
    `bp ${hex(address)} ${whole(length, 'length', 1, 16)}${hardware ? ' hw' : ''}`,
  );
}

/** `rbp ADDRESS`. */
export function removeBreakpoint(address: Address): Request<void> {
  return request(`Removing the breakpoint at ${hex(address)}`, `rbp ${hex(address)}`);
}

/** `wp ADDRESS LENGTH r|w|a [VALUE [MASK]]`. The core must be halted. */
export function addWatchpoint(
  address: Address,
  length: number,
  access: Watchpoint['access'],
  { value, mask }: WatchpointOptions = {},
): Request<void> {
  const condition =
    value === undefined ? '' : ` ${hex(value, 'value')}${mask === undefined ? '' : ` ${hex(mask, 'mask')}`}`;
  return request(
    `Setting a watchpoint at ${hex(address)}`,
    `wp ${hex(address)} ${whole(length, 'length', 1)} ${access}${condition}`,
  );
}

/** `rwp ADDRESS`. */
export function removeWatchpoint(address: Address): Request<void> {
  return request(`Removing the watchpoint at ${hex(address)}`, `rwp ${hex(address)}`);
}

/** `bp` without arguments. */
export function listBreakpoints(): Request<Breakpoint[]> {
  return describeRequest({
    action: 'Listing the breakpoints',
    error: BreakpointError,
    script: 'bp',
    parse: readBreakpoints,
  });
}

/** `wp` without arguments. */
export function listWatchpoints(): Request<Watchpoint[]> {
  return describeRequest({
    action: 'Listing the watchpoints',
    error: BreakpointError,
    script: 'wp',
    parse: readWatchpoints,
  });
}

function request(action: string, script: string): Request<void> {
  const plain = describeRequest({
    action,
    error: BreakpointError,
    script,
    // Up to 0.12 an unknown address is a success with a line in the log.
    refused: ({ log }) => /no (?:break|watch)point at address \S+ found/i.exec(log)?.[0],
    parse: () => undefined,
  });
  return {
    ...plain,
    parse: (outcome, dialect) => {
      if (openocdCode(outcome) !== ERROR_TARGET_RESOURCE_NOT_AVAILABLE) return plain.parse(outcome, dialect);
      throw new BreakpointError(
        `${action} failed: the core has no free comparator left. Remove another hardware breakpoint or watchpoint first. OpenOCD says: ${failureReason(outcome)}`,
        {
          command: outcome.command,
          reply: outcome.message,
          log: outcome.log,
          code: outcome.code,
          openocdCode: openocdCode(outcome),
        },
      );
    },
  };
}

export class Breakpoints {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `bp`. Hardware breakpoints can be set while the core runs. @throws BreakpointError, also when no comparator is free; TargetNotHaltedError */
  async add(address: Address, options: BreakpointOptions = {}): Promise<void> {
    return this.#client.execute(addBreakpoint(address, options));
  }

  /** `rbp`. @throws BreakpointError when there is none at this address */
  async remove(address: Address): Promise<void> {
    return this.#client.execute(removeBreakpoint(address));
  }

  /** `bp`. @throws BreakpointError */
  async list(): Promise<Breakpoint[]> {
    return this.#client.execute(listBreakpoints());
  }

  /** `wp`. @throws BreakpointError, also when one is there already (OpenOCD keeps one per address) or no comparator is free */
  async addWatchpoint(
    address: Address,
    length: number,
    access: Watchpoint['access'],
    options: WatchpointOptions = {},
  ): Promise<void> {
    await this.#client.execute(addWatchpoint(address, length, access, options));
  }

  /** `rwp`. @throws BreakpointError when there is none at this address */
  async removeWatchpoint(address: Address): Promise<void> {
    return this.#client.execute(removeWatchpoint(address));
  }

  /** `wp`. @throws BreakpointError */
  async listWatchpoints(): Promise<Watchpoint[]> {
    return this.#client.execute(listWatchpoints());
  }

  /** Removes all breakpoints (`rbp all`) and watchpoints (`rwp` for each). @throws BreakpointError */
  async removeAll(): Promise<void> {
    const [breakpoints, watchpoints] = await this.#client.batch([listBreakpoints(), listWatchpoints()]);
    if (!breakpoints.ok) throw breakpoints.error;
    if (!watchpoints.ok) throw watchpoints.error;
    const removals = [
      // `rbp all` came with 0.11; before it each is removed by its address.
      ...breakpoints.value.map(({ address }) => removeBreakpoint(toBigInt(address))),
      ...watchpoints.value.map(({ address }) => removeWatchpoint(toBigInt(address))),
    ];
    for (const result of await this.#client.batch(removals)) if (!result.ok) throw result.error;
  }
}
