// Names of ELF symbols as their language writes them: C++ (Itanium) and Rust (legacy and v0). The work is done by the
// WebAssembly module of gecko-profiler-demangle; here is only its loading. Names in DWARF need none of this.
import * as glue from 'gecko-profiler-demangle/index_bg.js';
import { wasmBytes } from './wasm';

/** What a mangled name begins with: Itanium (with Mach-O's extra underscores), Rust v0, GCC's global constructors. */
const mangled = /^(_{1,3}Z|_{1,2}R|_GLOBAL_[.$_][DI])/;

/** Longer names are shown as they are: a demangled name can be exponentially longer than the mangled one. */
const longestName = 32_768;

/** What the module writes in its own way → as binutils and LLVM write it. */
const rewritten: readonly (readonly [RegExp, string])[] = [
  [/^\{vtable\((.*)\)\}$/, 'vtable for $1'],
  [/^\{vtt\((.*)\)\}$/, 'VTT for $1'],
  [/^\{virtual override thunk\(\{offset\([^)]*\)\}, (.*)\)\}$/, 'non-virtual thunk to $1'],
  [/^\{virtual override thunk\(\{virtual offset\([^)]*\)\}, (.*)\)\}$/, 'virtual thunk to $1'],
  // GCC and Clang's name for a namespace without one; in functions the module explains it.
  [/\b_GLOBAL__N_1::/g, '(anonymous namespace)::'],
];

const known = new Map<string, string>();
const knownLimit = 50_000;
let isLoaded = false;

function load(): void {
  const instance = new WebAssembly.Instance(
    new WebAssembly.Module(wasmBytes(() => require('gecko-profiler-demangle/index_bg.wasm'))),
    {
      './index_bg.js': { __wbindgen_init_externref_table: glue.__wbindgen_init_externref_table },
    },
  );
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  isLoaded = true;
}

/**
 * The name in the words of its source language, or the same name if it is not a mangled one. Never throws.
 * The first call loads the WebAssembly module (some milliseconds); answers are remembered.
 */
export function demangle(name: string): string {
  if (!mangled.test(name) || name.length > longestName) return name;
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= knownLimit) known.clear();
  const answer = demangleAnew(name);
  known.set(name, answer);
  return answer;
}

function demangleAnew(name: string): string {
  try {
    if (!isLoaded) load();
    const answer = glue.demangle_any(name);
    // What it does not understand comes back without its first underscore.
    if (name.endsWith(answer)) return name;
    return rewritten.reduce((text, [pattern, words]) => text.replace(pattern, words), answer);
  } catch {
    // A trap (stack exhausted by a hostile name) leaves the instance in an unknown state: the next call makes a new one.
    isLoaded = false;
    return name;
  }
}
