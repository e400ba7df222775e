// The arguments of OpenOCD: a string is split as a shell would split it, bare words become `-f`.
import { ProcessError } from '../errors';

/** Options of OpenOCD that take an operand (`src/helper/options.c`). */
const WITH_OPERAND = new Set(['-f', '--file', '-c', '--command', '-s', '--search', '-l', '--log_output']);
const FILE = new Set(['-f', '--file']);
/** OpenOCD takes an empty name for the folder of its scripts. */
const EMPTY = 'The name of a configuration file is empty: give a file such as board/….cfg.';

/**
 * @param config one string (`board/x.cfg -c "adapter speed 100"`), or arguments ready for use
 * @throws ProcessError for an open quotation mark, an empty file name, or a trailing option that lacks its operand
 */
export function openocdArguments(config: string | readonly string[]): string[] {
  const words = typeof config === 'string' ? splitShell(config) : [...config];
  const args: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '') throw new ProcessError(EMPTY);
    if (!word.startsWith('-')) {
      args.push(...(typeof config === 'string' ? ['-f', word] : [word]));
      continue;
    }
    args.push(word);
    if (!WITH_OPERAND.has(word)) continue;
    const operand = words[++index];
    if (operand === undefined)
      throw new ProcessError(`“${word}” at the end of the OpenOCD configuration needs a value after it.`);
    if (operand === '' && FILE.has(word)) throw new ProcessError(EMPTY);
    args.push(operand);
  }
  return args;
}

/**
 * Splits on spaces; single quotes keep all, double quotes keep all but `\"` and `\\`. Outside quotes a backslash escapes
 * the next character, except on Windows before a letter or digit, where it is part of a path.
 * @throws ProcessError for an open quotation mark
 */
export function splitShell(text: string, platform: NodeJS.Platform = process.platform): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (quote === '"' && character === '\\' && (next === '"' || next === '\\'))
        word = (word ?? '') + text.charAt(++at);
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && next !== '' && !(platform === 'win32' && /[\w.]/.test(next))) {
      word = (word ?? '') + text.charAt(++at);
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') throw new ProcessError(`The OpenOCD configuration has an open quotation mark ${quote}: ${text}`);
  if (word !== undefined) words.push(word);
  return words;
}
