// OpenOCD’s output as lines: streams are drained always, the last lines are kept, listeners hear each.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { Listeners } from '../disposable';

export interface LogLine {
  /** `output` for what Tcl scripts printed, otherwise OpenOCD's level. */
  readonly level: 'error' | 'warning' | 'info' | 'debug' | 'output';
  /** Without the level prefix. */
  readonly text: string;
}

const KEPT_LINES = 1000;
/** A line is cut here, so that output without line ends cannot fill the memory. */
const LONGEST_LINE = 64 * 1024;

const LEVELS: Readonly<Record<string, LogLine['level']>> = {
  Error: 'error',
  Warn: 'warning',
  Info: 'info',
  Debug: 'debug',
};

/** @returns the line with its level (`src/helper/log.c`: `Error: `, `Warn : `, `Info : `, `Debug: 12 3 file.c:…`) */
export function readLogLine(line: string): LogLine {
  const match = /^(Error|Warn|Info|Debug) ?: (.*)$/.exec(line);
  return match ? { level: LEVELS[match[1] ?? ''] ?? 'output', text: match[2] ?? '' } : { level: 'output', text: line };
}

/** What every OpenOCD begins its output with. */
export const BANNER = 'Open On-Chip Debugger';

/** Lines that say nothing about a failure: the greeting, and the trace through OpenOCD's own start-up script. */
const IDLE = /^(?:Open On-Chip Debugger|Licensed under|For bug reports|\s*https?:\/\/|in procedure |\s*at file )/;

/** @returns the lines that tell what went wrong: errors; without any, where a script failed; without that, the last ones */
export function complaint(lines: readonly LogLine[]): string[] {
  const errors = lines.filter(({ level }) => level === 'error').map(({ text }) => text);
  if (errors.length > 0) return errors.slice(0, 5);
  const spoken = lines.filter(({ level, text }) => level === 'output' && !IDLE.test(text));
  const script = spoken.filter(({ text }) => SCRIPT_ERROR.test(text));
  return (script.length > 0 ? script : spoken.slice(-4)).map(({ text }) => text.trim());
}

/** How Jim Tcl reports where a script failed (`Jim_MakeErrorMessage`); such lines have no level. */
const SCRIPT_ERROR = /:\d+: Error: /;

export class LogLines {
  readonly added = new Listeners<LogLine>();
  readonly #lines: LogLine[] = [];

  /** The last lines, oldest first. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  get text(): string {
    return this.#lines.map((line) => line.text).join('\n');
  }

  drain(stream: Readable): void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const parts = (rest + decoder.write(chunk)).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) this.#add(part);
      if (rest.length > LONGEST_LINE) {
        this.#add(rest);
        rest = '';
      }
    });
    stream.on('end', () => {
      if (rest !== '') this.#add(rest);
      rest = '';
    });
    // A broken pipe ends the log; the exit of the process tells why.
    stream.on('error', () => stream.destroy());
  }

  #add(raw: string): void {
    const text = raw.replace(/\r$/, '');
    if (text === '') return;
    const line = readLogLine(text);
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.splice(0, this.#lines.length - KEPT_LINES);
    this.added.fire(line);
  }
}
