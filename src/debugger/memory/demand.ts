// How code that computes stays free of waiting. The unwinder, values and expressions read memory and registers from caches, as
// plain function calls. What is not in a cache is thrown as a `Demand`; `settle` fetches it and computes again from the start.
// Such computations must therefore be pure: no side effects before their last read.

import { setImmediate } from 'node:timers/promises';

/** Something a computation needs before it can go on. */
export interface Need {
  /** Equal keys are fetched once. */
  readonly key: string;
  readonly source: Source;
}

/** A cache that can be filled. */
export interface Source {
  /** Brings needs of this source into the cache, as many as there are in one go, and must make progress. */
  fetch(needs: readonly Need[]): Promise<void>;
}

/**
 * Thrown by a cache that does not have the answer yet. Never an error for the user: `settle` catches it. No `Error` either, since
 * those record where they were made, which nobody reads and which costs more than the rest of a demand.
 */
export class Demand {
  constructor(readonly needs: readonly Need[]) {}
}

/** Rounds after which a computation is given up; each fetches at least one thing. */
const maximumRounds = 5_000;

/**
 * Runs `compute`, fetching what it demands, until it comes to an end.
 * Throws what `compute` or a fetch throws, `tooMany()` after too many rounds, and the signal's reason when aborted.
 */
export async function settle<T>(compute: () => T, tooMany: () => Error, signal?: AbortSignal): Promise<T> {
  for (let round = 0; round < maximumRounds; round++) {
    // A long computation on a core file never waits for anything: cancelling and other requests get their turn here.
    if (round % 64 === 63) await setImmediate();
    signal?.throwIfAborted();
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof Demand)) throw error;
      const needs = new Map(error.needs.map((need) => [need.key, need]));
      const bySource = new Map<Source, Need[]>();
      for (const need of needs.values()) bySource.set(need.source, [...(bySource.get(need.source) ?? []), need]);
      for (const [source, own] of bySource) await source.fetch(own);
    }
  }
  throw tooMany();
}

/** Computes one result per item. The demands of all items are thrown together, so that they are fetched in one round. */
export function computeAll<T, R>(items: readonly T[], compute: (item: T, index: number) => R): R[] {
  const needs: Need[] = [];
  const results: R[] = [];
  items.forEach((item, index) => {
    try {
      results.push(compute(item, index));
    } catch (error) {
      if (!(error instanceof Demand)) throw error;
      needs.push(...error.needs);
    }
  });
  if (needs.length > 0) throw new Demand(needs);
  return results;
}
