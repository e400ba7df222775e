// Lets only well-formed messages through to the protocol server: header with Content-Length, then a JSON object. What is
// damaged is reported and skipped up to the next header, so that one bad message does not take the session down.
import { Transform, type TransformCallback } from 'node:stream';

const marker = Buffer.from('Content-Length:');
const headerEnd = Buffer.from('\r\n\r\n');
/** Larger messages are taken for a wrong length: nothing in the protocol comes near it. */
const maximumLength = 64 << 20;
const maximumHeader = 4096;

export class FrameFilter extends Transform {
  #pending: Buffer = Buffer.alloc(0);

  constructor(readonly report: (problem: string) => void) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#take());
    callback();
  }

  /** Handles one message or one piece of rubbish; false when more data is needed. */
  #take(): boolean {
    const start = this.#pending.indexOf(marker);
    if (start < 0) {
      // A marker may be cut in two at the end; anything longer without one is rubbish.
      const kept = Math.min(this.#pending.length, marker.length - 1);
      this.#skip(this.#pending.length - kept, this.#pending.length > maximumHeader);
      return false;
    }
    if (start > 0) this.#skip(start, true);
    const end = this.#pending.indexOf(headerEnd);
    if (end < 0) {
      if (this.#pending.length <= maximumHeader) return false;
      this.#drop('a header without end');
      return true;
    }
    const header = this.#pending.toString('latin1', 0, end);
    const length = Number(/^Content-Length:[ \t]*(\d+)[ \t]*(?:\r\n|$)/.exec(header)?.[1] ?? Number.NaN);
    if (!Number.isInteger(length) || length > maximumLength) {
      this.#drop(`its header is “${header.slice(0, 60)}”`);
      return true;
    }
    const bodyStart = end + headerEnd.length;
    if (this.#pending.length < bodyStart + length) {
      // Another header inside what should be the body: the length was too large.
      return this.#recoverLength(bodyStart);
    }
    const body = this.#pending.subarray(bodyStart, bodyStart + length);
    const problem = length === 0 ? undefined : bodyProblem(body);
    if (problem !== undefined) {
      this.#drop(problem);
      return true;
    }
    if (length > 0) this.push(Buffer.concat([Buffer.from(`Content-Length: ${length}\r\n\r\n`), body]));
    this.#pending = this.#pending.subarray(bodyStart + length);
    return true;
  }

  #recoverLength(bodyStart: number): boolean {
    const next = this.#pending.indexOf(marker, bodyStart);
    if (next < 0 || bodyProblem(this.#pending.subarray(bodyStart, next)) !== undefined) return false;
    this.report('its Content-Length is larger than the message');
    const body = this.#pending.subarray(bodyStart, next);
    this.push(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
    this.#pending = this.#pending.subarray(next);
    return true;
  }

  #skip(count: number, mustReport: boolean): void {
    if (count === 0) return;
    const isBlank = /^[\s\0]*$/.test(this.#pending.toString('latin1', 0, count));
    if (mustReport && !isBlank) this.report(`${count} bytes outside of any message`);
    if (mustReport || isBlank) this.#pending = this.#pending.subarray(count);
  }

  /** Gives the current header up and goes on behind it. */
  #drop(problem: string): void {
    this.report(problem);
    this.#pending = this.#pending.subarray(marker.length);
    const next = this.#pending.indexOf(marker);
    this.#pending = next < 0 ? Buffer.alloc(0) : this.#pending.subarray(next);
  }
}

/** Why a body is no message; undefined when it is one. */
function bodyProblem(body: Uint8Array): string | undefined {
  try {
    const message: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (typeof message !== 'object' || message === null || Array.isArray(message)) return 'it is not a JSON object';
    const { type, command, seq } = message as Record<string, unknown>;
    if (type !== 'request' && type !== 'response' && type !== 'event') return 'it has no type';
    if (type === 'request' && typeof command !== 'string') return 'it is a request without command';
    return type === 'request' && typeof seq !== 'number' ? 'it is a request without seq' : undefined;
  } catch (error) {
    return `it is not JSON (${error instanceof Error ? error.message : String(error)})`;
  }
}
