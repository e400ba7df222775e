/* Compiled without debug information: stepping does not stop here. */
__attribute__((noinline)) int plain_add(int a, int b) { return a + b; }

__attribute__((noinline)) int plain_apply(int (*run)(int), int value) { return run(value) + run(value + 1); }
