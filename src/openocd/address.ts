// Numbers that callers give: addresses, sizes, values and time limits are checked here, and written as OpenOCD reads them.
import { ArgumentError } from './errors';

/**
 * A target address or register value on input. Numbers and bigints are both accepted everywhere; what the library
 * returns is a `number` for up to 32 bits of data and a `bigint` for addresses, register values and 64-bit data.
 */
export type Address = number | bigint;

/**
 * @param value non-negative integer
 * @param what named in the error
 * @returns `0x` and lower-case digits
 * @throws ArgumentError for anything else, or more than `bits` bits
 */
export function hex(value: Address, what = 'address', bits = 64): string {
  return `0x${toBigInt(value, what, bits).toString(16)}`;
}

/** @throws ArgumentError unless `value` is a whole number from 0 to 2^bits - 1 */
export function toBigInt(value: Address, what = 'address', bits = 64): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new ArgumentError(`The ${what} ${value} is not a whole number (use a bigint above 2^53).`);
  }
  const whole = BigInt(value);
  if (whole < 0n || whole >= 1n << BigInt(bits)) {
    throw new ArgumentError(
      `The ${what} ${whole < 0n ? whole : `0x${whole.toString(16)}`} does not fit in ${bits} bits.`,
    );
  }
  return whole;
}

/** What the timers of Node.js can hold: 24 days. A longer time would end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** @throws ArgumentError unless `value` is a number of milliseconds that a timer can wait */
export function milliseconds(value: number, what = 'timeout'): number {
  if (!(value >= 0 && value <= LONGEST_MS))
    throw new ArgumentError(`The ${what} must be a number of milliseconds, 0 to ${LONGEST_MS}; it is ${value}.`);
  return value;
}

/** @throws ArgumentError unless `value` is a whole number from `least` to `most` */
export function whole(value: number, what: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
    throw new ArgumentError(`The ${what} must be a whole number, ${range}; it is ${value}.`);
  }
  return value;
}
