// Zstandard decompression with an end: the library that does it may run in circles on damaged data.
import vm from 'node:vm';
import { decompress } from 'fzstd';

/** Far more than sound data takes, which is read at 30 KB of packed data per millisecond and more. */
const BASE_LIMIT_MS = 400;
const PACKED_BYTES_PER_MS = 10_000;

/** Becomes a context once: making one takes longer than unpacking a small section. */
const surroundings: { run: (() => Uint8Array) | undefined } = { run: undefined };

/** Unpacks into exactly `unpackedSize` bytes. @throws when the data is damaged, or takes far longer than sound data does. */
export function unpackZstd(packed: Uint8Array, unpackedSize: number): Uint8Array {
  const timeout = BASE_LIMIT_MS + Math.ceil(packed.length / PACKED_BYTES_PER_MS);
  surroundings.run = () => decompress(packed, new Uint8Array(unpackedSize));
  try {
    // A script's time limit also ends what the script calls: the only way to stop code that does not return.
    return vm.runInContext('run()', vm.createContext(surroundings), { timeout }) as Uint8Array;
  } finally {
    surroundings.run = undefined;
  }
}
