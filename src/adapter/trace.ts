// The traffic of a session in a file: what the client and the adapter said to each other, and OpenOCD's log. For bug reports.
import fs from 'node:fs';

/** A message longer than this is cut: memory contents are rarely what is looked for. */
const longest = 4000;

export class Trace {
  readonly #file: fs.WriteStream;
  readonly #started = Date.now();

  /** @param onError hears once that the file cannot be written */
  constructor(path: string, onError: (reason: string) => void) {
    this.#file = fs.createWriteStream(path);
    this.#file.once('error', (error) => onError(error.message));
  }

  /** @param direction `→` from the client, `←` to it, `openocd` for a line of its log */
  write(direction: '→' | '←' | 'openocd', what: object | string): void {
    if (this.#file.destroyed) return;
    const text = typeof what === 'string' ? what : JSON.stringify(what);
    const cut = text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
    this.#file.write(`${((Date.now() - this.#started) / 1000).toFixed(3)} ${direction} ${cut}\n`);
  }

  close(): void {
    this.#file.end();
  }
}
