// One DAP conversation: dispatches requests to handlers, answers each exactly once, keeps cancellation. What the requests do is
// in the files of handlers/; this file knows no debugger.
import { Event, Response } from '@vscode/debugadapter';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { wordsOf } from '../debugger/errors';
import { Arguments } from './arguments';
import { ConfigurationOrder } from './configurationOrder';
import { FrameFilter } from './framing';
import { errors, texts } from './messages';
import type { Trace } from './trace';

/** What a handler gets besides its arguments. */
export interface Call {
  readonly arguments: Arguments;
  readonly signal: AbortSignal;
  /** Runs after the response has been sent. */
  after(action: () => void): void;
}

/** Answers one kind of request with the body of its response. Errors it throws become error responses. */
export type Handler = (call: Call) => Promise<unknown> | unknown;

/** Events for clients that say in `initialize` that they know them (DAP, InitializeRequestArguments). */
const optionalEvents: ReadonlyMap<string, string> = new Map([
  ...['progressStart', 'progressUpdate', 'progressEnd'].map((name) => [name, 'supportsProgressReporting'] as const),
  ['memory', 'supportsMemoryEvent'],
  ['invalidated', 'supportsInvalidatedEvent'],
]);

/**
 * Requests that the user makes by himself and whose failure no view shows: editors put an error with `showUser` into a notification. What
 * hovers, watches, views and the extension ask for tells its error where it is asked.
 */
const userRequests: ReadonlySet<string> = new Set([
  ...['launch', 'attach', 'configurationDone', 'restart', 'terminate', 'disconnect'],
  ...['continue', 'pause', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue', 'gotoTargets', 'goto'],
  ...['setVariable', 'setExpression', 'writeMemory', 'setBreakpoints', 'setFunctionBreakpoints'],
  ...['setInstructionBreakpoints', 'setDataBreakpoints', 'setExceptionBreakpoints'],
]);

export class Session extends ProtocolServer {
  readonly #handlers = new Map<string, Handler>();
  readonly #running = new Map<number, AbortController>();
  readonly #closed: (() => void)[] = [];
  readonly #cancellable = new Map<string, () => void>();
  readonly #unwanted = new Set(optionalEvents.keys());
  readonly #order = new ConfigurationOrder();
  #isClosed = false;
  /** Set while the traffic is written down. */
  trace: Trace | undefined;

  constructor() {
    super();
    this.on('close', () => this.close());
    this.on('error', () => this.close());
    this.handle('cancel', ({ arguments: given }) => {
      const id = given.optionalInteger('requestId');
      if (id !== undefined) this.#running.get(id)?.abort(errors.cancelled());
      const progress = given.optionalString('progressId');
      if (progress !== undefined) this.#cancellable.get(progress)?.();
    });
  }

  /** Speaks on a pair of streams until the input ends. */
  serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
    const filter = new FrameFilter((problem) => this.output(texts.malformed(problem), 'stderr'));
    input.on('error', () => this.close());
    input.on('close', () => this.close());
    this.start(input.pipe(filter), output);
  }

  handle(command: string, handler: Handler): void {
    this.#handlers.set(command, handler);
  }

  /** Requests that configure wait from now on, until what is answered is called: the debuggee is being opened. */
  opening(): () => void {
    return this.#order.opening();
  }

  /** Called once, when the client is gone or the session was ended. */
  onClose(action: () => void): void {
    this.#closed.push(action);
  }

  /** Takes from the arguments of `initialize` which events the client knows. */
  introduce(client: Arguments): void {
    for (const [name, capability] of optionalEvents) if (client.boolean(capability)) this.#unwanted.delete(name);
  }

  event(name: string, body?: object): void {
    if (this.#isClosed || this.#unwanted.has(name)) return;
    this.trace?.write('←', { event: name, body });
    this.sendEvent(new Event(name, body));
  }

  /** Calls back when the client cancels a progress. @returns ends that */
  onCancel(progressId: string, action: () => void): () => void {
    this.#cancellable.set(progressId, action);
    return () => this.#cancellable.delete(progressId);
  }

  /** Text for the debug console. */
  output(text: string, category: 'console' | 'important' | 'stdout' | 'stderr' = 'console'): void {
    this.event('output', { category, output: text });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const controller of this.#running.values()) controller.abort(errors.ended());
    for (const action of this.#closed) action();
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.#answer(request);
  }

  async #answer(request: DebugProtocol.Request): Promise<void> {
    const response: DebugProtocol.Response = new Response(request);
    const controller = new AbortController();
    const later: (() => void)[] = [];
    this.trace?.write('→', request);
    this.#running.set(request.seq, controller);
    try {
      const handler = this.#handlers.get(request.command);
      if (handler === undefined) throw errors.unknownRequest(request.command);
      const call: Call = {
        arguments: new Arguments(request.command, request.arguments),
        signal: controller.signal,
        after: (action) => later.push(action),
      };
      const body = await this.#order.take(request.command, controller.signal, () => handler(call));
      if (body !== undefined) response.body = body;
    } catch (error) {
      this.#fail(response, error, controller.signal);
    }
    if (this.#running.get(request.seq) === controller) this.#running.delete(request.seq);
    if (this.#isClosed) return;
    this.trace?.write('←', response);
    this.sendResponse(response);
    for (const action of later) this.#carryOut(action);
  }

  /** The response is sent: what fails now can only be told. */
  #carryOut(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.output(`${wordsOf(error)}\n`, 'important');
    }
  }

  #fail(response: DebugProtocol.Response, error: unknown, signal: AbortSignal): void {
    response.success = false;
    if (signal.aborted) {
      response.message = 'cancelled';
      return;
    }
    const text = wordsOf(error);
    response.message = text;
    // The braces of a format string would be taken for placeholders, so the text goes in as one.
    const id = 1;
    const showUser = userRequests.has(response.command);
    response.body = { error: { id, format: '{text}', variables: { text }, showUser } };
  }
}
