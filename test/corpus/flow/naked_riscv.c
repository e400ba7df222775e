/* Naked functions and hand-written assembly (assembly_riscv.S), with and without call frame information. */
#include "corpus.h"

int asm_with_cfi(int a, int (*call)(int));
int asm_without_cfi(int a, int (*call)(int));

__attribute__((naked)) KEEP static int naked_add(__attribute__((unused)) int a, __attribute__((unused)) int b) {
  __asm volatile("add a0, a0, a1\n\tret");
}

KEEP static int twice(int x) {
  sink = x;
  return x * 2;
}

void theme_naked_riscv(void) {
  sink = naked_add(source, 4) + asm_with_cfi(source, twice) + asm_without_cfi(source, twice);
}
