// What a launch configuration says about where RTT is looked for, in Cortex-Debug's words (`rtt`, `rttConfig`). Pure.

export interface RttLaunch {
  /** Undefined: as the setting says. */
  readonly enabled: boolean | undefined;
  /** Where the search begins; undefined: the symbol, or the first RAM. */
  readonly address: number | undefined;
  readonly searchBytes: number | undefined;
  /** What the control block begins with. */
  readonly id: string | undefined;
  readonly pollingMs: number | undefined;
}

export function readRttLaunch(debug: Readonly<Record<string, unknown>> | undefined): RttLaunch {
  const short = debug?.['rtt'];
  const given = object(short) ?? object(debug?.['rttConfig']) ?? {};
  const { enabled, searchId } = given;
  const isShort = short === true || object(short) !== undefined;
  return {
    enabled: short === false ? false : typeof enabled === 'boolean' ? enabled : isShort ? true : undefined,
    address: number(given['address'], 0),
    searchBytes: number(given['searchSize'], 1),
    // OpenOCD takes no more than fifteen characters.
    id: typeof searchId === 'string' && searchId !== '' && searchId.length < 16 ? searchId : undefined,
    pollingMs: number(given['polling_interval'], 1),
  };
}

const object = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;

/** A whole number, also as text such as `0x20000000`; `auto` and whatever else is none. */
function number(value: unknown, least: number): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isSafeInteger(read) && read >= least ? read : undefined;
}
