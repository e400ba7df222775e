// What the terminal of an RTT channel shows: text as it is, numbers where the user said how to read them, and hexadecimal where the
// channel evidently sends no text. Pure.
import { t } from '../texts';
import { HexRows, NumberDecoder, TextJudge } from './binary';
import type { ChannelPlan } from './channelPlan';
import { stamp, TerminalLines } from './lines';

/** A fast channel would flood the terminal: of one piece of data at most so many numbers are shown, the newest. */
const MOST_NUMBERS = 100;

export interface Shown {
  /** To add to the terminal. */
  readonly text: string;
  /** What was shown before is to go: it was binary data taken for text. */
  readonly clear: boolean;
}

export class ChannelText {
  #judge = new TextJudge();
  readonly #lines: TerminalLines;
  #hex: HexRows | undefined;
  #numbers: ReturnType<typeof numbersOf> | undefined;

  /**
   * @param plans of this channel, as they are now
   * @param timestamps the setting
   */
  constructor(
    private readonly plans: () => readonly ChannelPlan[],
    timestamps: () => boolean,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.#lines = new TerminalLines(
      () => ({ timestamps: this.plans().find((plan) => plan.timestamps !== undefined)?.timestamps ?? timestamps() }),
      now,
    );
  }

  /** True when the channel sends data rather than text. */
  get isBinary(): boolean {
    return this.#hex !== undefined || this.#numbers !== undefined;
  }

  /** What comes next does not belong to what came before: it begins with a whole number. */
  beginStream(): void {
    if (this.#numbers !== undefined) this.#numbers = numbersOf(this.#numbers.plan);
  }

  write(bytes: Uint8Array): Shown {
    const plans = this.plans();
    const isText = plans.some((plan) => plan.kind === 'console');
    const plan = isText ? undefined : plans[0];
    if (plan !== undefined) return { text: this.#asNumbers(plan, bytes), clear: false };
    this.#numbers = undefined;
    if (isText || (this.#hex === undefined && !this.#judge.isBinary(bytes))) {
      this.#hex = undefined;
      return { text: this.#lines.write(bytes), clear: false };
    }
    if (this.#hex !== undefined) return { text: this.#asRows(this.#hex, bytes), clear: false };
    this.#hex = new HexRows();
    const words = t(
      'This channel sends binary data. In the RTT view, “Plot RTT Channel…” draws it and “Log RTT Channel to File…” keeps it as it comes.',
    );
    return { text: `\x1b[2m${words}\x1b[22m\r\n${this.#hex.write(bytes)}`, clear: true };
  }

  /** Rows of hexadecimal, until it turns out that text comes now. */
  #asRows(rows: HexRows, bytes: Uint8Array): string {
    const text = this.#judge.textAgain(bytes);
    if (text === undefined) return rows.write(bytes);
    this.#hex = undefined;
    this.#judge = new TextJudge();
    const before = rows.write(bytes.subarray(0, Math.max(0, bytes.length - text.length)));
    return `${before}\r\n${this.#lines.write(text)}`;
  }

  #asNumbers(plan: ChannelPlan, bytes: Uint8Array): string {
    if (this.#numbers?.plan.encoding !== plan.encoding || this.#numbers.plan.scale !== plan.scale)
      this.#numbers = numbersOf(plan);
    const numbers = this.#numbers.decoder.push(bytes);
    const time = `\x1b[2m${stamp(this.now())}\x1b[22m`;
    const rows = numbers.slice(-MOST_NUMBERS).map((number) => `${time} ${Number(number.toPrecision(9))}\r\n`);
    const left = numbers.length - rows.length;
    return (left > 0 ? `\x1b[2m${t('… {0} more', left)}\x1b[22m\r\n` : '') + rows.join('');
  }
}

const numbersOf = (plan: ChannelPlan) => ({ plan, decoder: new NumberDecoder(plan.encoding, plan.scale) });
