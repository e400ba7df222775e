/* Naked functions and hand-written assembly (assembly_arm.S), with and without call frame information. */
#include "corpus.h"

int asm_with_cfi(int a, int (*call)(int));
int asm_without_cfi(int a, int (*call)(int));

__attribute__((naked)) KEEP static int naked_add(__attribute__((unused)) int a, __attribute__((unused)) int b) {
  __asm volatile(".syntax unified\n\tadds r0, r0, r1\n\tbx lr");
}

KEEP static int twice(int x) {
  sink = x;
  return x * 2;
}

void theme_naked_arm(void) { sink = naked_add(source, 4) + asm_with_cfi(source, twice) + asm_without_cfi(source, twice); }
