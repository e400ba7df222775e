// The one error of the debug information reader, and the list in which worked-around damage is kept. No reading happens here.
import type { Warning } from './api';

/** Something in the file could not be read: names the section and the byte offset in it. */
export class DebugInfoError extends Error {
  override readonly name = 'DebugInfoError';
  constructor(
    /** Section name, or `file` for the ELF headers themselves. */
    readonly section: string,
    /** Byte offset in the section (in the file for `file`). */
    readonly offset: number,
    /** What is wrong, without the place. */
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${detail} (${section} at offset 0x${offset.toString(16)})`, options);
  }
}

/** A damaged file can yield a warning per entry; the first ones say all there is to say. */
const MAX_WARNINGS = 200;

/** Collects what was worked around, each place once and not more than a person would read. */
export class WarningList {
  readonly list: Warning[] = [];
  private readonly seen = new Set<string>();

  add(section: string, offset: number, message: string): void {
    const key = `${section}\n${offset}\n${message}`;
    if (this.list.length >= MAX_WARNINGS || this.seen.has(key)) return;
    this.seen.add(key);
    this.list.push({ section, offset, message });
  }

  /** Records a DebugInfoError; anything else is a fault of the reader itself and is thrown on. */
  addError(error: unknown): void {
    if (!(error instanceof DebugInfoError)) throw error;
    this.add(error.section, error.offset, error.detail);
  }

  /** Runs `read`; damage becomes a warning and the answer `otherwise`. */
  guard<T, U>(read: () => T, otherwise: U): T | U {
    try {
      return read();
    } catch (error) {
      this.addError(error);
      return otherwise;
    }
  }
}
