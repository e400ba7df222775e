// What a formatter is: one small file that recognises a library type by its name and says what it holds. Formatters read
// members through the helpers of values/members.ts and never format text themselves.
import type { StructType, Type } from '../../debuginfo/api';
import type { Value } from '../values/value';

/** What a library type holds, in place of its members. */
export type Shown =
  /** Text of `length` characters; `bytes` are UTF-8 or the characters of `characterBytes` each. */
  | { readonly kind: 'text'; readonly start: Value; readonly length: number; readonly characterBytes: number }
  /** `at` is asked for indexes in ascending order and may walk. */
  | { readonly kind: 'list'; readonly length: number; readonly at: (index: number) => Value | undefined }
  | {
      readonly kind: 'map';
      readonly length: number;
      readonly at: (index: number) => { key: Value; value: Value } | undefined;
    }
  /** Bits of std::vector<bool> and std::bitset. */
  | { readonly kind: 'bits'; readonly length: number; readonly at: (index: number) => boolean | undefined }
  /**
   * One value inside: `Some(…)`, the object of a smart pointer. `label` goes before it. `isPointed` where the library lets `*` and
   * `->` lead to it.
   */
  | {
      readonly kind: 'one';
      readonly label: string;
      readonly value: Value;
      readonly note?: string;
      readonly isPointed?: boolean;
    }
  /** Nothing inside: `nullopt`, `nullptr`. */
  | { readonly kind: 'empty'; readonly label: string };

export interface Formatter {
  /** Matched against the type's name without `struct`, `class` and inline namespaces: `std::vector<int, …>`. */
  readonly matches: RegExp;
  /** Undefined when the object is not laid out as expected (another version of the library): members are shown then. */
  show(object: Value, type: StructType): Shown | undefined;
}

/** The name formatters match: `class std::__cxx11::basic_string<char>` is `std::basic_string<char>`. */
export function plainName(type: Type): string {
  return type.name
    .replace(/^(struct|class|union) /, '')
    .replace(/\bstd::(__cxx11|__1|__ndk1|_V2|__debug|__8)::/g, 'std::');
}

/** The type argument at `index`, counting types alone. */
export function typeArgument(type: StructType, index: number): Type | undefined {
  return type.templateArguments.filter((argument) => argument.value === undefined && argument.type !== undefined)[index]
    ?.type;
}

/** Sequences and maps claim lengths; beyond this they are damaged or not yet built. */
export const maximumLength = 50_000_000;

export function isPlausibleLength(length: bigint | number | undefined): boolean {
  return length !== undefined && length >= 0 && length <= maximumLength;
}

/** Walks a linked structure in ascending order, remembering where it was. */
export function walker<T>(
  first: () => T | undefined,
  next: (from: T) => T | undefined,
): (index: number) => T | undefined {
  const seen: (T | undefined)[] = [];
  return (index) => {
    while (seen.length <= index) {
      const last = seen.at(-1);
      if (seen.length > 0 && last === undefined) return undefined;
      seen.push(last === undefined ? first() : next(last));
    }
    return seen[index];
  };
}
