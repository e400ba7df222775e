// What a word is worth without running anything.
import type { Word } from './nodes';

/** The value of a word that holds no substitution; undefined when it does. */
export function literalOf(word: Word | undefined): string | undefined {
  if (word === undefined || word.expanded) return undefined;
  const [only] = word.parts;
  if (word.parts.length === 1 && only?.kind === 'text') return only.value;
  let value = '';
  for (const part of word.parts) {
    if (part.kind !== 'text' && part.kind !== 'escape') return undefined;
    value += part.value;
  }
  return value;
}
