/* A program to step through. Places that tests name are marked “at: NAME”. */
#include <setjmp.h>
#include <stdint.h>

#define NOINLINE __attribute__((noinline, noclone))
#define SYSTICK ((volatile uint32_t *)0xe000e010)

int plain_add(int a, int b);
int plain_apply(int (*run)(int), int value);
int lines_with_gaps(int value);
int ends_in_jump(int value);

typedef struct {
  int32_t x, y, z;
} vector_t;
typedef struct {
  int16_t low, high;
} pair_t;

volatile int sink;
volatile uint32_t interrupts;
static jmp_buf saved;

NOINLINE static int one(int value) {
  sink = value; /* at: one */
  return value + 1;
}

NOINLINE int two(int value) {
  sink = value + value; /* at: two */
  return value + 2;
}

NOINLINE static int sum(int a, int b) {
  sink = a + b; /* at: sum */
  return a + b;
}

NOINLINE static int calls(int value) {
  sink = value;
  value = sum(one(value), two(value)); /* at: calls */
  sink = value; /* at: calls-next */
  return value;
}

NOINLINE static int recurse(int depth) {
  int below = 0;
  if (depth > 0) below = recurse(depth - 1); /* at: recurse */
  sink = below; /* at: recurse-next */
  return below + depth;
}

NOINLINE static int one_line(int n) { return n > 0 ? one_line(n - 1) + 1 : 0; }

static inline __attribute__((always_inline)) int twice(int value) {
  sink = value; /* at: twice */
  return value * 2;
}

NOINLINE static int inlines(int value) {
  sink = value;
  value = twice(value); /* at: inlines */
  sink = value; /* at: inlines-next */
  return value;
}

NOINLINE static int without_lines(int value) {
  sink = value;
  value = plain_add(value, 1); /* at: without */
  value = plain_apply(one, value); /* at: callback */
  sink = value; /* at: without-next */
  return value;
}

NOINLINE static int jumps(int value) {
  value = ends_in_jump(value); /* at: jumps */
  sink = value; /* at: jumps-next */
  return value;
}

NOINLINE static void leap(int value) {
  sink = value;
  if (value > 0) longjmp(saved, value); /* at: leap */
}

NOINLINE static void leap_deep(int depth) {
  if (depth > 0) leap_deep(depth - 1); /* at: leap-deep */
  else leap(7);
  sink = depth;
}

NOINLINE static int leaps(int value) {
  const int came = setjmp(saved); /* at: leaps */
  if (came == 0) /* at: leaps-test */
    leap_deep(value); /* at: leaps-call */
  else
    sink = came; /* at: leaps-landed */
  return came;
}

__attribute__((section(".ramfunc"), noinline)) int in_ram(int value) {
  int result = 0;
  for (int i = 0; i < value; i++) /* at: ram */
    result += one(i); /* at: ram-body */
  sink = result; /* at: ram-next */
  return result;
}

NOINLINE static int far_away(int value) {
  sink = value;
  value = in_ram(value); /* at: far */
  sink = value; /* at: far-next */
  return value;
}

NOINLINE static int statements(int value) {
  int a = value; sink = a; int b = a + 1; sink = b; /* at: statements */
  sink = a + b; /* at: statements-next */
  return b;
}

NOINLINE static int gaps(int value) {
  value = lines_with_gaps(value); /* at: gaps */
  sink = value; /* at: gaps-next */
  return value;
}

NOINLINE static int pointers(int value) {
  int (*volatile run)(int) = value > 100 ? two : one;
  value = run(value); /* at: pointer */
  sink = value; /* at: pointer-next */
  return value;
}

NOINLINE static uint8_t as_byte(int value) { return (uint8_t)(value + 200); }
NOINLINE static int64_t as_long(int value) { return 0x123456789aLL + value; }
NOINLINE static float as_float(int value) { return (float)value / 4; }
NOINLINE static double as_double(int value) { return (double)value / 8; }
NOINLINE static vector_t as_vector(int value) { return (vector_t){value, -value, value + 1}; }
NOINLINE static pair_t as_pair(int value) { return (pair_t){(int16_t)value, (int16_t)-value}; }
NOINLINE static const char *as_text(int value) { return value > 0 ? "positive" : "negative"; }

NOINLINE static void values(int value) {
  sink = as_byte(value);
  sink = (int)as_long(value);
  sink = (int)as_float(value);
  sink = (int)as_double(value);
  sink = as_vector(value).y;
  sink = as_pair(value).high;
  sink = as_text(value)[0];
}

/* Works with the functions that are stepped, on the same stack, more often than a step takes. */
void SysTick_Handler(void) {
  interrupts++;
  sink = sum(one(1), two(2)); /* at: handler */
}

NOINLINE static void interrupted(int rounds) {
  SYSTICK[1] = 300;
  SYSTICK[2] = 0;
  SYSTICK[0] = 7;
  for (int i = 0; i < rounds; i++) { /* at: interrupted */
    sink = sum(one(i), i); /* at: interrupted-1 */
    sink = two(i); /* at: interrupted-2 */
  }
  SYSTICK[0] = 0; /* at: interrupted-next */
}

__attribute__((noreturn, noinline)) static void halts(void) {
  for (;;) sink++; /* at: halts */
}

int main(void) {
  sink = calls(1);
  sink = recurse(30); /* at: recurse-call */
  sink = one_line(3); /* at: one-line-call */
  sink = inlines(1); /* at: inlines-call */
  sink = without_lines(1);
  sink = jumps(1);
  sink = leaps(3);
  sink = far_away(3);
  sink = statements(1);
  sink = gaps(1);
  sink = pointers(1);
  values(5);
  interrupted(1000);
  halts(); /* at: halts-call */
}
