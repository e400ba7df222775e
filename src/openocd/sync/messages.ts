// What the two threads of a SyncSession say to each other: plain data that survives structured cloning.
import * as errors from '../errors';

/**
 * A call in the worker: `['memory', 'readU32']` with its arguments; `['connect']` and `['start']` make the session,
 * `['outcomes']` runs the scripts of typed requests, which themselves stay in the calling thread.
 */
export interface Call {
  /** Which call an answer belongs to. */
  readonly id: number;
  readonly path: readonly string[];
  readonly args: readonly unknown[];
}

export type Verdict =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorParts };

export type Answer = Verdict & { readonly id: number };

/** One script of a batch. */
export interface Script {
  readonly script: string;
  /** Milliseconds; the session's own default when absent. */
  readonly timeout: number | undefined;
}

/** An error without its class, which cloning would lose. */
export interface ErrorParts {
  readonly name: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const DETAILS = ['command', 'reply', 'log', 'code', 'openocdCode', 'exitCode', 'hint'] as const;

export function errorParts(error: unknown): ErrorParts {
  if (!(error instanceof Error)) return { name: 'OpenOcdError', message: String(error), details: {} };
  const fields = error as unknown as Readonly<Record<string, unknown>>;
  const details = Object.fromEntries(
    DETAILS.map((name) => [name, fields[name]]).filter(([, value]) => value !== undefined),
  );
  return { name: error.name, message: error.message, details };
}

/** @returns an error of the class it had in the other thread; of ours, OpenOcdError, if it was none of the library's */
export function rebuildError({ name, message, details }: ErrorParts): Error {
  const classes = errors as unknown as Readonly<
    Record<string, (new (message: string, details: object) => Error) | undefined>
  >;
  const ErrorClass = classes[name] ?? errors.OpenOcdError;
  return new ErrorClass(message, details);
}
