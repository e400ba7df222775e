// Text of an RTT channel on its way to a terminal: UTF-8 put together again, line ends as a terminal wants them, timestamps. Pure.
import { StringDecoder } from 'node:string_decoder';

export interface LineOptions {
  readonly timestamps: boolean;
}

export class TerminalLines {
  readonly #decoder = new StringDecoder('utf8');
  #atLineStart = true;

  constructor(
    private readonly options: () => LineOptions,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Bytes from the target → text for the terminal. */
  write(bytes: Uint8Array): string {
    const text = this.#decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (text === '') return '';
    const { timestamps } = this.options();
    let out = '';
    for (const part of text.split(/(?<=\n)/)) {
      if (this.#atLineStart && timestamps) out += `\x1b[2m${stamp(this.now())}\x1b[22m `;
      out += part.replace(/\r?\n$/, '\r\n');
      this.#atLineStart = part.endsWith('\n');
    }
    return out;
  }
}

/** 14:03:59.123 */
export function stamp(time: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}

/** What a key press does to the line being typed. */
export interface Edit {
  /** To show in the terminal. */
  readonly echo: string;
  /** A finished line, without its end; undefined while it is being typed. */
  readonly line: string | undefined;
}

/** A minimal line editor: text, backspace, Ctrl-U, Enter, and the arrow keys for the lines typed before. */
export class LineInput {
  #text = '';
  readonly #history: string[] = [];
  #at = 0;

  get text(): string {
    return this.#text;
  }

  key(data: string): readonly Edit[] {
    if (data === '\x1b[A') return [this.#recall(-1)];
    if (data === '\x1b[B') return [this.#recall(1)];
    if (data.startsWith('\x1b')) return [];
    return [...data].map((character) => this.#type(character)).filter((edit) => edit !== undefined);
  }

  #type(character: string): Edit | undefined {
    if (character === '\r' || character === '\n') {
      const line = this.#text;
      this.#text = '';
      if (line !== '' && this.#history.at(-1) !== line) this.#history.push(line);
      this.#at = this.#history.length;
      return { echo: '\r\n', line };
    }
    if (character === '\x7f' || character === '\b') {
      if (this.#text === '') return undefined;
      this.#text = [...this.#text].slice(0, -1).join('');
      return { echo: '\b \b', line: undefined };
    }
    if (character === '\x15') return this.#replace('');
    if (character < ' ' && character !== '\t') return undefined;
    this.#text += character;
    return { echo: character, line: undefined };
  }

  #recall(step: number): Edit {
    this.#at = Math.max(0, Math.min(this.#history.length, this.#at + step));
    return this.#replace(this.#history[this.#at] ?? '');
  }

  #replace(text: string): Edit {
    const erase = '\b \b'.repeat([...this.#text].length);
    this.#text = text;
    return { echo: erase + text, line: undefined };
  }
}
