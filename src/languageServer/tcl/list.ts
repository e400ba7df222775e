// Reads the text of a list into its elements: words without substitution, line ends being white space like any other.
// Rules: jim.c, JimParseList.
import type { Word } from './nodes';
import type { Region } from './region';
import { backslash, continuation } from './space';

/**
 * Reads from `start` to `limit`, absolute offsets.
 * @param braced reads the element that begins with the brace at an offset
 */
export function readList(region: Region, start: number, limit: number, braced: (offset: number) => Word): Word[] {
  const { text } = region;
  const words: Word[] = [];
  let i = start;
  while (i < limit) {
    const continued = continuation(text, i);
    if (continued > 0) i += continued;
    else if (/\s/.test(text[i] ?? '')) i += 1;
    else {
      const word = text[i] === '{' ? braced(i) : plainElement(region, i, limit);
      words.push(word);
      i = region.absolute(word.end);
    }
  }
  return words;
}

/** An element in quotes, or one that ends at white space. */
function plainElement(region: Region, start: number, limit: number): Word {
  const { text } = region;
  const isQuoted = text[start] === '"';
  const quoteEnd = isQuoted ? text.indexOf('"', start + 1) : -1;
  const end = quoteEnd >= 0 && quoteEnd < limit ? quoteEnd + 1 : elementEnd(text, start, limit);
  const [from, to] = isQuoted && end - 1 > start ? [start + 1, end - 1] : [start, end];
  return {
    ...region.span(start, end),
    form: isQuoted ? 'quoted' : 'bare',
    expanded: false,
    parts: [{ kind: 'text', ...region.span(from, to), value: text.slice(from, to) }],
  };
}

function elementEnd(text: string, start: number, limit: number): number {
  let i = start;
  while (i < limit && !/\s/.test(text[i] ?? '') && continuation(text, i) === 0) {
    i += text.charCodeAt(i) === backslash ? 2 : 1;
  }
  return Math.min(i, limit);
}
