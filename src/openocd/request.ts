// A typed request: Tcl on the way out, a value or the right error on the way back. Requests are what subsystems send one at
// a time and what a batch sends together.
import type { Dialect } from './dialect';
import { CommandError, type CommandErrorClass, ConnectionError, TargetNotHaltedError } from './errors';
import type { Outcome } from './tcl/envelope';

/** A request with a result of type `T`. Build them with the functions in `request`. */
export interface Request<T> {
  readonly script: (dialect: Dialect) => string;
  /** @throws the error class of the request's subsystem */
  readonly parse: (outcome: Outcome, dialect: Dialect) => T;
  /** Milliseconds; the session's own default when absent. */
  readonly timeout?: number | undefined;
  /** The core must be halted: a failure without words is then examined for a running core. */
  readonly needsHalt?: boolean | undefined;
}

export interface RequestDescription<T> {
  /** Begins the error message: `Reading 16 bytes at 0x20000000`. */
  readonly action: string;
  readonly error: CommandErrorClass;
  readonly script: string | ((dialect: Dialect) => string);
  /** Reads the result; throws a plain Error with a sentence when the text is not what it should be. */
  readonly parse: (text: string, outcome: Outcome, dialect: Dialect) => T;
  /** Looks at a success that may be a failure in disguise, and at a failure whose words say little. @returns the reason, or undefined */
  readonly refused?: (outcome: Outcome) => string | undefined;
  readonly timeout?: number | undefined;
  readonly needsHalt?: boolean | undefined;
}

/** Builds a request from its parts. */
export function describeRequest<T>(description: RequestDescription<T>): Request<T> {
  const { action, error: ErrorClass, script, parse, refused, timeout, needsHalt } = description;
  return {
    script: typeof script === 'string' ? () => script : script,
    timeout,
    needsHalt,
    parse: (outcome, dialect) => {
      const reason = refused?.(outcome) ?? (outcome.code === 0 ? undefined : failureReason(outcome));
      if (reason !== undefined) throw failure(ErrorClass, action, reason, outcome);
      try {
        return parse(outcome.message, outcome, dialect);
      } catch (cause) {
        if (cause instanceof CommandError) throw cause;
        throw failure(
          ErrorClass,
          action,
          `OpenOCD’s answer cannot be read: ${(cause as Error).message}`,
          outcome,
          cause,
        );
      }
    },
  };
}

function failure(
  ErrorClass: CommandErrorClass,
  action: string,
  reason: string,
  outcome: Outcome,
  cause?: unknown,
): CommandError {
  const Kind =
    NOT_HALTED.test(`${outcome.message}\n${outcome.log}`) || openocdCode(outcome) === ERROR_TARGET_NOT_HALTED
      ? TargetNotHaltedError
      : ErrorClass;
  return new Kind(`${action} failed: ${reason.replace(/[.\s]+$/, '')}.`, {
    command: outcome.command,
    reply: outcome.message,
    log: outcome.log,
    code: outcome.code,
    openocdCode: openocdCode(outcome),
    cause,
  });
}

const NOT_HALTED = /\bnot halted\b|must be halted/i;

const ERROR_TARGET_NOT_HALTED = -304;

/** OpenOCD's own error number: the Tcl code up to 0.12, a part of `-errorcode` after it. */
export function openocdCode({ code, errorCode }: Outcome): number | undefined {
  if (code < 0) return code;
  const number = /^OpenOCD (-\d+)$/.exec(errorCode)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** @returns OpenOCD's words where it has any, ours otherwise */
export function failureReason(outcome: Outcome): string {
  const own = outcome.message.trim();
  const log = meaningfulLines(outcome.log);
  if (own !== '' && log !== '' && !log.includes(own)) return `${own} (${log})`;
  if (own !== '' || log !== '') return own || log;
  const number = openocdCode(outcome);
  return (
    (number === undefined ? undefined : NUMBERS[number]) ?? `OpenOCD gave no reason (code ${number ?? outcome.code})`
  );
}

function meaningfulLines(log: string): string {
  return [...new Set(log.split('\n').map((line) => line.trim()))]
    .filter((line) => line !== '')
    .slice(0, 6)
    .join('; ');
}

/** OpenOCD's numbers that come without text (`src/helper/log.h`, `src/target/target.h`). */
const NUMBERS: Readonly<Record<number, string>> = {
  [-4]: 'OpenOCD reports a failure without a reason; a running core is the usual one',
  [-5]: 'OpenOCD waited too long for the target',
  [-300]: 'OpenOCD found an invalid argument',
  [-302]: 'the target did not answer in time',
  [-304]: 'the target is not halted',
  [-306]: 'the access is not aligned',
  [-307]: 'a data abort ended the access',
  [-308]: 'the target has no free resource for it',
  [-601]: 'OpenOCD does not understand the command’s arguments',
};

/** What batches return for each request. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: CommandError };

export type Results<R extends readonly Request<unknown>[]> = {
  -readonly [K in keyof R]: R[K] extends Request<infer T> ? Result<T> : never;
};

/** What requests return that all succeed. */
export type Values<R extends readonly Request<unknown>[]> = {
  -readonly [K in keyof R]: R[K] extends Request<infer T> ? T : never;
};

/** Reads one outcome of a batch. @throws ConnectionError and other errors that are not about this request alone */
export function settle<T>(request: Request<T>, outcome: Outcome, dialect: Dialect): Result<T> {
  try {
    return { ok: true, value: request.parse(outcome, dialect) };
  } catch (error) {
    if (error instanceof CommandError && !(error instanceof ConnectionError)) return { ok: false, error };
    throw error;
  }
}

/** Any Tcl, its raw result. */
export function tcl(command: string, timeout?: number): Request<string> {
  const brief = command.length > 60 ? `${command.slice(0, 60)}…` : command;
  return describeRequest({
    action: `“${brief}”`,
    error: CommandError,
    script: command,
    parse: (text) => text,
    timeout,
  });
}

/** Any Tcl, and what became of it, failures included: status, result and log. For consoles. */
export function outcome(command: string, timeout?: number): Request<Outcome> {
  return { script: () => command, parse: (result) => result, timeout };
}
