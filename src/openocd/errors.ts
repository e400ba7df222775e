// The errors of the client library. Every failure that leaves the library is an OpenOcdError; nothing here talks to OpenOCD.

/** What an error knows about the exchange that failed. */
export interface ErrorDetails {
  /** The Tcl sent to OpenOCD. */
  readonly command?: string | undefined;
  /** OpenOCD's answer, word for word. */
  readonly reply?: string | undefined;
  /** What OpenOCD logged meanwhile. */
  readonly log?: string | undefined;
  readonly cause?: unknown;
}

/** The root of the hierarchy. */
export class OpenOcdError extends Error {
  readonly command: string | undefined;
  readonly reply: string | undefined;
  readonly log: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.command = details.command;
    this.reply = details.reply;
    this.log = details.log;
  }
}

/** An argument that no OpenOCD could take: a negative address, a width of 24 bits, an empty file name. */
export class ArgumentError extends OpenOcdError {}

/** The connection could not be made, was lost, or is not speaking OpenOCD's protocol. */
export class ConnectionError extends OpenOcdError {}

/** No answer, or no halt, within the time given. The connection stays usable. */
export class TimeoutError extends OpenOcdError {}

/** OpenOCD could not be started, or ended. */
export class ProcessError extends OpenOcdError {
  /** Exit code of OpenOCD; `undefined` when it never ran or a signal ended it. */
  readonly exitCode: number | undefined;
  /** What to do about it, in plain words. */
  readonly hint: string | undefined;
  /** There is no program of the name or path that OpenOCD should have: nothing was started. */
  readonly missingProgram: boolean;

  constructor(
    message: string,
    details: ErrorDetails & {
      exitCode?: number | undefined;
      hint?: string | undefined;
      missingProgram?: boolean | undefined;
    } = {},
  ) {
    // Advice that nobody sees helps nobody: it is part of the message.
    super(
      details.hint === undefined || message.includes(details.hint) ? message : `${message} ${details.hint}`,
      details,
    );
    this.exitCode = details.exitCode;
    this.hint = details.hint;
    this.missingProgram = details.missingProgram ?? false;
  }
}

/** Details of a Tcl error. */
export interface CommandErrorDetails extends ErrorDetails {
  /** Tcl completion code; OpenOCD up to 0.12 puts its own negative number here. */
  readonly code?: number | undefined;
  /** OpenOCD's own error number (`ERROR_FAIL` is -4), where it told one. */
  readonly openocdCode?: number | undefined;
}

/** OpenOCD refused or failed a command. */
export class CommandError extends OpenOcdError {
  readonly code: number | undefined;
  readonly openocdCode: number | undefined;

  constructor(message: string, details: CommandErrorDetails = {}) {
    super(message, details);
    this.code = details.code;
    this.openocdCode = details.openocdCode;
  }
}

/** Run control failed. */
export class TargetError extends CommandError {}
/** The operation needs a halted core, and the core runs. */
export class TargetNotHaltedError extends TargetError {}
/** A register is unknown, or could not be read or written. */
export class RegisterError extends CommandError {}
/** Target memory could not be read or written. */
export class MemoryError extends CommandError {}
/** Flash could not be read, erased, written, verified or protected. */
export class FlashError extends CommandError {}
/** A breakpoint or watchpoint was refused, or is unknown. */
export class BreakpointError extends CommandError {}
/** RTT is not available, or its control block was not found. */
export class RttError extends CommandError {}
/** A JTAG operation failed. */
export class JtagError extends CommandError {}
/** A debug port or access port operation failed. */
export class SwdError extends CommandError {}
/** An SVD file, or a peripheral, register or field in it, cannot be used. */
export class SvdError extends OpenOcdError {}

/** The constructors that a failed command may become. */
export type CommandErrorClass = new (message: string, details?: CommandErrorDetails) => CommandError;
