// Messages of log points: text with expressions in braces, `x = {x,d} at {&x}`. `{{` and `}}` stand for the braces themselves.
import { EngineError } from '../../errors';

export type LogPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly text: string };

/** @throws EngineError for a brace that is not closed, or nothing inside */
export function parseLogMessage(message: string): readonly LogPart[] {
  const parts: LogPart[] = [];
  let text = '';
  for (let at = 0; at < message.length; ) {
    const character = message.charAt(at);
    if ((character === '{' || character === '}') && message.charAt(at + 1) === character) {
      text += character;
      at += 2;
    } else if (character === '{') {
      const end = closing(message, at);
      const expression = message.slice(at + 1, end).trim();
      if (expression === '')
        throw new EngineError(
          `The log message has empty braces at column ${at + 1}.`,
          'Write an expression inside, or {{ for a brace.',
        );
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
      parts.push({ kind: 'expression', text: expression });
      at = end + 1;
    } else {
      text += character;
      at++;
    }
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

/** The brace that closes the one at `start`; braces inside, as in a cast to a Rust type, are counted. */
function closing(message: string, start: number): number {
  let depth = 0;
  for (let at = start; at < message.length; at++) {
    if (message.charAt(at) === '{') depth++;
    else if (message.charAt(at) === '}' && --depth === 0) return at;
  }
  throw new EngineError(
    `The log message has an open brace at column ${start + 1}.`,
    'Close it with }, or write {{ for a brace.',
  );
}
