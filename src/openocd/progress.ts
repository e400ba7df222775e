// What long operations accept and report.

export interface Progress {
  /** Bytes, or sectors, done so far. */
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'sectors';
  /** `compare`: what is to be written is looked for; `verify`: what was written is. */
  readonly phase: 'read' | 'compare' | 'write' | 'erase' | 'verify';
}

export interface LongOperation {
  /** Ends the operation between two steps; the error then says what was done and what was not. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
