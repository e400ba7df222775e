// The envelope every typed command travels in. OpenOCD’s TCL RPC has no status: success, usage errors and failures may all
// answer with the same empty text, and bare error text carries stale locations. A procedure on OpenOCD’s side therefore runs
// each script under `catch` and `capture` and answers with status, error code, result and log, each with its length.
import type { Acceptance, Connection, SendOptions } from '../connection/connection';
import { isNotification } from '../connection/notificationSocket';
import { CommandError, ConnectionError } from '../errors';
import { quote } from './quote';

/** What became of one script. */
export interface Outcome {
  readonly command: string;
  /** Tcl completion code: 0 is success, and nothing else is. OpenOCD up to 0.12 puts its own negative numbers here. */
  readonly code: number;
  /** Tcl’s `-errorcode`: `NONE`, or `OpenOCD -4` on OpenOCD after 0.12. */
  readonly errorCode: string;
  /** Result, or error message. */
  readonly message: string;
  /** What OpenOCD logged while the script ran, without level prefixes. */
  readonly log: string;
}

const PROCEDURE = 'openocd_debug_v2';
const LOCAL = 'openocd_debug_local';

/**
 * How the answer leaves OpenOCD:
 * - `exit`: up to 0.12 a script that ends with Tcl’s `exit` code has its result sent to the caller and to nobody else
 *   (`command_run_line` in `src/helper/command.c`). Any other result is repeated to the log, to telnet sessions and, while a
 *   GDB client has the target running, to that client’s console.
 * - `nul`: after 0.12 that code closes the connection. A result that begins with NUL is repeated as an empty line only.
 * - `line`: telnet prints text; line ends are escaped so that the answer is one line.
 */
type Delivery = 'exit' | 'nul' | 'line';

/**
 * The outer `capture` is there for its side effect: OpenOCD polls the targets before each command, but not inside of it (`jim_capture`
 * in `src/helper/command.c`). So a batch costs one poll instead of one per script, and reads of memory keep the access port to themselves.
 */
const DEFINITION = `proc ${PROCEDURE} {id delivery args} {
set reply "#$id"
capture {foreach script $args {
set options {}
set log [capture {set code [catch {uplevel #0 $script} message options]; list}]
if {[catch {dict get $options -errorcode} error]} {set error {}}
append reply " $code [string bytelength $error] [string bytelength $message] [string bytelength $log]:" $error $message $log
}; list}
if {$delivery eq "exit"} {return -code exit $reply}
if {$delivery eq "line"} {return [string map {\\\\ \\\\\\\\ \\n \\\\n \\r \\\\r} $reply]}
return "\\000$reply"
}
proc ${LOCAL} {script} {eval $script}
list`;

/**
 * A script whose variables are its own. Without this they would be global, where the configuration and the user at a
 * console have theirs.
 * @param script with balanced braces, apart from those that `quote` has escaped
 */
export function local(script: string): string {
  return `${LOCAL} {${script}}`;
}

/** Versions whose `command_run_line` ignores Tcl’s exit code. */
const QUIET_EXIT = /^Open On-Chip Debugger 0\.(?:10|11|12)\.0(?![\w+.-])/;

/** Room for what stands before the scripts on a line. */
const HEAD_BYTES = 40;

/** Runs scripts in envelopes over one connection. */
export class Envelope {
  readonly #connection: Connection;
  #delivery: Delivery;
  #lastId = 0;

  /**
   * Installs the procedure and asks for the version.
   * @throws ConnectionError when the other side is not OpenOCD; TimeoutError
   */
  static async open(connection: Connection): Promise<{ envelope: Envelope; version: string }> {
    const envelope = new Envelope(connection);
    const definition =
      connection.carries === 'lines' ? DEFINITION.replaceAll('\n', '; ').replaceAll('{; ', '{') : DEFINITION;
    await connection.send(definition);
    const [outcome] = await envelope.run(['version']);
    const version = outcome?.message.trim().split('\n')[0] ?? '';
    if (envelope.#delivery === 'nul' && QUIET_EXIT.test(version)) envelope.#delivery = 'exit';
    return { envelope, version };
  }

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.#delivery = connection.carries === 'lines' ? 'line' : 'nul';
  }

  /**
   * Runs the scripts in order, in one round trip or, where a line cannot take them, in several; a failing one does not stop the next.
   * @throws ConnectionError, TimeoutError, CommandError when the whole is longer than OpenOCD takes
   */
  async run(scripts: readonly string[], options: SendOptions = {}): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const part of this.#lines(scripts)) outcomes.push(...(await this.#runLine(part, options)));
    return outcomes;
  }

  /** Scripts that go together on a line. */
  #lines(scripts: readonly string[]): readonly (readonly string[])[] {
    const { longestCommand } = this.#connection;
    if (longestCommand === undefined || scripts.length < 2) return [scripts];
    const lines: string[][] = [];
    let room = 0;
    for (const script of scripts) {
      const size = Buffer.byteLength(quote(script)) + 1;
      const last = lines.at(-1);
      if (last !== undefined && size <= room) last.push(script);
      else {
        lines.push([script]);
        room = longestCommand - HEAD_BYTES;
      }
      room -= size;
    }
    return lines;
  }

  async #runLine(scripts: readonly string[], options: SendOptions): Promise<Outcome[]> {
    const id = (++this.#lastId).toString(36);
    const head = this.#delivery === 'nul' ? `\0#${id} ` : `#${id} `;
    const line = `${PROCEDURE} ${id} ${this.#delivery} ${scripts.map(quote).join(' ')}`;
    if (this.#delivery === 'line')
      return parse(unescapeLine(findLine(await this.#connection.exchange(line, options), head)), head, scripts);
    const reply = await this.#connection.exchange(line, {
      ...options,
      accept: (frame) => judge(frame, head, scripts.length),
    });
    return parse(reply, head, scripts);
  }
}

/** Walks over the answer's parts. @returns whether it is all there, ends too early, or cannot be read */
function walk(
  reply: Buffer,
  head: string,
  count: number,
  part?: (fields: readonly number[], body: number) => void,
): 'whole' | 'more' | 'damaged' {
  let at = head.length - 1;
  for (let index = 0; index < count; index++) {
    const colon = reply.indexOf(0x3a, at);
    if (colon < 0) return 'more';
    const fields = reply
      .toString('latin1', at + 1, colon)
      .split(' ')
      .map(Number);
    const [, error = Number.NaN, message = Number.NaN, log = Number.NaN] = fields;
    const end = colon + 1 + error + message + log;
    if (fields.length !== 4 || fields.some(Number.isNaN)) return 'damaged';
    if (end > reply.length) return 'more';
    part?.(fields, colon + 1);
    at = end;
  }
  return 'whole';
}

/** What begins like an answer with another id is an old one. */
const OTHER_ANSWER = /^\0?#\w+ /;

/** A result may contain the separator 0x1A itself: then the answer goes on in the next frame. */
function judge(frame: Buffer, head: string, count: number): Acceptance {
  const start = frame.toString('latin1', 0, 32);
  if (start.startsWith(head)) return walk(frame, head, count) === 'more' ? 'more' : 'whole';
  // What is neither is the envelope's own failure, such as a server without the procedure: `parse` tells of it.
  return OTHER_ANSWER.test(start) || isNotification(frame) ? 'foreign' : 'whole';
}

function parse(reply: Buffer, head: string, scripts: readonly string[]): Outcome[] {
  const outcomes: Outcome[] = [];
  if (reply.toString('latin1', 0, head.length) !== head) throw notAnEnvelope(reply.toString('utf8'), scripts);
  const end = walk(reply, head, scripts.length, ([code = 1, error = 0, message = 0, log = 0], body) => {
    const text = (from: number, length: number) => reply.toString('utf8', from, from + length);
    outcomes.push({
      command: scripts[outcomes.length] ?? '',
      code,
      errorCode: text(body, error),
      message: text(body + error, message),
      log: text(body + error + message, log),
    });
  });
  if (end === 'whole') return outcomes;
  throw new ConnectionError('OpenOCD’s answer cannot be read: its lengths are damaged.', {
    command: scripts.join('; '),
    reply: reply.toString('utf8').slice(0, 500),
  });
}

function notAnEnvelope(text: string, scripts: readonly string[]): CommandError {
  return new CommandError(
    text.trim() === ''
      ? 'OpenOCD gave no answer to the command; an “exit” or “shutdown” in it ends the exchange.'
      : `The other side does not answer as OpenOCD does: ${JSON.stringify(text.slice(0, 200))}.`,
    { command: scripts.join('; '), reply: text },
  );
}

function findLine(reply: Buffer, head: string): Buffer {
  const start = reply.lastIndexOf(head);
  if (start < 0) return reply;
  const end = reply.indexOf('\n', start);
  return reply.subarray(start, end < 0 ? undefined : end);
}

function unescapeLine(line: Buffer): Buffer {
  const text = line.toString('latin1').replace(/\r/g, '');
  return Buffer.from(
    text.replace(/\\([\\nr])/g, (_, letter: string) => ({ n: '\n', r: '\r' })[letter] ?? '\\'),
    'latin1',
  );
}
