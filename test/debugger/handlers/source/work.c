// What gets interrupted: recursion, inlined functions, leaves, frames of unknown size, values that live in registers.
#include "work.h"

volatile int sink;

struct point {
  int x, y;
  short weight;
};

static inline int scale(int value, int factor) {
  int product = value * factor;
  return product ^ (product >> 3);
}

__attribute__((noinline)) int leaf(int a, int b) {
  int mixed = a * 7 + b;
  mixed ^= mixed << 2;
  return mixed - 5;
}

__attribute__((noinline)) int recurse(int depth, struct point from) {
  struct point next = {from.x + depth, from.y - depth, (short)(from.weight + 1)};
  if (depth == 0) return leaf(next.x, next.y);
  int below = recurse(depth - 1, next);
  return below + scale(next.weight, depth);
}

__attribute__((noinline)) int sum(int count) {
  int numbers[count];
  for (int i = 0; i < count; i++) numbers[i] = leaf(i, count);
  int total = 0;
  for (int i = 0; i < count; i++) total += scale(numbers[i], i + 1);
  return total;
}

#ifdef WITH_FLOATS
__attribute__((noinline)) float polynomial(float x, int degree) {
  float result = 0.5f;
  for (int i = 0; i < degree; i++) {
    float term = result * x;
    result = term + (float)i * 0.25f;
  }
  return result;
}

__attribute__((noinline)) float floats(float start) {
  float first = start * 1.5f, second = start - 0.75f, third = first * second;
  float inner = polynomial(third, 4);
  return first + second * third - inner;
}
#endif

__attribute__((noinline)) void work_round(int round) {
  struct point origin = {round, -round, 3};
  int a = recurse(3, origin);
  int b = sum((round & 3) + 2);
#ifdef WITH_FLOATS
  float f = floats((float)round * 0.125f);
  sink = (int)f;
#endif
  sink = a + b + work_classes(round);
}

void work(void) {
  for (int round = 1;; round++) work_round(round);
}
