// The traffic of a session in a file: what the client and the adapter said to each other, what OpenOCD was asked and answered, and its
// log. For bug reports.
import fs from 'node:fs';
import type { Exchange } from '../openocd';

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

  /** One round trip to OpenOCD: each script with what became of it. */
  exchange({ scripts, outcomes, error, milliseconds }: Exchange): void {
    const time = `${milliseconds.toFixed(1)} ms`;
    for (const [index, script] of scripts.entries()) {
      this.write('tcl →', script);
      const outcome = outcomes[index];
      if (outcome === undefined)
        this.write('tcl ←', `no answer, ${time}: ${error instanceof Error ? error.message : ''}`);
      else {
        const log = outcome.log === '' ? '' : `, log ${JSON.stringify(outcome.log)}`;
        this.write('tcl ←', `code ${outcome.code}, ${time}: ${JSON.stringify(outcome.message)}${log}`);
      }
    }
  }

  /** @param direction `→` from the client, `←` to it, `tcl` with an arrow to and from OpenOCD, `openocd` for a line of its log */
  write(direction: '→' | '←' | 'tcl →' | 'tcl ←' | 'openocd', what: object | string): void {
    if (this.#file.destroyed) return;
    const text = typeof what === 'string' ? what : JSON.stringify(what);
    const cut = text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
    this.#file.write(`${((Date.now() - this.#started) / 1000).toFixed(3)} ${direction} ${cut}\n`);
  }

  close(): void {
    this.#file.end();
  }
}
