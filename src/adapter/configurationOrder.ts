// The order of what configures a session. Clients need not wait for one answer before they send the next request: breakpoints that come
// while the session is being opened wait for that, and `configurationDone` waits for what came before it.

const configuring: ReadonlySet<string> = new Set([
  ...['setBreakpoints', 'setFunctionBreakpoints', 'setInstructionBreakpoints', 'setDataBreakpoints'],
  ...['setExceptionBreakpoints', 'dataBreakpointInfo'],
]);

export class ConfigurationOrder {
  /** Pending while a session is being opened. */
  #opening: Promise<void> | undefined;
  readonly #underWay = new Set<Promise<unknown>>();

  /** From now on requests that configure wait. @returns ends that */
  opening(): () => void {
    let end: () => void = () => undefined;
    const opening = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#opening = opening;
    return () => {
      if (this.#opening === opening) this.#opening = undefined;
      end();
    };
  }

  /** Answers a request in its turn. @throws what `answer` throws, and the reason of the signal when it was given up meanwhile */
  async take<T>(command: string, signal: AbortSignal, answer: () => T | Promise<T>): Promise<T> {
    if (command === 'configurationDone') {
      const before = [...this.#underWay];
      await this.#opening;
      await Promise.allSettled(before);
      signal.throwIfAborted();
      return answer();
    }
    if (!configuring.has(command)) return answer();
    const answered = this.#whenOpen(signal, answer);
    this.#underWay.add(answered);
    try {
      return await answered;
    } finally {
      this.#underWay.delete(answered);
    }
  }

  async #whenOpen<T>(signal: AbortSignal, answer: () => T | Promise<T>): Promise<T> {
    if (this.#opening !== undefined) {
      await this.#opening;
      signal.throwIfAborted();
    }
    return answer();
  }
}
