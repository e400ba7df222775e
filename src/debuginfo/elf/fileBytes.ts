// Reads pieces of a file that was opened once. Small files are kept whole; large ones are read as they are asked for.
import fs from 'node:fs';
import { DebugInfoError } from '../errors';

/** Up to this size a file is read whole: one read is quicker than many, and the memory does not matter. */
const WHOLE_FILE_BYTES = 24 * 1024 * 1024;

/** A file's contents by offset. */
export class FileBytes {
  private descriptor: number | undefined;
  private whole: Uint8Array | undefined;

  private constructor(
    readonly path: string,
    readonly size: number,
    descriptor: number | undefined,
    whole: Uint8Array | undefined,
  ) {
    this.descriptor = descriptor;
    this.whole = whole;
  }

  /** @throws the system's error (ENOENT, EACCES, EISDIR …) when the file cannot be read. */
  static open(path: string): FileBytes {
    const descriptor = fs.openSync(path, 'r');
    try {
      const status = fs.fstatSync(descriptor);
      if (!status.isFile()) throw new DebugInfoError('file', 0, `${path} is not a regular file`);
      if (status.size > WHOLE_FILE_BYTES) return new FileBytes(path, status.size, descriptor, undefined);
      const whole = readExactly(descriptor, 0, status.size);
      fs.closeSync(descriptor);
      return new FileBytes(path, whole.length, undefined, whole);
    } catch (error) {
      fs.closeSync(descriptor);
      throw error;
    }
  }

  static fromBytes(path: string, bytes: Uint8Array): FileBytes {
    return new FileBytes(path, bytes.length, undefined, bytes);
  }

  /** The result lies in `memory` when that is given and the file is not kept whole. @throws DebugInfoError outside the file. */
  read(offset: number, length: number, memory?: Uint8Array): Uint8Array {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size))
      throw new DebugInfoError(
        'file',
        Math.max(0, offset),
        `${length} bytes expected, the file ends at 0x${this.size.toString(16)}`,
      );
    if (this.whole !== undefined) return this.whole.subarray(offset, offset + length);
    if (this.descriptor === undefined) throw new DebugInfoError('file', offset, `${this.path} has been closed`);
    const bytes = readExactly(this.descriptor, offset, length, memory);
    if (bytes.length < length) throw new DebugInfoError('file', offset, 'the file became shorter while it was open');
    return bytes;
  }

  close(): void {
    if (this.descriptor !== undefined) fs.closeSync(this.descriptor);
    this.descriptor = undefined;
    this.whole = undefined;
  }
}

/** Fewer bytes than asked only when the file ends. */
function readExactly(
  descriptor: number,
  offset: number,
  length: number,
  // Not from Buffer's pool: pieces are kept for long and would keep the pool alive.
  bytes: Uint8Array = Buffer.allocUnsafeSlow(length),
): Uint8Array {
  let filled = 0;
  while (filled < length) {
    const count = fs.readSync(descriptor, bytes, filled, length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, filled);
}
