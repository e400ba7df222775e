// Work that must not mix, one piece after the other in the order of the calls. One that fails does not hold up the next.

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does the work when all before it is over. @throws what the work throws */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    // Whoever asked for it is told; the next one only waits.
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
