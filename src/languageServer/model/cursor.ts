// What is at a place in a file: the innermost command, the word of it, and what is already written there.
import type { Command, Expression, Part, Script, Word } from '../tcl/nodes';
import type { Item, Source } from './source';

export interface Cursor {
  readonly item: Item;
  readonly command: Command;
  /** Index of the word that the place is in or touches; one past the last word when a new one would begin there. */
  readonly wordIndex: number;
  readonly word: Word | undefined;
}

/** The innermost command at `offset`, or the one that a word typed there would belong to; undefined in comments and between commands. */
export function cursorAt(source: Source, offset: number): Cursor | undefined {
  const item = source.items[source.itemIndexAt(offset)];
  if (item === undefined) return undefined;
  const text = source.text.slice(item.start, Math.max(item.end, offset));
  const relative = offset - item.start;
  if (relative > item.end - item.start && !continues(text, item.end - item.start, relative)) return undefined;
  return inScript(item, text, item.script, relative);
}

/** Whether only white space on the same logical line is between the two offsets. */
const continues = (text: string, from: number, to: number): boolean =>
  /^(?:[ \t]|\\\r?\n)*$/.test(text.slice(from, to));

function inScript(item: Item, text: string, script: Script, offset: number): Cursor | undefined {
  if (script.comments.some((comment) => comment.start < offset && offset <= comment.end)) return undefined;
  const command = script.commands.findLast((candidate) => candidate.start <= offset);
  if (command === undefined || !continues(text, command.end, Math.max(command.end, offset))) return undefined;
  const index = command.words.findLastIndex((candidate) => candidate.start <= offset);
  const word = command.words[index];
  if (word === undefined) return undefined;
  const inner = inWord(item, text, word, offset);
  if (inner !== undefined) return inner;
  const touches = offset <= word.end;
  return { item, command, wordIndex: touches ? index : command.words.length, word: touches ? word : undefined };
}

function inWord(item: Item, text: string, word: Word, offset: number): Cursor | undefined {
  const { body } = word;
  const inside = word.start < offset && offset < word.end;
  if (body?.kind === 'script' && inside) return inScript(item, text, body.script, offset);
  if (body?.kind === 'expression' && inside) return inExpression(item, text, body.expression, offset);
  if (body?.kind === 'list') {
    const element = body.elements.find((candidate) => candidate.start < offset && offset < candidate.end);
    return element === undefined ? undefined : inWord(item, text, element, offset);
  }
  return inParts(item, text, word.parts, offset);
}

function inExpression(item: Item, text: string, expression: Expression, offset: number): Cursor | undefined {
  return inParts(item, text, expression.parts, offset);
}

function inParts(item: Item, text: string, parts: readonly Part[], offset: number): Cursor | undefined {
  for (const part of parts) {
    if (part.start >= offset) continue;
    if (part.kind === 'variable') {
      const inner = inParts(item, text, part.index, offset);
      if (inner !== undefined) return inner;
    }
    const isClosed = part.kind !== 'script' || text[part.end - 1] === ']';
    const within = offset < part.end || (!isClosed && continues(text, part.end, offset));
    if (!within) continue;
    if (part.kind === 'script') return inScript(item, text, part.script, offset);
    if (part.kind === 'expression') return inExpression(item, text, part.expression, offset);
  }
  return undefined;
}
