// Gathers bytes into lines of text, so that a log gets lines and not letters.

/** A line is passed on when it ends, grows too long, or has waited this long for its end. */
const MAX_LINE_BYTES = 256;
const MAX_WAIT_MS = 200;

export class TextLines {
  private bytes: number[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly emit: (text: string) => void) {}

  push(byte: number): void {
    this.bytes.push(byte);
    if (byte === 0x0a || this.bytes.length >= MAX_LINE_BYTES) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), MAX_WAIT_MS);
  }

  /** Passes on what is there, if anything. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = Buffer.from(this.bytes).toString('utf8');
    this.bytes = [];
    if (text !== '') this.emit(text);
  }
}
