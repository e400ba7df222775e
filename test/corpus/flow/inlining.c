/* Functions inlined into functions inlined into functions, twice at two places, one also called; with own variables. */
#include "corpus.h"

#define ALWAYS static inline __attribute__((always_inline))

ALWAYS int square(int x) {
  int result = x * x;
  sink = result;
  return result;
}

ALWAYS int sum_of_squares(int a, int b) {
  int left = square(a);
  int right = square(b + source);
  return left + right;
}

ALWAYS int clamp(int x, int low, int high) {
  if (x < low) return low;
  if (x > high) return high;
  return x;
}

ALWAYS int measure(int n) {
  int total = 0;
  for (int i = 0; i < n; i++) {
    int bounded = clamp(sum_of_squares(i, n), 2, 200);
    total += bounded;
  }
  return total;
}

static inline int maybe(int x) { return x * 3 + source; }

KEEP static int outer(int n) {
  int once = measure(n);
  sink = once;
  int twice = measure(n + 1);
  return once + twice + maybe(n);
}

void theme_inlining(void) {
  int (*volatile called)(int) = maybe;
  sink = outer(source) + called(4);
}
