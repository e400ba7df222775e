// Flash banks and sectors: `flash list` (0.10 to 0.12: decimal numbers on one line; later: hexadecimal, a line per entry) and
// `flash info N [sectors]` (all versions alike).
import { parseList } from '../tcl/quote';

export interface FlashBank {
  readonly number: number;
  /** The configured name, from 0.12 on; before it the driver's. */
  readonly name: string;
  readonly driver: string;
  readonly base: bigint;
  /** Bytes; 0 before the bank was probed. */
  readonly size: number;
  readonly busWidth: number;
  readonly chipWidth: number;
  /** Name of the target it belongs to, where OpenOCD tells it. */
  readonly target: string | undefined;
}

export interface FlashSector {
  readonly index: number;
  /** From the bank's base, in bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Undefined when OpenOCD does not know. */
  readonly protected: boolean | undefined;
}

export function readFlashList(text: string): FlashBank[] {
  return parseList(text).map((entry, number) => {
    const fields = parseList(entry);
    const value = (name: string) => {
      const at = fields.findIndex((field, index) => index % 2 === 0 && field === name);
      return at < 0 ? undefined : fields[at + 1];
    };
    const name = value('name') ?? '';
    return {
      number,
      name,
      driver: value('driver') ?? name,
      base: BigInt(value('base') ?? 0),
      size: Number(value('size') ?? 0),
      busWidth: Number(value('bus_width') ?? 0),
      chipWidth: Number(value('chip_width') ?? 0),
      target: value('target'),
    };
  });
}

export interface FlashInfoReply {
  readonly sectors: readonly FlashSector[];
  /** What the driver says about the chip. */
  readonly description: string;
}

/** Reads head line, sector (or protection block) lines and the driver's text. */
export function readFlashInfo(text: string): FlashInfoReply {
  const sectors: FlashSector[] = [];
  const rest: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*#\s*(\d+): (0x[0-9a-fA-F]+) \((0x[0-9a-fA-F]+) [^)]*\) ?(.*)$/.exec(line);
    if (match)
      sectors.push({
        index: Number(match[1]),
        offset: Number(match[2]),
        size: Number(match[3]),
        protected: protection(match[4] ?? ''),
      });
    else if (!line.startsWith('#')) rest.push(line.trim());
  }
  return { sectors, description: rest.filter((line) => line !== '').join('\n') };
}

function protection(words: string): boolean | undefined {
  if (words.startsWith('not protected')) return false;
  return words.trim() === 'protected' ? true : undefined;
}
