// Names of types and paths in a token list: the words of C types, qualified names, template arguments.
import type { Token } from './lexer';

const qualifiers: ReadonlySet<string> = new Set(['const', 'volatile', 'mut', 'restrict', '_Atomic', 'typename']);
const tags: ReadonlySet<string> = new Set(['struct', 'union', 'enum', 'class']);
const cWords: ReadonlySet<string> = new Set([
  ...[
    'void',
    'char',
    'short',
    'int',
    'long',
    'float',
    'double',
    'signed',
    'unsigned',
    '_Bool',
    'bool',
    '__int128',
    'wchar_t',
  ],
]);

/** Words that can only begin a type. */
export const isTypeWord = (word: string) => qualifiers.has(word) || tags.has(word) || cWords.has(word);

export interface Words {
  readonly name: string;
  /** Index of the token behind. */
  readonly next: number;
  /** Offset behind the last character. */
  readonly end: number;
}

export class TypeWords {
  constructor(
    readonly tokens: readonly Token[],
    readonly first: number,
  ) {}

  /** `unsigned long`, `struct point`, `ns::T<int>`; qualifiers are left out. */
  base(): Words | undefined {
    let at = this.#skipQualifiers(this.first);
    let tag = '';
    const word = this.tokens[at]?.text ?? '';
    if (this.tokens[at]?.kind === 'name' && tags.has(word)) {
      tag = `${word} `;
      at++;
    } else if (this.tokens[at]?.kind === 'name' && cWords.has(word)) return this.#cType(at);
    const path = new TypeWords(this.tokens, at).path();
    return path === undefined ? undefined : { ...path, name: `${tag}${path.name}`, next: path.next };
  }

  /** `[::] name { :: name }` with template arguments; undefined when there is none. */
  path(): Words | undefined {
    let at = this.first;
    let name = '';
    let end = 0;
    if (this.#is(at, '::')) at++;
    while (true) {
      const token = this.tokens[at];
      if (token?.kind !== 'name' || (qualifiers.has(token.text) && name === '')) return undefined;
      name += token.text;
      ({ end } = token);
      at++;
      const list = this.#is(at, '<') ? this.#templateArguments(at) : undefined;
      if (list !== undefined) {
        name += list.name;
        at = list.next;
        end = list.end;
      }
      if (!this.#is(at, '::')) return { name, next: at, end };
      // Rust's turbofish: `Vec::<u8>::…`.
      if (this.#is(at + 1, '<')) at++;
      else {
        name += '::';
        at++;
      }
    }
  }

  #is(at: number, text: string): boolean {
    const token = this.tokens[at];
    return token?.kind === 'operator' && token.text === text;
  }

  #skipQualifiers(from: number): number {
    let at = from;
    for (let token = this.tokens[at]; token?.kind === 'name' && qualifiers.has(token.text); token = this.tokens[at])
      at++;
    return at;
  }

  #cType(from: number): Words {
    const words: string[] = [];
    let at = from;
    let end = 0;
    for (let token = this.tokens[at]; token?.kind === 'name'; token = this.tokens[at]) {
      if (cWords.has(token.text)) words.push(token.text);
      else if (!qualifiers.has(token.text)) break;
      ({ end } = token);
      at++;
    }
    return { name: words.join(' '), next: at, end };
  }

  /**
   * `<…>` after a name, when it closes and something follows that cannot follow a comparison, or hardly does: `::`, `(*`, `)`, `>`,
   * `,`, `*`, `&` or the end. `a < b` alone has no closing bracket.
   */
  #templateArguments(from: number): Words | undefined {
    let depth = 0;
    let name = '';
    for (let at = from; at < this.tokens.length; at++) {
      const token = this.tokens[at];
      if (token === undefined || token.kind === 'end' || token.kind === 'string') return undefined;
      const { text } = token;
      if (token.kind === 'operator') {
        if (!/^(<|>|>>|::|,|\*|&|&&|\[|\]|\(|\)|;|-|->)$/.test(text)) return undefined;
        if (text === '<') depth++;
        else if (text === '>') depth--;
        else if (text === '>>') depth -= 2;
        if (depth < 0) return undefined;
      }
      const joins = /[\w]$/.test(name) && /^\w/.test(text);
      name += text === ',' ? ', ' : joins ? ` ${text}` : text;
      if (depth === 0) {
        const follows = this.tokens[at + 1];
        const isEnd = follows === undefined || follows.kind === 'end';
        const isDeclarator = this.#is(at + 1, '(') && /^(\*|&&?)$/.test(this.tokens[at + 2]?.text ?? '');
        return isEnd || isDeclarator || /^(::|\)|>|,|\*|&|&&|\}|\.|->|\[)$/.test(follows.text)
          ? { name, next: at + 1, end: token.end }
          : undefined;
      }
    }
    return undefined;
  }
}
