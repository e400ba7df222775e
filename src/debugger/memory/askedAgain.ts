// Memory that was asked for at the last stops and is likely to be asked for at the next one: watched variables, what is expanded, frames
// further up the stack. A target brings it along with the stop, which costs less than asking for it afterwards.
import { type AddressRange, joinRanges } from './ranges';

/** Longer ranges are read when they are asked for: a stop must not become slow by what was looked at once. */
const LONGEST_BYTES = 256;
const MOST_BYTES = 512;
const MOST_RANGES = 16;
/** A range that nobody asked for at so many stops one after the other is not brought along any more. A step may take some of them. */
const IDLE_STOPS = 8;

interface Asked extends AddressRange {
  /** Stops since it was used. */
  idle: number;
}

export class AskedAgain {
  /** The ones asked for most recently come last. */
  #asked: Asked[] = [];

  /** Somebody needed the range, and it could be read. Word by word, as targets read. */
  asked(low: number, high: number): void {
    const range = { low: low - (low % 4), high: high + ((4 - (high % 4)) % 4) };
    if (range.high - range.low > LONGEST_BYTES) return;
    const others = this.#asked.filter((each) => each.low < range.low || each.high > range.high);
    this.#asked = [...others, { ...range, idle: 0 }].slice(-MOST_RANGES);
  }

  /** Somebody needed bytes that had come along. */
  used(low: number, high: number): void {
    for (const each of this.#asked) if (each.low < high && low < each.high) each.idle = 0;
  }

  /** The target stopped: what was asked for before is a stop older. */
  age(): void {
    for (const each of this.#asked) each.idle++;
    this.#asked = this.#asked.filter(({ idle }) => idle <= IDLE_STOPS);
  }

  /** What to bring along with the next stop. */
  ranges(): readonly AddressRange[] {
    let bytes = 0;
    const chosen = this.#asked
      .slice()
      .reverse()
      .filter(({ low, high }) => {
        if (bytes + high - low > MOST_BYTES) return false;
        bytes += high - low;
        return true;
      });
    return joinRanges(chosen, () => false);
  }
}
