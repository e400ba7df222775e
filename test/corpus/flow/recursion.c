/* Recursion: simple, mutual, with two calls, and tail calls to itself and to others. */
#include "corpus.h"

KEEP static int factorial(int n) {
  int below = n <= 1 ? 1 : factorial(n - 1);
  return n * below;
}

KEEP static int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static int is_odd(int n);
KEEP static int is_even(int n) {
  if (n == 0) return 1;
  sink = n;
  return is_odd(n - 1);
}
KEEP static int is_odd(int n) {
  if (n == 0) return 0;
  sink = -n;
  return is_even(n - 1);
}

KEEP static int gather(int n, int total) {
  sink = total;
  if (n == 0) return total;
  return gather(n - 1, total + n);
}

KEEP static int last(int x) {
  sink = x;
  return x + 1;
}
KEEP static int middle(int x) { return last(x * 2); }
KEEP static int first(int x) { return middle(x + 3); }

void theme_recursion(void) {
  int a = factorial(source + 2);
  int b = fibonacci(source + 3);
  int c = is_even(source + 4);
  int d = gather(source + 5, 0);
  sink = a + b + c + d + first(source);
}
