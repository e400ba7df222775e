// Errors of the engine that a user can see: what failed, on what, and what to do about it.

/** An error with words for the user. `remedy` is a sentence that says what to do; it is shown after the message. */
export class EngineError extends Error {
  override readonly name: string = 'EngineError';
  constructor(
    message: string,
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Message and remedy in one text. */
  get full(): string {
    return this.remedy === undefined ? this.message : `${this.message} ${this.remedy}`;
  }
}

/** What a user is to read of an error: with its remedy, where it has one. */
export function wordsOf(error: unknown): string {
  if (error instanceof EngineError) return error.full;
  return error instanceof Error ? error.message : String(error);
}
