// Type names as people write them: `std::string` for what C++ compilers spell out, and standard containers without the
// arguments that have defaults. Names of other types stay as they are.

/** Arguments that the standard's templates have by default ([string.classes], [containers], [unique.ptr]). */
const byDefault = /^std::(allocator|char_traits|default_delete|less|hash|equal_to)</;
const characters: Readonly<Record<string, string>> = {
  char: '',
  wchar_t: 'w',
  char8_t: 'u8',
  char16_t: 'u16',
  char32_t: 'u32',
};
const known = new Map<string, string>();
const maximumKnown = 5000;

/** The name without what goes without saying. */
export function shortTypeName(name: string): string {
  if (!name.includes('std::')) return name;
  const before = known.get(name);
  if (before !== undefined) return before;
  const short = shorten(name, 0);
  if (known.size >= maximumKnown) known.clear();
  known.set(name, short);
  return short;
}

function shorten(name: string, depth: number): string {
  const plain = name.replace(/\bstd::(__cxx11|__1|_V2)::/g, 'std::');
  const open = plain.indexOf('<');
  const close = open < 0 || depth > 32 ? -1 : closing(plain, open);
  // `operator<` and the like are no lists of arguments.
  if (close < 0) return plain;
  const head = plain.slice(0, open);
  const given = templateArguments(plain.slice(open + 1, close)).map((argument) => shorten(argument, depth + 1));
  const isStandard = /(^|[\s(,*&])std::\w+$/.test(head);
  while (isStandard && given.length > 1 && byDefault.test(given.at(-1) ?? '')) given.pop();
  const rest = shorten(plain.slice(close + 1), depth + 1);
  const [character = ''] = given;
  const prefix = characters[character];
  const text = /\bstd::basic_(string|string_view)$/.exec(head);
  if (text !== null && prefix !== undefined && given.length === 1)
    return `${head.slice(0, text.index)}std::${prefix}${text[1]}${rest}`;
  return `${head}<${given.join(', ')}>${rest}`;
}

/** Where the bracket at `open` is closed; -1 when it is not. */
function closing(name: string, open: number): number {
  let depth = 0;
  for (let i = open; i < name.length; i++) {
    if (name[i] === '<') depth++;
    else if (name[i] === '>' && name[i - 1] !== '-' && --depth === 0) return i;
  }
  return -1;
}

/** `int, std::pair<a, b> ` as its arguments. */
export function templateArguments(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < list.length; i++) {
    const character = list[i] ?? '';
    if ('<({['.includes(character)) depth++;
    else if ('>)}]'.includes(character) && !(character === '>' && list[i - 1] === '-')) depth--;
    else if (character === ',' && depth === 0) {
      found.push(list.slice(start, i).trim());
      start = i + 1;
    }
  }
  found.push(list.slice(start).trim());
  return found;
}
