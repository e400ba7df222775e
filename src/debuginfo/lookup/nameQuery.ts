// What a user wrote as the name of a function, variable or type, and whether an entry's name is meant by it. Text only.

/** A name taken apart: `main.c::ns::Stack<int>::push(int)`. */
export interface NameQuery {
  /** Without keywords, file and parameters, in one piece. */
  readonly text: string;
  /** Qualifying parts and the name itself, white space taken out. */
  readonly parts: readonly string[];
  /** The last part without template arguments: what must stand in the file. */
  readonly base: string;
  /** A source file whose own one is meant. */
  readonly file: string | undefined;
  /** What stands between the brackets of a parameter list, white space taken out. */
  readonly parameters: string | undefined;
  /** `struct`, `class`, `union` or `enum` written before a type. */
  readonly keyword: string | undefined;
  /** True for a pattern with `*`. */
  readonly isPattern: boolean;
}

export function parseName(written: string): NameQuery {
  let text = written.trim();
  const keyword = /^(struct|class|union|enum)\s+/.exec(text);
  if (keyword !== null) text = text.slice(keyword[0].length);
  const file = /^'?([^:'<>(]*\.[A-Za-z+]{1,4})'?::?(?=[^:])/.exec(text);
  if (file !== null) text = text.slice(file[0].length);
  let parameters: string | undefined;
  const open = parameterListAt(text);
  if (open !== undefined) {
    parameters = squeezed(text.slice(open + 1, text.lastIndexOf(')')));
    text = text.slice(0, open).trim();
  }
  const parts = splitScopes(text).map(squeezed);
  const last = parts.at(-1) ?? '';
  return {
    text,
    parts: parts[0] === '' && parts.length > 1 ? parts.slice(1) : parts,
    base: withoutArguments(last),
    file: file?.[1],
    parameters,
    keyword: keyword?.[1],
    isPattern: /\*/.test(text) && !/operator\s*\*/.test(text),
  };
}

/** Where the parameter list begins, if the name ends in one. */
function parameterListAt(text: string): number | undefined {
  if (!/\)\s*(const)?\s*$/.test(text)) return undefined;
  let depth = 0;
  for (let at = text.lastIndexOf(')'); at >= 0; at--) {
    if (text[at] === ')') depth++;
    else if (text[at] === '(' && --depth === 0)
      return /operator\s*$/.test(text.slice(0, at)) || at === 0 ? undefined : at;
  }
  return undefined;
}

/** Parts between `::` that are not inside brackets. */
function splitScopes(name: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < name.length; at++) {
    const character = name[at];
    if (name.startsWith('operator', at)) {
      // What follows is a sign, not a bracket.
      at += 7;
      while (/[<>()\-=]/.test(name[at + 1] ?? '')) at++;
    } else if (character === '<' || character === '(' || character === '{') depth++;
    else if (character === '>' || character === ')' || character === '}') depth--;
    else if (character === ':' && name[at + 1] === ':' && depth === 0) {
      parts.push(name.slice(start, at));
      start = at + 2;
      at++;
    }
  }
  parts.push(name.slice(start));
  return parts;
}

/** `push<int>` → `push`; `operator<` stays. */
function withoutArguments(part: string): string {
  if (/^operator\W/.test(part)) return part;
  const open = part.indexOf('<');
  return open > 0 ? part.slice(0, open) : part;
}

/** Without the white space that compilers set differently: `unsigned int` keeps its, `T<int, 2>` loses it. */
export function squeezed(text: string): string {
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\s*([<>,*&()[\]])\s*/g, '$1');
}

/** True when the query's parts are the last parts of the name. Template arguments count only where the query has them. */
export function isMeant(query: NameQuery, qualifiedName: string): boolean {
  const parts = splitScopes(qualifiedName).map(squeezed);
  if (query.isPattern) return patternOf(query).test(qualifiedName) || patternOf(query).test(parts.at(-1) ?? '');
  if (query.parts.length > parts.length) return false;
  return query.parts.every((wanted, index) => {
    const part = parts[parts.length - query.parts.length + index] as string;
    return part === wanted || withoutArguments(part) === wanted;
  });
}

function patternOf(query: NameQuery): RegExp {
  const escaped = query.text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`);
}
