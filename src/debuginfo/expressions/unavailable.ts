// How an evaluation ends without a value: an exception inside expressions/, words outside.

/** The expression is understood, but its value cannot be had; `reason` says why in words for the user. */
export class Unavailable extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export function unavailable(reason: string): never {
  throw new Unavailable(reason);
}
