// Declarations that others leave out: the glue that wasm-bindgen generated for gecko-profiler-demangle, and the part of
// WebAssembly that loads it (TypeScript declares WebAssembly with the DOM only).
declare module 'gecko-profiler-demangle/index_bg.js' {
  export function __wbg_set_wasm(exports: Record<string, unknown>): void;
  export function __wbindgen_init_externref_table(): void;
  export function demangle_any(name: string): string;
}

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}
