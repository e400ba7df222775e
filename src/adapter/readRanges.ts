// Many memory ranges for a view, with the access size that each asks for: as few round trips as can be, none of them so long that
// something more urgent would wait.
import { type Result, request, type Session } from '../openocd';
import type { MemoryRange } from './protocol';

/** Bytes of one round trip; some 50 ms on a slow probe. */
const MOST_BYTES = 4096;

interface Piece {
  readonly range: number;
  readonly address: bigint;
  readonly bytes: number;
  readonly bits: MemoryRange['accessBits'];
}

export type RangeContents = { readonly data: string } | { readonly error: string };

/** One result for each range, in order. @throws ConnectionError, TimeoutError; the signal's reason */
export async function readRanges(
  session: Session,
  ranges: readonly MemoryRange[],
  signal: AbortSignal,
): Promise<readonly RangeContents[]> {
  const parts: Buffer[][] = ranges.map(() => []);
  const errors = new Map<number, string>();
  for (const batch of batches(ranges)) {
    signal.throwIfAborted();
    const wanted = batch.filter(({ range }) => !errors.has(range));
    const results: readonly Result<Buffer>[] = await session.batch(
      wanted.map(({ address, bits, bytes }) => request.elements(address, bits, bytes / (bits / 8))),
    );
    for (const [index, { range }] of wanted.entries()) {
      const result = results[index];
      if (result?.ok) parts[range]?.push(result.value);
      else if (result !== undefined) errors.set(range, result.error.message);
    }
  }
  return parts.map((buffers, index) => {
    const error = errors.get(index);
    return error === undefined ? { data: Buffer.concat(buffers).toString('base64') } : { error };
  });
}

/** Cuts the ranges into pieces, and puts pieces together up to the size of a round trip. */
function batches(ranges: readonly MemoryRange[]): readonly (readonly Piece[])[] {
  const all: Piece[][] = [];
  let room = 0;
  for (const [range, { address, lengthBytes, accessBits: bits }] of ranges.entries()) {
    for (let done = 0; done < lengthBytes; ) {
      if (room < bits / 8) {
        all.push([]);
        room = MOST_BYTES;
      }
      const bytes = Math.min(lengthBytes - done, room - (room % (bits / 8)));
      all.at(-1)?.push({ range, address: BigInt(address) + BigInt(done), bytes, bits });
      room -= bytes;
      done += bytes;
    }
  }
  return all;
}
