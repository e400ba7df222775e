// What the library asks of a connection to OpenOCD. The two kinds, TCL RPC and telnet, live in files of their own.
import type { Subscription } from '../disposable';

/** Judges one frame that arrived while a request waits: its answer, the beginning of its answer, or not its answer. */
export type Acceptance = 'whole' | 'more' | 'foreign';

export interface SendOptions {
  /** Milliseconds to wait for the answer. */
  readonly timeout?: number;
  /** Aborted while the command waits for its turn, it is not sent. Once sent, a command cannot be taken back. */
  readonly signal?: AbortSignal;
}

export interface ExchangeOptions extends SendOptions {
  /** Decides about each frame; without it the first frame is the answer. */
  readonly accept?: (frame: Buffer) => Acceptance;
}

/** A way to OpenOCD: strictly one command at a time, in order; callers queue. */
export interface Connection {
  /** `bytes`: replies arrive as sent. `lines`: replies are printed text, one line of which is the result. */
  readonly carries: 'bytes' | 'lines';
  /** Bytes of the longest command, where a batch easily has more. */
  readonly longestCommand?: number;
  readonly closed: boolean;
  /** True while notifications were asked for and their connection is down. */
  readonly notificationsFailed: boolean;

  /** @throws ConnectionError when nobody answers at that address in time */
  connect(host: string, port: number): Promise<void>;
  /**
   * Sends Tcl and resolves with the reply, word for word. Errors of Tcl are not visible here: a reply is a reply.
   * @throws ConnectionError, TimeoutError
   */
  send(command: string, options?: SendOptions): Promise<string>;
  /** As `send`, with the reply's bytes. */
  exchange(command: string, options?: ExchangeOptions): Promise<Buffer>;
  /** Rejects what is pending with a ConnectionError. Closing twice is harmless. */
  close(): Promise<void>;
  /** Opens the second socket, on which OpenOCD reports events. Calling it again changes nothing. */
  enableNotifications(): Promise<void>;
  /** Asks OpenOCD for trace data among the notifications (`tcl_trace on`). */
  enableTrace(): Promise<void>;
  /** Frames such as `type target_state state halted`, without their line end. */
  onNotification(callback: (frame: string) => void): Subscription;
  /** The notification socket went down (`false`) or came back (`true`). */
  onNotificationsAvailable(callback: (available: boolean) => void): Subscription;
  onClose(callback: (reason: Error | undefined) => void): Subscription;
}
