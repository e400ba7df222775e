/* Structs by value: returned in memory and in registers, passed half in registers and half on the stack. */
#include <stdint.h>
#include "corpus.h"

struct small {
  int16_t a, b;
};
struct pair {
  int first, second;
};
struct large {
  int values[12];
  char name[8];
};
struct floats {
  float x, y;
};

KEEP static struct small make_small(int v) { return (struct small){(int16_t)v, (int16_t)-v}; }
KEEP static struct pair make_pair(int a, int b) { return (struct pair){b, a}; }
KEEP static struct floats make_floats(float x) { return (struct floats){x, x * 2}; }

KEEP static struct large make_large(int seed) {
  struct large result = {.name = "large"};
  for (int i = 0; i < 12; i++) result.values[i] = seed * i;
  return result;
}

KEEP static int take(int a, struct large big, struct small tiny, struct pair two, uint64_t wide, char last) {
  return a + big.values[3] + tiny.a + two.second + (int)wide + last;
}

void theme_struct_returns(void) {
  struct large big = make_large(source);
  struct small tiny = make_small(5);
  struct floats f = make_floats(1.5f);
  sink = take(1, big, tiny, make_pair(2, 3), 0x100000002, 'z') + (int)f.y;
}
