// Pages of memory that is known, byte by byte.

export const pageSize = 256;
export const unknown = 0;
export const valid = 1;
export const unreadable = 2;
/** Came with a stop, and nobody has asked for it yet. */
export const ahead = 3;

export interface Page {
  readonly bytes: Uint8Array;
  /** `unknown`, `valid`, `unreadable` or `ahead` for each byte. */
  readonly state: Uint8Array;
}

export type Pages = Map<number, Page>;

export const newPage = (): Page => ({ bytes: new Uint8Array(pageSize), state: new Uint8Array(pageSize) });

/**
 * What a computation has seen of memory that others have forgotten since, because the target moved on. Without it a computation that
 * needs more than one read would begin anew for ever beside a target that stops and runs in quick turns.
 */
export class HeldPages {
  readonly #pages: Pages = new Map();

  /** Keeps pages that are about to be forgotten. */
  keep(pages: Pages): void {
    for (const [number, page] of pages) this.#pages.set(number, joined(this.#pages.get(number), page));
  }

  /** A page as the computation is to see it. */
  over(number: number, page: Page | undefined): Page | undefined {
    const held = this.#pages.get(number);
    if (held === undefined) return page;
    return page === undefined ? held : joined(held, page);
  }
}

/** What is known of either; of the newer one where both are. */
function joined(older: Page | undefined, newer: Page): Page {
  if (older === undefined) return newer;
  const page = newPage();
  for (let i = 0; i < pageSize; i++) {
    const from = newer.state[i] === unknown ? older : newer;
    page.bytes[i] = from.bytes[i] ?? 0;
    page.state[i] = from.state[i] ?? unknown;
  }
  return page;
}
