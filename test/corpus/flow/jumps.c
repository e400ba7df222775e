/* setjmp and longjmp over three frames; a noreturn call as the last instruction of a function. */
#include <setjmp.h>
#include "corpus.h"

static jmp_buf back;

__attribute__((noreturn)) KEEP static void give_up(int code) { longjmp(back, code); }

KEEP static void check(int value) {
  sink = value;
  if (value > 0) give_up(value); /* the return address may lie beyond the end of this function */
}

KEEP static void must_fail(int value) {
  sink = value + 1;
  give_up(value + 1);
}

KEEP static int guarded(int value) {
  volatile int step = 0;
  int code = setjmp(back);
  if (code != 0) return code + step;
  step = 10;
  if (value & 1) check(value);
  must_fail(value);
  return -1;
}

void theme_jumps(void) { sink = guarded(source) + guarded(source + 1); }
