// Reads a text one top-level command at a time, for whoever keeps those that an edit leaves alone.
import type { Command, Script, Span, SyntaxProblem } from './nodes';
import { Reader } from './reader';
import { Scanner } from './scan';
import { skipToCommand } from './space';

/** A command or comment at the top level, with offsets counted from its own `start` in the text. */
export interface TopLevelItem extends Span {
  readonly script: Script;
  readonly problems: readonly SyntaxProblem[];
  /** How it was read depends on the text behind it, because something in it is never closed. */
  readonly openEnded: boolean;
  /** Up to here a guess was made that also counts for what follows. */
  readonly guessed: boolean;
}

/** Reads a text item by item, for a caller that keeps the unchanged ones. */
export class ItemReader {
  readonly #text: string;
  readonly #scanner: Scanner;

  constructor(text: string) {
    this.#text = text;
    this.#scanner = new Scanner(text);
  }

  /** The offset at which the first item at or after `offset` starts, which must not lie inside one; the text's length at its end. */
  nextStart(offset: number): number {
    return skipToCommand(this.#text, offset, this.#text.length);
  }

  /** Reads the item that starts at `start`. */
  read(start: number): TopLevelItem {
    const reader = new Reader(this.#text, this.#scanner, start);
    const limit = this.#text.length;
    const commands: Command[] = [];
    const comments: Span[] = [];
    const end =
      this.#text[start] === '#' ? reader.comment(start, limit, comments) : reader.command(start, limit, 0, commands);
    const script = { start: 0, end: end - start, commands, comments };
    return {
      start,
      end,
      script,
      problems: reader.problems,
      openEnded: reader.openEnded,
      guessed: this.#scanner.hasGuessed,
    };
  }
}
