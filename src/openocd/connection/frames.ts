// Cuts a byte stream into the frames of OpenOCD's TCL RPC (docs: “Tcl RPC server”): bytes, then 0x1A.
import { ConnectionError } from '../errors';

export const SEPARATOR = 0x1a;

/** More than this without a separator is not OpenOCD's TCL RPC. */
export const MAX_RESPONSE_SIZE = 10 * 1024 * 1024;

/** Collects chunks; bytes after a separator wait for the next frame. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  /**
   * @returns the frames completed by this chunk, without their separators
   * @throws ConnectionError when the unfinished frame has grown beyond MAX_RESPONSE_SIZE
   */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(SEPARATOR); end >= 0; end = chunk.indexOf(SEPARATOR, start)) {
      frames.push(this.#take(chunk.subarray(start, end)));
      start = end + 1;
    }
    if (start < chunk.length) {
      this.#chunks.push(chunk.subarray(start));
      this.#size += chunk.length - start;
    }
    if (this.#size > MAX_RESPONSE_SIZE) {
      throw new ConnectionError(
        `More than ${MAX_RESPONSE_SIZE / 1048576} MiB arrived without the end of a reply. ` +
          'Is this really the TCL port of OpenOCD (6666 by default)? GDB and telnet ports speak another protocol.',
      );
    }
    return frames;
  }

  /** Removes `prefix` when the unfinished frame begins with it. */
  drop(prefix: Buffer): boolean {
    if (this.#size < prefix.length) return false;
    // Asked for each chunk: a long frame is not put together every time.
    let [first = Buffer.alloc(0), ...others] = this.#chunks;
    if (first.length < prefix.length) {
      first = Buffer.concat(this.#chunks);
      others = [];
    }
    if (!first.subarray(0, prefix.length).equals(prefix)) return false;
    this.#chunks = [first.subarray(prefix.length), ...others];
    this.#size -= prefix.length;
    return true;
  }

  #take(last: Buffer): Buffer {
    if (this.#chunks.length === 0) return last;
    const frame = Buffer.concat([...this.#chunks, last]);
    this.#chunks = [];
    this.#size = 0;
    return frame;
  }
}
